//! Who was the best from which call on: what a run would have ended with, had it been stopped there; and who comes next.

use super::RunView;
use crate::domain::{event::Event, id::Version, rollout::Purpose, score::Score};

/// The best prompt over a stretch of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lead {
    /// Model calls of the run that were answered before it led.
    pub at_call: u64,
    pub best: Version,
    /// Its score on all of validation, as `RunView::best_score` tells it; absent before the seed was scored.
    pub score: Option<Score>,
}

impl RunView {
    /// Who was the best when `calls` model calls were answered and the next was not; `None` before the run had a prompt.
    pub fn lead_at(&self, calls: u64) -> Option<Lead> {
        self.leads.iter().rev().find(|lead| lead.at_call <= calls).copied()
    }

    /// Whom the seed is best compared with: the best, or while that is the seed itself, the highest score on all of validation,
    /// else on a batch of it, the earlier of two; the seed if no other was scored.
    pub fn challenger(&self) -> Version {
        if self.best != Version::SEED {
            return self.best;
        }
        let highest = |purpose| {
            let scored = self.candidates.iter().filter(|view| view.candidate.version != Version::SEED);
            let scores = scored.filter_map(|view| Some((view.candidate.version, view.score(purpose)?.mean)));
            scores.reduce(|first, next| if next.1 > first.1 { next } else { first })
        };
        highest(Purpose::Validation).or_else(|| highest(Purpose::Batch)).map_or(Version::SEED, |(version, _)| version)
    }

    /// Notes who leads after `event`, if that or the score has changed. Of what was decided between two calls the last holds.
    pub(super) fn note_lead(&mut self, event: &Event) {
        let is_decisive = matches!(
            event,
            Event::CandidateProposed { .. }
                | Event::CandidateScored(_)
                | Event::BestUpdated { .. }
                | Event::WinnerConfirmed { .. }
                | Event::RunFinished { .. }
        );
        if !is_decisive {
            return;
        }
        let lead = Lead { at_call: self.usage.total().calls, best: self.best, score: self.best_score() };
        match self.leads.last_mut() {
            Some(last) if (last.best, last.score) == (lead.best, lead.score) => {}
            Some(last) if last.at_call == lead.at_call => *last = lead,
            _ => self.leads.push(lead),
        }
    }
}
