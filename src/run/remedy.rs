//! What is wrong, in words, and what to do about it: the one place where a problem becomes text.

mod causes;
mod chat;

pub use self::chat::of_chat;
use super::format::amount;
use crate::domain::{
    budget::Cap, chat::Adjustment, config::ModelConfig, problem::Problem, provider::Provider, sql::QueryError,
};

/// A problem in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The cause in a few words.
    pub title: String,
    /// What happened.
    pub words: String,
    /// What to do; about the likeliest cause if there are several.
    pub remedy: String,
    /// What it may come from, likeliest first; empty if the cause is known.
    pub causes: Vec<Cause>,
    /// Where in the page it is done.
    pub place: Option<RemedyPlace>,
}

/// One of several causes that look the same to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The cause as a sentence.
    pub words: String,
    /// What to do about it.
    pub remedy: String,
}

/// Whether the browser lets the page reach servers near by, as far as it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// It was not asked, does not know, or has yet to ask the user.
    #[default]
    Unknown,
    Granted,
    Denied,
}

/// The endpoint that a problem concerns, and the page that asks it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact<'a> {
    pub provider: Provider,
    pub url: &'a str,
    /// The page's own origin: `https://example.org`.
    pub page: &'a str,
    pub permission: Permission,
}

impl<'a> Contact<'a> {
    /// The endpoint that the settings name, asked from `page`.
    pub fn of(model: &'a ModelConfig, page: &'a str) -> Self {
        Self { provider: model.provider, url: &model.url, page, permission: Permission::Unknown }
    }
}

/// A screen on which something can be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemedyPlace {
    Data,
    Models,
    Run,
    Settings,
}

/// The words for a statement that somebody ran by hand and that gave no result.
pub fn of_query(error: &QueryError) -> String {
    match error {
        QueryError::Sqlite { message } => format!("SQLite says: {message}"),
        QueryError::Timeout { .. } => format!("It was too slow: {error}. Make it read less."),
        error => format!("This statement was not run to its end: {error}."),
    }
}

/// The words for a problem of a run. `contact` is the endpoint of the role that it concerns.
pub fn of(problem: &Problem, contact: Contact<'_>) -> Remedy {
    let remedy = |title: &str, words: String, remedy: &str, place| Remedy {
        title: title.into(),
        words,
        remedy: remedy.into(),
        causes: vec![],
        place: Some(place),
    };
    match problem {
        Problem::Chat { error } => of_chat(error, contact),
        Problem::Adjusted { model, adjustment } => adjusted(model, adjustment),
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
        Problem::BudgetReached { cap, most, spent, next } => remedy(
            match cap {
                Cap::Calls => "The cap on calls is reached",
                Cap::Tokens => "The cap on tokens is reached",
                Cap::Money => "The cap on money is reached",
            },
            match cap {
                Cap::Calls => format!("All {} were made.", amount(*cap, *most)),
                Cap::Tokens | Cap::Money => format!(
                    "{} of {} are used, and the next call may take up to {}.",
                    amount(*cap, *spent),
                    amount(*cap, *most),
                    amount(*cap, *next)
                ),
            },
            "Raise the cap and resume, or stop here.",
            RemedyPlace::Run,
        ),
        Problem::BudgetUsed { cap, percent, most } => remedy(
            &format!("{percent} % of the budget is used"),
            format!("The cap is {}. At the cap the run pauses and keeps everything.", amount(*cap, *most)),
            "Nothing needs to be done now.",
            RemedyPlace::Run,
        ),
        Problem::Storage { message } => remedy(
            "The journal cannot be saved",
            message.clone(),
            "Export the run now, free some space in Settings, then resume.",
            RemedyPlace::Settings,
        ),
        Problem::Uncached { message } => remedy(
            "Answers are not kept for later runs",
            format!("{message} The run goes on and its own answers are kept."),
            "Nothing has to be done: later runs ask the same again. To change that, free some space in Settings.",
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

/// A setting that had no effect changes what a score means.
fn adjusted(model: &str, adjustment: &Adjustment) -> Remedy {
    let (title, words, remedy) = match adjustment {
        Adjustment::TemperatureLeftOut { asked } => (
            "Temperature left out",
            format!("{model} does not accept a temperature: {asked} was left out, and it answered with its own."),
            "Read the scores as those of the model's own temperature, or choose another model.",
        ),
        Adjustment::TemperatureLowered { asked, sent } => (
            "Temperature lowered",
            format!("The scale of {model} ends at {sent}: it was asked with {sent} instead of {asked}."),
            "Set a temperature within the scale on Models if it should be another one.",
        ),
        Adjustment::TokenLimitLeftOut { asked } => (
            "Token limit left out",
            format!("{model} does not accept a limit on its answer: {asked} tokens was left out."),
            "Watch the tokens out: an answer may be longer, and cost more, than planned.",
        ),
    };
    let (title, remedy) = (title.into(), remedy.into());
    Remedy { title, words, remedy, causes: vec![], place: Some(RemedyPlace::Models) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::problem::{ChatError, LocalFault};

    #[test]
    fn every_problem_says_where_it_is_mended() {
        let problem = Problem::BatchTimeout { limit_s: 20.0, unfinished: 3 };
        assert_eq!(of(&problem, Contact::default()).place, Some(RemedyPlace::Run));
        let credit = Problem::Chat { error: ChatError::OutOfCredit };
        assert_eq!(of(&credit, Contact::default()).place, Some(RemedyPlace::Models));
    }

    #[test]
    fn a_model_in_this_browser_names_its_file_and_its_own_settings() {
        let contact = Contact { provider: Provider::InPage, ..Contact::default() };
        let told = |error| {
            let remedy = of(&Problem::Chat { error }, contact);
            assert_eq!((remedy.place, remedy.causes.len()), (Some(RemedyPlace::Models), 0));
            format!("{}. {} {}", remedy.title, remedy.words, remedy.remedy)
        };
        let missing = LocalFault::FileMissing { name: "m.gguf".into(), sha256: "ab12".into() };
        let words = told(ChatError::Local { fault: missing });
        assert!(words.contains("m.gguf") && words.contains("ab12"), "{words}");
        assert!(told(ChatError::ContextTooLong).contains("larger context"));
        assert!(told(ChatError::Truncated { at: None }).contains("longer answer"));
        assert!(told(ChatError::Timeout { limit_ms: 120_000 }).contains("after 120 s"));
    }

    #[test]
    fn a_setting_without_effect_is_said_with_the_model_and_the_value() {
        let told = |adjustment| of(&Problem::Adjusted { model: "gpt-5".into(), adjustment }, Contact::default()).words;
        let left_out = told(Adjustment::TemperatureLeftOut { asked: 0.7 });
        assert!(left_out.contains("gpt-5") && left_out.contains("0.7"), "{left_out}");
        let lowered = told(Adjustment::TemperatureLowered { asked: 1.3, sent: 1.0 });
        assert!(lowered.contains("with 1 instead of 1.3"), "{lowered}");
    }
}
