//! Who serves models, and what has to be known of each: address, wire format, where its key goes, and how a server of
//! one's own lets web pages in. A table, so that a provider is added in one place.

use serde::{Deserialize, Serialize};

use super::endpoint::{host, origin};

/// Where a role's answers come from. The names in files are those of `Preset::id`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The simulated model of the built-in sample; needs no key and no network.
    #[default]
    Practice,
    #[serde(rename = "openai")]
    OpenAi,
    Anthropic,
    Gemini,
    #[serde(rename = "openrouter")]
    OpenRouter,
    Groq,
    Mistral,
    #[serde(rename = "deepseek")]
    DeepSeek,
    #[serde(rename = "xai")]
    XAi,
    Together,
    Azure,
    Ollama,
    #[serde(rename = "lmstudio")]
    LmStudio,
    #[serde(rename = "llamacpp")]
    LlamaCpp,
    Vllm,
    #[serde(rename = "litellm")]
    LiteLlm,
    /// Any other address that speaks OpenAI's Chat Completions.
    OpenAiCompatible,
    /// A GGUF file that llama.cpp runs inside the page.
    InPage,
    /// The model that the browser brings along: Chrome's Prompt API.
    BuiltIn,
}

/// In which format a request and its answer are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireFormat {
    /// OpenAI's Chat Completions.
    ChatCompletions,
    /// Anthropic's Messages.
    Messages,
    /// Google's generateContent.
    GenerateContent,
}

/// The header that carries the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHeader {
    /// `Authorization: Bearer`.
    Bearer,
    /// `api-key`.
    ApiKey,
    /// `x-api-key`.
    XApiKey,
    /// `x-goog-api-key`.
    XGoogApiKey,
}

/// Whether calls need a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNeed {
    Required,
    /// Only if the server was set up with one.
    Optional,
    /// There is no key to give.
    None,
}

/// Who runs the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedBy {
    /// A company, on the internet.
    Company,
    /// The user, on this machine as a rule.
    User,
}

/// What is known of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    pub provider: Provider,
    /// Its name in files and in the page's form.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Base URL, which stands before the path of a request; empty where only the user knows it.
    pub url: &'static str,
    pub format: WireFormat,
    pub key_header: KeyHeader,
    pub key: KeyNeed,
    pub served_by: ServedBy,
    /// What has to be known before the first call; may be empty.
    pub note: &'static str,
}

const fn company(provider: Provider, id: &'static str, name: &'static str, url: &'static str) -> Preset {
    Preset {
        provider,
        id,
        name,
        url,
        format: WireFormat::ChatCompletions,
        key_header: KeyHeader::Bearer,
        key: KeyNeed::Required,
        served_by: ServedBy::Company,
        note: "",
    }
}

const fn own(provider: Provider, id: &'static str, name: &'static str, url: &'static str) -> Preset {
    Preset { key: KeyNeed::Optional, served_by: ServedBy::User, ..company(provider, id, name, url) }
}

/// What stands for the name of the user's resource in Azure's address.
pub const AZURE_RESOURCE: &str = "your-resource";

/// Every provider with a network behind it: companies first, then servers of one's own with their usual ports.
pub const PRESETS: [Preset; 16] = [
    company(Provider::OpenAi, "openai", "OpenAI", "https://api.openai.com/v1"),
    Preset {
        format: WireFormat::Messages,
        key_header: KeyHeader::XApiKey,
        note: "Some organizations forbid calls from web pages; their admin can allow them.",
        ..company(Provider::Anthropic, "anthropic", "Anthropic", "https://api.anthropic.com/v1")
    },
    Preset {
        format: WireFormat::GenerateContent,
        key_header: KeyHeader::XGoogApiKey,
        ..company(Provider::Gemini, "gemini", "Google Gemini", "https://generativelanguage.googleapis.com/v1beta")
    },
    company(Provider::OpenRouter, "openrouter", "OpenRouter", "https://openrouter.ai/api/v1"),
    company(Provider::Groq, "groq", "Groq", "https://api.groq.com/openai/v1"),
    company(Provider::Mistral, "mistral", "Mistral", "https://api.mistral.ai/v1"),
    company(Provider::DeepSeek, "deepseek", "DeepSeek", "https://api.deepseek.com/v1"),
    company(Provider::XAi, "xai", "xAI", "https://api.x.ai/v1"),
    company(Provider::Together, "together", "Together", "https://api.together.xyz/v1"),
    Preset {
        key_header: KeyHeader::ApiKey,
        note: "Put your resource's name into the URL. The model is the name of your deployment.",
        ..company(Provider::Azure, "azure", "Azure OpenAI", "https://your-resource.openai.azure.com/openai/v1")
    },
    Preset {
        key: KeyNeed::None,
        note: "Start Ollama with OLLAMA_ORIGINS set to this page's address, and OLLAMA_CONTEXT_LENGTH large enough: it cuts \
               longer prompts without saying so.",
        ..own(Provider::Ollama, "ollama", "Ollama, on this machine", "http://localhost:11434/v1")
    },
    Preset {
        note: "Switch on “Enable CORS” in LM Studio's server settings.",
        ..own(Provider::LmStudio, "lmstudio", "LM Studio, on this machine", "http://localhost:1234/v1")
    },
    Preset {
        note: "Give the server as many slots as calls at once (--parallel).",
        ..own(Provider::LlamaCpp, "llamacpp", "llama.cpp, on this machine", "http://localhost:8080/v1")
    },
    own(Provider::Vllm, "vllm", "vLLM, on this machine", "http://localhost:8000/v1"),
    own(Provider::LiteLlm, "litellm", "LiteLLM proxy, on this machine", "http://localhost:4000/v1"),
    Preset {
        note: "Any address that speaks OpenAI's Chat Completions to web pages.",
        ..own(Provider::OpenAiCompatible, "open_ai_compatible", "Any OpenAI-compatible URL", "")
    },
];

/// Providers without an address, with their names in files and for people.
pub const HERE: [(Provider, &str, &str); 3] = [
    (Provider::Practice, "practice", "Practice model (simulated)"),
    (Provider::InPage, "in_page", "In this page (a GGUF file)"),
    (Provider::BuiltIn, "built_in", "Built into Chrome"),
];

impl Provider {
    /// Whether it is simulated, without a network.
    pub fn is_simulated(self) -> bool {
        self == Provider::Practice
    }

    /// Whether it answers in this browser: no address, no key, no bill.
    pub fn is_here(self) -> bool {
        HERE.iter().any(|(provider, ..)| *provider == self)
    }

    /// What is known of it; `None` for those without an address.
    pub fn preset(self) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.provider == self)
    }

    /// Its name in files and in the page's form.
    pub fn id(self) -> &'static str {
        let here = HERE.iter().find(|(provider, ..)| *provider == self).map(|(_, id, _)| *id);
        self.preset().map(|preset| preset.id).or(here).unwrap_or_default()
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        let here = HERE.iter().find(|(provider, ..)| *provider == self).map(|(.., name)| *name);
        self.preset().map(|preset| preset.name).or(here).unwrap_or_default()
    }

    /// The provider of that name.
    pub fn of_id(id: &str) -> Option<Self> {
        let known = PRESETS.iter().find(|preset| preset.id == id).map(|preset| preset.provider);
        known.or_else(|| HERE.iter().find(|(_, known, _)| *known == id).map(|(provider, ..)| *provider))
    }

    /// The format that it speaks.
    pub fn format(self) -> WireFormat {
        self.preset().map_or(WireFormat::ChatCompletions, |preset| preset.format)
    }

    /// Who really stands behind `url`: another address may be that of a provider that is known.
    pub fn behind(self, url: &str) -> Self {
        if self != Provider::OpenAiCompatible {
            return self;
        }
        let is_of = |preset: &&Preset| {
            let known = host(preset.url);
            preset.format == WireFormat::ChatCompletions
                && match preset.served_by {
                    ServedBy::Company => host(url) == known || host(url).ends_with(&format!(".{known}")),
                    ServedBy::User => {
                        !preset.url.is_empty() && origin(&url.replace("127.0.0.1", "localhost")) == origin(preset.url)
                    }
                }
        };
        match PRESETS.iter().find(is_of) {
            Some(preset) => preset.provider,
            None if host(url).ends_with(".openai.azure.com") => Provider::Azure,
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::endpoint::check_url;

    #[test]
    fn the_names_in_files_are_those_of_the_table_and_the_old_ones_stay() {
        for preset in &PRESETS {
            let written = serde_json::to_string(&preset.provider).unwrap();
            assert_eq!(written, format!("\"{}\"", preset.id));
            assert_eq!(Provider::of_id(preset.id), Some(preset.provider));
        }
        for (provider, id, _) in HERE {
            assert_eq!(serde_json::to_string(&provider).unwrap(), format!("\"{id}\""));
            assert_eq!((Provider::of_id(id), provider.id()), (Some(provider), id));
            assert!(provider.is_here() && provider.preset().is_none());
        }
        assert_eq!(serde_json::from_str::<Provider>("\"open_ai_compatible\"").unwrap(), Provider::OpenAiCompatible);
    }

    #[test]
    fn each_provider_stands_in_the_table_once_with_an_address_that_can_be_called() {
        for (i, preset) in PRESETS.iter().enumerate() {
            assert!(PRESETS[..i].iter().all(|other| other.provider != preset.provider && other.name != preset.name));
            assert_eq!(preset.provider.preset(), Some(preset));
            let is_open = preset.provider == Provider::OpenAiCompatible;
            assert_eq!(check_url(preset.url).is_ok(), !is_open, "{}", preset.name);
        }
    }

    #[test]
    fn a_known_address_is_recognized_behind_another_one() {
        for (url, provider) in [
            ("https://eu.api.openai.com/v1", Provider::OpenAi),
            ("http://127.0.0.1:11434/v1/", Provider::Ollama),
            ("https://r.openai.azure.com/openai/v1", Provider::Azure),
            ("https://notapi.openai.com.example/v1", Provider::OpenAiCompatible),
            ("http://localhost:11435/v1", Provider::OpenAiCompatible),
            ("", Provider::OpenAiCompatible),
        ] {
            assert_eq!(Provider::OpenAiCompatible.behind(url), provider, "{url}");
        }
        assert_eq!(Provider::Anthropic.behind("http://localhost:11434"), Provider::Anthropic);
    }
}
