//! What a search decided, in words: each round with its reasons, each edit that was not used.

use promptbeam::{
    domain::{
        chat::{ChatAnswer, ModelRole},
        config::RunConfig,
        search::Method,
    },
    run::{
        decisions::{decisions, rejected_edits, search_ending},
        optimize::Ending,
        view::RunView,
    },
};

use crate::{
    racing,
    world::{World, answer, config},
};

/// An edit as long as its parent, without a placeholder.
const SPOILT: &str = "Write one SQL query for each question. Read the question twice, choose the tables that hold its \
                      answer, join them by their keys, and return exactly the columns that it asks for, nothing else.";

fn by(method: Method) -> RunConfig {
    RunConfig { method, ..config() }
}

#[test]
fn each_round_of_a_race_tells_its_parent_its_evidence_its_cuts_and_its_end() {
    let world = World::new(|request| Ok(racing::answer(request)));
    assert_eq!(world.run(by(Method::Racing)), Ending::Finished);
    let view = RunView::of(&world.journal());
    let told = decisions(&view);
    assert_eq!(told.len(), view.rounds.len());
    assert!(told.iter().all(|round| round.ending.is_some()), "{told:?}");
    let first = &told[0];
    assert_eq!(first.lines[0], "v0 is edited: the best so far");
    assert!(first.lines[1].starts_with("The critic saw"), "{first:?}");
    assert!(first.lines[2].starts_with("After "), "{first:?}");
    assert!(search_ending(&view).is_some());
}

#[test]
fn the_rounds_of_apo_are_told_by_its_beam() {
    let world = World::new(|request| Ok(answer(request)));
    assert_eq!(world.run(by(Method::Apo)), Ending::Finished);
    let view = RunView::of(&world.journal());
    assert!(decisions(&view).is_empty());
    assert_eq!(search_ending(&view), None);
    assert!(rejected_edits(&view).is_empty());
}

#[test]
fn every_edit_that_was_not_used_is_listed_with_its_reason_and_its_text() {
    for method in [Method::Apo, Method::Racing] {
        let world = World::new(|request| {
            Ok(match request.role {
                ModelRole::Editor => ChatAnswer { text: SPOILT.into(), ..ChatAnswer::default() },
                _ => racing::answer(request),
            })
        });
        assert_eq!(world.run(by(method)), Ending::Finished);
        let view = RunView::of(&world.journal());
        assert_eq!(view.candidates.len(), 1, "{method:?}");
        let edits = rejected_edits(&view);
        let rejected: usize = view.rounds.iter().map(|round| round.rejected.len()).sum();
        let asked_again: usize = view.rounds.iter().map(|round| round.repaired.len()).sum();
        assert!(rejected > 0, "{method:?}");
        assert_eq!(edits.len(), rejected + asked_again);
        assert_eq!(edits.iter().filter(|edit| edit.was_repaired).count(), asked_again);
        assert_eq!(asked_again > 0, method == Method::Racing, "only racing asks for a repair unless told to");
        assert!(edits.iter().all(|edit| edit.reason.contains("{table_info}")), "{method:?}: {edits:?}");
        assert!(edits.iter().all(|edit| edit.text.contains("Read the question twice")));
    }
}
