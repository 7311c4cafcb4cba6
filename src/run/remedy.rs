//! What is wrong, in words, and what to do about it: the one place where a problem becomes text.

use crate::domain::problem::{ChatError, Problem};

/// A problem in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The cause in a few words.
    pub title: String,
    /// What happened.
    pub words: String,
    /// What to do.
    pub remedy: String,
    /// Where in the page it is done.
    pub place: Option<RemedyPlace>,
}

/// A screen on which something can be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemedyPlace {
    Data,
    Models,
    Run,
    Settings,
}

/// The words for a problem of a run. `url` is the endpoint of the role that it concerns.
pub fn of(problem: &Problem, url: &str) -> Remedy {
    let remedy = |title: &str, words: String, remedy: &str, place| Remedy {
        title: title.into(),
        words,
        remedy: remedy.into(),
        place: Some(place),
    };
    match problem {
        Problem::Chat { error } => of_chat(error, url),
        Problem::Gold { example, message } => remedy(
            "A gold query fails",
            format!(
                "The gold query of question {example} gives an error: {message}. That is a fault of the data, so nothing was scored."
            ),
            "Correct or remove the question in your file and load the data again.",
            RemedyPlace::Data,
        ),
        Problem::Database { db, message } => remedy(
            "A database cannot be opened",
            format!("{db}: {message}"),
            "Load the data again with a working file for this database.",
            RemedyPlace::Data,
        ),
        Problem::Engine { message } => remedy(
            "The SQL engine failed",
            format!("{message}. Nothing was scored."),
            "Resume to try again. If it happens again, reload the page; the run can be resumed afterwards.",
            RemedyPlace::Run,
        ),
        Problem::Storage { message } => remedy(
            "The journal cannot be saved",
            message.clone(),
            "Export the run now, free some space in Settings, then resume.",
            RemedyPlace::Settings,
        ),
        Problem::BatchTimeout { limit_s, unfinished } => remedy(
            "A batch took too long",
            format!(
                "{unfinished} rollouts were not done within rollout_batch_timeout ({limit_s} s). They were not scored."
            ),
            "Resume to go on with what is missing, or start a run with a higher limit.",
            RemedyPlace::Run,
        ),
        Problem::Diverged { step } => remedy(
            "The journal does not fit",
            format!("This run's journal holds another decision at “{step}” than this version of the page takes."),
            "Its results can be read and exported, but it cannot go on. Start a new run.",
            RemedyPlace::Run,
        ),
    }
}

/// The words for a failed model call to the endpoint at `url`.
pub fn of_chat(error: &ChatError, url: &str) -> Remedy {
    let (title, words, remedy) = match error {
        ChatError::Network => {
            ("The endpoint cannot be reached", format!("{} did not answer the browser.", host(url)), unreachable(url))
        }
        ChatError::Timeout { limit_ms } => (
            "No answer in time",
            format!("No answer within {} s.", limit_ms / 1000),
            "Try again later, lower the number of calls at once, or choose a faster model.",
        ),
        ChatError::Auth { status } => (
            "The key was not accepted",
            format!("The provider answered {status}."),
            "Enter a valid key for this endpoint on Models. Keys are not kept when the page is closed.",
        ),
        ChatError::OutOfCredit => (
            "No credit left",
            "The provider says that the account has no credit or has reached its spending limit.".into(),
            "Add credit or raise the limit with the provider, then resume. Nothing is paid for twice.",
        ),
        ChatError::ModelNotFound => (
            "Unknown model or path",
            "The endpoint answered that it does not know this model, or has nothing at this path.".into(),
            "Check the model's name and the base URL on Models. The URL usually ends in /v1.",
        ),
        ChatError::RateLimited { .. } => (
            "Rate limited (429)",
            "The provider limits how many calls it takes. Each call waits and is tried again.".into(),
            "Lower the number of calls at once on Models if it goes on.",
        ),
        ChatError::Overloaded { status } => (
            "The provider is failing",
            format!("It answered {status} again and again."),
            "Wait a little, then resume. Nothing is paid for twice.",
        ),
        ChatError::ContextTooLong => (
            "Too long for the model",
            "The request does not fit the model's context.".into(),
            "Choose a model with a larger context, or show the critic fewer rollouts (gradient_batch_size).",
        ),
        ChatError::Refused => (
            "The model declined",
            "The model or the provider's filter declined to answer.".into(),
            "Choose another model for this role, then resume.",
        ),
        ChatError::Truncated => (
            "The answer was cut off",
            "The answer reached the token limit of the model.".into(),
            "Choose a model with a higher limit, or one that reasons less.",
        ),
        ChatError::Malformed { detail } => (
            "Not an answer",
            format!("What came back is not in the format of Chat Completions: {detail}"),
            "Check that the base URL is that of an OpenAI-compatible API (it usually ends in /v1), then resume.",
        ),
        ChatError::BadRequest { status, message } => (
            "The request was refused",
            format!("The provider answered {status}: {message}"),
            "Change what the message names on Models, then resume.",
        ),
        ChatError::Misconfigured { detail } => {
            ("Settings to complete", detail.clone(), "Complete the model's settings on Models.")
        }
    };
    Remedy { title: title.into(), words, remedy: remedy.into(), place: Some(RemedyPlace::Models) }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() { "The endpoint" } else { host }
}

/// A page cannot tell a wrong host from CORS; what to look at depends on where the endpoint is.
fn unreachable(url: &str) -> &'static str {
    let host = host(url);
    if host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]") {
        return "Is the server running at this port? Does it allow this page (Ollama: set OLLAMA_ORIGINS; LM Studio: \
                switch on CORS)? If the browser asks for access to this machine, allow it.";
    }
    "Check the address and the network. The endpoint must allow calls from web pages (CORS); a server of your own may need that \
     switched on."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreachable_local_server_names_its_usual_switches() {
        let local = of_chat(&ChatError::Network, "http://localhost:11434/v1");
        assert!(local.words.contains("localhost:11434") && local.remedy.contains("OLLAMA_ORIGINS"));
        assert!(of_chat(&ChatError::Network, "https://api.example.com/v1").remedy.contains("CORS"));
    }

    #[test]
    fn every_problem_says_where_it_is_mended() {
        let problem = Problem::BatchTimeout { limit_s: 20.0, unfinished: 3 };
        assert_eq!(of(&problem, "").place, Some(RemedyPlace::Run));
        assert_eq!(of(&Problem::Chat { error: ChatError::OutOfCredit }, "").place, Some(RemedyPlace::Models));
    }
}
