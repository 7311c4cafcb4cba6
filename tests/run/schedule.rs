//! How close a run comes to the least time it can take, on a virtual clock: this measures the schedule, not the machine.

use std::{cell::Cell, rc::Rc};

use super::world::{World, answer, config};
use promptbeam::{
    domain::{
        chat::ModelRole,
        config::{ModelConfig, Provider},
        event::{Entry, Event},
    },
    ports::{clock::Clock, store::MemoryStore},
    run::optimize::Ending,
};

/// Answers on the longest chain of calls that wait for each other in the article's setting: in each of two rounds a
/// rollout, a critique, an edit and a score, and then the last leader's check.
const CRITICAL_PATH: f64 = 9.0;

fn measured(concurrency: usize) -> (f64, f64) {
    let world = World::new(|request| Ok(answer(request)));
    let mut config = config();
    config.concurrency = concurrency;
    assert_eq!(world.run(config), Ending::Finished);
    let calls = world.asked.borrow().len();
    assert_eq!(calls, 292 + 8 + 8);
    let bound = 0.2 * CRITICAL_PATH.max(calls as f64 / concurrency as f64);
    (world.clock.now() / 1000.0, bound)
}

#[test]
fn a_run_takes_at_most_5_percent_more_than_it_must() {
    for concurrency in [8, 64] {
        let (seconds, bound) = measured(concurrency);
        println!("{concurrency} at once: {seconds:.1} s of at least {bound:.2} s ({:.3} ×)", seconds / bound);
        assert!(seconds <= 1.05 * bound, "{concurrency} at once: {seconds} s, bound {bound} s");
    }
}

#[test]
fn the_limit_on_calls_at_once_is_never_passed() {
    let world = World::new(|request| Ok(answer(request)));
    let mut config = config();
    config.concurrency = 5;
    world.run(config);
    // Each answered call occupied its place for the 200 ms before it was written.
    let ends: Vec<f64> = world
        .journal()
        .iter()
        .filter(|entry| matches!(entry.event, Event::ModelAnswered(_)))
        .map(|entry| entry.at)
        .collect();
    let most = ends.iter().map(|end| ends.iter().filter(|other| **other > end - 200.0 && *other <= end).count()).max();
    assert_eq!(most, Some(5));
}

#[test]
fn neither_concurrency_nor_latency_changes_a_decision() {
    let journals: Vec<_> = [(1, 200), (8, 200), (64, 7)]
        .into_iter()
        .map(|(concurrency, latency_ms)| {
            let mut world = World::new(|request| Ok(answer(request)));
            world.latency_ms = latency_ms;
            let mut config = config();
            config.concurrency = concurrency;
            world.run(config);
            let mut content = super::world::content(&world.journal());
            content.retain(|fact| !fact.contains("run_started"));
            content
        })
        .collect();
    assert_eq!(journals[0], journals[1]);
    assert_eq!(journals[0], journals[2]);
}

#[test]
fn a_model_inside_the_page_is_asked_one_call_at_a_time_whatever_the_limit() {
    let world = World::new(|request| Ok(answer(request)));
    let mut config = config();
    config.concurrency = 8;
    let in_page = ModelConfig { provider: Provider::InPage, name: "m.gguf".into(), ..ModelConfig::default() };
    (config.models.agent, config.models.editor) = (in_page.clone(), in_page);
    assert_eq!(world.run(config), Ending::Finished);
    // 292 calls of the agent and 8 of the editor share one place; the critic's provider answers beside them.
    let least = 300.0 * 200.0;
    assert!((least..=least + 8.0 * 200.0).contains(&world.clock.now()), "{}", world.clock.now());
}

#[test]
fn a_server_on_this_machine_gets_four_calls_at_first_and_more_while_it_answers() {
    let ends_at = |url: &str| {
        let world = World::new(|request| Ok(answer(request)));
        let mut config = config();
        for role in ModelRole::ALL {
            let model = ModelConfig { provider: Provider::OpenAiCompatible, url: url.into(), ..ModelConfig::default() };
            *config.models.of_mut(role) = ModelConfig { name: "m".into(), ..model };
        }
        assert_eq!(world.run(config), Ending::Finished);
        let answers = |at: f64| {
            let is_answer = |entry: &&Entry| entry.at == at && matches!(entry.event, Event::ModelAnswered(_));
            world.journal().iter().filter(is_answer).count()
        };
        [answers(200.0), answers(400.0), answers(600.0), answers(1_200.0)]
    };
    assert_eq!(ends_at("http://localhost:11434/v1"), [4, 4, 5, 8]);
    assert_eq!(ends_at("https://models.test/v1"), [8; 4]);
}

/// A world whose journal is durable `write_ms` after it was written to, and the most calls that were ever not yet in it.
fn durable_in(write_ms: f64) -> (World, Rc<Cell<usize>>) {
    let (begun, durable, most) = (Rc::new(Cell::new(0_usize)), Rc::new(Cell::new(0_usize)), Rc::new(Cell::new(0)));
    let (counted, written, greatest) = (Rc::clone(&begun), Rc::clone(&durable), Rc::clone(&most));
    let mut world = World::new(move |request| {
        // Asked when the answer is there: whatever was begun since is in flight too.
        counted.set(counted.get() + 1);
        greatest.set(greatest.get().max(counted.get() - written.get()));
        Ok(answer(request))
    });
    world.store = Rc::new(MemoryStore::appending_in(Rc::new(world.clock.clone()), write_ms));
    world.watch(move |entry| {
        durable.set(durable.get() + usize::from(matches!(entry.event, Event::ModelAnswered(_))));
    });
    (world, most)
}

#[test]
fn no_more_answers_wait_to_be_durable_than_there_are_calls_at_once() {
    for concurrency in [1, 4, 32] {
        let (world, most) = durable_in(90.0);
        let mut config = config();
        config.concurrency = concurrency;
        assert_eq!(world.run(config), Ending::Finished);
        assert!(most.get() <= concurrency, "{} answers were not durable with {concurrency} calls at once", most.get());
    }
}

#[test]
fn waiting_for_durable_answers_costs_each_place_the_time_of_two_writes() {
    for (concurrency, write_ms) in [(8, 1.0), (8, 5.0), (8, 20.0), (64, 20.0)] {
        let (world, _) = durable_in(write_ms);
        let mut config = config();
        config.concurrency = concurrency;
        assert_eq!(world.run(config), Ending::Finished);
        let seconds = world.clock.now() / 1000.0;
        let (at_once, _) = measured(concurrency);
        println!("{concurrency} at once, writes of {write_ms} ms: {seconds:.2} s, of nothing: {at_once:.2} s");
        // A write that has begun is waited for, then the answer's own; on the longest chain those of decisions come to it.
        let turns = 308.0 / concurrency as f64 + 4.0 * CRITICAL_PATH;
        assert!(seconds <= at_once + 2.0 * turns * write_ms / 1000.0, "{seconds}");
    }
}
