//! What the screens ask of a run: scores, pairs, progress and the summary for lists.

use std::{collections::HashMap, rc::Rc};

use super::{CandidateView, RunView};
use crate::{
    domain::{
        chat::ModelRole,
        dataset::Splits,
        event::ModelAnswered,
        id::{ExampleId, StepId, Version},
        protegi::ProtegiConfig,
        rollout::{Purpose, Rollout},
        score::Score,
        search::Method,
    },
    ports::store::{RunState, RunSummary},
    run::{
        check,
        forecast::{
            Course, Measured, Outlook, Plan, protegi,
            racing::{self, Raced, Sizes},
        },
        results::SplitChoice,
        verdict::{Paired, Verdict},
    },
};

impl RunView {
    /// One candidate.
    pub fn candidate(&self, version: Version) -> Option<&CandidateView> {
        self.candidates.get(version.0 as usize)
    }

    /// One rollout by its step.
    pub fn rollout(&self, step: &StepId) -> Option<&Rc<Rollout>> {
        self.by_step.get(step).map(|i| &self.rollouts[*i])
    }

    /// Whether it checks one prompt instead of searching for a better one.
    pub fn is_check(&self) -> bool {
        self.started.as_ref().is_some_and(|started| started.check.is_some())
    }

    /// The questions of a split, in its order; none before the run began.
    pub fn split(&self, split: SplitChoice) -> &[ExampleId] {
        let Some(started) = &self.started else { return &[] };
        match split {
            SplitChoice::Validation => &started.splits.validation,
            SplitChoice::HeldOut => &started.splits.held_out,
            SplitChoice::Train => &started.splits.train,
        }
    }

    /// What the agent's model answered at a step, with what that took.
    pub fn answer(&self, step: &StepId) -> Option<&Rc<ModelAnswered>> {
        self.answers.get(step)
    }

    /// All rollouts of a candidate, oldest first.
    pub fn rollouts_of(&self, version: Version) -> impl Iterator<Item = &Rc<Rollout>> {
        self.board.of_version(version).iter().map(|at| &self.rollouts[*at])
    }

    /// The seed's score on all of validation.
    pub fn seed_score(&self) -> Option<Score> {
        self.candidate(Version::SEED)?.scores.iter().find(|s| s.purpose == Purpose::Validation).map(|s| s.score)
    }

    /// The score that made the best the best: from the round that chose it, not a luckier one later.
    pub fn best_score(&self) -> Option<Score> {
        let round = self.rounds.iter().rev().find(|round| round.leader == Some((self.best, true)));
        match round {
            Some(round) => self.candidate(self.best)?.score_in_round(round.round, Purpose::Validation),
            None => self.seed_score(),
        }
    }

    /// A candidate's rollouts for a purpose, the newest for each question.
    pub fn outcomes(&self, version: Version, purpose: Purpose) -> HashMap<&ExampleId, &Rc<Rollout>> {
        let matching = self.rollouts_of(version).filter(|rollout| rollout.purpose == purpose);
        matching.map(|rollout| (&rollout.example, rollout)).collect()
    }

    /// Seed against best on the held-out split, once both were scored.
    pub fn held_out(&self) -> Option<(Paired, Verdict)> {
        let (seed, best) = (self.candidate(Version::SEED)?, self.candidate(self.best)?);
        seed.score(Purpose::HeldOut)?;
        best.score(Purpose::HeldOut)?;
        let paired = self.paired(Version::SEED, self.best, Purpose::HeldOut);
        let verdict = if self.best == Version::SEED { Verdict::Unchanged } else { paired.verdict() };
        Some((paired, verdict))
    }

    /// The prompt to take from the run: the best, or the one that it began with if the held-out questions say "worse".
    pub fn recommended(&self) -> Version {
        match self.held_out() {
            Some((_, Verdict::Worse { .. })) => Version::SEED,
            _ => self.best,
        }
    }

    /// Two candidates on the questions of a purpose that both were asked.
    pub fn paired(&self, first: Version, second: Version, purpose: Purpose) -> Paired {
        let (first, second) = (self.outcomes(first, purpose), self.outcomes(second, purpose));
        Paired::of(
            first.iter().map(|(id, rollout)| (*id, &rollout.outcome)),
            second.iter().map(|(id, rollout)| (*id, &rollout.outcome)),
        )
    }

    /// Rollouts that the run has in all, as far as is known now: edits that failed are taken out, the rest is as planned.
    pub fn rollouts_planned(&self) -> usize {
        self.plan().map_or(0, |plan| plan.rollouts())
    }

    /// How far paired racing is.
    fn raced(&self) -> Raced {
        let over = || self.rounds.iter().rev().filter_map(|round| round.racing.ending);
        Raced {
            rounds: over().count() as u32,
            idle: over().take_while(|ending| !ending.is_progress()).count() as u32,
            is_over: self.search_end.is_some(),
            is_confirmed: self.confirmation.is_some() || self.search_end.is_some() && self.best == Version::SEED,
            settled: self.settled,
            done: self.done,
        }
    }

    /// What is planned, as far as is known now.
    pub(in crate::run) fn plan(&self) -> Option<Plan> {
        let started = self.started.as_ref()?;
        let splits = &started.splits;
        if started.check.is_some() {
            return Some(check::plan(splits.held_out.len()));
        }
        if started.config.method == Method::Protegi {
            return Some(self.protegi_plan(&started.config.protegi, splits));
        }
        let validation = splits.validation.len();
        if started.config.method == Method::Racing {
            let sizes = Sizes { train: splits.train.len(), validation, held_out: splits.held_out.len() };
            let mut plan = racing::plan(&started.config.racing, sizes, self.raced());
            if self.search_end.is_some() && self.best == Version::SEED {
                plan.held_out -= splits.held_out.len();
            }
            return Some(plan);
        }
        let apo = &started.config.apo;
        let mut plan = Plan::new(apo, splits.train.len(), validation, splits.held_out.len());
        let batch = apo.val_batch_size.min(validation);
        let mut beam = 1;
        for round in 1..=apo.beam_rounds {
            let full = apo.beam_width * apo.branch_factor;
            let known = self.rounds.iter().find(|known| known.round == round);
            let children = known.map_or(full, |round| full - round.rejected.len().min(full));
            let planned_beam = if round == 1 { 1 } else { apo.beam_width };
            plan.children -= (full - children) * batch;
            plan.incumbents -= planned_beam.saturating_sub(beam) * batch;
            beam = (beam + children).min(apo.beam_width);
        }
        if self.state == RunState::Finished && self.best == Version::SEED {
            plan.held_out -= splits.held_out.len();
        }
        Some(plan)
    }

    /// ProTeGi's plan: as foreseen, until the search has ended; then what it took.
    fn protegi_plan(&self, config: &ProtegiConfig, splits: &Splits) -> Plan {
        let held_out = splits.held_out.len();
        let foreseen = protegi::expected(config, splits.train.len(), splits.validation.len(), held_out);
        let done = self.done;
        let has_ended = self.search_end.is_some();
        let of = |foreseen: usize, done: usize| if has_ended { done } else { foreseen.max(done) };
        let full = of(foreseen.seed + foreseen.leaders, done.validation);
        Plan {
            seed: full.min(foreseen.seed),
            train: of(foreseen.train, done.train),
            incumbents: 0,
            children: of(foreseen.incumbents + foreseen.children, done.batch),
            leaders: full.saturating_sub(foreseen.seed),
            held_out: if self.state == RunState::Finished { done.held_out } else { foreseen.held_out },
            expansions: of(foreseen.expansions, done.critiques),
            edits: of(foreseen.edits, done.edits),
            spare: if has_ended { 0 } else { foreseen.spare },
        }
    }

    /// What the run will have taken when it is over; `None` before it began.
    pub fn outlook(&self) -> Option<Outlook> {
        let started = self.started.as_ref()?;
        let mut plan = self.plan()?;
        if self.state == RunState::Finished {
            plan = Plan::default();
        }
        let usage = ModelRole::ALL.map(|role| *self.usage.of(role));
        let course = Course {
            config: &started.config,
            plan: &plan,
            workload: &self.workload,
            done: self.done,
            measured: &self.measured,
            usage,
            active_ms: self.active_ms,
        };
        Some(course.outlook())
    }

    /// What this run was measured to take, for the outlook of another one with the same agent and models.
    pub fn measured(&self) -> &Measured {
        &self.measured
    }

    /// Milliseconds until the end; `None` until something was measured.
    pub fn remaining_ms(&self) -> Option<f64> {
        self.outlook()?.rest_ms.map(|rest| rest.p50)
    }

    /// What a list of runs shows.
    pub fn summary(&self, mut known: RunSummary) -> RunSummary {
        let held_out = |version| self.candidate(version).and_then(|candidate| candidate.score(Purpose::HeldOut));
        known.state = self.state;
        known.started_at = self.started_at;
        known.seed_score = self.seed_score();
        known.best_score = self.best_score();
        known.best_version = self.best;
        known.seed_held_out = held_out(Version::SEED);
        known.best_held_out = held_out(self.best);
        if let Some((paired, _)) = self.held_out() {
            (known.held_out_fixed, known.held_out_broken) = (paired.fixed, paired.broken);
        }
        known.rounds_done = self.rounds.iter().filter(|round| round.is_over()).count() as u32;
        known.rollouts_done = self.rollouts.len();
        known.rollouts_planned = self.rollouts_planned();
        known.calls = self.usage.total().calls;
        if let Some(started) = &self.started {
            known.name.clone_from(&started.name);
            known.rounds_planned = started.config.rounds();
            known.checks = started.check.as_ref().map(|check| check.version);
            // The practice model has no name; one in its place was meant for another provider.
            let agent = &started.config.models.agent;
            known.model = if agent.provider.is_simulated() { String::new() } else { agent.name.clone() };
        }
        known
    }
}
