//! Outlooks of made-up courses.

use super::*;
use crate::domain::{
    agent::AgentKind,
    chat::ChatAnswer,
    config::{ApoConfig, ModelConfig},
    event::ModelAnswered,
    id::StepId,
    provider::Provider,
    usage::TokenUsage,
};

fn config(price: Price) -> RunConfig {
    let model = ModelConfig {
        provider: Provider::OpenAiCompatible,
        url: "https://models.test/v1".into(),
        price,
        ..ModelConfig::default()
    };
    let mut config = RunConfig {
        apo: ApoConfig { val_batch_size: 10, beam_width: 2, branch_factor: 2, beam_rounds: 2, ..ApoConfig::default() },
        ..RunConfig::default()
    };
    config.agent.kind = AgentKind::SingleShot;
    config.models = crate::domain::config::ModelsConfig { agent: model.clone(), critic: model.clone(), editor: model };
    config
}

fn workload(config: &RunConfig) -> (Workload, Vec<Example>) {
    let example = |i: usize| Example {
        id: format!("q{i:04}").into(),
        db: if i.is_multiple_of(2) { "small".into() } else { "large".into() },
        question: "How many rows?".into(),
        evidence: None,
        gold: "SELECT 1".into(),
        hardness: None,
        file_id: None,
    };
    let examples: Vec<_> = (0..100).map(example).collect();
    let ids: Vec<_> = examples.iter().map(|example| example.id.clone()).collect();
    let splits = Splits { train: ids[..50].to_vec(), validation: ids[50..].to_vec(), held_out: vec![] };
    let schema = |db: &DbId| Some(if db.as_str() == "small" { 400 } else { 4_000 });
    (Workload::new(config, &splits, &examples, schema), examples)
}

/// A call that took a token for each four characters and 20 tokens out.
fn call(role: ModelRole, step: &str, asked: f64, elapsed_ms: f64) -> ModelAnswered {
    let usage = TokenUsage { input: Some((asked / 4.0) as u64), output: Some(20), ..TokenUsage::default() };
    let answer = ChatAnswer { usage, ..ChatAnswer::default() };
    ModelAnswered { step: StepId::from(step), role, answer, attempts: 1, elapsed_ms, asked_chars: asked as u64 }
}

#[test]
fn three_rollouts_foresee_the_articles_run() {
    let config = config(Price { input: Some(1.0), output: Some(4.0) });
    let plan = Plan::new(&config.apo, 50, 50, 0);
    let (load, examples) = workload(&config);
    let (mut measured, mut done, mut usage) = (Measured::default(), Done::default(), Usage::default());
    for example in &examples[50..53] {
        let chars = load.chars(&example.id);
        let answered = call(ModelRole::Agent, &format!("seed/{}/write1", example.id), chars, 800.0);
        usage += Usage::of_call(answered.answer.usage, config.models.agent.price, 800.0);
        measured.answered(&answered);
        measured.rolled_out(&StepId::from(format!("seed/{}", example.id)), chars);
        done.rolled_out(Purpose::Validation);
    }
    let course = |usage| Course {
        config: &config,
        plan: &plan,
        workload: &load,
        done,
        measured: &measured,
        usage: [usage, Usage::default(), Usage::default()],
        active_ms: 900.0,
    };
    let outlook = course(usage).outlook();
    assert_eq!((outlook.agent_calls, outlook.expansions, outlook.measured), (Span::exactly(292.0), 8.0, 3));
    // 292 first requests of 2,200 characters of schema and some hundreds of prompt each, at 4 characters a token.
    let prompt = load.chars(&examples[0].id) - 400.0;
    let agent = 292.0 * (2_200.0 + prompt) / 4.0;
    let input = outlook.input_tokens;
    assert!(input.p50 > agent && input.p50 < 1.2 * agent, "{input:?} beside {agent}");
    assert!(input.p90 < 1.05 * input.p50, "all cost the same for each character: {input:?}");
    let output = outlook.output_tokens.unwrap();
    let usd = outlook.usd.unwrap();
    assert!((usd.p50 - (input.p50 + 4.0 * output.p50) / 1e6).abs() < 1e-6);
    // 289 rollouts and 16 more calls of 0.8 s, 8 at once.
    let ms = outlook.ms.unwrap();
    assert!((ms.p50 - (900.0 + (289.0 + 16.0) * 800.0 / 8.0)).abs() < 1.0, "{ms:?}");
    let unpriced = Usage { unpriced_calls: 1, ..usage };
    assert_eq!(course(unpriced).outlook().usd, None, "an unknown cost is not nothing");
    let lost = Usage { lost_calls: 1, ..unpriced };
    assert_eq!(course(lost).outlook().usd, Some(usd), "a call without an answer leaves the price known");
}

#[test]
fn a_model_inside_the_page_takes_its_calls_one_after_the_other_and_longer_ones_longer() {
    let mut config = config(Price::FREE);
    let in_page = ModelConfig { provider: Provider::InPage, sha256: "ab".into(), ..ModelConfig::default() };
    config.models.agent = in_page.clone();
    let plan = Plan::new(&config.apo, 50, 50, 0);
    let (load, examples) = workload(&config);
    let (mut measured, mut done) = (Measured::default(), Done::default());
    let mut tokens = 0.0;
    for example in &examples[50..53] {
        let chars = load.chars(&example.id);
        let answered = call(ModelRole::Agent, &format!("seed/{}/write1", example.id), chars, 60_000.0);
        tokens += answered.answer.usage.input.unwrap() as f64 + 20.0;
        measured.answered(&answered);
        measured.rolled_out(&StepId::from(format!("seed/{}", example.id)), chars);
        done.rolled_out(Purpose::Validation);
    }
    let outlook = |config: &RunConfig| {
        let usage = [Usage::default(); 3];
        Course { config, plan: &plan, workload: &load, done, measured: &measured, usage, active_ms: 0.0 }.outlook()
    };
    let mixed = outlook(&config);
    assert_eq!(mixed.tokens_per_second, Some(tokens / 180.0));
    // 289 rollouts of a minute, in line; the other roles' provider answers beside them.
    assert!((mixed.ms.unwrap().p50 - 289.0 * 60_000.0).abs() < 1.0, "{:?}", mixed.ms);
    config.models.critic = in_page;
    let alone = outlook(&config).ms.unwrap().p50 - 289.0 * 60_000.0;
    // A critique reads four rollouts, and takes several times as long as one of them.
    assert!(alone > 8.0 * 3.0 * 60_000.0 && alone < 8.0 * 8.0 * 60_000.0, "{alone}");
}

#[test]
fn before_anything_was_measured_only_texts_and_settings_speak() {
    let mut config = config(Price { input: Some(1.0), output: Some(4.0) });
    config.agent.kind = AgentKind::SelfCorrecting;
    let plan = Plan::new(&config.apo, 50, 50, 0);
    let (load, _) = workload(&config);
    let measured = Measured::default();
    let course = Course {
        config: &config,
        plan: &plan,
        workload: &load,
        done: Done::default(),
        measured: &measured,
        usage: [Usage::default(); 3],
        active_ms: 0.0,
    };
    let outlook = course.outlook();
    assert_eq!(outlook.agent_calls, Span { p50: 584.0, p90: 1752.0 });
    assert!(outlook.input_tokens.p50 > 292.0 * 2_200.0 / 3.6);
    assert_eq!((outlook.output_tokens, outlook.usd, outlook.ms), (None, None, None));
    let mut free = config.clone();
    free.models = crate::domain::config::ModelsConfig::default();
    assert_eq!(Course { config: &free, ..course }.outlook().usd, Some(Span::default()), "nothing is paid for it");
}
