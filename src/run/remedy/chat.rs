//! The words for a failed model call.

use super::{Contact, Remedy, RemedyPlace, causes::causes};
use crate::domain::{
    endpoint::authority,
    problem::{ChatError, LocalFault},
    provider::{Provider, WireFormat},
};

/// The words for a failed model call to an endpoint.
pub fn of_chat(error: &ChatError, contact: Contact<'_>) -> Remedy {
    let provider = contact.provider.behind(contact.url);
    let name = name(provider);
    let causes = causes(error, contact);
    let likeliest = causes.first().map(|cause| format!("Most likely: {} {}", cause.words, cause.remedy));
    let (title, words, remedy) = match error {
        ChatError::Network => (
            "The endpoint cannot be reached",
            format!("{} did not answer the browser, which does not tell a page why.", host(contact.url)),
            "Check the address and the network.".to_owned(),
        ),
        ChatError::Timeout { limit_ms } if provider == Provider::InPage => (
            "No answer in time",
            format!("The model in this page had not answered after {} s.", limit_ms / 1000),
            "Give it more time on Models (“Give up on a call after”), let answers be shorter, or choose a smaller file."
                .into(),
        ),
        ChatError::Timeout { limit_ms } => (
            "No answer in time",
            format!("No answer within {} s.", limit_ms / 1000),
            "Try again later, lower the number of calls at once, or choose a faster model.".into(),
        ),
        ChatError::Auth { status } => {
            ("The key was not accepted", format!("{name} answered {status}."), bad_key(provider))
        }
        ChatError::NoAccess { status, message } => {
            ("Not allowed", format!("{name} answered {status}{}", said(message)), no_access(provider))
        }
        ChatError::OutOfCredit => (
            "No credit left",
            format!("{name} says that the account has no credit or has reached its spending limit."),
            "Add credit or raise the limit with the provider, then resume. Nothing is paid for twice.".into(),
        ),
        ChatError::DailyQuota => (
            "The day's quota is used up",
            format!("{name} takes no more calls today under this key's plan."),
            "Resume tomorrow, or choose another model or plan. Nothing is paid for twice.".into(),
        ),
        ChatError::ModelNotFound => (
            "Unknown model or path",
            format!("{name} answered that it does not know this model, or has nothing at this path."),
            "Check the model's name and the base URL on Models.".into(),
        ),
        ChatError::RateLimited { .. } => (
            "Rate limited (429)",
            format!("{name} limits how many calls it takes. Each call waits and is tried again."),
            "Lower the number of calls at once on Models if it goes on.".into(),
        ),
        ChatError::Overloaded { status } => (
            "The provider is failing",
            format!("{name} answered {status} again and again."),
            "Wait a little, then resume. Nothing is paid for twice.".into(),
        ),
        ChatError::ContextTooLong if provider == Provider::InPage => (
            "Too long for the model",
            "The request does not fit the context that the model in this page was given.".into(),
            "Set a larger context on Models, or show the critic fewer rollouts (gradient_batch_size).".into(),
        ),
        ChatError::Truncated { .. } if provider == Provider::InPage => (
            "The answer was cut off",
            "The answer reached its longest length, or the end of the context.".into(),
            "Set a longer answer, or a larger context, on Models.".into(),
        ),
        ChatError::ContextTooLong => (
            "Too long for the model",
            "The request does not fit the model's context.".into(),
            "Choose a model with a larger context, or show the critic fewer rollouts (gradient_batch_size).".into(),
        ),
        ChatError::Refused => (
            "The model declined",
            "The model or the provider's filter declined to answer.".into(),
            "Choose another model for this role, then resume.".into(),
        ),
        ChatError::Truncated { at } => (
            "The answer was cut off",
            match at {
                Some(tokens) => format!("The answer was cut off after {tokens} tokens, also with twice the limit."),
                None => "The answer reached the token limit of the model.".into(),
            },
            "Choose a model with a higher limit, or one that reasons less.".into(),
        ),
        ChatError::FieldRefused { field } => (
            "A setting is not accepted",
            format!("The model does not accept {}. It is asked again without it.", field.name()),
            "Test again, or choose another model if it goes on.".into(),
        ),
        ChatError::Malformed { detail } => (
            "Not an answer",
            format!("What came back is not in the format of {}: {detail}", format_name(provider)),
            format!("Check that the base URL is that of {}, then resume.", api(provider)),
        ),
        ChatError::BadRequest { status, message } => (
            "The request was refused",
            format!("{name} answered {status}{}", said(message)),
            "Change what it names on Models, then resume.".into(),
        ),
        ChatError::Misconfigured { detail } => {
            ("Settings to complete", detail.clone(), "Complete the model's settings on Models.".into())
        }
        ChatError::Local { fault } => of_local(fault),
    };
    let remedy = likeliest.unwrap_or(remedy);
    Remedy { title: title.into(), words, remedy, causes, place: Some(RemedyPlace::Models) }
}

/// Title, words and remedy for a model in this browser.
fn of_local(fault: &LocalFault) -> (&'static str, String, String) {
    match fault {
        LocalFault::FileMissing { name, sha256 } => (
            "The model's file is not here",
            format!("This browser has no file {name} with the SHA-256 {sha256}."),
            "Add that very file on Models, or choose another model there; then go on.".into(),
        ),
        LocalFault::NotLoaded { name, message } => (
            "The model cannot be loaded",
            format!("llama.cpp could not load {name}: {message}"),
            "It may not fit this machine's memory: close other tabs, set a smaller context, or choose a smaller file on Models."
                .into(),
        ),
        LocalFault::Unsupported { lacks } => (
            "This browser cannot run it",
            format!("llama.cpp needs {lacks}, which this browser does not have."),
            "Open the page in a recent Chrome or Edge, or choose another provider on Models.".into(),
        ),
        LocalFault::Crashed { message } => (
            "The model stopped",
            format!("It ended in the middle of an answer: {message}"),
            "It is started anew. If that goes on, choose a smaller file or context on Models, then resume.".into(),
        ),
        LocalFault::NoBuiltIn => (
            "No built-in model",
            "This browser says that it has no model for pages, or not on this machine.".into(),
            "Choose another provider on Models. Chrome from 148 has one on desktops with 22 GB of free disk.".into(),
        ),
        LocalFault::BuiltInNotReady => (
            "The built-in model is not downloaded",
            "The browser downloads its model once, after a click.".into(),
            "Download it on Models, then go on.".into(),
        ),
    }
}

fn name(provider: Provider) -> &'static str {
    match provider {
        Provider::OpenAiCompatible | Provider::Practice => "The endpoint",
        Provider::InPage => "The model in this page",
        Provider::BuiltIn => "The browser's model",
        // Without where it runs.
        known => known.preset().map_or("The endpoint", |preset| preset.name.split(',').next().unwrap_or_default()),
    }
}

fn host(url: &str) -> &str {
    let host = authority(url);
    if host.is_empty() { "The endpoint" } else { host }
}

/// A provider's message, if there is one.
fn said(message: &str) -> String {
    if message.is_empty() { ".".into() } else { format!(": {message}") }
}

fn bad_key(provider: Provider) -> String {
    let more = match provider {
        Provider::Anthropic => {
            " If the key is right, your organization may forbid calls from web pages: its admin can allow them in the \
             Console."
        }
        Provider::Gemini => " It must be a key for the Gemini API, made in Google AI Studio.",
        Provider::Azure => " It must be one of the two keys of this very resource.",
        Provider::LmStudio => " LM Studio asks for a token while “Require Authentication” is on.",
        Provider::LlamaCpp | Provider::Vllm => " It is the one that the server was started with (--api-key).",
        Provider::LiteLlm => " It is one of the proxy's virtual keys, not the provider's.",
        _ => "",
    };
    format!("Enter a valid key for this endpoint on Models. Keys are not kept when the page is closed.{more}")
}

fn no_access(provider: Provider) -> String {
    let more = match provider {
        Provider::Gemini => {
            " A key that is limited to certain websites does not work here, because this page names itself to nobody."
        }
        Provider::Azure => " The resource may be limited to private networks.",
        _ => "",
    };
    format!("Check with the provider what the key may do: models, regions, limits of use.{more}")
}

fn format_name(provider: Provider) -> &'static str {
    match provider.format() {
        WireFormat::ChatCompletions => "Chat Completions",
        WireFormat::Messages => "Anthropic's Messages",
        WireFormat::GenerateContent => "Gemini's generateContent",
    }
}

fn api(provider: Provider) -> String {
    match provider.preset().filter(|preset| !preset.url.is_empty()) {
        Some(preset) => format!("{} (usually {})", name(provider), preset.url),
        None => "an OpenAI-compatible API (it usually ends in /v1)".into(),
    }
}
