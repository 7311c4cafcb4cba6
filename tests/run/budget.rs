//! What a run takes: caps that are never passed, going on with higher ones, a preflight, and forecasts beside the truth.

use promptbeam::{
    domain::{
        budget::{Budget, Cap, Price, Prices},
        chat::{ChatAnswer, ModelRole},
        config::{ModelConfig, RunConfig},
        event::{Entry, Event},
        id::StepId,
        problem::{ChatError, Problem},
        provider::Provider,
        usage::TokenUsage,
    },
    ports::chat::ChatRequest,
    run::{control::RunControl, optimize::Ending, view::RunView},
};

use crate::world::{World, answer, config, content, small};

/// The same models behind an endpoint, at a price.
fn priced(mut config: RunConfig) -> RunConfig {
    for role in ModelRole::ALL {
        *config.models.of_mut(role) = ModelConfig {
            provider: Provider::OpenAiCompatible,
            url: "https://models.test/v1".into(),
            name: role.name().into(),
            temperature: None,
            price: Price { input: Some(0.4), output: Some(1.6) },
            ..ModelConfig::default()
        };
    }
    config
}

/// Answers that take a token for each four characters.
fn metered(request: &ChatRequest) -> ChatAnswer {
    let answer = answer(request);
    let asked: usize = request.messages.iter().map(|message| message.content.chars().count()).sum();
    let tokens = |chars: usize| Some(chars.div_ceil(4) as u64);
    let output = match request.role {
        // As many as a critique of some sentences has.
        ModelRole::Critic => Some(260),
        ModelRole::Agent | ModelRole::Editor => tokens(answer.text.chars().count()),
    };
    let usage = TokenUsage { input: tokens(asked), output, ..TokenUsage::default() };
    ChatAnswer { usage, ..answer }
}

/// The caps that the run paused at, with what the next call might have taken.
fn reached(entries: &[Entry]) -> Vec<(Cap, f64)> {
    let cap = |entry: &Entry| match &entry.event {
        Event::ProblemRaised { problem: Problem::BudgetReached { cap, next, .. }, .. } => Some((*cap, *next)),
        _ => None,
    };
    entries.iter().filter_map(cap).collect()
}

/// A session of its own, after which the caps are `next`.
fn run_then(world: &mut World, config: &RunConfig, next: Budget) -> Ending {
    world.control = RunControl::default();
    let ending = world.run(config.clone());
    if ending == Ending::Paused {
        world.record(Event::BudgetChanged { budget: next });
    }
    ending
}

#[test]
fn a_cap_on_calls_is_never_passed_with_32_at_once_and_a_higher_one_goes_on_to_the_same_end() {
    let free = World::new(|request| Ok(answer(request)));
    assert_eq!(free.run(RunConfig { concurrency: 32, ..config() }), Ending::Finished);
    let mut capped = World::new(|request| Ok(answer(request)));
    let budget = |calls| Budget { max_calls: Some(calls), ..Budget::default() };
    let config = RunConfig { concurrency: 32, budget: budget(50), ..config() };
    let caps = [50, 51, 120, 307, 400];
    for (at, cap) in caps.into_iter().enumerate() {
        let next = budget(caps.get(at + 1).copied().unwrap_or(cap));
        let ending = run_then(&mut capped, &config, next);
        let asked = capped.asked.borrow().len();
        if cap < 308 {
            assert_eq!((ending, asked), (Ending::Paused, cap as usize));
        } else {
            assert_eq!((ending, asked), (Ending::Finished, 308));
        }
    }
    assert_eq!(reached(&capped.journal()), [(Cap::Calls, 1.0); 4]);
    // The caps themselves stand in the run's settings.
    let facts = |world: &World| content(&world.journal()).into_iter().filter(|fact| !fact.contains("run_started"));
    assert!(facts(&capped).eq(facts(&free)));
    assert!(capped.answered_twice().is_empty());
}

#[test]
fn refused_requests_take_nothing_and_lost_ones_do() {
    let world = lossy();
    assert_eq!(world.run(priced(config())), Ending::Finished);
    let view = RunView::of(&world.journal());
    let usage = view.usage.total();
    let lost = lost(&world.journal());
    assert_eq!((usage.calls, usage.lost_calls), (308, lost as u64));
    assert!(lost > 10, "{lost}");
    assert_eq!(world.asked.borrow().len(), 2 * 308 + lost);
}

#[test]
fn a_model_in_this_browser_bills_no_lost_call() {
    let world = lossy();
    assert_eq!(world.run(config()), Ending::Finished);
    let mut entries = world.journal();
    assert_eq!((lost(&entries), RunView::of(&entries).usage.total().lost_calls), (0, 0));
    assert!(world.asked.borrow().len() > 2 * 308, "some answers were lost all the same");

    // An older page recorded them.
    let elsewhere = lossy();
    elsewhere.run(priced(config()));
    let older = elsewhere.journal().into_iter().find(|entry| matches!(entry.event, Event::CallLost(_)));
    entries.extend(older);
    assert_eq!((lost(&entries), RunView::of(&entries).usage.total().lost_calls), (1, 0));
}

fn lost(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| matches!(entry.event, Event::CallLost(_))).count()
}

/// A world in which every request is refused once, and the first answer to every tenth question is lost as well.
fn lossy() -> World {
    let tried = std::cell::RefCell::new(std::collections::HashMap::<StepId, u32>::new());
    World::new(move |request| {
        let mut tried = tried.borrow_mut();
        let tries = tried.entry(request.step.clone()).or_default();
        *tries += 1;
        let is_lossy = request.step.as_str().contains("0/write1");
        match *tries {
            1 => Err(ChatError::RateLimited { retry_after_ms: None }),
            2 if is_lossy => Err(ChatError::Malformed { detail: "nothing".into() }),
            _ => Ok(answer(request)),
        }
    })
}

#[test]
fn a_cap_on_money_pauses_below_it_and_says_when_half_is_used() {
    let world = World::new(|request| Ok(metered(request)));
    let whole = {
        let free = World::new(|request| Ok(metered(request)));
        free.run(priced(config()));
        RunView::of(&free.journal()).usage.total().usd
    };
    let cap = whole / 2.0;
    let budget = Budget { max_usd: Some(cap), ..Budget::default() };
    assert_eq!(world.run(RunConfig { budget, ..priced(config()) }), Ending::Paused);
    let entries = world.journal();
    let spent = RunView::of(&entries).usage.total().usd;
    let [(Cap::Money, next)] = reached(&entries)[..] else { panic!("{:?}", reached(&entries)) };
    assert!(spent <= cap && spent + next > cap, "{spent} and {next} of {cap}");
    let percents: Vec<u8> = entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::ProblemRaised { problem: Problem::BudgetUsed { percent, .. }, .. } => Some(*percent),
            _ => None,
        })
        .collect();
    let passed: Vec<u8> = [50, 80].into_iter().filter(|percent| spent >= cap * f64::from(*percent) / 100.0).collect();
    assert!(!passed.is_empty());
    assert_eq!(percents, passed);
}

#[test]
fn a_preflight_of_three_rollouts_is_the_beginning_of_the_run_and_foresees_it() {
    let mut world = World::new(|request| Ok(metered(request)));
    world.control = RunControl::preflight(3);
    assert_eq!(world.run(priced(config())), Ending::Paused);
    assert_eq!(world.asked.borrow().len(), 3);
    let foreseen = RunView::of(&world.journal()).outlook().unwrap();
    world.control = RunControl::default();
    assert_eq!(world.run(priced(config())), Ending::Finished);
    assert_eq!(world.asked.borrow().len(), 308, "the three are not asked again");

    let view = RunView::of(&world.journal());
    let (usage, truth) = (view.usage.total(), view.outlook().unwrap());
    assert_eq!(foreseen.agent_calls.p50 + foreseen.expansions + foreseen.edits, usage.calls as f64);
    let within = |what: &str, foreseen: f64, truth: f64| {
        println!("{what}: foreseen {foreseen:.4}, truth {truth:.4}, {:+.1} %", 100.0 * (foreseen / truth - 1.0));
        assert!((foreseen / truth - 1.0).abs() <= 0.2, "{what}: {foreseen} beside {truth}");
    };
    within("tokens in", foreseen.input_tokens.p50, usage.input_tokens as f64);
    within("dollars", foreseen.usd.unwrap().p50, usage.usd);
    within("milliseconds", foreseen.ms.unwrap().p50, view.active_ms);
    assert_eq!(truth.input_tokens.p50, usage.input_tokens as f64, "at the end everything is known");
    assert_eq!(truth.rest_ms.map(|rest| rest.p90), Some(0.0));
}

#[test]
fn a_run_that_is_killed_between_its_calls_keeps_to_its_cap() {
    let budget = Budget { max_calls: Some(30), ..Budget::default() };
    let world = World::new(|request| Ok(answer(request)));
    let capped = RunConfig { budget, ..small() };
    assert_eq!(world.run(capped.clone()), Ending::Paused);
    for cut in (1..world.journal().len()).step_by(29) {
        let again = World::new(|request| Ok(answer(request)));
        again.restore(&world.journal()[..cut]);
        assert_eq!(again.run(capped.clone()), Ending::Paused);
        let answers = again.journal().iter().filter(|entry| matches!(entry.event, Event::ModelAnswered(_))).count();
        assert_eq!(answers, 30, "cut at {cut}");
    }
}

/// The price that `priced` gives.
const PRICE: Price = Price { input: Some(0.4), output: Some(1.6) };

/// A run at `models` that pauses at a cap on calls, and what its screens show.
fn paused_at(config: RunConfig, max_calls: u64) -> World {
    let world = World::new(|request| Ok(metered(request)));
    let budget = Budget { max_calls: Some(max_calls), ..Budget::default() };
    assert_eq!(world.run(RunConfig { budget, ..config }), Ending::Paused);
    world
}

fn unpriced(mut config: RunConfig) -> RunConfig {
    config = priced(config);
    config.models.set_prices(&Prices::default());
    config
}

#[test]
fn a_price_that_is_set_on_a_paused_run_holds_for_its_calls_so_far_and_to_come() {
    let whole = |config: RunConfig| {
        let world = World::new(|request| Ok(metered(request)));
        world.run(config);
        RunView::of(&world.journal()).usage.total()
    };
    let wanted = whole(priced(config()));
    let mut world = paused_at(unpriced(config()), 100);
    let before = RunView::of(&world.journal()).usage.total();
    assert_eq!((before.usd, before.unpriced_calls), (0.0, 100), "unknown, and said so for each call");

    let prices = Prices { agent: PRICE, critic: PRICE, editor: PRICE };
    world.record(Event::PricesChanged { prices });
    world.record(Event::BudgetChanged { budget: Budget::default() });
    let view = RunView::of(&world.journal());
    let after = view.usage.total();
    let reckoned = PRICE.of(after.input_tokens as f64, after.output_tokens as f64).unwrap();
    assert!((after.usd - reckoned).abs() < 1e-12 && after.unpriced_calls == 0, "{after:?}");
    assert_eq!(view.usage.billed(&ModelRole::ALL).words(), "100 calls by their tokens");
    assert!(view.outlook().unwrap().usd.is_some());

    world.control = RunControl::default();
    assert_eq!(world.run(unpriced(config())), Ending::Finished);
    let end = RunView::of(&world.journal()).usage.total();
    assert!((end.usd - wanted.usd).abs() < 1e-9, "{} beside {}", end.usd, wanted.usd);
    assert!(world.answered_twice().is_empty());
}

#[test]
fn a_price_that_is_set_lets_money_be_capped_and_what_was_spent_before_counts() {
    let mut world = paused_at(unpriced(config()), 100);
    let prices = Prices { agent: PRICE, critic: PRICE, editor: PRICE };
    world.record(Event::PricesChanged { prices });
    let spent = RunView::of(&world.journal()).usage.total().usd;
    let cap = 1.5 * spent;
    world.record(Event::BudgetChanged { budget: Budget { max_usd: Some(cap), ..Budget::default() } });
    world.control = RunControl::default();
    assert_eq!(world.run(unpriced(config())), Ending::Paused);
    let [.., (Cap::Money, next)] = reached(&world.journal())[..] else { panic!("{:?}", reached(&world.journal())) };
    let end = RunView::of(&world.journal()).usage.total().usd;
    assert!(end > spent && end <= cap && end + next > cap, "{end} of {cap}");

    // Dearer than was thought: what was spent is above the cap, so nothing more is sent.
    let dearer = Price { input: Some(4.0), output: Some(16.0) };
    world.record(Event::PricesChanged { prices: Prices { agent: dearer, critic: dearer, editor: dearer } });
    let asked = world.asked.borrow().len();
    world.control = RunControl::default();
    assert_eq!(world.run(unpriced(config())), Ending::Paused);
    assert_eq!(world.asked.borrow().len(), asked);
    let told = RunView::of(&world.journal()).usage.total().usd;
    assert!((told - 10.0 * end).abs() < 1e-9, "{told}");
}
