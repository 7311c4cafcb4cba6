//! Nothing paid for is lost, and nothing is paid for twice.

use std::rc::Rc;

use super::world::{RUN, World, answer, content, small};
use promptbeam::{
    domain::{
        agent::{AgentKind, AgentNode},
        config::RunConfig,
        event::{Entry, Event},
        id::RunId,
    },
    ports::store::{RunState, RunStore},
    run::{
        control::{RunControl, Wish},
        optimize::Ending,
        view::RunView,
    },
};

fn whole_run(config: &RunConfig) -> Vec<Entry> {
    let world = World::new(|request| Ok(answer(request)));
    assert_eq!(world.run(config.clone()), Ending::Finished);
    world.journal()
}

/// A world whose store holds the beginning of a journal.
fn cut(entries: &[Entry]) -> World {
    let world = World::new(|request| Ok(answer(request)));
    world.clock.run(world.store.append(&RunId::from(RUN), entries)).unwrap().unwrap();
    world
}

pub fn cut_everywhere(config: RunConfig) {
    let whole = whole_run(&config);
    let expected = content(&whole);
    assert!(whole.len() > 100, "{}", whole.len());
    for at in 0..=whole.len() {
        let world = cut(&whole[..at]);
        assert_eq!(world.run(config.clone()), Ending::Finished, "cut at {at}");
        assert_eq!(content(&world.journal()), expected, "cut at {at}");
        let known: Vec<_> = whole[..at]
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::ModelAnswered(answered) => Some(answered.step.clone()),
                _ => None,
            })
            .collect();
        let asked = world.asked.borrow();
        assert!(asked.iter().all(|(step, _)| !known.contains(step)), "cut at {at}: an answered step was asked again");
        drop(asked);
        assert!(world.answered_twice().is_empty());
    }
}

#[test]
fn a_journal_cut_at_any_event_ends_the_same_without_a_repeated_call() {
    cut_everywhere(small());
}

#[test]
fn so_does_that_of_a_self_correcting_agent() {
    let mut config = small();
    config.agent.kind = AgentKind::SelfCorrecting;
    config.agent.max_turns = 2;
    config.apo.beam_rounds = 1;
    cut_everywhere(config);
}

#[test]
fn so_does_one_in_which_the_check_prompt_is_optimized() {
    let mut config = small();
    config.agent.kind = AgentKind::SelfCorrecting;
    config.agent.optimized = AgentNode::Check;
    config.apo.beam_rounds = 1;
    config.apo.reproduce_v0_3_0 = true;
    let whole = whole_run(&config);
    let world = cut(&whole[..whole.len() / 2]);
    assert_eq!(world.run(config), Ending::Finished);
    assert_eq!(content(&world.journal()), content(&whole));
}

/// A world that is asked for something after some answers.
fn interrupted(after: usize, wish: Wish) -> World {
    let world = World::new(|request| Ok(answer(request)));
    let (control, answers) = (world.control.clone(), Rc::new(std::cell::Cell::new(0)));
    world.watch(move |entry| {
        answers.set(answers.get() + usize::from(matches!(entry.event, Event::ModelAnswered(_))));
        if answers.get() == after {
            control.ask(wish);
        }
    });
    world
}

#[test]
fn a_pause_lets_calls_in_flight_finish_and_resuming_ends_the_same() {
    let expected = content(&whole_run(&small()));
    for after in [1, 7, 20, 40] {
        let mut world = interrupted(after, Wish::Pause);
        assert_eq!(world.run(small()), Ending::Paused);
        assert_eq!(RunView::of(&world.journal()).state, RunState::Paused);
        let answered = world.journal().iter().filter(|e| matches!(e.event, Event::ModelAnswered(_))).count();
        assert_eq!(answered, world.asked.borrow().len(), "every call that went out is in the journal");
        world.control = RunControl::default();
        world.watch(|_| {});
        assert_eq!(world.run(small()), Ending::Finished);
        assert_eq!(content(&world.journal()), expected);
        assert!(world.answered_twice().is_empty());
    }
}

#[test]
fn a_stop_ends_at_once_and_the_run_can_still_be_taken_up() {
    let expected = content(&whole_run(&small()));
    for after in [1, 7, 20, 40] {
        let mut world = interrupted(after, Wish::Stop);
        assert_eq!(world.run(small()), Ending::Stopped);
        assert_eq!(RunView::of(&world.journal()).state, RunState::Stopped);
        world.control = RunControl::default();
        world.watch(|_| {});
        assert_eq!(world.run(small()), Ending::Finished);
        assert_eq!(content(&world.journal()), expected);
    }
}

#[test]
fn journals_travel_as_text_and_come_back_identical() {
    let whole = whole_run(&small());
    let view = RunView::of(&whole);
    let file = promptbeam::run::export::run_jsonl(&view, &whole).unwrap();
    assert_eq!(promptbeam::run::export::read_run(&file.content).unwrap(), whole);
}

#[test]
fn the_view_counts_what_the_journal_holds() {
    let view = RunView::of(&whole_run(&small()));
    assert_eq!(view.state, RunState::Finished);
    assert_eq!(view.rollouts.len(), view.rollouts_planned());
    assert_eq!(view.usage.critic.calls, 8);
    assert!(view.best_score().unwrap().mean >= view.seed_score().unwrap().mean);
    assert!(view.held_out().is_some());
}
