//! A small world: 100 questions on one database, models that answer from rules after a fixed time on a virtual clock.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use promptbeam::{
    domain::{
        agent::{AgentConfig, AgentKind},
        chat::{ChatAnswer, ModelRole},
        config::{ApoConfig, RunConfig},
        dataset::{Dataset, Example, SplitMethod, SplitPlan},
        event::{Entry, Event, RunStarted},
        id::{RunId, StepId},
        problem::ChatError,
        rollout::{Diagnosis, Execution, Judgement},
        sql::ResultTable,
        usage::TokenUsage,
    },
    ports::{
        answers::{AnswerCache, MemoryAnswers},
        chat::{ChatRequest, ScriptedModel},
        clock::ManualClock,
        sql::ScriptedSql,
        store::{MemoryStore, RunStore},
    },
    run::{
        cache::EvaluationCache,
        context::{Context, Models},
        control::RunControl,
        journal::Journal,
        optimize::{Ending, optimize, prepare},
    },
};

pub const RUN: &str = "run";

/// The seed article's setting.
pub fn config() -> RunConfig {
    RunConfig {
        apo: ApoConfig {
            gradient_batch_size: 4,
            val_batch_size: 10,
            beam_width: 2,
            branch_factor: 2,
            beam_rounds: 2,
            ..ApoConfig::default()
        },
        agent: AgentConfig { kind: AgentKind::SingleShot, ..AgentConfig::default() },
        split: SplitPlan { method: SplitMethod::FirstN, train: 50, validation: 50, held_out: 0, seed: 7 },
        ..RunConfig::default()
    }
}

/// The same, small enough to be run some hundred times.
pub fn small() -> RunConfig {
    let mut config = config();
    config.apo = ApoConfig { gradient_batch_size: 2, val_batch_size: 3, ..config.apo };
    config.split = SplitPlan { train: 6, validation: 5, held_out: 4, ..config.split };
    config
}

pub fn dataset() -> Dataset {
    let example = |i: usize| Example {
        id: format!("q{i:04}").into(),
        db: "db".into(),
        question: format!("Question number {i}?"),
        evidence: None,
        gold: format!("SELECT {i}"),
        hardness: None,
        file_id: None,
    };
    Dataset { id: "d".into(), name: "Numbers".into(), examples: (1..=100).map(example).collect(), ..Dataset::default() }
}

pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Right when the question's difficulty is below what the prompt's rules reach; longer prompts reach further.
pub fn answer(request: &ChatRequest) -> ChatAnswer {
    let last = request.messages.last().unwrap().content.clone();
    let text = match request.role {
        ModelRole::Agent => {
            let rules = request.messages[0].content.matches("- rule").count() as u64;
            let number: String = last.chars().filter(char::is_ascii_digit).collect();
            let right = hash(&last) % 100 < 55 + 12 * rules;
            format!("```sql\nSELECT {}\n```", if right { number } else { "'wrong'".into() })
        }
        // Of everything that was shown: a session that shows something else gets another search.
        ModelRole::Critic => {
            format!("- add rule {}", hash(&request.messages.iter().map(|m| &*m.content).collect::<String>()) % 1000)
        }
        ModelRole::Editor => {
            let (template, critique) = last.split_once("# Critique").unwrap();
            format!("{}\n- rule {}", template.replace("# Prompt template", "").trim(), hash(critique) % 1000)
        }
    };
    let usage = TokenUsage { input: Some(10), output: Some(5), ..TokenUsage::default() };
    ChatAnswer { text, usage, ..ChatAnswer::default() }
}

type Script = dyn Fn(&ChatRequest) -> Result<ChatAnswer, ChatError>;

/// Told of every entry of the journal.
type Listener = Rc<dyn Fn(&Entry)>;

/// A world in which runs can be started again over the same store.
pub struct World {
    pub clock: ManualClock,
    pub store: Rc<MemoryStore>,
    /// Answers over runs; used where the settings name endpoints and temperature 0.
    pub answers: Rc<dyn AnswerCache>,
    pub latency_ms: u32,
    script: Rc<Script>,
    /// What models were asked, over all sessions.
    pub asked: Rc<RefCell<Vec<(StepId, bool)>>>,
    pub control: RunControl,
    on_entry: RefCell<Option<Listener>>,
}

impl World {
    pub fn new(script: impl Fn(&ChatRequest) -> Result<ChatAnswer, ChatError> + 'static) -> Self {
        Self {
            clock: ManualClock::default(),
            store: Rc::default(),
            answers: Rc::new(MemoryAnswers::default()),
            latency_ms: 200,
            script: Rc::new(script),
            asked: Rc::default(),
            control: RunControl::default(),
            on_entry: RefCell::default(),
        }
    }

    /// The same with another cache.
    pub fn with_answers(self, answers: Rc<dyn AnswerCache>) -> Self {
        Self { answers, ..self }
    }

    /// Calls `told` with every durable entry of the sessions to come.
    pub fn watch(&self, told: impl Fn(&Entry) + 'static) {
        *self.on_entry.borrow_mut() = Some(Rc::new(told));
    }

    fn model(&self) -> Rc<ScriptedModel> {
        let (script, asked) = (Rc::clone(&self.script), Rc::clone(&self.asked));
        let model = ScriptedModel::new(Rc::new(self.clock.clone()), self.latency_ms, move |request| {
            let answer = script(request);
            asked.borrow_mut().push((request.step.clone(), answer.is_ok()));
            answer
        });
        Rc::new(model)
    }

    /// Databases without a table, and judgement by the letter.
    pub fn sql(&self) -> Rc<ScriptedSql> {
        Rc::new(ScriptedSql::new(|comparison| {
            let right = comparison.predicted == comparison.gold;
            Ok(Judgement {
                reward: f64::from(u8::from(right)),
                diagnosis: (!right).then_some(Diagnosis::ValuesDiffer),
                difference: String::new(),
                predicted: Execution::Rows(ResultTable::default()),
                gold: None,
            })
        }))
    }

    /// The world of one session, going on where the store's journal ends.
    pub fn context(&self, config: RunConfig) -> Context {
        let entries = self.journal();
        let started: RunStarted = match entries.first() {
            Some(Entry { event: Event::RunStarted(started), .. }) => (**started).clone(),
            _ => self.clock.run(prepare("Test".into(), &dataset(), config, &*self.sql())).unwrap().unwrap(),
        };
        self.context_of(started)
    }

    /// The world of one session of the run that `started` describes, going on where the store's journal ends.
    fn context_of(&self, started: RunStarted) -> Context {
        let (entries, sql) = (self.journal(), self.sql());
        let told = self.on_entry.borrow().clone();
        let listener = Rc::new(move |entry: &Entry| {
            if let Some(told) = &told {
                told(entry);
            }
        });
        let (store, clock) = (self.store.clone(), Rc::new(self.clock.clone()));
        let journal = Rc::new(Journal::new(RunId::from(RUN), &entries, store, clock.clone(), listener));
        let models = Models { agent: self.model(), critic: self.model(), editor: self.model() };
        let cache = EvaluationCache::new(Rc::clone(&self.answers), &started.config.models, started.config.caching);
        Context::new(started, models, sql, clock, journal, self.control.clone()).with_cache(cache)
    }

    /// Runs one session to its end.
    pub fn run(&self, config: RunConfig) -> Ending {
        let context = self.context(config);
        self.clock.run(optimize(&context)).expect("a run waits for nothing but its ports")
    }

    /// Runs one session of the run that `started` describes to its end.
    pub fn start(&self, started: RunStarted) -> Ending {
        let context = self.context_of(started);
        self.clock.run(optimize(&context)).expect("a run waits for nothing but its ports")
    }

    /// Writes one more fact into the journal, as the page does between two sessions.
    pub fn record(&self, event: Event) {
        let (entries, clock) = (self.journal(), Rc::new(self.clock.clone()));
        let journal = Journal::new(RunId::from(RUN), &entries, self.store.clone(), clock, Rc::new(|_| {}));
        self.clock.run(journal.record(event)).unwrap().unwrap();
    }

    /// Begins with the journal of another world.
    pub fn restore(&self, entries: &[Entry]) {
        self.clock.run(self.store.append(&RunId::from(RUN), entries)).unwrap().unwrap();
    }

    pub fn journal(&self) -> Vec<Entry> {
        self.clock.run(self.store.journal(&RunId::from(RUN))).unwrap().unwrap()
    }

    /// Steps that were answered more than once.
    pub fn answered_twice(&self) -> Vec<StepId> {
        let mut times: HashMap<StepId, usize> = HashMap::new();
        for (step, _) in self.asked.borrow().iter().filter(|(_, answered)| *answered) {
            *times.entry(step.clone()).or_default() += 1;
        }
        times.into_iter().filter(|(_, times)| *times > 1).map(|(step, _)| step).collect()
    }
}

/// A journal's facts without what belongs to a session: numbers, times, durations, pauses, problems and tries.
pub fn content(entries: &[Entry]) -> Vec<String> {
    let mut facts: Vec<String> = entries
        .iter()
        .filter(|entry| entry.event.name().is_some())
        .map(|entry| {
            let mut event = entry.event.clone();
            if let Event::ModelAnswered(answered) = &mut event {
                let answered = Rc::make_mut(answered);
                answered.elapsed_ms = 0.0;
                answered.attempts = 0;
            }
            serde_json::to_string(&event).unwrap()
        })
        .collect();
    facts.sort();
    facts
}
