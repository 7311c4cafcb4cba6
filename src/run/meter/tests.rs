//! Reservations: no cap is passed, nobody waits for ever.

use futures::FutureExt;

use super::*;
use crate::domain::{config::ModelConfig, id::StepId, provider::Provider};

fn models(price: Price) -> ModelsConfig {
    let model = ModelConfig { provider: Provider::OpenAiCompatible, price, ..ModelConfig::default() };
    ModelsConfig { agent: model.clone(), critic: model.clone(), editor: model }
}

fn request(chars: usize) -> ChatRequest {
    let messages = vec![Message::user("x".repeat(chars))];
    ChatRequest { step: StepId::from("s"), role: ModelRole::Agent, messages, temperature: None, max_tokens: None }
}

fn bill(input: u64, output: u64) -> Bill {
    let tokens = TokenUsage { input: Some(input), output: Some(output), ..TokenUsage::default() };
    Bill { role: ModelRole::Agent, tokens, asked: 4 * input, answered: 4 * output }
}

fn now(meter: &Rc<Meter>, chars: usize) -> Option<Result<Reservation, Reached>> {
    meter.reserve(&request(chars)).now_or_never()
}

#[test]
fn a_cap_on_calls_counts_those_in_flight() {
    let budget = Budget { max_calls: Some(2), ..Budget::default() };
    let meter = Meter::new(budget, &models(Price::default()), &[]);
    let first = now(&meter, 10).unwrap().unwrap();
    let second = now(&meter, 10).unwrap().unwrap();
    let next = request(10);
    let mut third = Box::pin(meter.reserve(&next));
    assert!(third.as_mut().now_or_never().is_none(), "both in flight may yet be refused");
    drop(first);
    let third = third.now_or_never().expect("a refused call takes nothing").unwrap();
    second.settle(&bill(10, 5));
    third.settle(&bill(10, 5));
    let reached = now(&meter, 10).unwrap().err().unwrap();
    assert_eq!(reached, Reached { cap: Cap::Calls, most: 2.0, spent: 2.0, next: 1.0 });
}

#[test]
fn who_waits_is_told_when_nothing_is_in_flight_any_more() {
    let meter = Meter::new(Budget { max_calls: Some(1), ..Budget::default() }, &models(Price::default()), &[]);
    let first = now(&meter, 10).unwrap().unwrap();
    let next = request(10);
    let mut waiting = Box::pin(meter.reserve(&next));
    assert!(waiting.as_mut().now_or_never().is_none());
    first.settle(&bill(10, 5));
    assert!(waiting.now_or_never().expect("woken").is_err());
}

#[test]
fn money_is_set_aside_for_the_longest_answer_until_answers_teach_better() {
    // 1 dollar for a million tokens in, 10 for a million out.
    let price = Price { input: Some(1.0), output: Some(10.0) };
    let meter = Meter::new(Budget { max_usd: Some(0.1), ..Budget::default() }, &models(price), &[]);
    // 0.041 each at first: two fit.
    let (first, second) = (now(&meter, 360).unwrap().unwrap(), now(&meter, 360).unwrap().unwrap());
    assert!(now(&meter, 360).is_none());
    let passed = [first, second].map(|reservation| reservation.settle(&bill(100, 50)));
    assert!(passed.iter().all(Vec::is_empty));
    for _ in 0..3 {
        now(&meter, 360).unwrap().unwrap().settle(&bill(100, 50));
    }
    // 5 × 0.0006 are spent; the longest answer is now reckoned at 100 tokens, 0.0011 a call.
    let held: Vec<_> = std::iter::from_fn(|| now(&meter, 400)?.ok()).collect();
    assert_eq!(held.len(), 88);
    assert!((meter.spent().usd - 0.003).abs() < 1e-12);
}

#[test]
fn each_share_of_a_cap_is_passed_once_and_not_again_by_a_resumed_run() {
    let budget = Budget { max_tokens: Some(100_000), ..Budget::default() };
    let meter = Meter::new(budget, &models(Price::default()), &[bill(30_000, 10_000)]);
    let call = |input| now(&meter, 40).unwrap().unwrap().settle(&bill(input, 0));
    assert_eq!(call(5_000), []);
    assert_eq!(call(5_000), [Passed { cap: Cap::Tokens, percent: 50, most: 100_000.0 }]);
    assert_eq!(call(5_000), []);
    assert_eq!(call(26_000), [Passed { cap: Cap::Tokens, percent: 80, most: 100_000.0 }]);
    let resumed = Meter::new(budget, &models(Price::default()), &[bill(60_000, 0)]);
    assert_eq!(now(&resumed, 40).unwrap().unwrap().settle(&bill(1, 0)), []);
}

#[test]
fn tokens_that_nobody_tells_are_estimated_and_not_free() {
    let meter = Meter::new(Budget::default(), &models(Price::default()), &[]);
    let untold = Bill { tokens: TokenUsage::default(), asked: 3_600, answered: 360, role: ModelRole::Agent };
    now(&meter, 10).unwrap().unwrap().settle(&untold);
    assert_eq!(meter.spent().tokens, 1_100.0);
}
