//! A run's rollouts as data for weight training elsewhere (VERL, TRL, Agent Lightning's store): five JSON Lines files, derived
//! from the journal alone. Messages are rebuilt by the agent's own state machine, so they are what the model was sent.
//! Held-out questions are in `tasks` and `rollouts`, for the record, and in nothing that is trained on: they still have to
//! judge what comes of it.

mod rows;

use std::collections::HashMap;

use serde::Serialize;

use self::rows::{
    Answered, CallRow, Content, MessagesRow, Metadata, Params, PreferenceRow, RolloutRow, TaskRow, TripletRow, UsageRow,
};
use super::{Export, file_name};
use crate::{
    domain::{
        agent::{AgentConfig, AgentNode},
        chat::Message,
        dataset::Example,
        event::{Entry, Event, RunStarted},
        id::{DbId, ExampleId, StepId, Version},
        rollout::{Execution, NoAnswer, Outcome, Purpose, Rollout, Turn},
    },
    run::view::RunView,
    text2sql::{
        agent::{Agent, Call, execution_text},
        extract_sql::last_fenced,
    },
};

/// One of the five files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrainingFile {
    /// Every question of the run: `{id, db_id, question, query, split}`.
    Tasks,
    /// Every rollout with all of its calls.
    Rollouts,
    /// `{messages}`: each write or rewrite call whose query was judged right, with its answer.
    Sft,
    /// `{prompt, chosen, rejected}`: for questions that were answered both ways, a pair for each different wrong answer.
    Preferences,
    /// `{prompt, response, reward, metadata}`: each call of a judged rollout. Token ids are empty: no tokenizer was at hand.
    Triplets,
}

impl TrainingFile {
    pub const ALL: [TrainingFile; 5] = [
        TrainingFile::Tasks,
        TrainingFile::Rollouts,
        TrainingFile::Sft,
        TrainingFile::Preferences,
        TrainingFile::Triplets,
    ];

    /// Its name without the ending.
    pub fn name(self) -> &'static str {
        match self {
            TrainingFile::Tasks => "tasks",
            TrainingFile::Rollouts => "rollouts",
            TrainingFile::Sft => "sft",
            TrainingFile::Preferences => "preferences",
            TrainingFile::Triplets => "triplets",
        }
    }
}

/// One file of a run; `None` before there is a run. A file without rows is empty.
pub fn training_file(view: &RunView, entries: &[Entry], file: TrainingFile) -> Option<Export> {
    let run = Recorded::of(view)?;
    let content = match file {
        TrainingFile::Tasks => lines(run.tasks()),
        TrainingFile::Rollouts => lines(run.rollouts(&Journaled::of(entries))),
        TrainingFile::Sft => lines(run.sft()),
        TrainingFile::Preferences => lines(run.preferences()),
        TrainingFile::Triplets => lines(run.triplets()),
    };
    Some(Export { name: file_name(view, file.name(), "jsonl"), mime: "application/jsonl", content })
}

fn lines<T: Serialize>(rows: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(&row).expect("rows have text keys only"));
        text.push('\n');
    }
    text
}

/// What the journal's entries say of calls and times.
struct Journaled<'a> {
    calls: HashMap<&'a StepId, Answered<'a>>,
    /// Milliseconds since 1970 at which rollouts ended.
    ended: HashMap<&'a StepId, f64>,
}

impl<'a> Journaled<'a> {
    fn of(entries: &'a [Entry]) -> Self {
        let mut journaled = Self { calls: HashMap::new(), ended: HashMap::new() };
        for entry in entries {
            match &entry.event {
                Event::ModelAnswered(answered) => {
                    let call = Answered { answer: &answered.answer, began: entry.at - answered.elapsed_ms };
                    journaled.calls.insert(&answered.step, call);
                }
                Event::RolloutFinished(rollout) => {
                    journaled.ended.insert(&rollout.step, entry.at);
                }
                _ => {}
            }
        }
        journaled
    }
}

/// A run with what rebuilding its messages takes.
struct Recorded<'a> {
    view: &'a RunView,
    started: &'a RunStarted,
    examples: HashMap<&'a ExampleId, &'a Example>,
    schemas: HashMap<&'a DbId, &'a str>,
    agents: HashMap<Version, AgentConfig>,
}

/// A write call whose query is the one that was judged.
struct Attempt<'a> {
    version: Version,
    rollout: &'a Rollout,
    is_right: bool,
}

impl<'a> Recorded<'a> {
    fn of(view: &'a RunView) -> Option<Self> {
        let started = view.started.as_deref()?;
        let agents = view.candidates.iter().map(|known| {
            let candidate = &known.candidate;
            (candidate.version, started.config.agent.with_optimized(&candidate.template))
        });
        Some(Self {
            view,
            started,
            examples: started.examples.iter().map(|example| (&example.id, example)).collect(),
            schemas: started.schemas.iter().map(|schema| (&schema.db, schema.table_info.as_str())).collect(),
            agents: agents.collect(),
        })
    }

    fn tasks(&self) -> impl Iterator<Item = TaskRow<'_>> {
        let splits = &self.started.splits;
        let named = [("train", &splits.train), ("val", &splits.validation), ("test", &splits.held_out)];
        named.into_iter().flat_map(|(split, ids)| ids.iter().map(move |id| (split, id))).filter_map(|(split, id)| {
            let example = self.examples.get(id)?;
            Some(TaskRow { id, db_id: &example.db, question: &example.question, query: &example.gold, split })
        })
    }

    fn rollouts<'r>(&'r self, journaled: &'r Journaled<'r>) -> impl Iterator<Item = RolloutRow<'r>> {
        self.view.rollouts.iter().map(move |rollout| self.rollout(rollout, journaled))
    }

    fn rollout<'r>(&'r self, rollout: &'r Rollout, journaled: &'r Journaled<'r>) -> RolloutRow<'r> {
        let mut calls = Vec::new();
        let (mut began, mut usage) = (None::<f64>, UsageRow::NONE);
        for call in self.calls(rollout) {
            let step = rollout.step.child(format_args!("{}{}", call.node.name(), 1 + turn_of(&calls, call.node)));
            let answered = journaled.calls.get(&step);
            if let Some(answered) = answered {
                began = Some(began.map_or(answered.began, |known| known.min(answered.began)));
            }
            let took = answered.map_or(UsageRow::UNKNOWN, UsageRow::of);
            usage = usage + took;
            let model = &self.started.config.models.agent;
            calls.push(CallRow {
                node: call.node.name(),
                messages: call.messages,
                completion: call.answer,
                model: &model.name,
                params: Params::of(model.temperature, answered),
                usage: took,
            });
        }
        let ended = journaled.ended.get(&rollout.step).copied();
        let (status, execution, error) = match &rollout.outcome {
            Outcome::Judged(judgement) => match &judgement.predicted {
                Execution::Failed(error) => ("succeeded", None, Some(error.to_string())),
                rows => ("succeeded", Some(execution_text(rows)), None),
            },
            Outcome::NoAnswer { reason } => ("failed", None, Some(no_answer(*reason).to_owned())),
            Outcome::Unfinished => ("cancelled", None, Some("not done before the batch's time limit".to_owned())),
        };
        RolloutRow {
            rollout_id: &rollout.step,
            task_id: &rollout.example,
            prompt_version: rollout.version.to_string(),
            mode: mode(rollout.purpose),
            status,
            reward: rollout.outcome.reward(),
            started: began.or(ended).map(seconds),
            ended: ended.map(seconds),
            usage,
            calls,
            query: rollout.query(),
            execution,
            error,
        }
    }

    fn sft(&self) -> impl Iterator<Item = MessagesRow> {
        self.trained_on().filter(|rollout| rollout.outcome.is_right()).flat_map(|rollout| {
            let judged = rollout.query().unwrap_or_default();
            let mut turn = 0;
            let calls = self.calls(rollout).into_iter().filter(|call| call.node != AgentNode::Check);
            let right = calls.filter(|call| {
                let wrote = rollout.turns.get(turn).is_some_and(|turn| turn.query == judged)
                    && (call.node == AgentNode::Write || last_fenced(&call.answer).is_some());
                turn += 1;
                wrote
            });
            let rows = right.map(|Call { mut messages, answer, .. }| {
                messages.push(Message::assistant(answer));
                MessagesRow { messages }
            });
            rows.collect::<Vec<_>>()
        })
    }

    fn preferences(&self) -> Vec<PreferenceRow> {
        let mut by_task: HashMap<&ExampleId, Vec<Attempt<'_>>> = HashMap::new();
        for rollout in self.trained_on() {
            let Some(attempt) = attempt(rollout) else { continue };
            by_task.entry(&rollout.example).or_default().push(attempt);
        }
        let in_order = self.started.examples.iter().filter_map(|example| by_task.remove(&example.id));
        in_order.flat_map(|attempts| self.pairs(&attempts)).collect()
    }

    /// A pair for each different wrong answer. Its right answer came from the same prompt if there is one, else from the best
    /// prompt, else from the first that was right; the pair's prompt is that of the right answer.
    fn pairs(&self, attempts: &[Attempt<'_>]) -> Vec<PreferenceRow> {
        let rights = || attempts.iter().filter(|attempt| attempt.is_right);
        let mut seen: Vec<&str> = Vec::new();
        let mut pairs = Vec::new();
        for wrong in attempts.iter().filter(|attempt| !attempt.is_right) {
            let answer = wrong.answer();
            let of = |version| rights().find(|right| right.version == version);
            let right = of(wrong.version).or_else(|| of(self.view.best)).or_else(|| rights().next());
            let Some(right) = right.filter(|_| !seen.contains(&answer)) else { continue };
            seen.push(answer);
            let Some(write) = self.calls(right.rollout).into_iter().next() else { continue };
            pairs.push(PreferenceRow {
                prompt: write.messages,
                chosen: [Message::assistant(right.answer())],
                rejected: [Message::assistant(answer)],
            });
        }
        pairs
    }

    fn triplets(&self) -> impl Iterator<Item = TripletRow<'_>> {
        self.trained_on().filter_map(|rollout| Some((rollout, rollout.outcome.reward()?))).flat_map(
            |(rollout, reward)| {
                self.calls(rollout).into_iter().enumerate().map(move |(sequence, call)| TripletRow {
                    prompt: Content::of(call.messages),
                    response: Content::of(call.answer),
                    reward,
                    metadata: Metadata {
                        rollout_id: &rollout.step,
                        task_id: &rollout.example,
                        prompt_version: rollout.version.to_string(),
                        mode: mode(rollout.purpose),
                        node: call.node.name(),
                        sequence,
                    },
                })
            },
        )
    }

    /// Rollouts on questions that do not have to judge the outcome.
    fn trained_on(&self) -> impl Iterator<Item = &'a Rollout> {
        self.view.rollouts.iter().map(|rollout| &**rollout).filter(|rollout| rollout.purpose != Purpose::HeldOut)
    }

    fn calls(&self, rollout: &Rollout) -> Vec<Call> {
        let (Some(config), Some(example)) = (self.agents.get(&rollout.version), self.examples.get(&rollout.example))
        else {
            return Vec::new();
        };
        let table_info = self.schemas.get(&example.db).copied().unwrap_or_default();
        Agent { config, example, table_info }.calls(&rollout.turns)
    }
}

impl<'a> Attempt<'a> {
    fn answer(&self) -> &'a str {
        self.rollout.turns.first().map_or("", |turn| &turn.answer)
    }
}

/// The write call of a judged rollout, if the verdict is on its query: a query that was rewritten has none of its own.
fn attempt(rollout: &Rollout) -> Option<Attempt<'_>> {
    rollout.outcome.reward()?;
    let judged = rollout.query()?;
    let is_its_own = rollout.turns.first().is_some_and(|turn: &Turn| turn.query == judged);
    is_its_own.then(|| Attempt { version: rollout.version, rollout, is_right: rollout.outcome.is_right() })
}

/// The turn that a call of `node` belongs to, after those in `before`.
fn turn_of(before: &[CallRow<'_>], node: AgentNode) -> usize {
    let writes = before.iter().filter(|call| call.node != AgentNode::Check.name()).count();
    if node == AgentNode::Check { writes - 1 } else { writes }
}

/// A purpose as Agent Lightning's rollouts name it.
fn mode(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Train => "train",
        Purpose::Batch | Purpose::Validation => "val",
        Purpose::HeldOut => "test",
    }
}

fn no_answer(reason: NoAnswer) -> &'static str {
    match reason {
        NoAnswer::Refused => "the model refused",
        NoAnswer::ContextTooLong => "the request does not fit the model's context",
        NoAnswer::Truncated => "the answer was cut off at the token limit",
    }
}

fn seconds(ms: f64) -> f64 {
    ms / 1000.0
}
