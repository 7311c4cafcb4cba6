//! Editors that answer with something else than a usable prompt, over whole runs of each search: none of it ever reaches a
//! rollout, and all of it is listed.

use std::collections::BTreeSet;

use super::{
    racing,
    world::{World, config},
};
use promptbeam::{
    domain::{
        candidate::Rejection,
        chat::{ChatAnswer, ModelRole},
        config::RunConfig,
        event::Event,
        search::Method,
    },
    ports::chat::ChatRequest,
    run::{optimize::Ending, view::RunView},
};

/// What the editor answers in place of `edit`, which is a good one, in turn.
fn spoilt(edit: &str, turn: u64) -> String {
    match turn % 7 {
        0 => edit.replace("[[table_info]]", "the tables"),
        1 => format!("{edit}\nUse {{foo}}."),
        2 => "Sure!".into(),
        3 => format!("{{\"template\": {}}}", serde_json::to_string(edit).unwrap()),
        4 => format!("{edit}\n- For example, Question number 3? is answered by SELECT 3 FROM numbers WHERE n = 3"),
        5 => format!("Here is the new prompt:\n\n```text\n{edit}\n```"),
        _ => format!("{edit}\n{}", "- and so on ".repeat(900)),
    }
}

/// The turn of an editor's call: by its place, and another one when it is asked again.
fn turn(request: &ChatRequest) -> u64 {
    let step = request.step.as_str();
    let digits: u64 = step.bytes().filter(u8::is_ascii_digit).map(|digit| u64::from(digit - b'0')).sum();
    digits + u64::from(step.ends_with("repair"))
}

/// A run in which every edit is spoilt, with a training question that holds a query worth copying.
fn run(config: RunConfig) -> RunView {
    let world = World::new(|request| {
        let first = ChatRequest { messages: request.messages.iter().take(2).cloned().collect(), ..request.clone() };
        let ChatAnswer { text, .. } = racing::answer(&first);
        let text = if request.role == ModelRole::Editor { spoilt(&text, turn(request)) } else { text };
        Ok(ChatAnswer { text, ..ChatAnswer::default() })
    });
    let mut context = world.context(config);
    let example = context.started.examples.iter_mut().find(|example| example.id.as_str() == "q0003").unwrap();
    example.gold = "SELECT 3 FROM numbers WHERE n = 3".into();
    let ending = world.clock.run(promptbeam::run::optimize::optimize(&context)).unwrap();
    assert_eq!(ending, Ending::Finished);
    let journal = world.journal();
    let bad = journal
        .iter()
        .filter(|entry| matches!(&entry.event, Event::ModelAnswered(answered) if answered.role == ModelRole::Editor));
    let listed = journal.iter().filter(|entry| {
        matches!(entry.event, Event::EditRejected { .. } | Event::RepairAsked { .. } | Event::CandidateProposed { .. })
    });
    assert_eq!(
        bad.count() + 1,
        listed.count(),
        "each answer of the editor is a candidate or listed, and so is the seed"
    );
    RunView::of(&journal)
}

/// The kinds of faults that were listed; and that no candidate has any.
fn faults(view: &RunView) -> BTreeSet<&'static str> {
    let seed = view.candidates[0].candidate.template.clone();
    for candidate in &view.candidates {
        let text = candidate.candidate.template.as_str();
        assert_eq!(candidate.candidate.template.placeholders(), seed.placeholders(), "{text}");
        assert!(!text.contains("[[") && !text.contains("{\"") && !text.contains("FROM numbers"), "{text}");
        assert!(!text.starts_with("```") && !text.starts_with("Here is") && text.chars().count() <= 6000, "{text}");
    }
    let refused = view.rounds.iter().flat_map(|round| round.rejected.iter().chain(&round.repaired));
    let kind = |reason: &Rejection| match reason {
        Rejection::Placeholders { missing, .. } if !missing.is_empty() => "lost",
        Rejection::Placeholders { .. } => "made up",
        Rejection::StrayBraces { .. } => "braces",
        Rejection::Copied { .. } => "copied",
        Rejection::TooLong { .. } => "too long",
        _ => "other",
    };
    refused.map(|refused| kind(&refused.reason)).collect()
}

const ALL: [&str; 5] = ["braces", "copied", "lost", "made up", "too long"];

#[test]
fn no_spoilt_edit_reaches_a_rollout_of_apo_and_each_is_listed() {
    let mut config = config();
    (config.apo.beam_width, config.apo.branch_factor) = (3, 3);
    let view = run(config);
    assert!(ALL.iter().all(|kind| faults(&view).contains(kind)), "{:?}", faults(&view));
    assert!(view.candidates.len() > 1, "what was only wrapped is used");
}

#[test]
fn no_spoilt_edit_reaches_a_rollout_of_racing_and_each_is_listed() {
    let mut config = RunConfig { method: Method::Racing, ..config() };
    (config.racing.rounds, config.racing.patience, config.racing.children) = (8, 8, 6);
    config.racing.repair_edits = false;
    let view = run(config.clone());
    assert!(ALL.iter().all(|kind| faults(&view).contains(kind)), "{:?}", faults(&view));
    config.racing.repair_edits = true;
    let repaired = run(config);
    faults(&repaired);
    assert!(repaired.rounds.iter().any(|round| !round.repaired.is_empty()));
    let used = |view: &RunView| view.candidates.len();
    assert!(used(&repaired) > used(&view), "asking again gets more edits: {} and {}", used(&repaired), used(&view));
}
