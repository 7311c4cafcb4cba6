//! One run of one search in one world, through the same code as in the page, and what is truly left of it.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use promptbeam::{
    domain::{
        chat::ModelRole,
        config::RunConfig,
        event::{Entry, Event},
        id::{ExampleId, RunId, Version},
        prompt::PromptTemplate,
        rollout::{Diagnosis, Execution, Judgement, Outcome, Purpose},
        sql::ResultTable,
    },
    ports::{
        clock::{Clock, ManualClock},
        sql::ScriptedSql,
        store::MemoryStore,
    },
    run::{
        context::{Context, Models},
        control::RunControl,
        journal::Journal,
        optimize::{Ending, optimize, prepare},
        verdict::{Paired, Verdict},
    },
};

use super::{
    models::SimulatedModel,
    prompts::{Held, Mark, seed_prompt},
    world::{Population, World},
};

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// True accuracy of the seed prompt.
    pub seed: f64,
    /// True accuracy of the search's best prompt.
    pub best: f64,
    /// What the held-out check says of it.
    pub verdict: Verdict,
    /// Without the held-out check.
    pub rollouts: usize,
    /// Of the agent, without the held-out check.
    pub agent_calls: usize,
    pub critic_calls: usize,
    pub editor_calls: usize,
    pub rejected_edits: usize,
    /// Of the agent, for the held-out check.
    pub held_out_calls: usize,
    /// Milliseconds on the run's clock, with the held-out check.
    pub elapsed_ms: f64,
}

impl Trial {
    /// True gain of what the search found.
    pub fn gain_before(&self) -> f64 {
        self.best - self.seed
    }

    /// True gain of what is kept: the original, if the best is called worse.
    pub fn gain_after(&self) -> f64 {
        if matches!(self.verdict, Verdict::Worse { .. }) { 0.0 } else { self.gain_before() }
    }

    /// True gain if only what is called better is kept.
    pub fn gain_proven(&self) -> f64 {
        if matches!(self.verdict, Verdict::Better { .. }) { self.gain_before() } else { 0.0 }
    }
}

/// What is read out of the journal while it grows.
#[derive(Default)]
struct Seen {
    candidates: HashMap<Version, PromptTemplate>,
    held_out: HashMap<Version, Vec<(ExampleId, Outcome)>>,
    best: Version,
    calls: [usize; 3],
    held_out_calls: usize,
    rollouts: usize,
    rejected_edits: usize,
}

impl Seen {
    fn heed(&mut self, entry: &Entry) {
        match &entry.event {
            Event::CandidateProposed { candidate } => {
                self.candidates.insert(candidate.version, candidate.template.clone());
            }
            Event::ModelAnswered(answered) if answered.step.as_str().starts_with("held_out/") => {
                self.held_out_calls += 1;
            }
            Event::ModelAnswered(answered) => self.calls[role_index(answered.role)] += 1,
            Event::RolloutFinished(rollout) if rollout.purpose == Purpose::HeldOut => {
                let of_version = self.held_out.entry(rollout.version).or_default();
                of_version.push((rollout.example.clone(), rollout.outcome.clone()));
            }
            Event::RolloutFinished(_) => self.rollouts += 1,
            Event::EditRejected { .. } => self.rejected_edits += 1,
            Event::RunFinished { best } => self.best = *best,
            _ => {}
        }
    }

    fn verdict(&self) -> Verdict {
        if self.best == Version::SEED {
            return Verdict::Unchanged;
        }
        let of = |version| self.held_out[&version].iter().map(|(id, outcome)| (id, outcome));
        Paired::of(of(Version::SEED), of(self.best)).verdict()
    }
}

fn role_index(role: ModelRole) -> usize {
    ModelRole::ALL.iter().position(|other| *other == role).expect("ALL has every role")
}

/// Runs the search that `config` describes in form number `config.seed` of `world`, with `size` questions.
pub fn run(world: &'static World, size: usize, mut config: RunConfig, latency_ms: f64) -> Trial {
    let seed = config.seed;
    let population = Rc::new(Population::draw(world, size, seed));
    config.agent.write = seed_prompt(&population.seed_rules);
    let clock = ManualClock::default();
    let sql = Rc::new(ScriptedSql::new(|comparison| Ok(judgement(comparison.predicted, comparison.gold))));
    let dataset = population.dataset();
    let started = clock.run(prepare("Simulated".into(), &dataset, config, &*sql));
    let started = started.expect("nothing here waits").expect("the settings are valid");

    let seen = Rc::new(RefCell::new(Seen::default()));
    let listener = {
        let seen = Rc::clone(&seen);
        Rc::new(move |entry: &Entry| seen.borrow_mut().heed(entry))
    };
    let ticking: Rc<dyn Clock> = Rc::new(clock.clone());
    let model =
        SimulatedModel { world, population: Rc::clone(&population), seed, clock: Rc::clone(&ticking), latency_ms };
    let model = Rc::new(model);
    let models = Models { agent: model.clone(), critic: model.clone(), editor: model };
    let store = Rc::new(MemoryStore::default());
    let journal = Rc::new(Journal::new(RunId::from("run"), &[], store, Rc::clone(&ticking), listener));
    let context = Context::new(started, models, sql, ticking, journal, RunControl::default());
    let ending = clock.run(optimize(&context)).expect("a run waits for nothing but its ports");
    assert_eq!(ending, Ending::Finished);

    let seen = seen.borrow();
    let accuracy = |version| population.accuracy(Held::of(seen.candidates[&version].as_str()));
    let [agent_calls, critic_calls, editor_calls] = seen.calls;
    Trial {
        seed: accuracy(Version::SEED),
        best: accuracy(seen.best),
        verdict: seen.verdict(),
        rollouts: seen.rollouts,
        agent_calls,
        critic_calls,
        editor_calls,
        rejected_edits: seen.rejected_edits,
        held_out_calls: seen.held_out_calls,
        elapsed_ms: clock.now(),
    }
}

/// Right if it is the gold query. What is behind a wrong one decides how it is diagnosed, so that kinds of failure differ.
fn judgement(predicted: &str, gold: &str) -> Judgement {
    const KINDS: [Diagnosis; 6] = [
        Diagnosis::TooFewRows,
        Diagnosis::TooManyRows,
        Diagnosis::TooFewColumns,
        Diagnosis::CaseOnly,
        Diagnosis::OrderOnly,
        Diagnosis::ValuesDiffer,
    ];
    let right = predicted == gold;
    let cause = predicted.split_once("'wrong_").and_then(|(_, name)| Mark::at(name));
    let kind = cause.map_or(Diagnosis::ValuesDiffer, |mark| match mark {
        Mark::Rule(number) | Mark::Trap(number) | Mark::Note(number) => KINDS[number % KINDS.len()],
    });
    Judgement {
        reward: f64::from(u8::from(right)),
        diagnosis: (!right).then_some(kind),
        difference: String::new(),
        predicted: Execution::Rows(ResultTable::default()),
        gold: None,
    }
}
