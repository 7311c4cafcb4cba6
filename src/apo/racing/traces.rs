//! What the critic is shown: failures of different kinds and some right answers, from the parent's rollouts on training
//! questions. Rollouts of the same prompt on the same question are never paid twice.

use std::collections::{BTreeMap, HashMap};

use super::Task;
use crate::{
    apo::batches::Batches,
    domain::{
        id::{ExampleId, Version},
        racing::Evidence,
        rng::SplitMix64,
        rollout::{Diagnosis, Outcome, Rollout},
    },
};

/// Batches of training questions a round at most.
pub const WAVES: usize = 3;

/// Every training rollout so far, with how often the critic was shown it.
pub(super) struct Traces<'a> {
    task: &'a Task<'a>,
    stream: Batches,
    epochs: u32,
    known: HashMap<Version, Vec<Known>>,
}

struct Known {
    rollout: Rollout,
    shown: u32,
}

impl<'a> Traces<'a> {
    pub(super) fn new(task: &'a Task<'a>) -> Self {
        let stream = Batches::new(task.splits.train.len(), task.config.traces);
        Self { task, stream, epochs: 0, known: HashMap::new() }
    }

    /// Questions to roll the parent out on before the critic is asked; none when it has enough to look at. `wave` counts the
    /// batches of this round from 0.
    pub(super) fn wanted(&mut self, parent: Version, wave: usize) -> Vec<ExampleId> {
        let known = self.known.entry(parent).or_default();
        let fresh = known.iter().filter(|known| is_failure(&known.rollout) && known.shown == 0).count();
        let enough = 2 * fresh > self.task.config.failures || wave >= WAVES;
        let train = &self.task.splits.train;
        if enough || known.len() >= train.len() {
            return Vec::new();
        }
        let asked: Vec<ExampleId> = known.iter().map(|known| known.rollout.example.clone()).collect();
        let mut wanted: Vec<ExampleId> = Vec::new();
        let size = self.task.config.traces.min(train.len() - asked.len());
        while wanted.len() < size {
            let batch = self.stream.next_batch(|all| {
                SplitMix64::labelled(self.task.chance, &format!("racing/train/{}", self.epochs)).shuffle(all);
                self.epochs += 1;
            });
            for at in batch {
                if wanted.len() < size && !asked.contains(&train[at]) && !wanted.contains(&train[at]) {
                    wanted.push(train[at].clone());
                }
            }
        }
        wanted
    }

    /// Whether the parent was asked all training questions.
    pub(super) fn are_complete(&self, parent: Version) -> bool {
        self.known.get(&parent).is_some_and(|known| known.len() >= self.task.splits.train.len())
    }

    /// Whether a prompt is right on a training question, where that is known.
    pub(super) fn is_right(&self, version: Version, example: &ExampleId) -> Option<bool> {
        let mut known = self.known.get(&version)?.iter();
        known.find(|known| known.rollout.example == *example).map(|known| known.rollout.outcome.is_right())
    }

    /// Takes a batch of rollouts in.
    pub(super) fn add(&mut self, parent: Version, rollouts: Vec<Rollout>) {
        let known = rollouts.into_iter().map(|rollout| Known { rollout, shown: 0 });
        self.known.entry(parent).or_default().extend(known);
    }

    /// What the critic is shown of the parent, after `asked` questions were rolled out for it: failures that it has not seen go
    /// first, and one of each kind before a second of any.
    pub(super) fn choose(&mut self, parent: Version, asked: usize) -> (Evidence, Vec<Rollout>) {
        let config = self.task.config;
        let known = self.known.entry(parent).or_default();
        let mut kinds: BTreeMap<Option<Diagnosis>, Vec<usize>> = BTreeMap::new();
        for (at, one) in known.iter().enumerate().filter(|(_, one)| is_failure(&one.rollout)) {
            kinds.entry(kind(&one.rollout)).or_default().push(at);
        }
        let mut order: Vec<(u32, usize, usize, usize)> = Vec::new();
        let mut groups: Vec<Vec<usize>> = kinds.into_values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        for (rank, group) in groups.iter_mut().enumerate() {
            group.sort_by_key(|at| (known[*at].shown, *at));
            order.extend(group.iter().enumerate().map(|(place, at)| (known[*at].shown, place, rank, *at)));
        }
        order.sort_unstable();
        let failures: Vec<usize> = order.into_iter().take(config.failures).map(|(.., at)| at).collect();
        let mut guards: Vec<usize> = (0..known.len()).filter(|at| known[*at].rollout.outcome.is_right()).collect();
        guards.sort_by_key(|at| (known[*at].shown, *at));
        guards.truncate(config.guards);
        let (old, id) = (known.len() - asked, |at: &usize| known[*at].rollout.example.clone());
        let evidence = Evidence {
            failures: failures.iter().map(|at| (id(at), kind(&known[*at].rollout))).collect(),
            guards: guards.iter().map(id).collect(),
            reused: failures.iter().chain(&guards).filter(|at| **at < old).count(),
            asked,
        };
        let chosen: Vec<usize> = failures.into_iter().chain(guards).collect();
        let rollouts = chosen.iter().map(|at| known[*at].rollout.clone()).collect();
        if !evidence.failures.is_empty() {
            chosen.iter().for_each(|at| known[*at].shown += 1);
        }
        (evidence, rollouts)
    }
}

/// A wrong answer. Where the model gave none there is nothing to learn from.
fn is_failure(rollout: &Rollout) -> bool {
    matches!(rollout.outcome, Outcome::Judged(_)) && !rollout.outcome.is_right()
}

fn kind(rollout: &Rollout) -> Option<Diagnosis> {
    match &rollout.outcome {
        Outcome::Judged(judgement) => judgement.diagnosis,
        _ => None,
    }
}
