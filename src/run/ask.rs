//! One question to the agent outside any run: without a gold query, without a score, kept nowhere. The calls go the way of a
//! run's, with its retries and its cache; what they took is told however it ends.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use futures::future::{FutureExt, LocalBoxFuture};

use super::{
    cache::EvaluationCache,
    context::{Context, Models},
    control::{RunControl, Wish},
    inspect::{InspectedCall, inspected, usage_of},
    journal::Journal,
};
use crate::{
    domain::{
        budget::Budget,
        chat::ChatAnswer,
        config::{ConfigFault, RunConfig},
        dataset::{Example, Splits},
        event::{CallLost, Entry, Event, JOURNAL_VERSION, ModelAnswered, RunStarted, SchemaText},
        id::{DbId, RunId, StepId},
        problem::{ChatError, Effect, Problem},
        rollout::NoAnswer,
        usage::{TokenUsage, Usage},
    },
    ports::{
        chat::{ChatModel, ChatRequest},
        clock::Clock,
        sql::{SqlEngine, SqlError},
        store::MemoryStore,
    },
    text2sql::{agent::Agent, schema::table_info},
};

/// The settings' fields that a question to the agent depends on, besides its prompts and its model.
const FIELDS: [&str; 4] = ["prompt", "max_turns", "concurrency", "call_timeout"];

/// A question about a database.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    pub db: DbId,
    pub text: String,
    /// BIRD's hint, sent with the question.
    pub evidence: Option<String>,
}

/// Everything that a question needs of the outside world.
pub struct Means {
    pub models: Models,
    pub sql: Rc<dyn SqlEngine>,
    pub clock: Rc<dyn Clock>,
    pub cache: EvaluationCache,
    /// A stop cancels the question at once.
    pub control: RunControl,
}

/// How far a question is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Answered calls.
    pub answered: usize,
    /// What the call under way met before: it waits and is tried again.
    pub trouble: Option<Problem>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub ending: Ending,
    /// Every answered call with its messages.
    pub calls: Vec<InspectedCall>,
    /// What all calls took, also those that gave nothing.
    pub usage: Usage,
    /// Wall time in milliseconds.
    pub elapsed_ms: f64,
}

/// How a question ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// With the agent's last query, which is empty if its answer holds none.
    Query(String),
    NoAnswer(NoAnswer),
    Failed(Problem),
    Cancelled,
}

/// What keeps the agent of `config` from being asked; faults of the rest of the settings do not.
pub fn faults(config: &RunConfig) -> Vec<ConfigFault> {
    let matters = |fault: &ConfigFault| FIELDS.contains(&fault.field.as_str()) || fault.field.starts_with("agent.");
    config.validate().into_iter().filter(matters).collect()
}

/// Asks the agent of `config`. Its caps are those of a run and do not hold here.
pub async fn ask(question: Question, config: RunConfig, means: Means, told: Rc<dyn Fn(&Progress)>) -> Asked {
    let Means { models, sql, clock, cache, control } = means;
    let start = clock.now();
    let db = question.db.clone();
    let described = control.unless(Wish::Stop, sql.describe(&db)).await;
    let table_info = match described {
        Some(Ok(schema)) => table_info(&schema),
        Some(Err(error)) => return nothing(Ending::Failed(problem_of(error))),
        None => return nothing(Ending::Cancelled),
    };
    let started = started(question, config, &table_info);
    let (example, agent) = (started.examples[0].clone(), started.config.agent.clone());
    let price = started.config.models.agent.cost();
    let is_here = started.config.models.agent.provider.is_here();
    let heard = Rc::new(RefCell::new(Heard::default()));
    let journal = journal(Rc::clone(&heard), Rc::clone(&clock), told);
    let since = Rc::new(Cell::new(None));
    let watched = Watched { model: Rc::clone(&models.agent), clock: Rc::clone(&clock), since: Rc::clone(&since) };
    let models = Models { agent: Rc::new(watched), ..models };
    let context = Context::new(started, models, sql, Rc::clone(&clock), journal, control.clone()).with_cache(cache);
    let agent = Agent { config: &agent, example: &example, table_info: &table_info };
    let (step, mut turns) = (StepId::from("ask"), Vec::new());
    let ended = control.unless(Wish::Stop, context.question(&agent, &step, &mut turns)).await;
    let heard = heard.take();
    let mut usage = Usage::default();
    heard.answered.values().for_each(|answered| usage += usage_of(answered, price));
    heard.lost.iter().for_each(|lost| usage += Usage::of_lost_call(lost.usage, price, lost.elapsed_ms));
    if let Some(since) = since.get().filter(|_| !is_here) {
        // It was given up, and may be billed all the same.
        usage += Usage::of_lost_call(TokenUsage::default(), price, clock.now() - since);
    }
    let ending = match ended {
        Some(Ok(Ok(()))) => Ending::Query(turns.last().map(|turn| turn.query.clone()).unwrap_or_default()),
        Some(Ok(Err(reason))) => Ending::NoAnswer(reason),
        Some(Err(_)) => heard.problem.map_or(Ending::Cancelled, Ending::Failed),
        None => Ending::Cancelled,
    };
    let calls = inspected(&agent, &turns, &step, price, |step| heard.answered.get(step).cloned());
    Asked { ending, calls, usage, elapsed_ms: clock.now() - start }
}

/// What is heard of the calls.
#[derive(Default)]
struct Heard {
    answered: HashMap<StepId, Rc<ModelAnswered>>,
    lost: Vec<CallLost>,
    problem: Option<Problem>,
}

fn nothing(ending: Ending) -> Asked {
    Asked { ending, calls: Vec::new(), usage: Usage::default(), elapsed_ms: 0.0 }
}

fn problem_of(error: SqlError) -> Problem {
    match error {
        SqlError::Database { db, message } => Problem::Database { db, message },
        error => Problem::Engine { message: error.to_string() },
    }
}

/// A run of nothing but the question.
fn started(question: Question, config: RunConfig, table_info: &str) -> RunStarted {
    let Question { db, text, evidence } = question;
    let schemas = vec![SchemaText { db: db.clone(), table_info: table_info.to_owned() }];
    let example = Example { id: "ask".into(), db, question: text, evidence, ..Example::default() };
    RunStarted {
        journal_version: JOURNAL_VERSION,
        name: String::new(),
        dataset: String::new(),
        config: RunConfig { budget: Budget::default(), ..config },
        splits: Splits::default(),
        examples: vec![example],
        schemas,
        check: None,
    }
}

/// A journal in memory that fills `heard` and tells how far it is.
fn journal(heard: Rc<RefCell<Heard>>, clock: Rc<dyn Clock>, told: Rc<dyn Fn(&Progress)>) -> Rc<Journal> {
    let listener = move |entry: &Entry| {
        let mut heard = heard.borrow_mut();
        let mut trouble = None;
        match &entry.event {
            Event::ModelAnswered(answered) => {
                heard.answered.insert(answered.step.clone(), Rc::clone(answered));
            }
            Event::CallLost(lost) => heard.lost.push((**lost).clone()),
            Event::ProblemRaised { problem, effect: Effect::Retried, .. } => trouble = Some(problem.clone()),
            Event::ProblemRaised { problem, effect: Effect::Paused, .. } => heard.problem = Some(problem.clone()),
            _ => return,
        }
        told(&Progress { answered: heard.answered.len(), trouble });
    };
    Rc::new(Journal::new(RunId::from("ask"), &[], Rc::new(MemoryStore::default()), clock, Rc::new(listener)))
}

/// The agent's model, and since when it is being asked: what is given up in between may be billed.
struct Watched {
    model: Rc<dyn ChatModel>,
    clock: Rc<dyn Clock>,
    since: Rc<Cell<Option<f64>>>,
}

impl ChatModel for Watched {
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>> {
        async move {
            self.since.set(Some(self.clock.now()));
            let answer = self.model.complete(request).await;
            self.since.set(None);
            answer
        }
        .boxed_local()
    }
}
