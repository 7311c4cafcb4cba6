//! The journal's vocabulary: closed, past-tense facts. Screens, resume, replay and export are all folds over them.
//! A new field has `#[serde(default)]`; a changed meaning gets a new variant and a higher `JOURNAL_VERSION`.

mod reading;

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{
    budget::{Budget, Prices},
    candidate::{Candidate, Place, Rejection},
    chat::{ChatAnswer, ModelRole},
    config::RunConfig,
    dataset::{Example, Splits},
    id::{DbId, ExampleId, StepId, Version},
    problem::{ChatError, Effect, Problem},
    prompt::PromptTemplate,
    protegi::{Contender, Selector},
    racing::{Brief, Confirmation, Evidence, ParentChoice, RoundEnding, SearchEnd, Standing},
    rollout::{Purpose, Rollout},
    score::Score,
    usage::TokenUsage,
};

/// Version of the journal's format, written into every `RunStarted`.
pub const JOURNAL_VERSION: u32 = 3;

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Position in the journal, from 0 without gaps.
    pub seq: u64,
    /// Milliseconds since 1970 UTC.
    pub at: f64,
    #[serde(flatten)]
    pub event: Event,
}

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Everything that is needed to show the run, and with the databases and keys to go on with it.
    RunStarted(Rc<RunStarted>),
    /// The run was taken up again after a pause, a stop or a closed page.
    RunResumed,
    /// The caps of the run from here on.
    BudgetChanged {
        budget: Budget,
    },
    /// What the models cost, as it is known from here on. It holds for the whole run: the calls before are reckoned anew, but
    /// for those whose bill the provider told.
    PricesChanged {
        prices: Prices,
    },
    /// A call was sent, gave no answer that can be used, and may have been billed.
    CallLost(Box<CallLost>),
    /// A model answered. Durable before the answer is used.
    ModelAnswered(Rc<ModelAnswered>),
    RolloutFinished(Rc<Rollout>),
    RoundStarted {
        round: u32,
        parents: Vec<Version>,
    },
    CritiqueWritten {
        place: Place,
        parent: Version,
        template: usize,
        shown: Vec<ExampleId>,
        critique: String,
    },
    /// Paired racing: who is edited in a round, and why.
    ParentChosen {
        round: u32,
        parent: Version,
        why: ParentChoice,
    },
    /// Paired racing: what the critic is shown.
    EvidenceChosen {
        round: u32,
        parent: Version,
        evidence: Evidence,
    },
    /// Paired racing: one critic call found these causes, and these edits were asked for.
    CritiquesWritten {
        round: u32,
        parent: Version,
        critiques: Vec<String>,
        briefs: Vec<Brief>,
    },
    /// The editor was told of the fault in its edit and asked once more. `text` is the edit that was not used.
    RepairAsked {
        place: Place,
        parent: Version,
        reason: Rejection,
        text: String,
    },
    EditRejected {
        place: Place,
        parent: Version,
        reason: Rejection,
        text: String,
    },
    CandidateProposed {
        candidate: Candidate,
    },
    CandidateScored(Box<CandidateScored>),
    /// `candidates` in the order of evaluation, `beam` and `scores` best first.
    BeamSelected {
        round: u32,
        candidates: Vec<Version>,
        beam: Vec<Version>,
        scores: Vec<f64>,
    },
    /// `previous` is absent when nothing was scored before (no initial validation, first round).
    BestUpdated {
        round: u32,
        version: Version,
        score: f64,
        previous: Option<f64>,
        previous_version: Version,
    },
    BestKept {
        round: u32,
        version: Version,
        score: f64,
        previous: Option<f64>,
        previous_version: Version,
    },
    /// Paired racing: where the challengers of a round stand against `incumbent` after `questions` questions.
    RaceCut {
        round: u32,
        incumbent: Version,
        questions: usize,
        standings: Vec<Standing>,
    },
    /// Paired racing: what a round came to.
    RoundEnded {
        round: u32,
        incumbent: Version,
        ending: RoundEnding,
    },
    /// ProTeGi: how a round's evaluations were spread over its prompts, best first.
    EvaluationsSpread {
        round: u32,
        selector: Selector,
        contenders: Vec<Contender>,
    },
    /// Paired racing: the winner met the seed once more.
    WinnerConfirmed {
        confirmation: Confirmation,
    },
    /// Why the search made no further round.
    SearchEnded {
        round: u32,
        reason: SearchEnd,
    },
    ProblemRaised {
        problem: Problem,
        effect: Effect,
        role: Option<ModelRole>,
        step: StepId,
    },
    RunPaused,
    RunStopped,
    RunFinished {
        best: Version,
    },
}

/// The beginning of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    pub journal_version: u32,
    /// The run's name, as shown.
    pub name: String,
    /// Name of the dataset, as shown.
    pub dataset: String,
    pub config: RunConfig,
    pub splits: Splits,
    /// The questions of all splits.
    pub examples: Vec<Example>,
    /// `{table_info}` of every database that the questions are about.
    pub schemas: Vec<SchemaText>,
    /// The prompt that is checked, where there is no search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
}

/// A prompt of another run, to be scored beside the prompt that that run began with, on other questions or with another model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Name of that run.
    pub run: String,
    /// The prompt's version in it.
    pub version: Version,
    pub template: PromptTemplate,
    /// What that run was made with: its agent's model and its dataset, as shown.
    pub model: String,
    pub dataset: String,
}

/// A database as the agent is told about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaText {
    pub db: DbId,
    pub table_info: String,
}

/// An answered call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelAnswered {
    pub step: StepId,
    pub role: ModelRole,
    pub answer: ChatAnswer,
    /// Tries that it took, at least 1 unless it came from the cache.
    pub attempts: u32,
    /// Duration of the last try in milliseconds; 0 if it came from the cache.
    pub elapsed_ms: f64,
    /// Characters of the request's messages.
    #[serde(default)]
    pub asked_chars: u64,
}

/// A call that may have been billed and gave nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallLost {
    pub step: StepId,
    pub role: ModelRole,
    pub error: ChatError,
    pub usage: TokenUsage,
    pub elapsed_ms: f64,
    /// Characters of the request's messages.
    pub asked_chars: u64,
}

/// A candidate's outcome on a set of questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CandidateScored {
    /// 0 before the first round.
    pub round: u32,
    pub version: Version,
    pub purpose: Purpose,
    /// The expansion a training batch belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    pub examples: Vec<ExampleId>,
    /// Aligned with `examples`; `None` = no reward.
    pub rewards: Vec<Option<f64>>,
    pub score: Score,
}

impl Event {
    /// A name that is unique within a run for facts of the run itself, and absent for facts of a session (pauses,
    /// resumptions, problems). When a run is resumed, facts with a name that the journal already holds are not written again.
    pub fn name(&self) -> Option<String> {
        Some(match self {
            Event::RunStarted(_) => "start".into(),
            Event::ModelAnswered(answered) => format!("answer {}", answered.step),
            Event::RolloutFinished(rollout) => format!("rollout {}", rollout.step),
            Event::RoundStarted { round, .. } => format!("round {round}"),
            Event::CritiqueWritten { place, .. } => format!("critique {}", place_name(place)),
            Event::ParentChosen { round, .. } => format!("parent {round}"),
            Event::EvidenceChosen { round, .. } => format!("evidence {round}"),
            Event::CritiquesWritten { round, .. } => format!("critiques {round}"),
            Event::RepairAsked { place, .. } => format!("repair {}", place_name(place)),
            Event::EditRejected { place, .. } => format!("rejected {}", place_name(place)),
            Event::CandidateProposed { candidate } => format!("candidate {}", candidate.version),
            Event::CandidateScored(scored) => {
                let place = scored.place.as_ref().map(place_name).unwrap_or_default();
                format!("scored {} {} {:?} {place}", scored.round, scored.version, scored.purpose)
            }
            Event::BeamSelected { round, .. } => format!("beam {round}"),
            Event::BestUpdated { round, .. } | Event::BestKept { round, .. } => format!("best {round}"),
            Event::RaceCut { round, questions, .. } => format!("race {round} {questions}"),
            Event::RoundEnded { round, .. } => format!("round end {round}"),
            Event::EvaluationsSpread { round, .. } => format!("evaluations {round}"),
            Event::WinnerConfirmed { .. } => "confirmation".into(),
            Event::SearchEnded { .. } => "search end".into(),
            Event::RunFinished { .. } => "finish".into(),
            Event::RunResumed
            | Event::BudgetChanged { .. }
            | Event::PricesChanged { .. }
            | Event::CallLost(_)
            | Event::ProblemRaised { .. }
            | Event::RunPaused
            | Event::RunStopped => return None,
        })
    }
}

fn place_name(place: &Place) -> String {
    format!("{}.{}.{}", place.round, place.slot, place.branch)
}
