//! What a search asks of the world around it: rollouts, answers of critic and editor, and a journal for its decisions.
//! Two implementations: `run::Context` over the ports, and the recorded runs of the conformance test.

use crate::domain::{
    candidate::Candidate,
    chat::{Message, ModelRole},
    event::Event,
    id::{ExampleId, StepId},
    rollout::{Purpose, Rollout},
};

/// Rollouts of one candidate on several questions.
pub struct Batch<'a> {
    /// Each rollout's step is this one with the question's id below it.
    pub step: StepId,
    pub candidate: &'a Candidate,
    pub examples: &'a [ExampleId],
    pub purpose: Purpose,
    pub urgency: Urgency,
}

/// Which work goes first when there is more than fits under the limit of calls at once; the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Training batches, critiques, edits: everything of the round waits for them.
    Now,
    /// Children on the round's batch.
    Next,
    /// Incumbents on the round's batch: known from the start, needed at its end.
    Early,
    /// Full validation: needed a round later.
    Later,
}

/// A question to the critic or the editor.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    pub step: StepId,
    pub role: ModelRole,
    pub messages: Vec<Message>,
}

/// A rollout as the critic is shown it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Experiment {
    /// `succeeded` or `failed`: whether the rollout came to an end with a reward.
    pub status: String,
    pub reward: Option<f64>,
    /// All chat messages in order.
    pub messages: Vec<Message>,
    /// What the run left behind besides: queries, results, errors; as (name, value).
    pub diagnostics: Vec<(String, String)>,
}

/// A rollout as the critic of the second search is shown it: short, and with the gold query of what failed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    pub is_right: bool,
    /// What to know of it, as (name, text): question, schema, queries, finding.
    pub facts: Vec<(String, String)>,
}

impl Trace {
    /// The trace under its number. It has the headings of an experiment of the first search.
    pub fn in_words(&self, number: usize) -> String {
        let reward = u8::from(self.is_right);
        let mut text = format!("## Experiment {number}\nreward: {reward}\n");
        for (name, fact) in &self.facts {
            let gap = if fact.contains('\n') { "\n" } else { " " };
            text.push_str(&format!("{name}:{gap}{fact}\n"));
        }
        text
    }
}

/// The world of a search.
pub trait World {
    /// Why the search cannot go on: paused, stopped, or a problem that needs somebody.
    type Halt;

    /// Rolls a candidate out on every question of a batch; the answer is aligned with `batch.examples`.
    fn roll_out(&self, batch: Batch<'_>) -> impl Future<Output = Result<Vec<Rollout>, Self::Halt>>;

    /// A rollout of `candidate` as the critic is shown it.
    fn experiment(&self, candidate: &Candidate, rollout: &Rollout) -> Experiment;

    /// A rollout with what the critic needs to find out why it failed, bounded in length.
    fn trace(&self, rollout: &Rollout) -> Trace;

    /// Asks critic or editor; the answer's text is returned byte for byte and may be empty.
    fn ask(&self, ask: Ask) -> impl Future<Output = Result<String, Self::Halt>>;

    /// Writes a decision into the journal.
    fn record(&self, event: Event) -> impl Future<Output = Result<(), Self::Halt>>;
}
