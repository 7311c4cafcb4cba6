//! What the screens show of a run: a fold over its journal, and nothing else.

mod board;
mod leads;
mod mark;
mod questions;
mod search;
mod usage;

use std::{collections::HashMap, rc::Rc};

use self::board::Board;
pub use self::{
    leads::Lead,
    mark::Mark,
    search::{CritiqueView, CutView, RacingView, RejectionView, RoundView},
    usage::RoleUsage,
};
use crate::{
    domain::{
        budget::Budget,
        candidate::{Candidate, Origin, Place, Rejection},
        chat::ModelRole,
        event::{CandidateScored, Entry, Event, ModelAnswered, RunStarted},
        id::{DbId, ExampleId, StepId, Version},
        problem::{Effect, Problem},
        protegi::{Contender, Selector},
        racing::{Confirmation, ParentChoice, RoundEnding, SearchEnd, Standing},
        rollout::{Purpose, Rollout},
        score::Score,
    },
    ports::store::RunState,
    run::forecast::{Done, Measured, Workload},
};

/// Feed lines that are kept at least; twice as many at most, so that not every new one moves all others.
const FEED: usize = 200;

/// A run as its journal tells it so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunView {
    /// As it began, but for prices that were changed since.
    pub started: Option<Rc<RunStarted>>,
    pub state: RunState,
    /// Milliseconds since 1970 UTC of the first and the newest entry.
    pub started_at: f64,
    pub last_at: f64,
    /// Milliseconds in which the run was running: pauses do not count.
    pub active_ms: f64,
    /// By version.
    pub candidates: Vec<CandidateView>,
    pub rounds: Vec<RoundView>,
    /// The best on all of validation so far.
    pub best: Version,
    /// Who was the best from which call on, oldest first.
    pub leads: Vec<Lead>,
    /// Why paired racing made no further round.
    pub search_end: Option<SearchEnd>,
    /// How its winner stood against the seed once more.
    pub confirmation: Option<Confirmation>,
    pub rollouts: Vec<Rc<Rollout>>,
    /// Every scoring on validation questions, in the order of the journal.
    pub scorings: Vec<Scoring>,
    by_step: HashMap<StepId, usize>,
    pub(super) board: Board,
    /// The agent's answers by their steps.
    answers: HashMap<StepId, Rc<ModelAnswered>>,
    pub usage: RoleUsage,
    /// The caps that hold now.
    pub budget: Budget,
    workload: Workload,
    measured: Measured,
    done: Done,
    /// What was done when the newest round of paired racing ended.
    settled: Done,
    pub problems: Vec<ProblemView>,
    /// Newest last, at most 400.
    pub feed: Vec<FeedLine>,
    /// Entries folded so far.
    pub entries: u64,
}

/// A candidate with everything that is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateView {
    pub candidate: Candidate,
    /// The critique that led to it.
    pub critique: Option<String>,
    /// Every scoring, in the order of the journal.
    pub scores: Vec<CandidateScored>,
    /// Whether the newest beam holds it.
    pub in_beam: bool,
}

impl CandidateView {
    /// The newest score for a purpose.
    pub fn score(&self, purpose: Purpose) -> Option<Score> {
        self.scores.iter().rev().find(|scored| scored.purpose == purpose).map(|scored| scored.score)
    }

    /// The score of the first full validation, which is what "best" was decided on for the seed.
    pub fn score_in_round(&self, round: u32, purpose: Purpose) -> Option<Score> {
        self.scores.iter().find(|scored| scored.round == round && scored.purpose == purpose).map(|scored| scored.score)
    }
}

/// A scoring on validation questions, with when it was known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scoring {
    /// Model calls of the run that were answered before it.
    pub at_call: u64,
    pub round: u32,
    pub version: Version,
    pub purpose: Purpose,
    pub score: Score,
}

/// A problem with how often it came up.
#[derive(Clone, Debug, PartialEq)]
pub struct ProblemView {
    pub problem: Problem,
    pub effect: Effect,
    pub role: Option<ModelRole>,
    pub times: usize,
    pub last_at: f64,
    /// Whether the run has gone on since.
    pub over: bool,
}

/// A line of the activity feed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedLine {
    /// The entry of the journal that it tells of.
    pub seq: u64,
    /// Number of the line from 0: an entry may give several lines, or none.
    pub number: u64,
    pub at: f64,
    pub what: Happening,
}

/// What a feed line tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    Started,
    Resumed,
    Paused,
    Stopped,
    BudgetChanged,
    PricesChanged,
    Finished { best: Version },
    RoundStarted { round: u32 },
    RolledOut { version: Version, example: ExampleId, outcome: Mark },
    Criticised { parent: Version, text: String },
    Proposed { version: Version, parent: Option<Version> },
    Rejected { parent: Version, reason: Rejection },
    RepairAsked { parent: Version, reason: Rejection },
    ParentChosen { parent: Version, why: ParentChoice },
    RaceCut { questions: usize, standings: Vec<Standing> },
    RoundEnded { round: u32, ending: RoundEnding },
    SearchEnded { reason: SearchEnd },
    WinnerConfirmed { confirmation: Confirmation },
    EvaluationsSpread { selector: Selector, contenders: Vec<Contender> },
    Scored { version: Version, purpose: Purpose, score: Score },
    BestUpdated { round: u32, version: Version, previous: Version },
    BestKept { round: u32, version: Version },
}

impl RunView {
    /// The fold over a whole journal.
    pub fn of(entries: &[Entry]) -> Self {
        let mut view = Self::default();
        entries.iter().for_each(|entry| view.apply(entry));
        view
    }

    /// Takes one more entry in.
    pub fn apply(&mut self, entry: &Entry) {
        self.entries += 1;
        // A page that was closed in mid-run left no pause: the time until it was opened again is not running time.
        if self.state == RunState::Running && entry.event != Event::RunResumed {
            self.active_ms += (entry.at - self.last_at).max(0.0);
        }
        self.last_at = entry.at;
        match &entry.event {
            Event::RunStarted(started) => {
                self.budget = started.config.budget;
                let lengths: HashMap<&DbId, usize> =
                    started.schemas.iter().map(|schema| (&schema.db, schema.table_info.chars().count())).collect();
                let schema = |db: &DbId| lengths.get(db).copied();
                self.workload = Workload::new(&started.config, &started.splits, &started.examples, schema);
                self.board = Board::new(&started.splits);
                self.started = Some(Rc::clone(started));
                self.started_at = entry.at;
                self.run_from(entry, Happening::Started);
            }
            Event::RunResumed => self.run_from(entry, Happening::Resumed),
            Event::ModelAnswered(answered) => {
                self.usage.answered(answered, self.prices().of(answered.role));
                self.measured.answered(answered);
                if answered.role == ModelRole::Agent {
                    self.answers.insert(answered.step.clone(), Rc::clone(answered));
                }
            }
            Event::CallLost(lost) => {
                // An older page recorded those of models that nobody bills, too.
                let is_here = |started: &RunStarted| started.config.models.of(lost.role).provider.is_here();
                if !self.started.as_deref().is_some_and(is_here) {
                    self.usage.lost(lost, self.prices().of(lost.role));
                }
            }
            Event::BudgetChanged { budget } => {
                self.budget = *budget;
                self.problems.retain(|known| !matches!(known.problem, Problem::BudgetUsed { .. }));
                self.tell(entry, Happening::BudgetChanged);
            }
            Event::PricesChanged { prices } => {
                self.reprice(prices);
                self.tell(entry, Happening::PricesChanged);
            }
            Event::RolloutFinished(rollout) => {
                let outcome = Mark::from(&rollout.outcome);
                let (version, example) = (rollout.version, rollout.example.clone());
                self.tell(entry, Happening::RolledOut { version, example, outcome });
                self.measured.rolled_out(&rollout.step, self.workload.chars(&rollout.example));
                self.done.rolled_out(rollout.purpose);
                self.board.take(rollout, self.rollouts.len());
                self.by_step.insert(rollout.step.clone(), self.rollouts.len());
                self.rollouts.push(Rc::clone(rollout));
            }
            Event::RoundStarted { round, parents } => {
                let (at_call, parents) = (self.usage.total().calls, parents.clone());
                self.rounds.push(RoundView { round: *round, at_call, parents, ..RoundView::default() });
                self.tell(entry, Happening::RoundStarted { round: *round });
            }
            Event::CritiqueWritten { place, parent, template, shown, critique } => {
                let (place, parent, template, shown) = (*place, *parent, *template, shown.clone());
                let text = critique.clone();
                self.done.critiques += 1;
                self.tell(entry, Happening::Criticised { parent, text: text.clone() });
                if let Some(round) = self.round_mut(place.round) {
                    round.critiques.push(CritiqueView { place, parent, template, shown, text });
                }
            }
            Event::RepairAsked { place, parent, reason, text } => {
                let (place, parent, reason, text) = (*place, *parent, reason.clone(), text.clone());
                self.tell(entry, Happening::RepairAsked { parent, reason: reason.clone() });
                if let Some(round) = self.round_mut(place.round) {
                    round.repaired.push(RejectionView { place, parent, reason, text });
                }
            }
            Event::EditRejected { place, parent, reason, text } => {
                let (place, parent, reason, text) = (*place, *parent, reason.clone(), text.clone());
                self.done.edits += 1;
                self.tell(entry, Happening::Rejected { parent, reason: reason.clone() });
                if let Some(round) = self.round_mut(place.round) {
                    round.rejected.push(RejectionView { place, parent, reason, text });
                }
            }
            Event::CandidateProposed { candidate } => self.propose(entry, candidate),
            Event::CandidateScored(scored) => {
                let (version, purpose, score) = (scored.version, scored.purpose, scored.score);
                self.tell(entry, Happening::Scored { version, purpose, score });
                if matches!(purpose, Purpose::Batch | Purpose::Validation) {
                    let (at_call, round) = (self.usage.total().calls, scored.round);
                    self.scorings.push(Scoring { at_call, round, version, purpose, score });
                }
                if let Some(candidate) = self.candidates.get_mut(version.0 as usize) {
                    candidate.scores.push((**scored).clone());
                }
            }
            Event::BeamSelected { round, beam, scores, .. } => {
                for candidate in &mut self.candidates {
                    candidate.in_beam = beam.contains(&candidate.candidate.version);
                }
                if let Some(round) = self.round_mut(*round) {
                    round.beam.clone_from(beam);
                    round.beam_scores.clone_from(scores);
                }
            }
            Event::BestUpdated { round, version, previous_version, .. } => {
                self.best = *version;
                let (round, version, previous) = (*round, *version, *previous_version);
                self.tell(entry, Happening::BestUpdated { round, version, previous });
                if let Some(round) = self.round_mut(round) {
                    round.leader = Some((version, true));
                }
            }
            Event::BestKept { round, version, .. } => {
                let (round, version) = (*round, *version);
                self.tell(entry, Happening::BestKept { round, version });
                if let Some(round) = self.round_mut(round) {
                    round.leader = Some((version, false));
                }
            }
            Event::ProblemRaised { problem, effect, role, .. } => self.note_problem(entry.at, problem, *effect, *role),
            Event::ParentChosen { .. }
            | Event::EvidenceChosen { .. }
            | Event::CritiquesWritten { .. }
            | Event::RaceCut { .. }
            | Event::RoundEnded { .. }
            | Event::WinnerConfirmed { .. }
            | Event::SearchEnded { .. } => self.apply_racing(entry),
            Event::EvaluationsSpread { round, selector, contenders } => {
                let (selector, contenders) = (*selector, contenders.clone());
                self.tell(entry, Happening::EvaluationsSpread { selector, contenders: contenders.clone() });
                if let Some(round) = self.round_mut(*round) {
                    round.contenders = contenders;
                }
            }
            Event::RunPaused => self.end_session(entry, RunState::Paused, Happening::Paused),
            Event::RunStopped => self.end_session(entry, RunState::Stopped, Happening::Stopped),
            Event::RunFinished { best } => {
                self.best = *best;
                self.end_session(entry, RunState::Finished, Happening::Finished { best: *best });
            }
        }
        self.note_lead(&entry.event);
    }

    fn run_from(&mut self, entry: &Entry, what: Happening) {
        self.state = RunState::Running;
        let passes = |problem: &&mut ProblemView| problem.effect != Effect::Noted;
        self.problems.iter_mut().filter(passes).for_each(|problem| problem.over = true);
        self.tell(entry, what);
    }

    fn end_session(&mut self, entry: &Entry, state: RunState, what: Happening) {
        self.state = state;
        self.tell(entry, what);
    }

    fn propose(&mut self, entry: &Entry, candidate: &Candidate) {
        let (version, parent) = (candidate.version, candidate.parent());
        if let Origin::Checked { .. } = candidate.origin {
            // There is no search that could find another.
            self.best = version;
        } else if version != Version::SEED {
            self.done.edits += 1;
            self.tell(entry, Happening::Proposed { version, parent });
        }
        let place = match candidate.origin {
            Origin::Edit { place, .. } => Some(place),
            Origin::Paraphrase { place, edit: Some(branch), .. } => Some(Place { branch, ..place }),
            _ => None,
        };
        let mut critique = None;
        if let Some(round) = self.round_mut(candidate.round()) {
            round.children.push(version);
            critique = round.critiques.iter().find(|critique| Some(critique.place) == place).map(|c| c.text.clone());
        }
        let in_beam = version == Version::SEED;
        self.candidates.push(CandidateView { candidate: candidate.clone(), critique, scores: vec![], in_beam });
    }

    fn note_problem(&mut self, at: f64, problem: &Problem, effect: Effect, role: Option<ModelRole>) {
        let known = self
            .problems
            .iter_mut()
            .find(|known| known.problem == *problem && known.effect == effect && known.role == role && !known.over);
        match known {
            Some(known) => {
                known.times += 1;
                known.last_at = at;
            }
            None => {
                let (problem, times, last_at) = (problem.clone(), 1, at);
                self.problems.push(ProblemView { problem, effect, role, times, last_at, over: false });
            }
        }
    }

    fn tell(&mut self, entry: &Entry, what: Happening) {
        if self.feed.len() == 2 * FEED {
            self.feed.drain(..FEED);
        }
        let number = self.feed.last().map_or(0, |line| line.number + 1);
        self.feed.push(FeedLine { seq: entry.seq, number, at: entry.at, what });
    }

    fn round_mut(&mut self, round: u32) -> Option<&mut RoundView> {
        self.rounds.iter_mut().find(|known| known.round == round)
    }

    /// A run that is read from a store and still says "running" was left by a closed page: it can be resumed.
    pub fn settle(&mut self) {
        if self.state == RunState::Running {
            self.state = RunState::Stopped;
        }
    }
}
