//! Paired racing: the critic sees failures of different kinds, a few challengers are written in one round, and they race the best
//! prompt question by question, so that most of them cost a handful of rollouts. Sources: GEPA (reflection on failures, Pareto
//! parents), CAPO (racing on paired instances), TextGrad (memory of what failed); selection and stopping are our own.

mod briefs;
mod challenge;
pub mod confirm;
mod critiques;
mod memory;
mod parent;
pub mod race;
mod round;
pub mod traces;

use std::rc::Rc;

use futures::future::join;

use self::{memory::Memory, traces::Traces};
use super::{edit::Rules, world::World};
use crate::domain::{
    candidate::{Candidate, Origin},
    dataset::Splits,
    event::Event,
    id::{ExampleId, Version},
    prompt::PromptTemplate,
    racing::{RacingConfig, RoundEnding, SearchEnd},
    rng::SplitMix64,
};

/// What a search is about.
pub struct Task<'a> {
    pub config: &'a RacingConfig,
    pub seed: PromptTemplate,
    /// What edits are held to.
    pub rules: Rules<'a>,
    pub splits: &'a Splits,
    /// Seed of every draw.
    pub chance: u64,
}

/// Optimizes `task.seed` and returns the best candidate on validation, which may be the seed.
pub async fn run<W: World>(world: &W, task: Task<'_>) -> Result<Rc<Candidate>, W::Halt> {
    let seed = Rc::new(Candidate { version: Version::SEED, template: task.seed.clone(), origin: Origin::Seed });
    world.record(Event::CandidateProposed { candidate: (*seed).clone() }).await?;
    let search = Search { world, task: &task, order: order(&task) };
    let (mut pool, mut traces, mut memory) = (Pool::new(seed), Traces::new(&task), Memory::default());
    let (mut round, mut idle) = (1, 0);
    let reason = loop {
        let parent = search.choose_parent(round, &pool).await?;
        let proposing = search.propose(round, &parent, &mut pool, &mut traces, &mut memory);
        // Only the seed can be the first parent: its score and the first edits do not wait for each other.
        let proposed = if round == 1 {
            let (proposed, right) = join(proposing, search.score_seed(Rc::clone(&parent))).await;
            pool.right[0] = right?;
            proposed?
        } else {
            proposing.await?
        };
        if pool.is_solved() {
            break SearchEnd::Solved;
        }
        let ending = search.race(round, proposed, &mut pool, &mut memory).await?;
        idle = if ending.is_progress() { 0 } else { idle + 1 };
        if pool.is_solved() {
            break SearchEnd::Solved;
        }
        let has_no_failures = ending == RoundEnding::NoFailures && traces.are_complete(parent.version);
        if has_no_failures && parent.version == pool.best {
            break SearchEnd::NothingToLearn;
        }
        if idle >= task.config.patience {
            break SearchEnd::Patience { rounds: idle };
        }
        if round >= task.config.rounds {
            break SearchEnd::Rounds { rounds: round };
        }
        round += 1;
    };
    world.record(Event::SearchEnded { round, reason }).await?;
    search.confirm(&pool, &traces).await
}

struct Search<'a, W> {
    world: &'a W,
    task: &'a Task<'a>,
    /// Validation questions as all races take them.
    order: Vec<ExampleId>,
}

fn order(task: &Task<'_>) -> Vec<ExampleId> {
    let mut order = task.splits.validation.clone();
    SplitMix64::labelled(task.chance, "racing/order").shuffle(&mut order);
    order
}

/// Every prompt so far, with what it got right.
struct Pool {
    /// By version.
    candidates: Vec<Rc<Candidate>>,
    /// Of each of them in the order of the race, as far as it was asked.
    right: Vec<Vec<bool>>,
    best: Version,
}

impl Pool {
    fn new(seed: Rc<Candidate>) -> Self {
        Self { best: seed.version, candidates: vec![seed], right: vec![Vec::new()] }
    }

    fn candidate(&self, version: Version) -> Rc<Candidate> {
        Rc::clone(&self.candidates[version.0 as usize])
    }

    fn best(&self) -> Rc<Candidate> {
        self.candidate(self.best)
    }

    fn right(&self, version: Version) -> &[bool] {
        &self.right[version.0 as usize]
    }

    fn add(&mut self, template: PromptTemplate, origin: Origin) -> Rc<Candidate> {
        let child = Rc::new(Candidate { version: Version(self.candidates.len() as u32), template, origin });
        self.candidates.push(Rc::clone(&child));
        self.right.push(Vec::new());
        child
    }

    fn is_solved(&self) -> bool {
        self.right(self.best).iter().all(|right| *right)
    }
}
