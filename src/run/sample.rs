//! The built-in sample's settings, and what loading it would take the place of: settings that are neither as the page proposes
//! them nor as the sample brings them are the user's own, and so is other data.

use crate::domain::{
    agent::{AgentConfig, AgentKind},
    config::{ApoConfig, RunConfig},
    dataset::{SplitMethod, SplitPlan},
    prompt::PromptTemplate,
    racing::RacingConfig,
    search::Method,
};

/// Settings that belong together; the split goes with the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The agent with its prompts.
    Prompt,
    /// The models, and how they are asked.
    Models,
    /// The search with its caps.
    Search,
}

impl Part {
    const ALL: [Part; 3] = [Part::Prompt, Part::Models, Part::Search];

    fn words(self) -> &'static str {
        match self {
            Part::Prompt => "prompt",
            Part::Models => "models",
            Part::Search => "search settings",
        }
    }

    /// `base` with this part of `draft`.
    fn put(self, draft: &RunConfig, base: &RunConfig) -> RunConfig {
        let (base, draft) = (base.clone(), draft.clone());
        match self {
            Part::Prompt => RunConfig { agent: draft.agent, ..base },
            Part::Models => RunConfig {
                models: draft.models,
                concurrency: draft.concurrency,
                call_timeout: draft.call_timeout,
                caching: draft.caching,
                ..base
            },
            Part::Search => RunConfig {
                method: draft.method,
                apo: draft.apo,
                racing: draft.racing,
                protegi: draft.protegi,
                max_prompt_chars: draft.max_prompt_chars,
                seed: draft.seed,
                budget: draft.budget,
                ..base
            },
        }
    }

    fn is_own(self, draft: &RunConfig, sample: &RunConfig) -> bool {
        [sample, &RunConfig::recommended()].into_iter().all(|base| self.put(draft, base) != *base)
    }
}

/// What loading the sample would take the place of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Questions and databases that the user chose. They stay stored.
    pub data: bool,
    pub settings: Vec<Part>,
}

impl Replaced {
    /// What of `draft` is the user's own; `data` says whether other data is loaded.
    pub fn of(draft: &RunConfig, sample: &RunConfig, data: bool) -> Self {
        Self { data, settings: Part::ALL.into_iter().filter(|part| part.is_own(draft, sample)).collect() }
    }

    /// Whether there is nothing to ask about.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// What would happen, for the question whether it shall.
    pub fn words(&self) -> String {
        let data = "Its questions take the place of your data, which stays stored: open it again on Data.";
        let names: Vec<_> = self.settings.iter().map(|part| part.words()).collect();
        let (names, choice) = match (names.as_slice(), self.settings.as_slice()) {
            ([], _) => return data.to_owned(),
            ([one], [Part::Prompt]) => (one.to_string(), "Keep it, or take the one that the sample brings."),
            ([one], _) => (one.to_string(), "Keep them, or take those that the sample brings."),
            ([most @ .., last], _) => {
                (format!("{} and {last}", most.join(", ")), "Keep them, or take those that the sample brings.")
            }
        };
        let settings = format!("You have made the {names} your own. {choice}");
        if self.data { format!("{data} {settings}") } else { settings }
    }
}

/// What becomes of the settings that are the user's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mine {
    Stays,
    Goes,
}

/// The settings once the sample is loaded: its own, with what of `draft` is the user's where that stays.
pub fn settled(draft: &RunConfig, sample: &RunConfig, mine: Mine) -> RunConfig {
    let kept = match mine {
        Mine::Stays => Replaced::of(draft, sample, false).settings,
        Mine::Goes => Vec::new(),
    };
    kept.into_iter().fold(sample.clone(), |config, part| part.put(draft, &config))
}

/// Small enough to end in seconds, large enough to show two rounds of search and a held-out check. Of APO, whose beam and rounds
/// are the easiest to follow.
pub fn sample_config(seed: PromptTemplate) -> RunConfig {
    RunConfig {
        method: Method::Apo,
        apo: ApoConfig {
            gradient_batch_size: 4,
            val_batch_size: 12,
            beam_width: 2,
            branch_factor: 2,
            beam_rounds: 2,
            ..ApoConfig::default()
        },
        racing: RacingConfig { rounds: 3, patience: 2, failures: 8, children: 3, ..RacingConfig::default() },
        agent: AgentConfig { kind: AgentKind::SingleShot, write: seed, ..AgentConfig::default() },
        split: SplitPlan { method: SplitMethod::Stratified, train: 24, validation: 24, held_out: 24, seed: 7 },
        ..RunConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config::Provider;

    fn sample() -> RunConfig {
        sample_config(PromptTemplate("Answer from {table_info}.".into()))
    }

    fn typed(base: RunConfig) -> RunConfig {
        let agent = AgentConfig { write: PromptTemplate("Mine, about {table_info}.".into()), ..base.agent };
        RunConfig { agent, ..base }
    }

    #[test]
    fn a_draft_that_nobody_touched_is_replaced_without_a_question() {
        let other_split = SplitPlan::fitting(12);
        for draft in [RunConfig::recommended(), sample(), RunConfig { split: other_split, ..RunConfig::recommended() }]
        {
            assert!(Replaced::of(&draft, &sample(), false).is_nothing());
            assert_eq!(settled(&draft, &sample(), Mine::Stays), sample());
        }
    }

    #[test]
    fn a_typed_prompt_and_a_chosen_model_stay_with_the_samples_search_and_split() {
        let mut draft = typed(RunConfig::recommended());
        draft.models.agent.provider = Provider::OpenRouter;
        let replaced = Replaced::of(&draft, &sample(), false);
        assert_eq!(replaced.settings, [Part::Prompt, Part::Models]);
        let kept = settled(&draft, &sample(), Mine::Stays);
        assert_eq!(kept, RunConfig { agent: draft.agent.clone(), models: draft.models.clone(), ..sample() });
        assert_eq!(settled(&draft, &sample(), Mine::Goes), sample());
    }

    #[test]
    fn a_changed_sample_is_asked_about_too() {
        let draft = RunConfig { seed: 11, ..typed(sample()) };
        assert_eq!(Replaced::of(&draft, &sample(), false).settings, [Part::Prompt, Part::Search]);
    }

    #[test]
    fn the_question_names_what_is_the_users_own() {
        let words = |data, settings: &[Part]| Replaced { data, settings: settings.to_vec() }.words();
        assert_eq!(
            words(false, &[Part::Prompt]),
            "You have made the prompt your own. Keep it, or take the one that the sample brings."
        );
        assert_eq!(
            words(false, &Part::ALL),
            "You have made the prompt, models and search settings your own. Keep them, or take those that the sample brings."
        );
        assert_eq!(
            words(true, &[]),
            "Its questions take the place of your data, which stays stored: open it again on Data."
        );
    }
}
