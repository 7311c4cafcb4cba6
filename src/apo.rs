//! Automatic prompt optimization as published: beam search over prompts with textual gradients.
//! Source: Agent Lightning v0.3.0, `algorithm/apo`; Pryzant et al., "Automatic Prompt Optimization with 'Gradient Descent'
//! and Beam Search", EMNLP 2023. Decisions are the original's; only the waiting differs: whatever does not depend on each
//! other runs at once, and a leader's check on all of validation overlaps with the next round.

pub mod batches;
pub mod edit;
pub mod gradient;
pub mod protegi;
pub mod racing;
pub mod sampler;
pub mod world;

use std::rc::Rc;

use futures::future::{LocalBoxFuture, join, join_all};

use crate::domain::{
    candidate::{Candidate, Origin, Place},
    config::ApoConfig,
    dataset::Splits,
    event::{CandidateScored, Event},
    id::{ExampleId, StepId, Version},
    prompt::PromptTemplate,
    rollout::{Outcome, Purpose, Rollout},
    score::{Denominator, Score},
};
use edit::{Edit, Expansion, Rules};
use sampler::Sampler;
use world::{Batch, Urgency, World};

/// The best candidate so far, with its mean reward on all of validation (`None` before anything was scored).
#[derive(Clone, Debug)]
pub struct Best {
    pub candidate: Rc<Candidate>,
    pub score: Option<f64>,
}

/// What a search is about.
pub struct Task<'a> {
    pub config: &'a ApoConfig,
    pub seed: PromptTemplate,
    /// What edits are held to.
    pub rules: Rules<'a>,
    pub splits: &'a Splits,
}

/// Optimizes `task.seed` and returns the best candidate on validation, which may be the seed.
pub async fn run<W: World>(world: &W, sampler: &impl Sampler, task: Task<'_>) -> Result<Best, W::Halt> {
    let seed = Rc::new(Candidate { version: Version::SEED, template: task.seed.clone(), origin: Origin::Seed });
    world.record(Event::CandidateProposed { candidate: (*seed).clone() }).await?;
    let search = Search { world, sampler, task: &task };
    let mut candidates = vec![Rc::clone(&seed)];
    let mut beam = vec![Rc::clone(&seed)];
    let mut best: LocalBoxFuture<'_, Result<Best, W::Halt>> = Box::pin(search.score_seed(seed));
    for round in 1..=task.config.beam_rounds {
        // Nothing in a round depends on the last check of a leader: they run at once. The round comes first, here and below
        // whatever is waited for most: who is polled first finds the free places.
        let (next_beam, last) = join(search.run_round(round, beam, &mut candidates), best).await;
        beam = next_beam?;
        best = Box::pin(search.update_best(round, Rc::clone(&beam[0]), last?));
    }
    best.await
}

struct Search<'a, W, S> {
    world: &'a W,
    sampler: &'a S,
    task: &'a Task<'a>,
}

impl<W: World, S: Sampler> Search<'_, W, S> {
    async fn score_seed(&self, seed: Rc<Candidate>) -> Result<Best, W::Halt> {
        let mut best = Best { candidate: seed, score: None };
        if self.task.config.run_initial_validation {
            best.score = Some(self.score_on_validation(0, &best.candidate).await?.mean);
        }
        Ok(best)
    }

    async fn run_round(
        &self,
        round: u32,
        beam: Vec<Rc<Candidate>>,
        candidates: &mut Vec<Rc<Candidate>>,
    ) -> Result<Vec<Rc<Candidate>>, W::Halt> {
        let parents = self.sample_parents(round, &beam);
        let versions = parents.iter().map(|parent| parent.version).collect();
        self.world.record(Event::RoundStarted { round, parents: versions }).await?;
        // All draws of the round that move a stream on are made here, in order, before anything starts.
        let expansions: Vec<_> = parents
            .iter()
            .enumerate()
            .flat_map(|(slot, parent)| {
                (0..self.task.config.branch_factor).map(move |branch| (Place { round, slot, branch }, parent))
            })
            .map(|(place, parent)| (place, Rc::clone(parent), self.sampler.train_batch(place)))
            .collect();
        let batch = self.sampler.val_batch(round);

        let expand = join_all(expansions.into_iter().map(|(place, parent, ids)| self.expand(place, parent, ids)));
        let (expansions, incumbents) = join(expand, self.score_on_batch(&beam, round, &batch, Urgency::Early)).await;
        let expansions = expansions.into_iter().collect::<Result<Vec<_>, _>>()?;
        let children = self.number_children(expansions, candidates).await?;
        let children_scores = self.score_on_batch(&children, round, &batch, Urgency::Next).await?;

        let scores = incumbents?.into_iter().chain(children_scores);
        self.select_beam(round, beam.into_iter().chain(children).zip(scores).collect()).await
    }

    /// Fewer prompts than the beam is wide: they take turns. Otherwise a random order of all. Scores play no part.
    fn sample_parents(&self, round: u32, beam: &[Rc<Candidate>]) -> Vec<Rc<Candidate>> {
        let width = self.task.config.beam_width;
        let order: Vec<usize> = if beam.len() < width {
            (0..width).map(|i| i % beam.len()).collect()
        } else {
            self.sampler.parents(round, beam.len())
        };
        order.into_iter().map(|i| Rc::clone(&beam[i])).collect()
    }

    /// One branch: the parent on a training batch, a critique of what happened, an edit that applies it.
    async fn expand(&self, place: Place, parent: Rc<Candidate>, ids: Vec<ExampleId>) -> Result<Expansion, W::Halt> {
        let step = StepId::default().child(format_args!("r{:02}", place.round));
        let step = step.child(format_args!("p{}", place.slot)).child(format_args!("b{}", place.branch));
        let train = Batch {
            step: step.child("train"),
            candidate: &parent,
            examples: &ids,
            purpose: Purpose::Train,
            urgency: Urgency::Now,
        };
        let rollouts = self.world.roll_out(train).await?;
        self.record_scores(place.round, &parent, Purpose::Train, Some(place), &ids, &rollouts).await?;
        let critique = self.compute_textual_gradient(&step, place, &parent, &rollouts).await?;
        if critique.is_empty() {
            return Ok(Expansion { place, parent, edit: None });
        }
        let edit = self.apply_edit(&step, place, &parent, &critique).await?;
        Ok(Expansion { place, parent, edit: Some(edit) })
    }

    async fn compute_textual_gradient(
        &self,
        step: &StepId,
        place: Place,
        parent: &Candidate,
        rollouts: &[Rollout],
    ) -> Result<String, W::Halt> {
        let template = self.sampler.critic_template(place);
        let finished: Vec<&Rollout> = rollouts.iter().filter(|rollout| rollout.outcome.is_finished()).collect();
        let size = self.task.config.gradient_batch_size;
        let shown: Vec<&Rollout> = if finished.len() < size {
            finished
        } else {
            self.sampler.gradient_sample(place, finished.len(), size).into_iter().map(|i| finished[i]).collect()
        };
        let experiments: Vec<_> = shown.iter().map(|rollout| self.world.experiment(parent, rollout)).collect();
        let ask = gradient::ask(step.child("critic"), template, &parent.template, &experiments);
        let critique = self.world.ask(ask).await?;
        let shown = shown.iter().map(|rollout| rollout.example.clone()).collect();
        let parent = parent.version;
        let event = Event::CritiqueWritten { place, parent, template, shown, critique: critique.clone() };
        self.world.record(event).await?;
        Ok(critique)
    }

    async fn apply_edit(
        &self,
        step: &StepId,
        place: Place,
        parent: &Candidate,
        critique: &str,
    ) -> Result<Edit, W::Halt> {
        let template = self.sampler.editor_template(place);
        let ask = edit::ask(step.child("editor"), template, &parent.template, critique, &self.task.rules);
        edit::write(self.world, &self.task.rules, place, parent, ask).await
    }

    /// Gives version numbers in the order of slots and branches, whatever order the answers came in.
    async fn number_children(
        &self,
        expansions: Vec<Expansion>,
        candidates: &mut Vec<Rc<Candidate>>,
    ) -> Result<Vec<Rc<Candidate>>, W::Halt> {
        let mut children = Vec::new();
        for expansion in expansions {
            let (place, parent) = (expansion.place, expansion.parent.version);
            match edit::admit(expansion, &self.task.rules, candidates) {
                Ok((template, origin)) => {
                    let version = Version(candidates.len() as u32);
                    let child = Rc::new(Candidate { version, template, origin });
                    self.world.record(Event::CandidateProposed { candidate: (*child).clone() }).await?;
                    candidates.push(Rc::clone(&child));
                    children.push(child);
                }
                Err((reason, text)) => {
                    self.world.record(Event::EditRejected { place, parent, reason, text }).await?;
                }
            }
        }
        Ok(children)
    }

    async fn score_on_batch(
        &self,
        candidates: &[Rc<Candidate>],
        round: u32,
        batch: &[ExampleId],
        urgency: Urgency,
    ) -> Result<Vec<f64>, W::Halt> {
        let scores = join_all(candidates.iter().map(|candidate| async move {
            Ok(self.score(round, candidate, Purpose::Batch, batch, urgency).await?.mean)
        }));
        scores.await.into_iter().collect()
    }

    async fn score_on_validation(&self, round: u32, candidate: &Rc<Candidate>) -> Result<Score, W::Halt> {
        self.score(round, candidate, Purpose::Validation, &self.task.splits.validation, Urgency::Later).await
    }

    async fn score(
        &self,
        round: u32,
        candidate: &Rc<Candidate>,
        purpose: Purpose,
        examples: &[ExampleId],
        urgency: Urgency,
    ) -> Result<Score, W::Halt> {
        let kind = if purpose == Purpose::Batch { "batch" } else { "full" };
        let step = StepId::default().child(format_args!("r{round:02}")).child(kind).child(candidate.version);
        let rollouts = self.world.roll_out(Batch { step, candidate, examples, purpose, urgency }).await?;
        self.record_scores(round, candidate, purpose, None, examples, &rollouts).await
    }

    async fn record_scores(
        &self,
        round: u32,
        candidate: &Candidate,
        purpose: Purpose,
        place: Option<Place>,
        examples: &[ExampleId],
        rollouts: &[Rollout],
    ) -> Result<Score, W::Halt> {
        let outcomes: Vec<&Outcome> = rollouts.iter().map(|rollout| &rollout.outcome).collect();
        let denominator = if self.task.config.reproduce_v0_3_0 { Denominator::Finished } else { Denominator::Planned };
        let score = Score::of(outcomes.iter().copied(), denominator);
        let rewards = outcomes.iter().map(|outcome| outcome.reward()).collect();
        let (version, examples) = (candidate.version, examples.to_vec());
        let scored = CandidateScored { round, version, purpose, place, examples, rewards, score };
        self.world.record(Event::CandidateScored(Box::new(scored))).await?;
        Ok(score)
    }

    /// The first W after a stable sort by score: ties favour incumbents, then older versions.
    async fn select_beam(
        &self,
        round: u32,
        mut scored: Vec<(Rc<Candidate>, f64)>,
    ) -> Result<Vec<Rc<Candidate>>, W::Halt> {
        let candidates = scored.iter().map(|(candidate, _)| candidate.version).collect();
        // Not `total_cmp`: 0.0 and -0.0 are a tie in the original.
        scored.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap_or(std::cmp::Ordering::Equal));
        scored.truncate(self.task.config.beam_width);
        let beam = scored.iter().map(|(candidate, _)| candidate.version).collect();
        let scores = scored.iter().map(|(_, score)| *score).collect();
        self.world.record(Event::BeamSelected { round, candidates, beam, scores }).await?;
        Ok(scored.into_iter().map(|(candidate, _)| candidate).collect())
    }

    /// Runs the leader on all of validation, also if it was measured before; it has to be strictly better to become the best.
    async fn update_best(&self, round: u32, leader: Rc<Candidate>, last: Best) -> Result<Best, W::Halt> {
        let score = self.score_on_validation(round, &leader).await?.mean;
        let (version, previous, previous_version) = (leader.version, last.score, last.candidate.version);
        if previous.is_none_or(|previous| score > previous) {
            self.world.record(Event::BestUpdated { round, version, score, previous, previous_version }).await?;
            Ok(Best { candidate: leader, score: Some(score) })
        } else {
            self.world.record(Event::BestKept { round, version, score, previous, previous_version }).await?;
            Ok(last)
        }
    }
}
