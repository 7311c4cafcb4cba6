//! What a run came to and what it took, each as a short text with its counts.

use super::split_sizes;
use crate::{
    domain::{chat::ModelRole, event::RunStarted, id::Version, rollout::Purpose, score::Score, usage::Usage},
    ports::store::RunState,
    run::{
        format::{count, dollars, duration, points, score_words, short, thousands},
        verdict::told,
        view::RunView,
    },
};

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// For test ids.
    pub slug: &'static str,
    pub name: &'static str,
    pub value: String,
    /// What stands behind it, smaller.
    pub note: Option<String>,
}

/// All figures of a run, in the order of the screen.
pub(super) fn facts(view: &RunView, started: &RunStarted) -> Vec<Fact> {
    let fact = |slug, name, value: String| Fact { slug, name, value, note: None };
    let score = |score: Option<Score>| score.map_or("not scored".to_owned(), |score| score_words(&score));
    let held_out = |version| view.candidate(version).and_then(|known| known.score(Purpose::HeldOut));
    let verdict = told(view);
    let gain = verdict.as_ref().filter(|told| told.verdict != "unchanged").and_then(|told| told.evidence);
    let usage = view.usage.total();
    let by_role = ModelRole::ALL.map(|role| format!("{} {}", role.name(), thousands(view.usage.of(role).calls)));
    let rejected: usize = view.rounds.iter().map(|round| round.rejected.len()).sum();
    let best = view.candidate(view.best).map(|known| &known.candidate.template);
    let is_check = view.is_check();
    let of_search = |words: String| if is_check { "a check, no search".to_owned() } else { words };
    vec![
        fact("state", "State", view.state.name().into()),
        Fact { note: Some(split_sizes(started)), ..fact("data", "Data", started.dataset.clone()) },
        Fact {
            note: gain.map(|evidence| format!("{} fixed, {} broken", evidence.paired.fixed, evidence.paired.broken)),
            ..fact("verdict", "Held-out verdict", verdict.map_or_else(|| unchecked(view), |told| told.headline))
        },
        fact("held-out-seed", "Held-out, original", score(held_out(Version::SEED))),
        fact("held-out-best", "Held-out, best", score(held_out(view.best))),
        Fact {
            note: gain.and_then(|evidence| evidence.interval_words()),
            ..fact("gain", "Held-out gain", gain.map_or("–".into(), |evidence| points(evidence.gain)))
        },
        fact("validation-seed", "Validation, original", score(view.seed_score())),
        fact("validation-best", "Validation, best", score(view.best_score().filter(|_| !is_check))),
        Fact {
            note: best.map(|text| format!("{}, {}", count(text.words(), "word"), count(text.rules(), "rule"))),
            ..fact("best", "Best prompt", view.best.to_string())
        },
        fact("rounds", "Rounds", of_search(view.rounds.iter().filter(|round| round.is_over()).count().to_string())),
        Fact {
            note: (rejected > 0).then(|| format!("{} rejected", count(rejected, "edit"))),
            ..fact("prompts", "Prompts", view.candidates.len().to_string())
        },
        Fact { note: Some(by_role.join(", ")), ..fact("calls", "Calls", thousands(usage.calls)) },
        Fact { note: Some(tokens_note(&usage)), ..fact("tokens", "Tokens", tokens(&usage)) },
        money(view),
        Fact { note: Some("pauses left out".into()), ..fact("time", "Time", duration(view.active_ms)) },
    ]
}

/// Dollars; the tokens stand above.
fn money(view: &RunView) -> Fact {
    let (value, note) = match (view.dollar_words(), view.usage.total().unpriced_calls) {
        (Some(words), _) => (words, None),
        (None, 0) => (dollars(0.0), Some("its models have no price".to_owned())),
        (None, _) => ("not known".into(), Some("no price is set".into())),
    };
    Fact { slug: "money", name: "Money", value, note }
}

fn unchecked(view: &RunView) -> String {
    match view.state {
        RunState::Finished => "not checked".into(),
        state => format!("{}, not checked", state.name()),
    }
}

fn tokens(usage: &Usage) -> String {
    let least = if usage.unmetered_calls > 0 { "≥ " } else { "" };
    format!("{least}{}", short(usage.tokens()))
}

fn tokens_note(usage: &Usage) -> String {
    let untold = match usage.unmetered_calls {
        0 => String::new(),
        calls => format!("; {} told none", count(calls as usize, "call")),
    };
    format!("{} in, {} out{untold}", short(usage.input_tokens), short(usage.output_tokens))
}
