//! ProTeGi in words: its settings, its selectors, and the facts that its selections leave in the journal.
//! Source: Pryzant et al., EMNLP 2023, and the LMOps code to it; the loop itself is `apo::protegi`.

use serde::{Deserialize, Serialize};

use super::{config::ConfigFault, id::Version};

/// How a round's evaluations are spread over its prompts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selector {
    /// The same number of questions for each prompt.
    Uniform,
    /// Upper confidence bounds, wider as the round goes on.
    #[default]
    Ucb,
    /// Upper confidence bounds of a fixed width: made for finding the best.
    UcbE,
    /// Phases, each of which rejects the worst prompt.
    SuccessiveRejects,
    /// Phases, each of which keeps the better half.
    SuccessiveHalving,
}

impl Selector {
    /// All of them, in the order of the screens.
    pub const ALL: [Selector; 5] =
        [Selector::Ucb, Selector::UcbE, Selector::SuccessiveRejects, Selector::SuccessiveHalving, Selector::Uniform];

    /// The name on the screens.
    pub fn name(self) -> &'static str {
        match self {
            Selector::Uniform => "uniform",
            Selector::Ucb => "UCB",
            Selector::UcbE => "UCB-E",
            Selector::SuccessiveRejects => "successive rejects",
            Selector::SuccessiveHalving => "successive halving",
        }
    }
}

/// Parameters of ProTeGi. Sizes of batches and budgets are smaller than the paper's, which was made for cheap classification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProtegiConfig {
    pub rounds: u32,
    /// Prompts kept, all of which are parents of the next round.
    pub beam_width: usize,
    /// Training questions that each parent is run on in a round.
    pub minibatch: usize,
    /// Wrong answers that the critic is shown for one critique.
    pub errors_per_critique: usize,
    /// Critiques of each parent in a round, and as many edits.
    pub critiques_per_parent: usize,
    /// Paraphrases of each edit, and of the parent itself.
    pub paraphrases: usize,
    /// Children of each parent in a round at most: of all edits and paraphrases so many are drawn, and only those are made.
    pub max_children: usize,
    pub selector: Selector,
    /// Evaluations of a round, for each of its prompts on average: what a selector may spread.
    pub evaluations_per_prompt: usize,
    /// Weight of the width of a confidence bound, the c of the formulas.
    pub exploration: f64,
    /// UCB and UCB-E: prompts with the highest bounds that are evaluated at a step …
    pub prompts_per_step: usize,
    /// … on so many further questions each.
    pub questions_per_step: usize,
    /// Tell the editor of a fault in its edit and ask once more; the original does not.
    pub repair_edits: bool,
}

impl Default for ProtegiConfig {
    fn default() -> Self {
        Self {
            rounds: 3,
            beam_width: 4,
            minibatch: 16,
            errors_per_critique: 4,
            critiques_per_parent: 4,
            paraphrases: 2,
            max_children: 8,
            selector: Selector::default(),
            evaluations_per_prompt: 12,
            exploration: 1.0,
            prompts_per_step: 8,
            questions_per_step: 4,
            repair_edits: false,
        }
    }
}

impl ProtegiConfig {
    /// Everything that keeps a run with these settings from starting.
    pub fn faults(&self) -> Vec<ConfigFault> {
        let fields = [
            ("protegi.rounds", self.rounds as usize, 1, 1000),
            ("protegi.beam_width", self.beam_width, 1, 20),
            ("protegi.minibatch", self.minibatch, 1, 1000),
            ("protegi.errors_per_critique", self.errors_per_critique, 1, 20),
            ("protegi.critiques_per_parent", self.critiques_per_parent, 1, 20),
            ("protegi.paraphrases", self.paraphrases, 0, 20),
            ("protegi.max_children", self.max_children, 1, 20),
            ("protegi.evaluations_per_prompt", self.evaluations_per_prompt, 2, 1000),
            ("protegi.prompts_per_step", self.prompts_per_step, 1, 100),
            ("protegi.questions_per_step", self.questions_per_step, 1, 1000),
        ];
        let beyond = fields.into_iter().filter(|(_, value, least, most)| !(*least..=*most).contains(value));
        let mut faults: Vec<ConfigFault> = beyond
            .map(|(field, _, least, most)| ConfigFault {
                field: field.into(),
                words: format!("Must be between {least} and {most}."),
            })
            .collect();
        if !(0.0..=10.0).contains(&self.exploration) {
            faults.push(ConfigFault { field: "protegi.exploration".into(), words: "Must be between 0 and 10.".into() });
        }
        faults
    }
}

/// A prompt in a selection, with why it stands where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contender {
    pub version: Version,
    /// Questions that it was evaluated on.
    pub questions: usize,
    /// Its mean reward on them; 0 if there were none.
    pub mean: f64,
    pub fate: ContenderFate,
}

/// What a selection did to a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContenderFate {
    /// It was in the running to the end.
    Ranked,
    /// A phase, counted from 1, dropped it; no further question was spent on it.
    Dropped { phase: u32 },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_settings_are_named_by_their_fields() {
        assert!(ProtegiConfig::default().faults().is_empty());
        let config = ProtegiConfig {
            beam_width: 0,
            evaluations_per_prompt: 1,
            exploration: f64::NAN,
            paraphrases: 0,
            ..ProtegiConfig::default()
        };
        let fields: Vec<_> = config.faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["protegi.beam_width", "protegi.evaluations_per_prompt", "protegi.exploration"]);
    }

    #[test]
    fn settings_that_name_no_selector_use_ucb() {
        let config: ProtegiConfig = serde_json::from_str(r#"{"rounds":2}"#).unwrap();
        assert_eq!((config.rounds, config.selector), (2, Selector::Ucb));
        assert_eq!(serde_json::to_string(&Selector::UcbE).unwrap(), r#""ucb_e""#);
    }
}
