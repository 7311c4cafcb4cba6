//! The tree, the chart and the stepper of whole runs, at every event: what they draw is there, lies apart, and is in words too.

use promptbeam::{
    domain::{
        config::RunConfig,
        event::{Entry, Event},
        id::Version,
        racing::Fate,
        rollout::Purpose,
        search::Method,
    },
    run::{
        chart::score_chart,
        lineage::{Lineage, NodeKey, NodeState, Way, lineage, standing_words, story},
        optimize::Ending,
        rounds::{Progress, batch_cards, steps},
        view::RunView,
    },
};

use crate::{
    racing,
    world::{World, answer, config},
};

const SEARCHES: [Method; 3] = [Method::Apo, Method::Racing, Method::Protegi];

/// A whole run of each search, small.
fn journal(method: Method) -> Vec<Entry> {
    let mut config = RunConfig { method, ..config() };
    (config.split.train, config.split.validation, config.split.held_out) = (8, 12, 4);
    (config.racing.rounds, config.racing.traces, config.racing.children) = (3, 3, 3);
    (config.protegi.rounds, config.protegi.beam_width, config.protegi.minibatch) = (2, 2, 4);
    (config.protegi.max_children, config.protegi.evaluations_per_prompt) = (3, 3);
    let world = match method {
        Method::Racing => World::new(|request| Ok(racing::answer(request))),
        _ => World::new(|request| Ok(answer(request))),
    };
    assert_eq!(world.run(config), Ending::Finished);
    world.journal()
}

/// The view after every event.
fn every_prefix(method: Method, mut told: impl FnMut(&RunView)) {
    let mut view = RunView::default();
    for entry in &journal(method) {
        view.apply(entry);
        told(&view);
    }
}

fn check(tree: &Lineage, view: &RunView) {
    let (_, half) = tree.size.half();
    for known in &view.candidates {
        let version = known.candidate.version;
        let node = tree.node(NodeKey::Prompt(version)).unwrap();
        assert!(!standing_words(view, node.key).is_empty());
        assert!(story(view, node.key).is_some());
        assert_eq!(node.state == NodeState::Best, version == view.best);
    }
    for node in &tree.nodes {
        assert!(node.y - half > 0.0 && node.y + half <= tree.height, "{node:?}");
        let below = tree.step(node.key, Way::Down).map(|key| tree.node(key).unwrap());
        assert!(below.is_none_or(|below| below.y - node.y >= 2.0 * half), "{node:?} touches {below:?}");
        let parent = tree.step(node.key, Way::ToParent);
        assert_eq!(parent.is_none(), node.key == NodeKey::Prompt(Version::SEED));
        if let Some(parent) = parent.map(|key| tree.node(key).unwrap()) {
            assert!(parent.x < node.x);
            assert!(tree.edges.iter().any(|edge| (edge.line.x2, edge.line.y2) == (node.x, node.y)));
        }
    }
    // No line runs through a node that it does not belong to.
    for edge in tree.edges.iter().filter(|edge| edge.line.y1 == edge.line.y2) {
        let passed = tree.nodes.iter().filter(|node| node.x > edge.line.x1 + 0.01 && node.x < edge.line.x2 - 0.01);
        assert!(passed.clone().all(|node| (node.y - edge.line.y1).abs() >= half), "{edge:?}");
    }
}

#[test]
fn the_tree_of_each_search_holds_all_prompts_at_every_event_and_nothing_overlaps() {
    for method in SEARCHES {
        let mut trees = 0;
        every_prefix(method, |view| {
            if let Some(tree) = lineage(view) {
                check(&tree, view);
                trees += 1;
            }
        });
        assert!(trees > 50, "{method:?}: {trees}");
    }
}

#[test]
fn when_a_run_is_over_no_prompt_is_still_being_scored() {
    for method in SEARCHES {
        let view = RunView::of(&journal(method));
        let tree = lineage(&view).unwrap();
        assert!(tree.nodes.iter().all(|node| node.state != NodeState::Scoring), "{method:?}");
        let unexplained = tree.nodes.iter().find(|node| standing_words(&view, node.key) == "Dropped.");
        assert_eq!(unexplained, None, "{method:?}");
    }
}

#[test]
fn the_stepper_and_the_cards_follow_the_rounds_of_the_search_that_is_made() {
    for (method, rounds) in [(Method::Apo, 2), (Method::Protegi, 2)] {
        let mut seen = 0;
        every_prefix(method, |view| {
            let steps = steps(view);
            assert_eq!(steps.iter().filter(|step| step.name.starts_with("Round ")).count(), rounds, "{method:?}");
            seen = seen.max(batch_cards(view).len());
        });
        assert!(seen > 2, "{method:?}");
        let view = RunView::of(&journal(method));
        assert!(steps(&view).iter().all(|step| step.progress == Progress::Done), "{:?}", steps(&view));
        for card in batch_cards(&view).iter().filter(|card| card.score.is_some()) {
            let score = card.score.unwrap();
            assert_eq!(card.marks.len(), score.planned, "{method:?} {}: each question has its mark", card.version);
        }
    }
}

#[test]
fn each_stretch_of_a_race_leaves_a_hollow_dot_with_its_counts() {
    let journal = journal(Method::Racing);
    let view = RunView::of(&journal);
    let validation = view.started.as_ref().unwrap().splits.validation.len();
    let cuts = journal.iter().filter_map(|entry| match &entry.event {
        Event::RaceCut { round, questions, standings, .. } if *questions < validation => {
            Some((*round, *questions, standings))
        }
        _ => None,
    });
    let (mut stretches, mut kept) = (0, 0);
    for (round, questions, standings) in cuts {
        for standing in standings {
            let dot = view.scorings.iter().find(|scoring| {
                (scoring.round, scoring.version, scoring.score.planned) == (round, standing.version, questions)
            });
            assert_eq!(dot.map(|dot| dot.purpose), Some(Purpose::Batch), "round {round}, {}", standing.version);
            stretches += 1;
            kept += usize::from(standing.fate == Fate::Kept);
        }
    }
    assert!(kept > 0 && stretches > kept);
    let chart = score_chart(&view, 216.0).unwrap();
    assert_eq!(chart.mini.len(), stretches);
    assert_eq!(chart.dots().len(), chart.mini.len() + chart.full.len());
}
