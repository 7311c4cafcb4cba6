//! Endpoints that are known to speak Chat Completions to a web page, so that nobody has to look up an address.

/// A known endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    pub name: &'static str,
    /// Base URL, without `/chat/completions`.
    pub url: &'static str,
    /// What has to be known about it.
    pub note: &'static str,
}

const fn provider(name: &'static str, url: &'static str) -> Preset {
    Preset { name, url, note: "" }
}

/// Providers first, then servers on this machine with their usual ports.
pub const PRESETS: [Preset; 11] = [
    provider("OpenAI", "https://api.openai.com/v1"),
    provider("OpenRouter", "https://openrouter.ai/api/v1"),
    provider("Groq", "https://api.groq.com/openai/v1"),
    provider("Mistral", "https://api.mistral.ai/v1"),
    provider("DeepSeek", "https://api.deepseek.com/v1"),
    provider("Together", "https://api.together.xyz/v1"),
    provider("xAI", "https://api.x.ai/v1"),
    Preset {
        name: "Ollama, on this machine",
        url: "http://localhost:11434/v1",
        note: "Start Ollama with OLLAMA_ORIGINS set to this page's address, or to *.",
    },
    Preset {
        name: "LM Studio, on this machine",
        url: "http://localhost:1234/v1",
        note: "Switch on CORS in LM Studio's server settings.",
    },
    Preset {
        name: "llama.cpp, on this machine",
        url: "http://localhost:8080/v1",
        note: "Give the server as many slots as calls at once (--parallel).",
    },
    Preset { name: "vLLM, on this machine", url: "http://localhost:8000/v1", note: "" },
];

/// The preset with this URL.
pub fn preset_of(url: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.url == url.trim().trim_end_matches('/'))
}
