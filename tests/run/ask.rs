//! One question outside any run: it goes the way of a run's calls, says what it took however it ends, and can be given up.

use std::{cell::RefCell, rc::Rc};

use futures::future::join;
use promptbeam::{
    domain::{
        agent::AgentConfig,
        budget::{Budget, Price},
        chat::ChatAnswer,
        config::{ModelConfig, ModelsConfig, Provider, RunConfig},
        problem::{ChatError, Problem},
        rollout::NoAnswer,
        usage::TokenUsage,
    },
    ports::{
        answers::MemoryAnswers,
        chat::{ChatRequest, ScriptedModel},
        clock::{Clock, ManualClock},
    },
    run::{
        ask::{Asked, Ending, Means, Progress, Question, ask, faults},
        cache::EvaluationCache,
        context::Models,
        control::{RunControl, Wish},
    },
};

use crate::world::World;

const LATENCY_MS: u32 = 200;

fn config() -> RunConfig {
    let price = Price { input: Some(1.0), output: Some(2.0) };
    let url = "https://models.example/v1".to_owned();
    let agent = ModelConfig {
        provider: Provider::OpenAiCompatible,
        url,
        name: "m".into(),
        temperature: Some(0.0),
        price,
        ..ModelConfig::default()
    };
    let models = ModelsConfig { agent: agent.clone(), critic: agent.clone(), editor: agent };
    RunConfig { models, agent: AgentConfig::default(), ..RunConfig::default() }
}

fn said(text: &str) -> ChatAnswer {
    let usage = TokenUsage { input: Some(100), output: Some(10), ..TokenUsage::default() };
    ChatAnswer { text: text.into(), usage, ..ChatAnswer::default() }
}

/// Writes a query, and approves of it.
fn sound(request: &ChatRequest) -> Result<ChatAnswer, ChatError> {
    let check = request.step.as_str().contains("check");
    Ok(said(if check { "THE QUERY IS CORRECT." } else { "```sql\nSELECT 1\n```" }))
}

/// A desk at which questions are asked one after the other.
struct Desk {
    clock: ManualClock,
    control: RunControl,
    answers: Rc<MemoryAnswers>,
    told: Rc<RefCell<Vec<Progress>>>,
}

impl Desk {
    fn new() -> Self {
        let (clock, control) = (ManualClock::default(), RunControl::default());
        Self { clock, control, answers: Rc::default(), told: Rc::default() }
    }

    fn ask(
        &self,
        config: &RunConfig,
        script: impl Fn(&ChatRequest) -> Result<ChatAnswer, ChatError> + 'static,
    ) -> Asked {
        self.clock.run(self.asking(config, script)).expect("a question waits for nothing but its ports")
    }

    fn asking(
        &self,
        config: &RunConfig,
        script: impl Fn(&ChatRequest) -> Result<ChatAnswer, ChatError> + 'static,
    ) -> impl Future<Output = Asked> {
        let clock: Rc<dyn Clock> = Rc::new(self.clock.clone());
        let model = Rc::new(ScriptedModel::new(Rc::clone(&clock), LATENCY_MS, script));
        let models = Models { agent: model.clone(), critic: model.clone(), editor: model };
        let cache = EvaluationCache::new(self.answers.clone(), &config.models, config.caching);
        let sql = World::new(|_| Err(ChatError::Network)).sql();
        let means = Means { models, sql, clock, cache, control: self.control.clone() };
        let told = Rc::clone(&self.told);
        let question = Question { db: "db".into(), text: "How many?".into(), evidence: None };
        let told = Rc::new(move |progress: &Progress| told.borrow_mut().push(progress.clone()));
        ask(question, config.clone(), means, told)
    }
}

#[test]
fn every_call_is_there_with_its_messages_and_what_it_took() {
    let desk = Desk::new();
    let asked = desk.ask(&config(), sound);
    assert_eq!(asked.ending, Ending::Query("SELECT 1".into()));
    let nodes: Vec<_> = asked.calls.iter().map(|call| call.call.node.name()).collect();
    assert_eq!(nodes, ["write", "check"]);
    assert!(asked.calls[0].call.messages[1].content.contains("How many?"));
    assert_eq!((asked.usage.calls, asked.usage.tokens(), asked.usage.unpriced_calls), (2, 220, 0));
    assert!((asked.usage.usd - 0.00024).abs() < 1e-12, "{}", asked.usage.usd);
    assert_eq!(asked.elapsed_ms, 400.0);
    assert_eq!(desk.told.borrow().iter().map(|progress| progress.answered).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn the_same_question_at_temperature_0_is_answered_from_the_cache() {
    let desk = Desk::new();
    desk.ask(&config(), sound);
    let again = desk.ask(&config(), |_| Err(ChatError::Network));
    assert_eq!(again.ending, Ending::Query("SELECT 1".into()));
    assert_eq!((again.usage.calls, again.usage.cached_calls, again.usage.usd), (2, 2, 0.0));
}

#[test]
fn caps_of_a_run_do_not_hold_for_it_and_an_unknown_price_is_not_nothing() {
    let mut config = config();
    config.budget = Budget { max_calls: Some(1), ..Budget::default() };
    config.models.agent.price = Price::default();
    let asked = Desk::new().ask(&config, sound);
    assert_eq!(asked.ending, Ending::Query("SELECT 1".into()));
    assert_eq!((asked.usage.usd, asked.usage.unpriced_calls), (0.0, 2));
}

#[test]
fn a_call_that_is_tried_again_says_why_it_waits() {
    let (desk, tries) = (Desk::new(), RefCell::new(0));
    let asked = desk.ask(&config(), move |request| {
        *tries.borrow_mut() += 1;
        if *tries.borrow() == 1 { Err(ChatError::Overloaded { status: 503 }) } else { sound(request) }
    });
    assert_eq!(asked.ending, Ending::Query("SELECT 1".into()));
    let first = desk.told.borrow()[0].clone();
    let trouble = Problem::Chat { error: ChatError::Overloaded { status: 503 } };
    assert_eq!(first, Progress { answered: 0, trouble: Some(trouble) });
    assert_eq!(desk.told.borrow()[1].trouble, None);
}

#[test]
fn a_failure_is_a_problem_with_the_calls_before_it_and_never_a_query() {
    let asked = Desk::new().ask(&config(), |request| match request.step.as_str().contains("check") {
        true => Err(ChatError::Auth { status: 401 }),
        false => sound(request),
    });
    assert_eq!(asked.ending, Ending::Failed(Problem::Chat { error: ChatError::Auth { status: 401 } }));
    assert_eq!((asked.calls.len(), asked.usage.calls, asked.usage.lost_calls), (1, 1, 0));
}

#[test]
fn a_refusal_is_no_answer_and_may_be_billed() {
    let asked = Desk::new().ask(&config(), |_| Err(ChatError::Refused));
    assert_eq!(asked.ending, Ending::NoAnswer(NoAnswer::Refused));
    assert_eq!((asked.calls.len(), asked.usage.calls), (0, 0));
    assert!(asked.usage.lost_calls > 0 && asked.usage.unpriced_calls == asked.usage.lost_calls);
}

#[test]
fn a_question_that_is_given_up_counts_the_call_under_way() {
    let desk = Desk::new();
    let config = config();
    let asking = desk.asking(&config, sound);
    let giving_up = async {
        desk.clock.sleep(300.0).await;
        desk.control.ask(Wish::Stop);
    };
    let (asked, ()) = desk.clock.run(join(asking, giving_up)).unwrap();
    assert_eq!(asked.ending, Ending::Cancelled);
    assert_eq!((asked.calls.len(), asked.usage.calls, asked.usage.lost_calls), (1, 1, 1));
    assert_eq!((asked.usage.unpriced_calls, asked.elapsed_ms), (1, 300.0), "what the second call cost is not known");
}

#[test]
fn nobody_bills_a_call_to_a_model_in_this_browser() {
    let mut config = config();
    config.models.agent.provider = Provider::InPage;
    let refused = Desk::new().ask(&config, |_| Err(ChatError::Refused));
    assert_eq!((refused.usage.lost_calls, refused.usage.unpriced_calls), (0, 0));
    let desk = Desk::new();
    let asking = desk.asking(&config, sound);
    let giving_up = async {
        desk.clock.sleep(300.0).await;
        desk.control.ask(Wish::Stop);
    };
    let (asked, ()) = desk.clock.run(join(asking, giving_up)).unwrap();
    assert_eq!(asked.ending, Ending::Cancelled);
    assert_eq!((asked.usage.calls, asked.usage.lost_calls, asked.usage.unpriced_calls), (1, 0, 0));
}

#[test]
fn only_faults_of_the_agent_keep_it_from_being_asked() {
    let mut config = config();
    config.apo.beam_width = 0;
    config.models.critic.name.clear();
    config.budget.max_usd = Some(-1.0);
    assert_eq!(faults(&config), []);
    config.models.agent.name.clear();
    config.agent.write.0.clear();
    let fields: Vec<_> = faults(&config).into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["prompt", "agent.name"]);
}
