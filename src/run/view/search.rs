//! The parts of a round as the screens show them, and the fold over paired racing's own events.

use super::{Happening, RunView, Scoring};
use crate::{
    domain::{
        candidate::{Place, Rejection},
        event::{Entry, Event},
        id::{ExampleId, Version},
        protegi::Contender,
        racing::{Brief, Evidence, Fate, ParentChoice, RoundEnding, Standing},
        rollout::Purpose,
        score::{Denominator, Score},
    },
    run::results::SplitChoice,
};

/// A round so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoundView {
    pub round: u32,
    /// Model calls of the run that were answered before it.
    pub at_call: u64,
    pub parents: Vec<Version>,
    pub children: Vec<Version>,
    pub critiques: Vec<CritiqueView>,
    pub rejected: Vec<RejectionView>,
    /// Edits with a fault that the editor was told of.
    pub repaired: Vec<RejectionView>,
    /// Best first; empty until it was selected.
    pub beam: Vec<Version>,
    pub beam_scores: Vec<f64>,
    /// The leader's check: its version, and whether it became the best.
    pub leader: Option<(Version, bool)>,
    /// What paired racing decided in it; empty for other searches.
    pub racing: RacingView,
    /// How ProTeGi's evaluations were spread, best first; empty for other searches.
    pub contenders: Vec<Contender>,
}

/// Paired racing's decisions in a round.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RacingView {
    pub parent: Option<ParentChoice>,
    pub evidence: Option<Evidence>,
    pub briefs: Vec<Brief>,
    /// The cuts of the race so far.
    pub cuts: Vec<CutView>,
    pub ending: Option<RoundEnding>,
}

/// A cut of the race.
#[derive(Clone, Debug, PartialEq)]
pub struct CutView {
    /// Questions that everybody in the field was asked.
    pub questions: usize,
    pub incumbent: Version,
    /// Best first.
    pub standings: Vec<Standing>,
}

/// A critique of a round, for one child.
#[derive(Clone, Debug, PartialEq)]
pub struct CritiqueView {
    pub place: Place,
    pub parent: Version,
    pub template: usize,
    pub shown: Vec<ExampleId>,
    pub text: String,
}

/// An edit that made no candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct RejectionView {
    pub place: Place,
    pub parent: Version,
    pub reason: Rejection,
    pub text: String,
}

impl RoundView {
    /// Whether everything was decided.
    pub fn is_over(&self) -> bool {
        self.leader.is_some() || self.racing.ending.is_some()
    }
}

impl RunView {
    /// Takes an event of paired racing in; all others belong to `apply`.
    pub(super) fn apply_racing(&mut self, entry: &Entry) {
        match &entry.event {
            Event::ParentChosen { round, parent, why } => {
                self.tell(entry, Happening::ParentChosen { parent: *parent, why: why.clone() });
                if let Some(round) = self.round_mut(*round) {
                    round.racing.parent = Some(why.clone());
                }
            }
            Event::EvidenceChosen { round, evidence, .. } => {
                if let Some(round) = self.round_mut(*round) {
                    round.racing.evidence = Some(evidence.clone());
                }
            }
            Event::CritiquesWritten { round, parent, critiques, briefs } => {
                self.done.critiques += 1;
                for text in critiques {
                    self.tell(entry, Happening::Criticised { parent: *parent, text: text.clone() });
                }
                let (round, parent) = (*round, *parent);
                if let Some(view) = self.round_mut(round) {
                    let shown: Vec<ExampleId> = view.racing.evidence.iter().flat_map(Evidence::shown).collect();
                    view.critiques = briefs
                        .iter()
                        .enumerate()
                        .map(|(branch, brief)| {
                            let (place, text) = (Place { round, slot: 0, branch }, brief.points(critiques));
                            CritiqueView { place, parent, template: 0, shown: shown.clone(), text }
                        })
                        .collect();
                    view.racing.briefs.clone_from(briefs);
                }
            }
            Event::RaceCut { round, incumbent, questions, standings } => {
                let (questions, incumbent, standings) = (*questions, *incumbent, standings.clone());
                self.tell(entry, Happening::RaceCut { questions, standings: standings.clone() });
                // Those who are dropped, and everybody at the end, have their score in the journal.
                if questions < self.split(SplitChoice::Validation).len() {
                    let stays = |standing: &&Standing| standing.fate == Fate::Kept;
                    standings.iter().filter(stays).for_each(|standing| self.mark_stretch(*round, standing.version));
                }
                if let Some(round) = self.round_mut(*round) {
                    round.racing.cuts.push(CutView { questions, incumbent, standings });
                }
            }
            Event::RoundEnded { round, ending, .. } => {
                // With a challenger at the end of the race the line about the best says it.
                if matches!(ending, RoundEnding::AllDropped | RoundEnding::NoChildren | RoundEnding::NoFailures) {
                    self.tell(entry, Happening::RoundEnded { round: *round, ending: *ending });
                }
                self.settled = self.done;
                let best = self.best;
                if let Some(round) = self.round_mut(*round) {
                    round.racing.ending = Some(*ending);
                    round.beam = vec![best];
                }
                for candidate in &mut self.candidates {
                    candidate.in_beam = candidate.candidate.version == best;
                }
            }
            Event::WinnerConfirmed { confirmation } => {
                self.confirmation = Some(*confirmation);
                if !confirmation.holds() {
                    self.best = Version::SEED;
                }
                self.tell(entry, Happening::WinnerConfirmed { confirmation: *confirmation });
            }
            Event::SearchEnded { reason, .. } => {
                self.search_end = Some(*reason);
                self.tell(entry, Happening::SearchEnded { reason: *reason });
            }
            _ => {}
        }
    }

    /// A challenger's score on the stretch of the race that it has behind it.
    fn mark_stretch(&mut self, round: u32, version: Version) {
        let answered = self.rollouts_of(version).filter(|rollout| rollout.purpose == Purpose::Validation);
        let score = Score::of(answered.map(|rollout| &rollout.outcome), Denominator::Planned);
        let (at_call, purpose) = (self.usage.total().calls, Purpose::Batch);
        self.scorings.push(Scoring { at_call, round, version, purpose, score });
    }
}
