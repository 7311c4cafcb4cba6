//! The world of a search over the ports: rollouts of the SQL agent, calls under one limit with retries, and the journal.
//! A failed call never becomes a score: it is tried again, and what outlives its tries pauses the run.

mod call;
mod drive;
mod lanes;

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use futures::{
    channel::oneshot,
    future::{Either, FutureExt, LocalBoxFuture, Shared, join_all, select},
};

use self::lanes::Lanes;
use super::{
    cache::EvaluationCache,
    control::{RunControl, Wish},
    journal::{Journal, RecordError},
    limit::Limit,
    meter::Meter,
};
use crate::{
    apo::world::{Ask, Batch, Experiment, Trace, World},
    domain::{
        agent::AgentConfig,
        candidate::Candidate,
        chat::{Adjustment, ModelRole},
        dataset::Example,
        event::{Event, RunStarted},
        id::{DbId, ExampleId, StepId, Version},
        problem::{Effect, Problem},
        prompt::PromptTemplate,
        rollout::{Judgement, Outcome, Purpose, Rollout, Turn},
    },
    ports::{
        chat::{ChatModel, ChatRequest},
        clock::{Clock, few_at_once::FewAtOnce},
        sql::{Comparison, SqlEngine, SqlError},
        store::StoreError,
    },
    text2sql::{agent::Agent, evidence},
};

/// The three models.
#[derive(Clone)]
pub struct Models {
    pub agent: Rc<dyn ChatModel>,
    pub critic: Rc<dyn ChatModel>,
    pub editor: Rc<dyn ChatModel>,
}

impl Models {
    fn of(&self, role: ModelRole) -> &dyn ChatModel {
        match role {
            ModelRole::Agent => &*self.agent,
            ModelRole::Critic => &*self.critic,
            ModelRole::Editor => &*self.editor,
        }
    }
}

/// Why a run does not go on.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt {
    /// Somebody asked for it, or a problem needs somebody.
    Paused,
    /// The journal cannot be written; what it holds is safe, the rest is in memory.
    Storage(StoreError),
}

/// Rollouts that are taken from the journal in one task, so that the page stays awake while a long run is taken up.
const RECALLED_AT_ONCE: u32 = 250;

/// Everything a run needs of the outside world, and what it is about.
pub struct Context {
    pub started: RunStarted,
    pub models: Models,
    pub sql: Rc<dyn SqlEngine>,
    pub clock: Rc<dyn Clock>,
    pub journal: Rc<Journal>,
    pub control: RunControl,
    cache: EvaluationCache,
    limit: Limit,
    lanes: Lanes,
    meter: Rc<Meter>,
    examples: HashMap<ExampleId, Example>,
    schemas: HashMap<DbId, Rc<str>>,
    /// The agent with each candidate's text in place.
    agents: RefCell<HashMap<Version, Rc<AgentConfig>>>,
    /// What was said of settings that a model does not take.
    noted: RefCell<Vec<(ModelRole, Adjustment)>>,
    /// Rollouts that are taken from the journal.
    recalled: FewAtOnce,
}

impl Context {
    /// The world of the run that `started` describes, without a cache.
    pub fn new(
        mut started: RunStarted,
        models: Models,
        sql: Rc<dyn SqlEngine>,
        clock: Rc<dyn Clock>,
        journal: Rc<Journal>,
        control: RunControl,
    ) -> Self {
        if let Some(prices) = journal.prices() {
            started.config.models.set_prices(&prices);
        }
        let examples = started.examples.iter().map(|example| (example.id.clone(), example.clone())).collect();
        let schemas =
            started.schemas.iter().map(|schema| (schema.db.clone(), Rc::from(schema.table_info.as_str()))).collect();
        let limit = Limit::new(started.config.concurrency);
        let lanes = Lanes::new(&limit, &started.config.models, started.config.seed);
        let budget = journal.budget().unwrap_or(started.config.budget);
        let meter = Meter::new(budget, &started.config.models, &journal.bills());
        let (cache, agents, noted) = (EvaluationCache::default(), RefCell::default(), RefCell::default());
        let recalled = FewAtOnce::default();
        Self {
            started,
            models,
            sql,
            clock,
            journal,
            control,
            cache,
            limit,
            lanes,
            meter,
            examples,
            schemas,
            agents,
            noted,
            recalled,
        }
    }

    /// The same, with identical requests answered from `cache`.
    pub fn with_cache(self, cache: EvaluationCache) -> Self {
        Self { cache, ..self }
    }

    fn agent(&self, version: Version, template: &PromptTemplate) -> Rc<AgentConfig> {
        let mut agents = self.agents.borrow_mut();
        let agent = agents.entry(version);
        Rc::clone(agent.or_insert_with(|| Rc::new(self.started.config.agent.with_optimized(template))))
    }

    fn example(&self, id: &ExampleId) -> &Example {
        self.examples.get(id).expect("splits name questions of the run only (run::optimize::prepare)")
    }

    fn table_info(&self, db: &DbId) -> &str {
        self.schemas.get(db).map_or("", |text| text)
    }

    /// One rollout, from the journal where it is already there.
    async fn roll_out_one(
        &self,
        step: StepId,
        batch: &Batch<'_>,
        example: &ExampleId,
        began: &Began,
    ) -> Result<Rollout, Halt> {
        if let Some(rollout) = self.journal.rollout(&step) {
            self.recalled.begin(RECALLED_AT_ONCE, &*self.clock).await;
            return Ok(Rc::unwrap_or_clone(rollout));
        }
        self.control.admitted().await.ok_or(Halt::Paused)?;
        let config = self.agent(batch.candidate.version, &batch.candidate.template);
        let example = self.example(example);
        let agent = Agent { config: &config, example, table_info: self.table_info(&example.db) };
        let mut turns = Vec::new();
        let outcome = self.work(&agent, &step, batch, &mut turns, began).await?;
        let (version, purpose) = (batch.candidate.version, batch.purpose);
        let rollout = Rollout { step, version, example: example.id.clone(), purpose, outcome, turns };
        self.record(Event::RolloutFinished(Rc::new(rollout.clone()))).await?;
        self.control.rolled_out();
        Ok(rollout)
    }

    /// Drives the agent to its end and has its query judged.
    async fn work(
        &self,
        agent: &Agent<'_>,
        step: &StepId,
        batch: &Batch<'_>,
        turns: &mut Vec<Turn>,
        began: &Began,
    ) -> Result<Outcome, Halt> {
        if let Err(reason) = self.drive(agent, step, batch.urgency, turns, Some(began)).await? {
            return Ok(Outcome::NoAnswer { reason });
        }
        let predicted = turns.last().map(|turn| turn.query.as_str()).unwrap_or_default();
        Ok(Outcome::Judged(self.judge(step, agent.example, predicted).await?))
    }

    async fn judge(&self, step: &StepId, example: &Example, predicted: &str) -> Result<Judgement, Halt> {
        let config = &self.started.config;
        let comparison = Comparison {
            db: &example.db,
            predicted,
            gold: &example.gold,
            options: config.judge,
            limits: config.limits,
        };
        match self.sql.judge(comparison).await {
            Err(SqlError::Gold { error, file }) => {
                let message = file.map_or_else(|| error.to_string(), |file| format!("{error} (on {file})"));
                let problem = Problem::Gold { example: example.id.clone(), message };
                self.give_up(problem, None, step).await
            }
            answer => self.engine(step, answer).await,
        }
    }

    async fn engine<T>(&self, step: &StepId, answer: Result<T, SqlError>) -> Result<T, Halt> {
        let problem = match answer {
            Ok(value) => return Ok(value),
            Err(SqlError::Database { db, message }) => Problem::Database { db, message },
            Err(SqlError::Gold { error, .. }) => Problem::Engine { message: error.to_string() },
            Err(SqlError::Engine { message }) => Problem::Engine { message },
        };
        self.give_up(problem, None, step).await
    }

    /// Pauses the run for a problem that needs somebody. Only the first such problem is raised: the others are its echo.
    async fn give_up<T>(&self, problem: Problem, role: Option<ModelRole>, step: &StepId) -> Result<T, Halt> {
        if self.control.wish() == Wish::Run {
            self.control.ask(Wish::Pause);
            self.raise(problem, Effect::Paused, role, step).await?;
        }
        Err(Halt::Paused)
    }

    async fn raise(
        &self,
        problem: Problem,
        effect: Effect,
        role: Option<ModelRole>,
        step: &StepId,
    ) -> Result<(), Halt> {
        self.record(Event::ProblemRaised { problem, effect, role, step: step.clone() }).await
    }

    /// What the batch's time limit does to a rollout that is not done.
    async fn unfinished(&self, step: StepId, batch: &Batch<'_>, example: &ExampleId) -> Result<Rollout, Halt> {
        let (version, purpose) = (batch.candidate.version, batch.purpose);
        let (example, outcome) = (example.clone(), Outcome::Unfinished);
        let rollout = Rollout { step, version, example, purpose, outcome, turns: vec![] };
        self.record(Event::RolloutFinished(Rc::new(rollout.clone()))).await?;
        Ok(rollout)
    }
}

impl World for Context {
    type Halt = Halt;

    async fn roll_out(&self, batch: Batch<'_>) -> Result<Vec<Rollout>, Halt> {
        let limit_s = self.started.config.apo.rollout_batch_timeout;
        let (began, deadline) = Began::with_deadline(&self.clock, limit_s * 1000.0);
        let (batch, began, deadline) = (&batch, &began, &deadline);
        let rollouts = batch.examples.iter().map(|example| async move {
            let step = batch.step.child(example);
            let work = std::pin::pin!(self.roll_out_one(step.clone(), batch, example, began));
            match select(work, deadline.clone()).await {
                Either::Left((rollout, _)) => rollout.map(Some),
                Either::Right(_) if self.started.config.apo.reproduce_v0_3_0 => {
                    self.unfinished(step, batch, example).await.map(Some)
                }
                Either::Right(_) => Ok(None),
            }
        });
        // Everybody is waited for before an error is looked at: what is in flight at a pause is still journaled.
        let rollouts = join_all(rollouts).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        let unfinished = rollouts.iter().filter(|rollout| rollout.is_none()).count();
        if unfinished > 0 {
            return self.give_up(Problem::BatchTimeout { limit_s, unfinished }, None, &batch.step).await;
        }
        Ok(rollouts.into_iter().flatten().collect())
    }

    fn experiment(&self, candidate: &Candidate, rollout: &Rollout) -> Experiment {
        let example = self.example(&rollout.example);
        let config = self.agent(candidate.version, &candidate.template);
        Agent { config: &config, example, table_info: self.table_info(&example.db) }.experiment(rollout)
    }

    fn trace(&self, rollout: &Rollout) -> Trace {
        let example = self.example(&rollout.example);
        evidence::trace(example, self.table_info(&example.db), rollout)
    }

    async fn ask(&self, ask: Ask) -> Result<String, Halt> {
        let config = &self.started.config;
        let temperature = config.models.of(ask.role).temperature.or(Some(config.apo.diversity_temperature));
        let Ask { step, role, messages } = ask;
        let request = ChatRequest { step: step.clone(), role, messages, temperature, max_tokens: None };
        match self.call(request, 0, None).await? {
            Ok(answer) => Ok(answer.text),
            Err(_) => Err(Halt::Paused),
        }
    }

    async fn record(&self, event: Event) -> Result<(), Halt> {
        match self.journal.record(event).await {
            Ok(()) => Ok(()),
            Err(RecordError::Store(error)) => {
                self.control.ask(Wish::Pause);
                Err(Halt::Storage(error))
            }
            Err(RecordError::Diverged { fact }) => {
                let problem = Problem::Diverged { step: fact };
                Box::pin(self.give_up(problem, None, &StepId::default())).await
            }
        }
    }
}

/// Tells a batch's deadline that its first call has gone out: waiting in line does not count.
struct Began(RefCell<Option<oneshot::Sender<()>>>);

type Deadline = Shared<LocalBoxFuture<'static, ()>>;

impl Began {
    fn with_deadline(clock: &Rc<dyn Clock>, limit_ms: f64) -> (Self, Deadline) {
        let (sender, receiver) = oneshot::channel();
        let clock = Rc::clone(clock);
        let deadline = async move {
            match receiver.await {
                Ok(()) => clock.sleep(limit_ms).await,
                // Nothing was left to do: the deadline never comes.
                Err(_) => futures::future::pending().await,
            }
        };
        (Self(RefCell::new(Some(sender))), deadline.boxed_local().shared())
    }

    fn now(&self) {
        if let Some(sender) = self.0.take() {
            // The batch has ended if nobody listens.
            let _ = sender.send(());
        }
    }
}

/// The urgency of the held-out check.
pub(super) const HELD_OUT: crate::apo::world::Urgency = crate::apo::world::Urgency::Later;

/// The held-out split as a batch of `candidate`.
pub(super) fn held_out_batch<'a>(candidate: &'a Candidate, examples: &'a [ExampleId]) -> Batch<'a> {
    let step = StepId::default().child("held_out").child(candidate.version);
    Batch { step, candidate, examples, purpose: Purpose::HeldOut, urgency: HELD_OUT }
}
