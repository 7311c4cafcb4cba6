//! A round's second half: the children race the best prompt, and one of them may replace it.

use std::rc::Rc;

use futures::future::join_all;

use super::{
    Pool, Search,
    memory::Memory,
    race::{Cut, Runner, cuts, standings},
    round::Proposed,
};
use crate::{
    apo::world::{Batch, Urgency, World},
    domain::{
        candidate::Candidate,
        event::{CandidateScored, Event},
        id::{ExampleId, StepId, Version},
        racing::{Fate, RoundEnding, Standing},
        rollout::{Outcome, Purpose, Rollout},
        score::{Denominator, Score},
    },
};

/// A child on its way through the race.
struct Challenger {
    candidate: Rc<Candidate>,
    critique: String,
    rollouts: Vec<Rollout>,
}

impl<W: World> Search<'_, W> {
    /// The seed's answers on all of validation.
    pub(super) async fn score_seed(&self, seed: Rc<Candidate>) -> Result<Vec<bool>, W::Halt> {
        let step = StepId::default().child("r00").child("full").child(seed.version);
        let (purpose, urgency) = (Purpose::Validation, Urgency::Later);
        let batch = Batch { step, candidate: &seed, examples: &self.order, purpose, urgency };
        let rollouts = self.world.roll_out(batch).await?;
        self.record_score(0, seed.version, purpose, &rollouts).await?;
        Ok(right(&rollouts))
    }

    /// Races the children and says what the round came to.
    pub(super) async fn race(
        &self,
        round: u32,
        proposed: Proposed,
        pool: &mut Pool,
        memory: &mut Memory,
    ) -> Result<RoundEnding, W::Halt> {
        let ending = match proposed {
            Proposed::NoFailures => RoundEnding::NoFailures,
            Proposed::Children(children) if children.is_empty() => RoundEnding::NoChildren,
            Proposed::Children(children) => {
                let challenger = |(candidate, critique)| Challenger { candidate, critique, rollouts: Vec::new() };
                let field = children.into_iter().map(challenger).collect();
                match self.run_race(round, field, pool, memory).await? {
                    Some((winner, standing)) => self.decide(round, winner, standing, pool, memory).await?,
                    None => RoundEnding::AllDropped,
                }
            }
        };
        self.world.record(Event::RoundEnded { round, incumbent: pool.best, ending }).await?;
        Ok(ending)
    }

    /// The challenger that came through all cuts, if any did.
    async fn run_race(
        &self,
        round: u32,
        mut field: Vec<Challenger>,
        pool: &mut Pool,
        memory: &mut Memory,
    ) -> Result<Option<(Challenger, Standing)>, W::Halt> {
        let mut from = 0;
        for cut in cuts(self.order.len()) {
            self.ask_more(round, &mut field, from..cut.questions).await?;
            let standings = self.stand(pool, &field, cut);
            let (incumbent, questions) = (pool.best, cut.questions);
            let event = Event::RaceCut { round, incumbent, questions, standings: standings.clone() };
            self.world.record(event).await?;
            let is_last = cut.questions == self.order.len();
            let mut kept = Vec::new();
            // The field takes the order of the standings.
            for standing in standings {
                let at = field.iter().position(|one| one.candidate.version == standing.version);
                let challenger = field.remove(at.expect("each standing is of one in the field"));
                pool.right[standing.version.0 as usize] = right(&challenger.rollouts);
                if is_last || standing.fate != Fate::Kept {
                    let purpose = if is_last { Purpose::Validation } else { Purpose::Batch };
                    self.record_score(round, standing.version, purpose, &challenger.rollouts).await?;
                }
                match standing.fate {
                    Fate::Kept => kept.push((challenger, standing)),
                    Fate::Behind | Fate::Outrun => memory.rejected(&challenger.critique, &told(standing, questions)),
                }
            }
            if is_last || kept.is_empty() {
                return Ok(kept.into_iter().next());
            }
            field = kept.into_iter().map(|(challenger, _)| challenger).collect();
            from = cut.questions;
        }
        Ok(None)
    }

    /// Everybody in the field on the next stretch of questions, all at once.
    async fn ask_more(
        &self,
        round: u32,
        field: &mut [Challenger],
        stretch: std::ops::Range<usize>,
    ) -> Result<(), W::Halt> {
        let (examples, purpose, urgency) = (&self.order[stretch], Purpose::Validation, Urgency::Next);
        let asked = field.iter().map(|challenger| {
            let candidate = &*challenger.candidate;
            let step = StepId::default().child(format_args!("r{round:02}")).child("race").child(candidate.version);
            self.world.roll_out(Batch { step, candidate, examples, purpose, urgency })
        });
        let answered = join_all(asked).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        for (challenger, rollouts) in field.iter_mut().zip(answered) {
            challenger.rollouts.extend(rollouts);
        }
        Ok(())
    }

    fn stand(&self, pool: &Pool, field: &[Challenger], cut: Cut) -> Vec<Standing> {
        let answers: Vec<Vec<bool>> = field.iter().map(|challenger| right(&challenger.rollouts)).collect();
        let runners: Vec<Runner<'_>> = field
            .iter()
            .zip(&answers)
            .map(|(Challenger { candidate, .. }, right)| {
                let (version, length) = (candidate.version, candidate.template.as_str().chars().count());
                Runner { version, length, right }
            })
            .collect();
        standings(pool.right(pool.best), &runners, cut)
    }

    /// Whether a challenger that answered all of validation replaces the best: it must be better, or as good and shorter.
    async fn decide(
        &self,
        round: u32,
        challenger: Challenger,
        standing: Standing,
        pool: &mut Pool,
        memory: &mut Memory,
    ) -> Result<RoundEnding, W::Halt> {
        let Standing { version, fixed, broken, .. } = standing;
        let (best, all) = (pool.best(), self.order.len() as f64);
        let mean = |version: Version| pool.right(version).iter().filter(|right| **right).count() as f64 / all;
        let (score, previous, previous_version) = (mean(version), Some(mean(best.version)), best.version);
        let length = |candidate: &Candidate| candidate.template.as_str().chars().count();
        let ending = match standing.delta() {
            delta if delta > 0 => RoundEnding::Replaced { by: version, fixed, broken },
            0 if length(&challenger.candidate) < length(&best) => RoundEnding::Shorter { by: version, fixed, broken },
            _ => RoundEnding::Kept { against: version, fixed, broken },
        };
        let event = if let RoundEnding::Kept { .. } = ending {
            memory.rejected(&challenger.critique, &told(standing, self.order.len()));
            Event::BestKept { round, version, score, previous, previous_version }
        } else {
            pool.best = version;
            Event::BestUpdated { round, version, score, previous, previous_version }
        };
        self.world.record(event).await?;
        Ok(ending)
    }

    async fn record_score(
        &self,
        round: u32,
        version: Version,
        purpose: Purpose,
        rollouts: &[Rollout],
    ) -> Result<(), W::Halt> {
        let examples: Vec<ExampleId> = rollouts.iter().map(|rollout| rollout.example.clone()).collect();
        let outcomes: Vec<&Outcome> = rollouts.iter().map(|rollout| &rollout.outcome).collect();
        let rewards = outcomes.iter().map(|outcome| outcome.reward()).collect();
        let score = Score::of(outcomes, Denominator::Planned);
        let scored = CandidateScored { round, version, purpose, place: None, examples, rewards, score };
        self.world.record(Event::CandidateScored(Box::new(scored))).await
    }
}

/// What is right; a question without an answer is not, so that a prompt cannot win by having the hard ones refused.
fn right(rollouts: &[Rollout]) -> Vec<bool> {
    rollouts.iter().map(|rollout| rollout.outcome.is_right()).collect()
}

fn told(standing: Standing, questions: usize) -> String {
    format!("{} fixed and {} broken of {questions} questions", standing.fixed, standing.broken)
}
