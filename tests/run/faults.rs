//! A failed call is never a score: it is tried again, and what outlives its tries pauses the run with a named problem.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::world::{World, answer, config, content, small};
use promptbeam::{
    domain::{
        chat::{Adjustment, ChatAnswer, ModelRole, RequestField},
        config::RunConfig,
        event::Event,
        id::StepId,
        problem::{ChatError, Effect, Problem},
        rng::SplitMix64,
        rollout::{NoAnswer, Outcome},
    },
    ports::clock::{Clock, ManualClock},
    run::{control::RunControl, optimize::Ending, view::RunView},
};

fn faultless() -> Vec<String> {
    let world = World::new(|request| Ok(answer(request)));
    world.run(small());
    content(&world.journal())
}

#[test]
fn passing_faults_cost_time_and_change_nothing() {
    let errors = [
        ChatError::RateLimited { retry_after_ms: Some(1500) },
        ChatError::Overloaded { status: 500 },
        ChatError::Malformed { detail: "no choices".into() },
        ChatError::Timeout { limit_ms: 1000 },
        ChatError::Network,
    ];
    let seen: RefCell<HashSet<StepId>> = RefCell::default();
    let world = World::new(move |request| {
        let first = seen.borrow_mut().insert(request.step.clone());
        let number = seen.borrow().len();
        if first && number.is_multiple_of(2) { Err(errors[number % errors.len()].clone()) } else { Ok(answer(request)) }
    });
    assert_eq!(world.run(small()), Ending::Finished);
    assert_eq!(content(&world.journal()), faultless());
    let view = RunView::of(&world.journal());
    assert!(view.problems.iter().all(|problem| problem.effect == Effect::Retried));
    let causes: HashSet<String> =
        view.problems.iter().map(|problem| format!("{:?} {:?}", problem.problem, problem.role)).collect();
    assert_eq!(causes.len(), view.problems.len(), "one line for each cause and role");
    assert!(view.problems.iter().any(|problem| problem.times > 1));
}

#[test]
fn a_bad_day_with_independent_faults_ends_the_same() {
    let wanted = {
        let world = World::new(|request| Ok(answer(request)));
        world.run(config());
        content(&world.journal())
    };
    let (mut failed, mut asked) = (0, 0);
    for seed in 0..2 {
        let tries: RefCell<HashMap<StepId, u32>> = RefCell::default();
        let world = World::new(move |request| {
            let mut tries = tries.borrow_mut();
            let tried = tries.entry(request.step.clone()).or_default();
            *tried += 1;
            let draw = SplitMix64::labelled(seed, &format!("{} {tried}", request.step)).unit();
            Err(match (100.0 * draw) as u32 {
                0..15 => ChatError::RateLimited { retry_after_ms: None },
                15..30 => ChatError::RateLimited { retry_after_ms: Some(1_000) },
                30..40 => ChatError::Overloaded { status: 529 },
                40..45 => ChatError::Malformed { detail: "html".into() },
                45..50 => ChatError::Timeout { limit_ms: 2_000 },
                _ => return Ok(answer(request)),
            })
        });
        assert_eq!(world.run(config()), Ending::Finished, "seed {seed}");
        assert_eq!(content(&world.journal()), wanted, "seed {seed}");
        failed += world.asked.borrow().iter().filter(|(_, answered)| !answered).count();
        asked += world.asked.borrow().len();
    }
    println!("{failed} of {asked} requests failed");
}

/// What an endpoint saw: the second of each request, and whether it was turned away.
type Requests = Rc<RefCell<Vec<(u32, bool)>>>;

/// An endpoint that answers `per_second` requests in each second and turns the others away.
fn metered(per_second: usize) -> (World, Requests) {
    let (seen, clock) = (Requests::default(), Rc::new(OnceCell::<ManualClock>::new()));
    let (requests, time) = (Rc::clone(&seen), Rc::clone(&clock));
    let world = World::new(move |request| {
        let second = (time.get().unwrap().now() / 1000.0) as u32;
        let answered = requests.borrow().iter().filter(|seen| **seen == (second, false)).count();
        let is_refused = answered >= per_second;
        requests.borrow_mut().push((second, is_refused));
        if is_refused { Err(ChatError::RateLimited { retry_after_ms: None }) } else { Ok(answer(request)) }
    });
    clock.set(world.clock.clone()).ok().unwrap();
    (world, seen)
}

#[test]
fn an_endpoint_that_meters_is_asked_no_faster_than_it_answers() {
    let (world, seen) = metered(10);
    let mut config = config();
    config.concurrency = 32;
    assert_eq!(world.run(config.clone()), Ending::Finished);
    let unmetered = World::new(|request| Ok(answer(request)));
    unmetered.run(config);
    assert_eq!(content(&world.journal()), content(&unmetered.journal()));

    let seen = seen.borrow();
    let refused = seen.iter().filter(|(_, refused)| *refused).count();
    let seconds = seen.last().unwrap().0 + 1;
    let busiest = (0..seconds).map(|second| seen.iter().filter(|seen| seen.0 == second).count()).max().unwrap();
    println!("{} requests in {seconds} s, {refused} turned away, at most {busiest} in one second", seen.len());
    assert!(refused * 2 < seen.len(), "{refused} of {} turned away", seen.len());
    // The first second is the only one in which the run does not know yet.
    let later = (1..seconds).map(|second| seen.iter().filter(|seen| seen.0 == second).count()).max().unwrap();
    assert!(later <= 20, "{later} requests in one second");
}

#[test]
fn after_too_many_requests_nobody_asks_until_the_gate_opens() {
    // The first requests are all turned away, without a word on when to come back.
    let (seen, clock) = (Rc::new(RefCell::new(Vec::new())), Rc::new(OnceCell::<ManualClock>::new()));
    let (requests, time) = (Rc::clone(&seen), Rc::clone(&clock));
    let world = World::new(move |request| {
        let now = time.get().unwrap().now();
        requests.borrow_mut().push(now - 200.0);
        if now < 1_000.0 { Err(ChatError::RateLimited { retry_after_ms: None }) } else { Ok(answer(request)) }
    });
    clock.set(world.clock.clone()).ok().unwrap();
    let config = RunConfig { concurrency: 32, ..config() };
    assert_eq!(world.run(config), Ending::Finished);
    let seen = seen.borrow();
    let begun: Vec<(f64, usize)> = seen.chunk_by(|a, b| a == b).map(|at| (at[0], at.len())).collect();
    assert_eq!(begun[0], (0.0, 32));
    // Half as many after the gate, together: their own waits have passed or pass later.
    let (at, calls) = begun[1];
    assert!(at > 200.0 && at < 1_200.0 && calls <= 16, "{begun:?}");
    let early = seen.iter().filter(|at| **at > 0.0 && **at < 1_200.0).count();
    println!("{early} requests within a second of the refusal of 32; then {:?}", &begun[1..4.min(begun.len())]);
    assert!(early <= 32);
}

/// A world whose provider fails with `error` from one time to another, and when each request was over; all in milliseconds.
fn down_from(from_ms: f64, until_ms: f64, error: ChatError) -> (World, Rc<RefCell<Vec<f64>>>) {
    let (seen, clock) = (Rc::<RefCell<Vec<f64>>>::default(), Rc::new(OnceCell::<ManualClock>::new()));
    let (requests, time) = (Rc::clone(&seen), Rc::clone(&clock));
    let world = World::new(move |request| {
        let now = time.get().unwrap().now();
        requests.borrow_mut().push(now);
        if (from_ms..until_ms).contains(&now) { Err(error.clone()) } else { Ok(answer(request)) }
    });
    clock.set(world.clock.clone()).ok().unwrap();
    (world, seen)
}

#[test]
fn a_provider_that_is_down_is_looked_at_four_times_and_then_the_run_pauses() {
    for error in [ChatError::Overloaded { status: 503 }, ChatError::Network, ChatError::Timeout { limit_ms: 200 }] {
        for concurrency in [1, 8, 32] {
            let (mut world, seen) = down_from(2_000.0, f64::INFINITY, error.clone());
            let config = RunConfig { concurrency, ..config() };
            assert_eq!(world.run(config.clone()), Ending::Paused);
            let took = world.clock.now() - 2_000.0;
            let failed = seen.borrow().iter().filter(|at| **at >= 2_000.0).count();
            println!("{error}, {concurrency} at once: paused after {:.1} s and {failed} requests", took / 1000.0);
            assert!(failed <= concurrency.max(5) + 4, "{failed} requests");
            assert!(took < 45_000.0, "{took} ms");
            let view = RunView::of(&world.journal());
            let pausing: Vec<_> = view.problems.iter().filter(|problem| problem.effect == Effect::Paused).collect();
            assert_eq!(pausing.len(), 1);
            assert_eq!(pausing[0].problem, Problem::Chat { error: error.clone() });
            assert!(
                view.rollouts.iter().all(|rollout| rollout.outcome.reward().is_some()),
                "nothing was scored from it"
            );

            // The next session begins anew.
            world.control = RunControl::default();
            assert_eq!(world.run(config), Ending::Paused);
        }
    }
}

#[test]
fn a_provider_that_comes_back_within_some_seconds_pauses_nothing() {
    let wanted = {
        let world = World::new(|request| Ok(answer(request)));
        world.run(config());
        content(&world.journal())
    };
    let (world, _) = down_from(2_000.0, 9_000.0, ChatError::Network);
    assert_eq!(world.run(config()), Ending::Finished);
    assert_eq!(content(&world.journal()), wanted);
}

#[test]
fn a_lasting_fault_pauses_the_run_without_a_score_and_it_goes_on_when_mended() {
    for error in [
        ChatError::Auth { status: 401 },
        ChatError::OutOfCredit,
        ChatError::DailyQuota,
        ChatError::ModelNotFound,
        ChatError::Overloaded { status: 503 },
        ChatError::Malformed { detail: "html".into() },
    ] {
        for role in ModelRole::ALL {
            let broken = Rc::new(Cell::new(true));
            let (is_broken, fault) = (Rc::clone(&broken), error.clone());
            let mut world = World::new(move |request| {
                if is_broken.get() && request.role == role { Err(fault.clone()) } else { Ok(answer(request)) }
            });
            assert_eq!(world.run(small()), Ending::Paused);
            let journal = world.journal();
            assert!(journal.iter().all(|entry| match &entry.event {
                Event::RolloutFinished(rollout) => rollout.outcome.reward().is_some(),
                _ => true,
            }));
            let pausing = RunView::of(&journal).problems.into_iter().filter(|p| p.effect == Effect::Paused);
            let problems: Vec<_> = pausing.map(|problem| (problem.problem, problem.role)).collect();
            assert_eq!(problems, [(Problem::Chat { error: error.clone() }, Some(role))], "once, not once per call");
            broken.set(false);
            world.control = RunControl::default();
            assert_eq!(world.run(small()), Ending::Finished);
            assert_eq!(content(&world.journal()), faultless());
        }
    }
}

#[test]
fn a_refused_question_has_no_answer_and_is_neither_right_nor_wrong() {
    let world = World::new(|request| {
        let last = &request.messages.last().unwrap().content;
        if last.contains("number 8?") { Err(ChatError::Refused) } else { Ok(answer(request)) }
    });
    assert_eq!(world.run(small()), Ending::Finished);
    let view = RunView::of(&world.journal());
    let refused: Vec<_> = view.rollouts.iter().filter(|rollout| rollout.example.as_str() == "q0008").collect();
    assert!(!refused.is_empty());
    assert!(refused.iter().all(|r| r.outcome == Outcome::NoAnswer { reason: NoAnswer::Refused }));
    assert_eq!(view.seed_score().unwrap().no_answer, 1);
}

#[test]
fn a_batch_over_its_time_limit_pauses_and_only_the_original_scores_it() {
    let slow = |reproduce| {
        let mut world = World::new(|request| Ok(answer(request)));
        world.latency_ms = 900;
        let mut config = small();
        config.concurrency = 1;
        config.apo.rollout_batch_timeout = 2.0;
        config.apo.reproduce_v0_3_0 = reproduce;
        let ending = world.run(config);
        (ending, RunView::of(&world.journal()))
    };
    let (ending, view) = slow(false);
    assert_eq!(ending, Ending::Paused);
    assert!(matches!(view.problems[0].problem, Problem::BatchTimeout { .. }));
    assert!(view.rollouts.iter().all(|rollout| rollout.outcome != Outcome::Unfinished));
    let (ending, view) = slow(true);
    assert_eq!(ending, Ending::Finished);
    let seed = view.seed_score().unwrap();
    assert!(seed.finished < seed.planned);
    assert_eq!(seed.mean, seed.correct as f64 / seed.finished as f64);
}

#[test]
fn a_field_that_a_model_refuses_is_left_out_and_noted_once_for_each_role() {
    let learned: RefCell<HashSet<ModelRole>> = RefCell::default();
    let world = World::new(move |request| {
        if learned.borrow_mut().insert(request.role) {
            return Err(ChatError::FieldRefused { field: RequestField::Temperature });
        }
        let adjusted = request.temperature.map(|asked| Adjustment::TemperatureLeftOut { asked });
        Ok(ChatAnswer { adjusted: adjusted.into_iter().collect(), ..answer(request) })
    });
    assert_eq!(world.run(small()), Ending::Finished);
    let view = RunView::of(&world.journal());
    let noted: Vec<_> = view.problems.iter().map(|problem| (problem.effect, problem.role, problem.times)).collect();
    // The agent was asked for no temperature, so nothing was left out there.
    let (critic, editor) = (Some(ModelRole::Critic), Some(ModelRole::Editor));
    assert_eq!(noted, [(Effect::Noted, critic, 1), (Effect::Noted, editor, 1)]);
    assert!(view.problems.iter().all(|problem| !problem.over));
}

#[test]
fn a_truncated_answer_is_asked_for_once_more_with_twice_the_tokens_and_then_has_none() {
    let limits: Rc<RefCell<Vec<Option<u32>>>> = Rc::default();
    let seen = Rc::clone(&limits);
    let world = World::new(move |request| {
        let last = &request.messages.last().unwrap().content;
        match request.max_tokens {
            _ if last.contains("number 8?") => {
                seen.borrow_mut().push(request.max_tokens);
                Err(ChatError::Truncated { at: Some(request.max_tokens.unwrap_or(500)) })
            }
            None if last.contains("number 9?") => Err(ChatError::Truncated { at: Some(500) }),
            _ => Ok(answer(request)),
        }
    });
    assert_eq!(world.run(small()), Ending::Finished);
    let asked_with = |limit| limits.borrow().iter().filter(|asked| **asked == limit).count();
    assert_eq!(asked_with(None) + asked_with(Some(1000)), limits.borrow().len());
    assert_eq!(asked_with(None), asked_with(Some(1000)));
    let view = RunView::of(&world.journal());
    let seed = view.seed_score().unwrap();
    assert_eq!(seed.no_answer, 1, "one question stays without an answer, the other got one from the second try");
}
