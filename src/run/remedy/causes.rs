//! What keeps a page from an endpoint, likeliest first. A wrong host, a server that is off, a server that lets no page in,
//! a refused permission and mixed content all look the same to a page; what to look at depends on who should answer, where,
//! and from where the page was opened.

use super::{Cause, Contact, Permission};
use crate::domain::{
    endpoint::{Reach, authority, host, origin, reach},
    problem::ChatError,
    provider::{Preset, Provider, ServedBy},
};

/// The causes that `error` may have at an endpoint; empty where the error itself names its cause.
pub(super) fn causes(error: &ChatError, contact: Contact<'_>) -> Vec<Cause> {
    let provider = contact.provider.behind(contact.url);
    let known = provider.preset().filter(|preset| !preset.url.is_empty());
    match error {
        ChatError::Network if reach(contact.url) == Reach::Internet => far(contact, provider, known),
        ChatError::Network => near(contact, provider, known),
        ChatError::ModelNotFound => not_found(contact, provider, known),
        _ => vec![],
    }
}

fn cause(words: impl Into<String>, remedy: impl Into<String>) -> Cause {
    Cause { words: words.into(), remedy: remedy.into() }
}

/// A server on this machine or in the local network.
fn near(contact: Contact<'_>, provider: Provider, known: Option<&Preset>) -> Vec<Cause> {
    let Contact { url, page, .. } = contact;
    let (place, page_place) = (reach(url), reach(page));
    let name = match known {
        Some(preset) if preset.served_by == ServedBy::User => preset.name.split(',').next().unwrap_or_default(),
        _ => "The server",
    };
    let off = cause(
        format!("{name} is not running at {}.", authority(url)),
        match known.filter(|preset| host(preset.url) == "localhost") {
            Some(preset) => format!("Start it, and compare the port: it is usually {}.", authority(preset.url)),
            None => "Start it, and compare host and port with what it prints.".to_owned(),
        },
    );
    let let_in = match provider {
        // It lets pages of the same machine in without being told.
        Provider::Ollama if page_place == Reach::ThisMachine => None,
        Provider::Ollama => Some(cause(
            "Ollama lets no page of this address in.",
            format!("Set OLLAMA_ORIGINS={page} where Ollama is started, and start it again."),
        )),
        Provider::LmStudio => Some(cause(
            "LM Studio lets no web page in: CORS is off at first.",
            "Switch on “Enable CORS” in its server settings, or start it with: lms server start --cors",
        )),
        Provider::LlamaCpp => Some(cause(
            "llama.cpp was started for other pages only.",
            format!("Take --cors-origins away, or set it to {page}."),
        )),
        Provider::Vllm => Some(cause(
            "vLLM was started for other pages only.",
            format!("Take --allowed-origins away, or set it to [\"{page}\"]."),
        )),
        Provider::LiteLlm => Some(cause(
            "LiteLLM was started for other pages only.",
            format!("Take LITELLM_CORS_ORIGINS away, or set it to {page}."),
        )),
        _ => Some(cause(
            "The server lets no web page in (CORS).",
            format!("Let it allow the origin {page}, with the headers authorization and content-type."),
        )),
    };
    let what = if place == Reach::ThisMachine { "this machine" } else { "the local network" };
    let switch = "the icon left of the address, Site settings, Local network access, Allow; then test again.";
    if contact.permission == Permission::Denied {
        return vec![cause(
            format!("The browser was told to keep this page from {what}."),
            format!("Take that back: {switch}"),
        )];
    }
    let may_be_refused = page_place != place && contact.permission != Permission::Granted;
    let permission = may_be_refused.then(|| {
        cause(
            format!("The browser keeps the page from {what}."),
            format!("Chrome and Edge ask once. If that was refused: {switch}"),
        )
    });
    let is_mixed = page.starts_with("https://") && url.trim().starts_with("http://");
    let mixed = is_mixed.then(|| match place {
        Reach::ThisMachine => cause(
            "The page came by https and the server speaks plain http, which Safari refuses.",
            "Use Chrome, Edge or Firefox, or open the page from http://localhost.",
        ),
        _ => cause(
            "The page came by https and the server speaks plain http, which most browsers refuse.",
            "Give the server https, or open the page from http://localhost.",
        ),
    });
    let is_usual = known.is_some_and(|preset| path_of(url) == path_of(preset.url));
    let path = (!is_usual).then(|| cause("The path is wrong.", "The API of such a server is usually under /v1."));
    // These two let no page in as they are installed.
    let is_closed = matches!(provider, Provider::Ollama | Provider::LmStudio);
    let (first, second) = if is_closed && let_in.is_some() { (let_in, Some(off)) } else { (Some(off), let_in) };
    [first, second, permission, mixed, path].into_iter().flatten().collect()
}

/// What follows the authority, without a slash at its end.
fn path_of(url: &str) -> &str {
    let rest = url.trim().split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').map_or("", |slash| rest[slash..].trim_end_matches('/'))
}

/// A server on the internet.
fn far(contact: Contact<'_>, provider: Provider, known: Option<&Preset>) -> Vec<Cause> {
    let Contact { url, page, .. } = contact;
    let offline = cause("This machine is offline, or the network blocks the address.", "Open another page to see.");
    let blocked = cause(
        "A blocker, a proxy or a company's firewall stops the call.",
        format!("Allow {} there, or test in a private window without extensions.", host(url)),
    );
    match known {
        Some(preset) if provider == Provider::Azure => vec![
            cause(
                "The resource's name is wrong, or the resource takes no calls from this network.",
                format!("Compare the address with the resource's page: {}.", preset.url),
            ),
            offline,
            blocked,
        ],
        Some(preset) if origin(url) == origin(preset.url) || provider != contact.provider => {
            let path = cause("The path is wrong.", format!("The base URL is usually {}.", preset.url));
            if url.trim().trim_end_matches('/') == preset.url {
                vec![offline, blocked]
            } else {
                vec![path, offline, blocked]
            }
        }
        known => {
            let usual = known.map(|preset| format!(" {}'s own is {}.", preset.name, preset.url)).unwrap_or_default();
            vec![
                cause(
                    "The endpoint lets no web page in (CORS), although it works from a terminal.",
                    format!("Let it allow the origin {page}, or put a proxy of yours in between, such as LiteLLM."),
                ),
                cause("The address is wrong.", format!("Check host and path; it usually ends in /v1.{usual}")),
                offline,
                blocked,
            ]
        }
    }
}

/// Something answers, but knows neither model nor path.
fn not_found(contact: Contact<'_>, provider: Provider, known: Option<&Preset>) -> Vec<Cause> {
    let name = match provider {
        Provider::Azure => cause(
            "The model's name is not that of a deployment.",
            "Enter the name that you gave the deployment in Azure, not the model's.",
        ),
        Provider::Ollama => {
            cause("Ollama does not have this model.", "Choose one from the list, or fetch it with: ollama pull NAME")
        }
        _ => cause("The endpoint does not have this model.", "Choose a name from the list."),
    };
    let is_usual = known.is_some_and(|preset| contact.url.trim().trim_end_matches('/') == preset.url);
    let usual = match known {
        _ if is_usual => return vec![name],
        Some(preset) => format!("The base URL is usually {}.", preset.url),
        None => "The base URL usually ends in /v1, without /chat/completions.".into(),
    };
    vec![name, cause("The path is wrong.", usual)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://promptbeam.example";

    fn network(provider: Provider, url: &str, page: &str) -> Vec<String> {
        network_with(Permission::Unknown, provider, url, page)
    }

    fn network_with(permission: Permission, provider: Provider, url: &str, page: &str) -> Vec<String> {
        let causes = causes(&ChatError::Network, Contact { provider, url, page, permission });
        causes.into_iter().map(|cause| format!("{} {}", cause.words, cause.remedy)).collect()
    }

    #[track_caller]
    fn check(told: &[String], words: &[&str]) {
        assert_eq!(told.len(), words.len(), "{told:#?}");
        for (told, words) in told.iter().zip(words) {
            assert!(told.contains(words), "{told} should speak of {words}");
        }
    }

    #[test]
    fn ollama_is_told_the_pages_own_origin_and_only_where_that_is_needed() {
        let url = "http://localhost:11434/v1";
        let far = network(Provider::Ollama, url, PAGE);
        check(&far, &["OLLAMA_ORIGINS=https://promptbeam.example", "localhost:11434", "Local network", "Safari"]);
        // Settings of before this provider could be chosen say the same.
        assert_eq!(network(Provider::OpenAiCompatible, url, PAGE), far);
        check(&network(Provider::Ollama, url, "http://localhost:8080"), &["not running"]);
        let rootless = "http://localhost:11434";
        check(&network(Provider::Ollama, rootless, "http://localhost:8080"), &["not running", "under /v1"]);
    }

    #[test]
    fn each_server_of_ones_own_has_its_own_switch() {
        for (provider, rank, switch) in [
            (Provider::LmStudio, 0, "lms server start --cors"),
            (Provider::LlamaCpp, 1, "--cors-origins away, or set it to https://promptbeam.example"),
            (Provider::Vllm, 1, "--allowed-origins away, or set it to [\"https://promptbeam.example\"]"),
            (Provider::LiteLlm, 1, "LITELLM_CORS_ORIGINS"),
        ] {
            let told = network(provider, provider.preset().unwrap().url, PAGE);
            assert!(told[rank].contains(switch), "{told:#?}");
        }
        let own = network(Provider::OpenAiCompatible, "http://127.0.0.1:5000/v1", "http://127.0.0.1:8080");
        check(&own, &["not running at 127.0.0.1:5000", "origin http://127.0.0.1:8080", "path"]);
    }

    #[test]
    fn plain_http_in_the_local_network_is_mixed_content_and_needs_a_permission() {
        let told = network(Provider::Vllm, "http://192.168.1.7:8000/v1", PAGE);
        check(&told, &["192.168.1.7:8000", "--allowed-origins", "the local network", "plain http"]);
    }

    #[test]
    fn a_browser_that_says_what_it_was_told_ends_the_guessing() {
        let url = "http://localhost:11434/v1";
        let told = network_with(Permission::Denied, Provider::Ollama, url, PAGE);
        check(&told, &["keep this page from this machine"]);
        let told = network_with(Permission::Granted, Provider::Ollama, url, PAGE);
        check(&told, &["OLLAMA_ORIGINS", "localhost:11434", "Safari"]);
    }

    #[test]
    fn a_known_company_lets_pages_in_and_an_unknown_address_may_not() {
        let known = network(Provider::OpenAi, "https://api.openai.com/v1", PAGE);
        check(&known, &["offline", "firewall"]);
        check(&network(Provider::OpenAi, "https://api.openai.com/v2", PAGE), &["/v1", "offline", "firewall"]);
        let unknown = network(Provider::OpenAiCompatible, "https://api.example.com/v1", PAGE);
        check(&unknown, &["CORS", "address is wrong", "offline", "firewall"]);
        let moved = network(Provider::Anthropic, "https://relay.example.com/v1", PAGE);
        check(&moved, &["CORS", "https://api.anthropic.com/v1", "offline", "firewall"]);
        check(
            &network(Provider::Azure, "https://r.openai.azure.com/openai/v1", PAGE),
            &["resource", "offline", "firewall"],
        );
    }

    #[test]
    fn a_wrong_path_is_a_cause_only_where_the_url_is_not_the_usual_one() {
        let not_found = |provider, url| {
            let contact = Contact { provider, url, page: PAGE, ..Contact::default() };
            causes(&ChatError::ModelNotFound, contact)
        };
        assert_eq!(not_found(Provider::Groq, "https://api.groq.com/openai/v1/").len(), 1);
        let told = not_found(Provider::Groq, "https://api.groq.com/v1");
        assert_eq!(told[1].remedy, "The base URL is usually https://api.groq.com/openai/v1.");
        assert!(not_found(Provider::Ollama, "http://localhost:11434/v1")[0].remedy.contains("ollama pull"));
        assert!(not_found(Provider::Azure, "https://r.openai.azure.com/openai/v1")[0].words.contains("deployment"));
    }
}
