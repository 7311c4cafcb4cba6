//! Identical requests at temperature 0 are paid for once, over runs; at any other temperature each is asked for itself.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use futures::{FutureExt, future::ready};

use super::world::{World, answer, content, small};
use promptbeam::{
    domain::{
        chat::{Adjustment, ChatAnswer, ModelRole},
        config::{AnswerCaching, ModelConfig, Provider, RunConfig},
        event::{Entry, Event},
        id::StepId,
        problem::{ChatError, Effect, Problem},
        usage::TokenUsage,
    },
    ports::{
        answers::{AnswerCache, AnswerKey, CacheSize, MemoryAnswers},
        chat::ChatRequest,
        clock::{Clock, ManualClock},
        store::{RunState, StoreError, Stored},
    },
    run::{
        control::{RunControl, Wish},
        optimize::Ending,
        view::RunView,
    },
};

/// The small setting with all roles at an endpoint, asked at `temperature`.
fn at(temperature: f64) -> RunConfig {
    let mut config = small();
    for role in ModelRole::ALL {
        *config.models.of_mut(role) = ModelConfig {
            provider: Provider::OpenAiCompatible,
            url: "https://models.example.com/v1".into(),
            name: role.name().into(),
            temperature: Some(temperature),
            ..ModelConfig::default()
        };
    }
    config
}

/// A world that knows the answers of `before`.
fn after(before: &World) -> World {
    World::new(|request| Ok(answer(request))).with_answers(Rc::clone(&before.answers))
}

fn paid(world: &World) -> usize {
    world.asked.borrow().iter().filter(|(_, answered)| *answered).count()
}

fn size(world: &World) -> CacheSize {
    world.clock.run(world.answers.size()).unwrap().unwrap()
}

fn answers(entries: &[Entry]) -> Vec<ChatAnswer> {
    let answered = entries.iter().filter_map(|entry| match &entry.event {
        Event::ModelAnswered(answered) => Some(answered.answer.clone()),
        _ => None,
    });
    answered.collect()
}

/// A journal's facts whoever paid for the answers.
fn facts(world: &World) -> Vec<String> {
    let mut entries = world.journal();
    for entry in &mut entries {
        match &mut entry.event {
            Event::ModelAnswered(answered) => {
                let answered = Rc::make_mut(answered);
                (answered.answer.from_cache, answered.answer.usage) = (false, TokenUsage::default());
            }
            Event::RunStarted(started) => Rc::make_mut(started).config.caching = AnswerCaching::Off,
            _ => {}
        }
    }
    content(&entries)
}

#[test]
fn a_second_run_at_temperature_0_pays_for_nothing_and_ends_the_same() {
    let first = World::new(|request| Ok(answer(request)));
    assert_eq!(first.run(at(0.0)), Ending::Finished);
    let second = after(&first);
    assert_eq!(second.run(at(0.0)), Ending::Finished);
    assert_eq!(second.asked.borrow().len(), 0);
    assert_eq!(facts(&second), facts(&first));

    let (one, other) = (RunView::of(&first.journal()), RunView::of(&second.journal()));
    let (one, other) = (one.usage.total(), other.usage.total());
    assert_eq!(one.paid_calls() as usize, paid(&first));
    assert_eq!((other.calls, other.paid_calls(), other.tokens(), other.unmetered_calls), (one.calls, 0, 0, 0));
    assert!(answers(&second.journal()).iter().all(|answer| answer.from_cache));
    assert_eq!(size(&first).answers, paid(&first), "one entry for each request that was paid for");
}

#[test]
fn a_run_that_is_answered_from_the_cache_is_the_run_without_one() {
    let without = World::new(|request| Ok(answer(request)));
    let config = RunConfig { caching: AnswerCaching::Off, ..at(0.0) };
    assert_eq!(without.run(config.clone()), Ending::Finished);
    assert_eq!(size(&without), CacheSize::default());
    let with = World::new(|request| Ok(answer(request)));
    assert_eq!(with.run(at(0.0)), Ending::Finished);
    assert_eq!(facts(&with), facts(&without));
    // A parent meets the same question in several batches.
    println!("{} of {} calls paid for in the first run", paid(&with), paid(&without));
    assert!(paid(&with) < paid(&without));

    let switched_off = after(&with);
    assert_eq!(switched_off.run(config), Ending::Finished);
    assert_eq!(paid(&switched_off), paid(&without));
}

#[test]
fn at_other_temperatures_and_with_simulated_models_every_call_is_made() {
    let mut unset = at(0.0);
    ModelRole::ALL.into_iter().for_each(|role| unset.models.of_mut(role).temperature = None);
    let mut simulated = at(0.0);
    ModelRole::ALL.into_iter().for_each(|role| simulated.models.of_mut(role).provider = Provider::Practice);
    for config in [at(0.7), unset, simulated] {
        let first = World::new(|request| Ok(answer(request)));
        first.run(config.clone());
        let second = after(&first);
        assert_eq!(second.run(config), Ending::Finished);
        assert_eq!(paid(&second), paid(&first));
        assert_eq!(size(&second), CacheSize::default());
        assert!(answers(&second.journal()).iter().all(|answer| !answer.from_cache));
    }
}

/// The virtual time at which each request was made, in milliseconds.
type Requests = Rc<RefCell<HashMap<String, Vec<f64>>>>;

/// A world that notes its requests, with the cache of another one.
fn noting(answers: &Rc<dyn AnswerCache>) -> (World, Requests) {
    let (requests, clock) = (Requests::default(), Rc::new(OnceCell::<ManualClock>::new()));
    let (noted, time) = (Rc::clone(&requests), Rc::clone(&clock));
    let world = World::new(move |request| {
        let ChatRequest { role, messages, max_tokens, .. } = request;
        let name = format!("{role:?} {messages:?} {max_tokens:?}");
        noted.borrow_mut().entry(name).or_default().push(time.get().unwrap().now());
        Ok(answer(request))
    });
    clock.set(world.clock.clone()).ok().unwrap();
    (world.with_answers(Rc::clone(answers)), requests)
}

fn busy(caching: AnswerCaching) -> RunConfig {
    RunConfig { concurrency: 64, caching, ..at(0.0) }
}

#[test]
fn identical_requests_under_way_at_once_are_one_call() {
    let none: Rc<dyn AnswerCache> = Rc::new(MemoryAnswers::default());
    let (world, requests) = noting(&none);
    assert_eq!(world.run(busy(AnswerCaching::Off)), Ending::Finished);
    let at_once = requests.borrow().values().filter(|times| times.windows(2).any(|two| two[0] == two[1])).count();
    assert!(at_once > 0, "the search makes identical requests at the same moment");

    // Also where nothing can be kept: whoever waits for a call gets its answer all the same.
    for answers in [Rc::new(MemoryAnswers::default()) as Rc<dyn AnswerCache>, Rc::new(FullCache)] {
        let (cached, requests) = noting(&answers);
        assert_eq!(cached.run(busy(AnswerCaching::AtTemperatureZero)), Ending::Finished);
        assert!(requests.borrow().values().all(|times| times.windows(2).all(|two| two[0] < two[1])));
        assert_eq!(facts(&cached), facts(&world));
    }
}

/// A cache in which there is no room.
struct FullCache;

impl AnswerCache for FullCache {
    fn get<'a>(&'a self, _: &'a AnswerKey) -> Stored<'a, Option<ChatAnswer>> {
        ready(Err(StoreError::Blocked)).boxed_local()
    }

    fn put<'a>(&'a self, _: &'a AnswerKey, _: &'a ChatAnswer) -> Stored<'a, ()> {
        ready(Err(StoreError::Full)).boxed_local()
    }

    fn size(&self) -> Stored<'_, CacheSize> {
        ready(Ok(CacheSize::default())).boxed_local()
    }

    fn clear(&self) -> Stored<'_, ()> {
        ready(Ok(())).boxed_local()
    }
}

#[test]
fn a_full_store_is_said_once_and_stops_nothing() {
    let world = World::new(|request| Ok(answer(request))).with_answers(Rc::new(FullCache));
    assert_eq!(world.run(at(0.0)), Ending::Finished);
    let problems = RunView::of(&world.journal()).problems;
    let told: Vec<_> = problems.iter().map(|told| (told.problem.clone(), told.effect, told.times)).collect();
    assert_eq!(told, [(Problem::Uncached { message: StoreError::Full.to_string() }, Effect::Noted, 1)]);
}

#[test]
fn a_failed_call_leaves_asking_to_the_next_and_no_error_is_kept() {
    let errors = [ChatError::Overloaded { status: 503 }, ChatError::Malformed { detail: "html".into() }];
    let seen: RefCell<HashSet<StepId>> = RefCell::default();
    let world = World::new(move |request| {
        let number = seen.borrow().len();
        let is_first = seen.borrow_mut().insert(request.step.clone());
        if is_first { Err(errors[number % errors.len()].clone()) } else { Ok(answer(request)) }
    });
    assert_eq!(world.run(busy(AnswerCaching::AtTemperatureZero)), Ending::Finished);
    let undisturbed = World::new(|request| Ok(answer(request)));
    undisturbed.run(busy(AnswerCaching::AtTemperatureZero));
    assert_eq!(facts(&world), facts(&undisturbed));
    assert_eq!(paid(&world), paid(&undisturbed), "a request that has failed is still paid for once");
    assert_eq!(size(&world), size(&undisturbed));
}

#[test]
fn a_truncated_answer_is_asked_for_again_and_the_whole_one_is_kept_under_its_own_limit() {
    let script = |request: &ChatRequest| {
        let last = &request.messages.last().unwrap().content;
        match request.max_tokens {
            _ if last.contains("number 8?") => Err(ChatError::Truncated { at: Some(500) }),
            None if last.contains("number 9?") => Err(ChatError::Truncated { at: Some(500) }),
            _ => Ok(answer(request)),
        }
    };
    let first = World::new(script);
    assert_eq!(first.run(at(0.0)), Ending::Finished);
    let second = World::new(script).with_answers(Rc::clone(&first.answers));
    assert_eq!(second.run(at(0.0)), Ending::Finished);
    assert_eq!(facts(&second), facts(&first));
    assert_eq!(paid(&second), 0, "question 9 is known with twice the tokens");
    let asked = second.asked.borrow();
    assert!(asked.iter().any(|(step, _)| step.as_str().contains("q0008")));
    assert!(asked.iter().all(|(step, _)| step.as_str().contains("q0008") || step.as_str().contains("q0009")));
}

#[test]
fn an_answer_at_another_temperature_than_asked_for_is_nobody_elses() {
    let script = |request: &ChatRequest| {
        let adjusted = vec![Adjustment::TemperatureLeftOut { asked: 0.0 }];
        Ok(ChatAnswer { adjusted, ..answer(request) })
    };
    let config = busy(AnswerCaching::AtTemperatureZero);
    let (first, without) = (World::new(script), World::new(script));
    assert_eq!(first.run(config.clone()), Ending::Finished);
    assert_eq!(without.run(busy(AnswerCaching::Off)), Ending::Finished);
    assert_eq!(paid(&first), paid(&without));
    assert_eq!(size(&first), CacheSize::default());
    // Known from the first answer on.
    let waited = first.clock.now() - without.clock.now();
    assert!(waited <= f64::from(first.latency_ms), "calls waited {waited} ms for each other");
}

#[test]
fn an_empty_answer_is_used_and_not_kept() {
    let world = World::new(|request| match request.role {
        ModelRole::Critic => Ok(ChatAnswer { text: " ".into(), ..answer(request) }),
        _ => Ok(answer(request)),
    });
    assert_eq!(world.run(at(0.0)), Ending::Finished);
    let empty = answers(&world.journal()).iter().filter(|answer| answer.text == " ").count();
    assert!(empty > 0);
    assert_eq!(size(&world).answers, paid(&world) - empty);
}

#[test]
fn a_run_from_the_cache_can_be_paused_and_goes_on_without_a_call() {
    let first = World::new(|request| Ok(answer(request)));
    first.run(at(0.0));
    let mut second = after(&first);
    let (control, answered) = (second.control.clone(), Cell::new(0));
    second.watch(move |entry| {
        answered.set(answered.get() + usize::from(matches!(entry.event, Event::ModelAnswered(_))));
        if answered.get() == 7 {
            control.ask(Wish::Pause);
        }
    });
    assert_eq!(second.run(at(0.0)), Ending::Paused);
    assert_eq!(RunView::of(&second.journal()).state, RunState::Paused);
    assert!(answers(&second.journal()).len() < answers(&first.journal()).len() / 2);
    second.control = RunControl::default();
    second.watch(|_| {});
    assert_eq!(second.run(at(0.0)), Ending::Finished);
    assert_eq!((facts(&second), second.asked.borrow().len()), (facts(&first), 0));
}

#[test]
fn what_was_cleared_is_asked_for_again() {
    let first = World::new(|request| Ok(answer(request)));
    first.run(at(0.0));
    first.clock.run(first.answers.clear()).unwrap().unwrap();
    let second = after(&first);
    // Also while a run is under way: what it has already asked for counts as unknown from then on.
    let answers = Rc::clone(&second.answers);
    second.watch(move |_| answers.clear().now_or_never().unwrap().unwrap());
    assert_eq!(second.run(at(0.0)), Ending::Finished);
    assert_eq!(facts(&second), facts(&first));
    assert!(paid(&second) > paid(&first));
}

#[test]
fn what_the_cache_answers_takes_nothing_from_a_budget_also_after_resuming() {
    let first = World::new(|request| Ok(answer(request)));
    first.run(at(0.0));
    let mut config = at(0.0);
    config.budget.max_calls = Some(1);
    let mut second = after(&first);
    let control = second.control.clone();
    second.watch(move |entry| {
        if matches!(&entry.event, Event::ModelAnswered(answered) if answered.step.as_str().contains("r02")) {
            control.ask(Wish::Pause);
        }
    });
    assert_eq!(second.run(config.clone()), Ending::Paused);
    second.control = RunControl::default();
    second.watch(|_| {});
    assert_eq!(second.run(config), Ending::Finished);
    assert_eq!(second.asked.borrow().len(), 0);
}
