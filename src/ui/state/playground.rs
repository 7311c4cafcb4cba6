//! The playground: questions that were asked on this visit, outside any run, each with the SQL that somebody may change and
//! run again. Kept in memory only, until a pair becomes a question of the dataset.

mod bench;

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{
    browser::page_origin,
    domain::{
        chat::ModelRole,
        config::{ConfigFault, ModelsConfig, RunConfig},
        dataset::Dataset,
        id::{DatasetId, DbId, ExampleId, Version},
        problem::{ChatError, Problem},
        rollout::Judgement,
        sql::ResultTable,
        usage::Usage,
    },
    run::{
        ask::{Asked, Ending, Means, Progress, Question, ask, faults},
        cache::EvaluationCache,
        control::{RunControl, Wish},
        format::model_words,
        keep::known,
        remedy::{self, Contact, Remedy, RemedyPlace},
    },
};

/// Whose prompt is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asker {
    /// The agent on Prompt.
    #[default]
    Draft,
    /// A prompt of the run on the screens, in that run's agent.
    Candidate(Version),
}

/// What is known of the playground.
#[derive(Clone, Copy)]
pub struct Playground {
    /// The question that is being typed.
    pub question: RwSignal<String>,
    /// Oldest first.
    pub asks: RwSignal<Vec<Answered>, LocalStorage>,
    /// The one that is shown, by its place in `asks`.
    pub shown: RwSignal<Option<usize>>,
    pub under_way: RwSignal<Option<UnderWay>, LocalStorage>,
}

impl Default for Playground {
    fn default() -> Self {
        Self {
            question: RwSignal::new(String::new()),
            asks: RwSignal::new_local(Vec::new()),
            shown: RwSignal::new(None),
            under_way: RwSignal::new_local(None),
        }
    }
}

/// A question that is being asked.
#[derive(Clone)]
pub struct UnderWay {
    pub question: String,
    pub progress: Progress,
    control: RunControl,
}

/// A question that was asked, with what came of it.
#[derive(Clone, PartialEq)]
pub struct Answered {
    pub about: Rc<About>,
    pub bench: Bench,
}

/// What does not change any more.
#[derive(PartialEq)]
pub struct About {
    /// Whose prompt was asked, in words.
    pub asker: String,
    /// The model, in words.
    pub model: String,
    pub question: Question,
    pub asked: Asked,
    /// The words for a failure.
    pub remedy: Option<Remedy>,
    /// The practice model was asked what it does not know.
    is_out_of_practice: bool,
    dataset: DatasetId,
}

/// The SQL as it stands now, and what running it gave.
#[derive(Clone, Default, PartialEq)]
pub struct Bench {
    pub sql: String,
    pub ran: Ran,
    /// How the result of `ran` compares with that of the gold query, where the data has one for this question.
    pub judged: Option<Result<Judgement, String>>,
    /// Somebody has looked at the result of `sql` and says that it answers the question.
    pub looked: bool,
    pub keeping: Keeping,
}

/// What running a statement gave.
#[derive(Clone, Default, PartialEq)]
pub enum Ran {
    #[default]
    Nothing,
    Running,
    Rows {
        sql: String,
        table: ResultTable,
    },
    /// In words, with what to do.
    Refused(String),
}

/// Whether a pair has become a question of the dataset.
#[derive(Clone, Default, PartialEq)]
pub enum Keeping {
    #[default]
    No,
    UnderWay,
    Kept(ExampleId),
    /// In words, with what to do.
    Failed(String),
}

impl Bench {
    /// The result, if it is that of the SQL as it stands.
    pub fn result(&self) -> Option<&ResultTable> {
        match &self.ran {
            Ran::Rows { sql, table } if *sql == self.sql => Some(table),
            _ => None,
        }
    }
}

impl About {
    /// The SQL as the model wrote it; empty if it wrote none.
    pub fn written(&self) -> &str {
        match &self.asked.ending {
            Ending::Query(sql) => sql,
            Ending::NoAnswer(_) | Ending::Failed(_) | Ending::Cancelled => "",
        }
    }
}

impl Playground {
    /// One of the questions.
    pub fn answered(self, at: usize) -> Option<Answered> {
        self.asks.with(|asks| asks.get(at).cloned())
    }

    /// Changes the bench of one of the questions.
    pub fn change(self, at: usize, change: impl FnOnce(&mut Bench)) {
        self.asks.update(|asks| {
            if let Some(answered) = asks.get_mut(at) {
                change(&mut answered.bench);
            }
        });
    }

    /// Puts other SQL on the bench of one of the questions; what was said of the SQL before no longer holds.
    pub fn write(self, at: usize, text: String) {
        self.change(at, |bench| {
            if bench.sql != text {
                bench.sql = text;
                bench.looked = false;
                bench.judged = None;
                bench.keeping = Keeping::No;
            }
        });
    }

    /// Whether what is shown is a question that the practice model does not know.
    pub fn is_out_of_practice(self) -> bool {
        let shown = self.shown.get().and_then(|at| self.answered(at));
        shown.is_some_and(|answered| answered.about.is_out_of_practice)
    }

    /// What everything that was asked has taken.
    pub fn usage(self) -> Usage {
        self.asks.with(|asks| {
            let mut total = Usage::default();
            asks.iter().for_each(|answered| total += answered.about.asked.usage);
            total
        })
    }

    /// Whether a question is under way.
    pub fn is_asking(self) -> bool {
        self.under_way.with_untracked(Option::is_some)
    }

    /// Forgets everything that was asked.
    pub fn clear(self) {
        self.cancel();
        self.under_way.set(None);
        self.shown.set(None);
        self.asks.set(Vec::new());
        self.question.set(String::new());
    }

    /// Cancels the question under way.
    pub fn cancel(self) {
        self.under_way.with_untracked(|under_way| {
            if let Some(under_way) = under_way {
                under_way.control.ask(Wish::Stop);
            }
        });
    }
}

impl AppState {
    /// The settings under which `asker` is asked: the model is the agent's on Models. `None` if the run on the screens has no
    /// such prompt.
    pub fn asker_config(self, asker: Asker) -> Option<RunConfig> {
        let mut config = self.effective_config();
        let agent = config.models.agent.clone();
        config.models = ModelsConfig { critic: agent.clone(), editor: agent.clone(), agent };
        if let Asker::Candidate(version) = asker {
            config.agent = self.run.with(|run| {
                let template = &run.candidate(version)?.candidate.template;
                Some(run.started.as_ref()?.config.agent.with_optimized(template))
            })?;
        }
        Some(config)
    }

    /// What keeps `asker` from being asked.
    pub fn asker_faults(self, asker: Asker) -> Vec<ConfigFault> {
        self.asker_config(asker).map(|config| faults(&config)).unwrap_or_default()
    }

    /// Asks the question that is typed about a database of the current dataset, runs the SQL that comes of it, and shows it.
    pub fn ask_question(self, asker: Asker, db: DbId) {
        let play = self.playground;
        let text = play.question.get_untracked().trim().to_owned();
        let config = untrack(|| self.asker_config(asker).filter(|config| faults(config).is_empty()));
        let (Some((dataset, sql)), Some(config)) = (self.current(), config) else { return };
        if text.is_empty() || play.is_asking() {
            return;
        }
        let evidence = known(&dataset, &db, &text).and_then(|(_, example)| example.evidence.clone());
        let question = Question { db, text: text.clone(), evidence };
        let control = RunControl::default();
        let under_way = UnderWay { question: text, progress: Progress::default(), control: control.clone() };
        play.under_way.set(Some(under_way));
        play.shown.set(None);
        spawn_local(async move {
            let told = move |progress: &Progress| {
                play.under_way.update(|under_way| {
                    if let Some(under_way) = under_way {
                        under_way.progress = progress.clone();
                    }
                });
            };
            let clock = self.clock();
            let asked = match self.models(&config).await {
                Ok(models) => {
                    let cache = EvaluationCache::new(self.answers(), &config.models, config.caching);
                    let means = Means { models, sql, clock, cache, control };
                    ask(question.clone(), config.clone(), means, Rc::new(told)).await
                }
                Err(error) => {
                    let ending = Ending::Failed(Problem::Chat { error });
                    Asked { ending, calls: Vec::new(), usage: Usage::default(), elapsed_ms: 0.0 }
                }
            };
            // Where everything was cleared meanwhile, nobody wants to know.
            if play.is_asking() {
                self.show_answer(asker, &dataset, &config, question, asked);
            }
        });
    }

    fn show_answer(self, asker: Asker, dataset: &Dataset, config: &RunConfig, question: Question, asked: Asked) {
        let play = self.playground;
        let model = config.models.of(ModelRole::Agent);
        let is_misconfigured =
            matches!(&asked.ending, Ending::Failed(Problem::Chat { error: ChatError::Misconfigured { .. } }));
        let is_out_of_practice = is_misconfigured && model.provider.is_simulated();
        let remedy = match &asked.ending {
            Ending::Failed(_) if is_out_of_practice => Some(Remedy {
                title: "The practice model does not know this question".into(),
                words: "It is simulated and knows only the questions of the built-in sample.".into(),
                remedy: "Choose one of those, or a real model on Models.".into(),
                causes: Vec::new(),
                place: Some(RemedyPlace::Models),
            }),
            Ending::Failed(Problem::Engine { message }) => Some(Remedy {
                title: "The SQL engine failed".into(),
                words: format!("{message}."),
                remedy: "Ask again. If it happens again, reload the page.".into(),
                causes: Vec::new(),
                place: None,
            }),
            Ending::Failed(problem) => Some(remedy::of(problem, Contact::of(model, &page_origin()))),
            Ending::Query(_) | Ending::NoAnswer(_) | Ending::Cancelled => None,
        };
        let asker = match asker {
            Asker::Draft => "The prompt on Prompt".to_owned(),
            Asker::Candidate(version) => {
                let run = self.run.with_untracked(|run| run.started.as_ref().map(|started| started.name.clone()));
                format!("{version} of {}", run.unwrap_or_default())
            }
        };
        let about = About {
            asker,
            model: model_words(model),
            question,
            asked,
            remedy,
            is_out_of_practice,
            dataset: dataset.id.clone(),
        };
        let bench = Bench { sql: about.written().to_owned(), ..Bench::default() };
        let at = play.asks.with_untracked(Vec::len);
        let runs = !bench.sql.trim().is_empty();
        play.asks.update(|asks| asks.push(Answered { about: Rc::new(about), bench }));
        play.under_way.set(None);
        play.shown.set(Some(at));
        if runs {
            self.run_bench(at);
        }
    }
}
