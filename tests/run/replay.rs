//! A run as it was at any event, and what it would have ended with, had it been stopped earlier: for all three searches.

use promptbeam::{
    domain::{
        config::RunConfig,
        event::{Entry, Event},
        rollout::Purpose,
        search::Method,
    },
    ports::store::RunState,
    run::{
        control::{RunControl, Wish},
        happenings::entry_words,
        optimize::Ending,
        replay::{MilestoneKind, Replay, milestones, reached_with},
        stopped::{since_words, stops},
        view::RunView,
    },
};

use crate::{
    racing,
    world::{World, small},
};

const METHODS: [Method; 3] = [Method::Apo, Method::Racing, Method::Protegi];

fn config(method: Method) -> RunConfig {
    let mut config = RunConfig { method, ..small() };
    (config.split.train, config.split.validation, config.split.held_out) = (8, 10, 6);
    (config.racing.rounds, config.racing.traces, config.racing.children) = (3, 3, 3);
    (config.protegi.rounds, config.protegi.minibatch, config.protegi.evaluations_per_prompt) = (2, 4, 3);
    config
}

fn world() -> World {
    World::new(|request| Ok(racing::answer(request)))
}

fn journal(method: Method) -> Vec<Entry> {
    let world = world();
    assert_eq!(world.run(config(method)), Ending::Finished);
    world.journal()
}

/// A run that was paused twice on its way.
fn interrupted(method: Method) -> Vec<Entry> {
    let mut world = world();
    for after in [40, 90] {
        world.control = RunControl::default();
        let control = world.control.clone();
        world.watch(move |entry| {
            if entry.seq == after {
                control.ask(Wish::Pause);
            }
        });
        assert_eq!(world.run(config(method)), Ending::Paused);
    }
    world.watch(|_| {});
    world.control = RunControl::default();
    assert_eq!(world.run(config(method)), Ending::Finished);
    world.journal()
}

#[test]
fn the_run_at_every_event_is_the_fold_of_the_journal_up_to_it() {
    for method in METHODS {
        let entries = interrupted(method);
        assert!(entries.len() > 150, "{method:?}: {}", entries.len());
        let mut whole = vec![RunView::default()];
        for entry in &entries {
            let mut next = whole[whole.len() - 1].clone();
            next.apply(entry);
            whole.push(next);
        }
        let last = entries.len();
        assert_eq!(whole[last], RunView::of(&entries));
        let forward = 0..=last;
        let backward = (0..=last).rev();
        // To and fro, over checkpoints that exist and that do not yet.
        let jumps = (0..=last).map(|step| step * 7919 % (last + 1));
        for stride in [1, 16, 64, 4_000] {
            for path in [forward.clone().collect::<Vec<_>>(), backward.clone().collect(), jumps.clone().collect()] {
                let (mut replay, mut view) = (Replay::with_stride(stride), RunView::default());
                for at in path {
                    replay.seek(&entries, &mut view, at);
                    assert_eq!(view, whole[at], "{method:?}, event {at}, a checkpoint every {stride}");
                }
            }
        }
    }
}

#[test]
fn checkpoints_that_were_prepared_in_parts_are_those_of_the_fold() {
    let entries = journal(Method::Racing);
    let (mut replay, mut view) = (Replay::with_stride(16), RunView::default());
    // Somebody looks at the end, then in the middle, while they are being made.
    let mut parts = 1;
    while replay.prepare(&entries, 7) {
        parts += 1;
        let at = if parts % 10 == 0 { entries.len() } else { parts };
        replay.seek(&entries, &mut view, at);
        assert_eq!(view, RunView::of(&entries[..at]));
    }
    assert!(parts > 1);
    assert!(!replay.prepare(&entries, 7), "all are there");
    for at in (0..=entries.len()).rev() {
        replay.seek(&entries, &mut view, at);
        assert_eq!(view, RunView::of(&entries[..at]), "event {at}");
    }
}

#[test]
fn a_journal_that_grows_is_followed_and_no_event_lies_beyond_its_end() {
    let entries = journal(Method::Apo);
    let (mut replay, mut view) = (Replay::with_stride(32), RunView::default());
    replay.seek(&entries[..100], &mut view, 5_000);
    assert_eq!(view, RunView::of(&entries[..100]));
    replay.seek(&entries, &mut view, entries.len());
    assert_eq!(view, RunView::of(&entries));
}

#[test]
fn every_event_has_words() {
    for method in METHODS {
        let entries = interrupted(method);
        let mut view = RunView::default();
        for entry in &entries {
            view.apply(entry);
            assert!(!entry_words(entry, &view).is_empty(), "{:?}", entry.event);
        }
    }
}

#[test]
fn turning_points_are_the_rounds_each_new_best_the_pauses_and_the_check() {
    for method in METHODS {
        let entries = interrupted(method);
        let view = RunView::of(&entries);
        let found = milestones(&entries);
        let number = |kind| found.iter().filter(|one| one.kind == kind).count();
        assert_eq!(number(MilestoneKind::Round), view.rounds.len(), "{method:?}");
        assert_eq!(number(MilestoneKind::Pause), 5, "started, paused and gone on twice");
        assert_eq!(found.last().map(|one| (one.kind, one.at)), Some((MilestoneKind::End, entries.len())));
        let bests = entries.iter().filter(|entry| matches!(entry.event, Event::BestUpdated { .. })).count();
        assert_eq!(number(MilestoneKind::Best), bests);
        assert!(number(MilestoneKind::Check) >= 1);
        assert!(found.is_sorted_by_key(|one| one.at));
    }
}

#[test]
fn who_led_at_each_call_is_who_the_journal_up_to_it_says() {
    for method in METHODS {
        let entries = interrupted(method);
        let view = RunView::of(&entries);
        for calls in 0..=view.usage.total().calls {
            let then = RunView::of(&entries[..reached_with(&entries, calls)]);
            assert_eq!(then.usage.total().calls, calls);
            let lead = view.lead_at(calls);
            assert_eq!(lead.map(|lead| (lead.best, lead.score)), Some((then.best, then.best_score())), "{method:?}");
        }
    }
}

#[test]
fn a_run_stopped_at_a_part_of_its_calls_is_the_run_of_that_prefix_beside_its_end() {
    for method in METHODS {
        let entries = journal(method);
        let view = RunView::of(&entries);
        let all = stops(&view);
        assert_eq!(all.iter().map(|stop| stop.percent).collect::<Vec<_>>(), [30, 50, 70, 100]);
        for stop in &all {
            assert_eq!(stop.calls, view.usage.total().calls * stop.percent / 100);
            let then = RunView::of(&entries[..reached_with(&entries, stop.calls)]);
            assert_eq!((stop.best, stop.validation), (then.best, then.best_score()), "{method:?} {}", stop.percent);
            let asked = [promptbeam::domain::id::Version::SEED, view.best].contains(&stop.best);
            assert_eq!(stop.held_out.is_some(), asked, "only the seed and the winner are asked the held-out questions");
            let known = view.candidate(stop.best).and_then(|candidate| candidate.score(Purpose::HeldOut));
            assert_eq!(stop.held_out, known);
        }
        let end = &all[3];
        assert_eq!((end.best, end.validation), (view.best, view.best_score()));
        assert!(since_words(&view).is_some());
    }
}

#[test]
fn a_run_under_way_has_no_stops_and_a_paused_one_has_those_of_its_calls_so_far() {
    let entries = interrupted(Method::Apo);
    let pause = entries.iter().position(|entry| entry.event == Event::RunPaused).unwrap();
    assert!(stops(&RunView::of(&entries[..pause])).is_empty());
    let paused = RunView::of(&entries[..=pause]);
    assert_eq!(paused.state, RunState::Paused);
    let all = stops(&paused);
    assert_eq!(all.last().map(|stop| stop.calls), Some(paused.usage.total().calls));
}
