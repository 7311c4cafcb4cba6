//! A small search, drawn and told: where each node stands, why, and where a step leads.

use super::*;
use crate::{
    domain::{
        candidate::{Candidate, Origin, Rejection},
        config::RunConfig,
        dataset::Splits,
        event::{CandidateScored, Entry, Event, RunStarted},
        prompt::PromptTemplate,
    },
    run::view::RunView,
};

fn place(round: u32, slot: usize, branch: usize) -> Place {
    Place { round, slot, branch }
}

fn proposed(version: u32, parent: u32, at: Place) -> Event {
    let origin = match version {
        0 => Origin::Seed,
        _ => Origin::Edit { parent: Version(parent), place: at },
    };
    let template = PromptTemplate(format!("Seed.\nRule {version}.\n{{table_info}}"));
    Event::CandidateProposed { candidate: Candidate { version: Version(version), template, origin } }
}

fn scored(round: u32, version: u32, purpose: Purpose, correct: usize, planned: usize) -> Event {
    let score = Score { mean: correct as f64 / planned as f64, planned, correct, finished: planned, no_answer: 0 };
    let scored = CandidateScored {
        round,
        version: Version(version),
        purpose,
        place: None,
        examples: vec![],
        rewards: vec![],
        score,
    };
    Event::CandidateScored(Box::new(scored))
}

fn view(method: Method, events: Vec<Event>) -> RunView {
    let mut config = RunConfig { method, ..RunConfig::default() };
    config.apo.beam_rounds = 3;
    let started = RunStarted {
        journal_version: 3,
        name: "r".into(),
        dataset: "d".into(),
        config,
        splits: Splits { train: vec![], validation: vec!["q1".into()], held_out: vec![] },
        examples: vec![],
        schemas: vec![],
        check: None,
    };
    let all = std::iter::once(Event::RunStarted(started.into())).chain(events);
    let entries: Vec<Entry> = all.enumerate().map(|(i, event)| Entry { seq: i as u64, at: 0.0, event }).collect();
    RunView::of(&entries)
}

/// Round 1: v1 and v2 from the seed, one edit rejected; v2 becomes the best. Round 2, under way: v3 from v2, v4 from the seed.
fn two_rounds() -> Vec<Event> {
    let reason = Rejection::Duplicate { of: Version(1) };
    vec![
        proposed(0, 0, place(0, 0, 0)),
        scored(0, 0, Purpose::Validation, 30, 50),
        Event::RoundStarted { round: 1, parents: vec![Version(0)] },
        proposed(1, 0, place(1, 0, 0)),
        Event::EditRejected { place: place(1, 0, 1), parent: Version(0), reason, text: "Seed.\nRule 1.".into() },
        proposed(2, 0, place(1, 0, 2)),
        scored(1, 1, Purpose::Batch, 8, 16),
        scored(1, 2, Purpose::Batch, 12, 16),
        Event::BeamSelected { round: 1, candidates: vec![], beam: vec![Version(2), Version(0)], scores: vec![] },
        scored(1, 2, Purpose::Validation, 40, 50),
        Event::BestUpdated {
            round: 1,
            version: Version(2),
            score: 0.8,
            previous: Some(0.6),
            previous_version: Version(0),
        },
        Event::RoundStarted { round: 2, parents: vec![Version(2), Version(0)] },
        proposed(3, 2, place(2, 0, 0)),
        proposed(4, 0, place(2, 1, 0)),
    ]
}

fn told(tree: &Lineage) -> Vec<(String, &'static str, String)> {
    tree.nodes.iter().map(|node| (node.key.slug(), node.state.name(), node.note.clone())).collect()
}

#[test]
fn each_prompt_and_rejected_edit_stands_in_its_round_with_its_state_and_score() {
    let tree = lineage(&view(Method::Apo, two_rounds())).unwrap();
    let told = told(&tree);
    let told: Vec<_> = told.iter().map(|(key, state, note)| (key.as_str(), *state, note.as_str())).collect();
    assert_eq!(
        told,
        [
            ("v0", "kept", "30/50"),
            ("v1", "dropped", "8/16"),
            ("v2", "best", "40/50"),
            ("x1.0.1", "rejected", "rejected"),
            ("v3", "scoring", "waiting"),
            ("v4", "scoring", "waiting"),
        ]
    );
    let columns: Vec<_> = tree.columns.iter().map(|column| (column.name.as_str(), column.note)).collect();
    assert_eq!(columns, [("Seed", None), ("Round 1", None), ("Round 2", None), ("Round 3", Some("not yet"))]);
    assert_eq!(tree.sentence, "5 prompts in 2 rounds, 1 edit rejected. The way to the best: v0, v2.");
    let seed = tree.node(NodeKey::Prompt(Version::SEED)).unwrap();
    assert_eq!(seed.label(), "v0 30/50, the seed: kept, on the way to the best");
    assert_eq!(tree.nodes[3].label(), "edit rejected, from v0, round 1");
}

#[test]
fn a_line_that_passes_a_column_runs_beside_its_nodes() {
    let tree = lineage(&view(Method::Apo, two_rounds())).unwrap();
    let (_, half) = tree.size.half();
    let ends = |edge: &Edge, node: &Node| (edge.line.y1 - node.y).abs() < 0.1;
    for edge in tree.edges.iter().filter(|edge| edge.line.y1 == edge.line.y2) {
        for node in tree.nodes.iter().filter(|node| node.x > edge.line.x1 + 0.1 && node.x < edge.line.x2 - 0.1) {
            assert!((edge.line.y1 - node.y).abs() > half || ends(edge, node), "{edge:?} {node:?}");
        }
    }
    // v4 is of round 2 and from the seed: its line passes round 1.
    let v4 = tree.node(NodeKey::Prompt(Version(4))).unwrap();
    assert!(tree.edges.iter().any(|edge| (edge.line.x2, edge.line.y2) == (v4.x, v4.y)));
}

#[test]
fn one_walks_to_the_parent_to_the_nearest_child_and_up_and_down_a_round() {
    let tree = lineage(&view(Method::Apo, two_rounds())).unwrap();
    let prompt = |version| NodeKey::Prompt(Version(version));
    assert_eq!(tree.step(prompt(3), Way::ToParent), Some(prompt(2)));
    assert_eq!(tree.step(prompt(2), Way::ToChild), Some(prompt(3)));
    assert_eq!(tree.step(prompt(0), Way::ToChild), Some(prompt(2)), "the nearest, in the next round");
    assert_eq!(tree.step(prompt(1), Way::Down), Some(prompt(2)));
    assert_eq!(tree.step(prompt(2), Way::Up), Some(prompt(1)));
    assert_eq!(tree.step(NodeKey::Edit(place(1, 0, 1)), Way::Down), None);
    assert_eq!(tree.step(prompt(0), Way::ToParent), None);
}

#[test]
fn why_a_prompt_stands_where_it_stands_is_told_with_its_counts() {
    let mut events = two_rounds();
    let words = |events: &[Event], key| standing_words(&view(Method::Apo, events.to_vec()), key);
    let prompt = |version| NodeKey::Prompt(Version(version));
    assert_eq!(words(&events, prompt(2)), "Best so far since round 1, 80.0 % (40/50) on all of validation.");
    assert_eq!(words(&events, prompt(0)), "Kept in the beam of round 1.");
    assert_eq!(words(&events, prompt(1)), "Not among the 2 kept in round 1: 50.0 % (8/16) on its batch.");
    assert_eq!(words(&events, prompt(3)), "Waits to be scored.");
    assert_eq!(words(&events, NodeKey::Edit(place(1, 0, 1))), "Rejected: the same text as v1.");
    events.push(Event::BeamSelected { round: 2, candidates: vec![], beam: vec![Version(3)], scores: vec![] });
    let seed = words(&events, prompt(0));
    assert_eq!(seed, "Was the best until round 1, when v2 replaced it, and is on the way to the best.");
}

#[test]
fn the_story_of_a_rejected_edit_shows_what_it_would_have_changed() {
    let view = view(Method::Apo, two_rounds());
    let edit = story(&view, NodeKey::Edit(place(1, 0, 1))).unwrap();
    let Change::Diff(diff) = edit.change else { panic!("an edit with a text has a difference") };
    assert!(diff.removed > 0, "{diff:?}");
    let seed = story(&view, NodeKey::Prompt(Version::SEED)).unwrap();
    assert_eq!(seed.children, [Version(1), Version(2), Version(4)]);
    assert!(matches!(seed.change, Change::Text(_)));
    assert_eq!(story(&view, NodeKey::Edit(place(9, 0, 0))), None);
}

#[test]
fn names_in_a_url_lead_back_to_their_nodes() {
    for key in [NodeKey::Prompt(Version(12)), NodeKey::Edit(place(3, 1, 2))] {
        assert_eq!(NodeKey::of_slug(&key.slug()), Some(key));
    }
    for name in ["", "v", "x1.2", "x1.2.3.4", "y1", "v-1"] {
        assert_eq!(NodeKey::of_slug(name), None, "{name}");
    }
}

#[test]
fn a_round_of_many_has_flat_nodes_that_do_not_touch() {
    let mut events = vec![proposed(0, 0, place(0, 0, 0)), Event::RoundStarted { round: 1, parents: vec![Version(0)] }];
    events.extend((1..=16).map(|version| proposed(version, 0, place(1, 0, version as usize))));
    let tree = lineage(&view(Method::Apo, events)).unwrap();
    assert_eq!(tree.size, NodeSize::Flat);
    let (_, half) = tree.size.half();
    let column: Vec<&Node> = tree.nodes.iter().filter(|node| node.column == 1).collect();
    assert!(column.windows(2).all(|pair| pair[1].y - pair[0].y > 2.0 * half));
    assert!(column.iter().all(|node| node.y > half && node.y + half < tree.height));
}
