//! How close a run comes to the least time it can take, on a virtual clock: this measures the schedule, not the machine.

use super::world::{World, answer, config};
use promptbeam::{
    domain::{
        config::{ModelConfig, Provider},
        event::Event,
    },
    ports::clock::Clock,
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
