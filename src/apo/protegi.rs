//! ProTeGi: beam search in which the critic sees errors only, edits are paraphrased, and a bandit spreads each round's
//! evaluations over the prompts. Source: Pryzant et al., "Automatic Prompt Optimization with 'Gradient Descent' and Beam
//! Search", EMNLP 2023. Ours: questions come in one order a round for all prompts, a prompt's answer to a question is
//! never asked for twice, and each round's first is run on the rest of validation before it may become the best.

mod arm;
mod bandit;
mod children;
mod successive_halving;
mod successive_rejects;
mod ucb;
mod ucb_e;
mod uniform;

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use futures::future::{LocalBoxFuture, join, join_all};

use super::{
    Best,
    edit::Rules,
    world::{Batch, Urgency, World},
};
use crate::domain::{
    candidate::{Candidate, Origin, Place},
    dataset::Splits,
    event::{CandidateScored, Event},
    id::{ExampleId, StepId, Version},
    prompt::PromptTemplate,
    protegi::{Contender, ProtegiConfig},
    racing::SearchEnd,
    rng::SplitMix64,
    rollout::{Outcome, Purpose, Rollout},
    score::{Denominator, Score},
};
use arm::Arm;
use bandit::{Bandit, Pull};

pub use bandit::evaluations;

/// What a search is about.
pub struct Task<'a> {
    pub config: &'a ProtegiConfig,
    pub seed: PromptTemplate,
    /// What edits are held to.
    pub rules: Rules<'a>,
    pub splits: &'a Splits,
    /// Seed of every random draw.
    pub chance: u64,
}

/// Optimizes `task.seed` and returns the best candidate on validation, which may be the seed.
pub async fn run<W: World>(world: &W, task: Task<'_>) -> Result<Rc<Candidate>, W::Halt> {
    let seed = Rc::new(Candidate { version: Version::SEED, template: task.seed.clone(), origin: Origin::Seed });
    world.record(Event::CandidateProposed { candidate: (*seed).clone() }).await?;
    let search = Search { world, task: &task, answers: RefCell::default() };
    let mut candidates = vec![Rc::clone(&seed)];
    let mut beam = vec![Rc::clone(&seed)];
    let mut best: LocalBoxFuture<'_, Result<Best, W::Halt>> = Box::pin(search.score_seed(seed));
    for round in 1..=task.config.rounds {
        // New prompts do not depend on the last check of a first one: they run at once.
        let (children, last) = join(search.expand(round, &beam, &mut candidates), best).await;
        let (children, last) = (children?, last?);
        if last.score.is_some_and(|score| score >= 1.0) {
            return search.end(round - 1, last, SearchEnd::Solved).await;
        }
        beam = search.select(round, beam.into_iter().chain(children).collect()).await?;
        best = Box::pin(search.update_best(round, Rc::clone(&beam[0]), last));
    }
    let rounds = task.config.rounds;
    search.end(rounds, best.await?, SearchEnd::Rounds { rounds }).await
}

struct Search<'a, W> {
    world: &'a W,
    task: &'a Task<'a>,
    /// Every rollout so far, by candidate and question.
    answers: RefCell<HashMap<(Version, ExampleId), Rc<Rollout>>>,
}

impl<W: World> Search<'_, W> {
    fn draw(&self, label: std::fmt::Arguments<'_>) -> SplitMix64 {
        SplitMix64::labelled(self.task.chance, &format!("protegi/{label}"))
    }

    /// The rollouts of a candidate, in the order of `examples`; only those that are not known yet are made.
    async fn roll_out(
        &self,
        round: u32,
        candidate: &Candidate,
        examples: &[ExampleId],
        purpose: Purpose,
    ) -> Result<Vec<Rc<Rollout>>, W::Halt> {
        let (kind, urgency) = match purpose {
            Purpose::Train => ("train", Urgency::Now),
            Purpose::Batch => ("batch", Urgency::Next),
            Purpose::Validation | Purpose::HeldOut => ("full", Urgency::Later),
        };
        let version = candidate.version;
        let known = |id: &ExampleId| self.answers.borrow().get(&(version, id.clone())).cloned();
        let missing: Vec<ExampleId> = examples.iter().filter(|id| known(id).is_none()).cloned().collect();
        if !missing.is_empty() {
            let step = StepId::default().child(format_args!("r{round:02}")).child(kind).child(version);
            let batch = Batch { step, candidate, examples: &missing, purpose, urgency };
            for rollout in self.world.roll_out(batch).await? {
                self.answers.borrow_mut().insert((version, rollout.example.clone()), Rc::new(rollout));
            }
        }
        Ok(examples.iter().filter_map(known).collect())
    }

    async fn score_seed(&self, seed: Rc<Candidate>) -> Result<Best, W::Halt> {
        let score = self.score_on_validation(0, &seed).await?.mean;
        Ok(Best { candidate: seed, score: Some(score) })
    }

    async fn score_on_validation(&self, round: u32, candidate: &Rc<Candidate>) -> Result<Score, W::Halt> {
        let examples = &self.task.splits.validation;
        let rollouts = self.roll_out(round, candidate, examples, Purpose::Validation).await?;
        self.record_score(round, candidate.version, Purpose::Validation, None, examples, &rollouts).await
    }

    async fn record_score(
        &self,
        round: u32,
        version: Version,
        purpose: Purpose,
        place: Option<Place>,
        examples: &[ExampleId],
        rollouts: &[Rc<Rollout>],
    ) -> Result<Score, W::Halt> {
        let outcomes: Vec<&Outcome> = rollouts.iter().map(|rollout| &rollout.outcome).collect();
        let score = Score::of(outcomes.iter().copied(), Denominator::Planned);
        let (rewards, examples) = (outcomes.iter().map(|outcome| outcome.reward()).collect(), examples.to_vec());
        let scored = CandidateScored { round, version, purpose, place, examples, rewards, score };
        self.world.record(Event::CandidateScored(Box::new(scored))).await?;
        Ok(score)
    }

    /// Spreads the round's evaluations over `prompts`, incumbents first, and keeps the best of them.
    async fn select(&self, round: u32, prompts: Vec<Rc<Candidate>>) -> Result<Vec<Rc<Candidate>>, W::Halt> {
        let config = self.task.config;
        let mut questions = self.task.splits.validation.clone();
        self.draw(format_args!("questions/{round}")).shuffle(&mut questions);
        let mut order: Vec<usize> = (0..prompts.len()).collect();
        self.draw(format_args!("first/{round}")).shuffle(&mut order);

        let mut bandit = Bandit::new(config, order, questions.len());
        let mut arms = vec![Arm::default(); prompts.len()];
        loop {
            let pulls = bandit.next(&arms);
            if pulls.is_empty() {
                break;
            }
            let evaluated = join_all(pulls.iter().map(|Pull { arm, more }| {
                let from = arms[*arm].questions;
                self.roll_out(round, &prompts[*arm], &questions[from..from + more], Purpose::Batch)
            }));
            for (Pull { arm, more }, rollouts) in pulls.iter().zip(evaluated.await) {
                let rewards = rollouts?;
                let sum = rewards.iter().map(|rollout| rollout.outcome.reward().unwrap_or(0.0)).sum::<f64>();
                arms[*arm] = Arm { questions: arms[*arm].questions + more, sum: arms[*arm].sum + sum };
            }
        }
        self.record_selection(round, &prompts, &questions, &arms, &bandit).await?;
        let ranking = bandit.ranking(&arms).into_iter().take(config.beam_width);
        Ok(ranking.map(|arm| Rc::clone(&prompts[arm])).collect())
    }

    async fn record_selection(
        &self,
        round: u32,
        prompts: &[Rc<Candidate>],
        questions: &[ExampleId],
        arms: &[Arm],
        bandit: &Bandit<'_>,
    ) -> Result<(), W::Halt> {
        for (prompt, arm) in prompts.iter().zip(arms).filter(|(_, arm)| arm.questions > 0) {
            let asked = &questions[..arm.questions];
            let rollouts = self.roll_out(round, prompt, asked, Purpose::Batch).await?;
            self.record_score(round, prompt.version, Purpose::Batch, None, asked, &rollouts).await?;
        }
        let selector = self.task.config.selector;
        let fates = bandit.fates();
        let ranking = bandit.ranking(arms);
        let contenders = ranking
            .iter()
            .map(|arm| Contender {
                version: prompts[*arm].version,
                questions: arms[*arm].questions,
                mean: arms[*arm].mean(),
                fate: fates[*arm],
            })
            .collect();
        self.world.record(Event::EvaluationsSpread { round, selector, contenders }).await?;
        let beam = &ranking[..ranking.len().min(self.task.config.beam_width)];
        let selected = Event::BeamSelected {
            round,
            candidates: prompts.iter().map(|prompt| prompt.version).collect(),
            beam: beam.iter().map(|arm| prompts[*arm].version).collect(),
            scores: beam.iter().map(|arm| arms[*arm].mean()).collect(),
        };
        self.world.record(selected).await
    }

    /// Runs the round's first on what it was not asked of validation; it has to be strictly better to become the best.
    async fn update_best(&self, round: u32, first: Rc<Candidate>, last: Best) -> Result<Best, W::Halt> {
        let score = self.score_on_validation(round, &first).await?.mean;
        let (version, previous, previous_version) = (first.version, last.score, last.candidate.version);
        if previous.is_none_or(|previous| score > previous) {
            self.world.record(Event::BestUpdated { round, version, score, previous, previous_version }).await?;
            Ok(Best { candidate: first, score: Some(score) })
        } else {
            self.world.record(Event::BestKept { round, version, score, previous, previous_version }).await?;
            Ok(last)
        }
    }

    async fn end(&self, round: u32, best: Best, reason: SearchEnd) -> Result<Rc<Candidate>, W::Halt> {
        self.world.record(Event::SearchEnded { round, reason }).await?;
        Ok(best.candidate)
    }
}
