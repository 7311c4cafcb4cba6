//! The settings of a run, with their defaults and limits. Keys are not settings: they never stand in here.

use serde::{Deserialize, Serialize};

pub use super::provider::Provider;
use super::{
    agent::AgentConfig,
    budget::{Budget, Cap, DEAREST, Price, Prices},
    chat::ModelRole,
    dataset::SplitPlan,
    endpoint::{check_url, host},
    protegi::ProtegiConfig,
    provider::AZURE_RESOURCE,
    racing::RacingConfig,
    search::Method,
    sql::{JudgeOptions, QueryLimits},
};

/// Parameters of APO, with the names and defaults of Agent Lightning v0.3.0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApoConfig {
    /// Training questions rolled out per branch; also the rollouts shown to the critic.
    pub gradient_batch_size: usize,
    /// Validation questions in a round's shared scoring batch.
    pub val_batch_size: usize,
    /// Prompts kept, and parents drawn per round.
    pub beam_width: usize,
    /// Children attempted per parent.
    pub branch_factor: usize,
    pub beam_rounds: u32,
    /// Sent to critic and editor.
    pub diversity_temperature: f64,
    /// Seconds that one batch of rollouts may take.
    pub rollout_batch_timeout: f64,
    /// Score the seed on all of validation first.
    pub run_initial_validation: bool,
    /// Reproduce v0.3.0 where we differ on purpose: unfinished rollouts leave the denominator, an empty critique copies
    /// the parent, and the editor's text is used byte for byte without any check.
    pub reproduce_v0_3_0: bool,
    /// Tell the editor of a fault in its edit and ask once more; the original does not.
    pub repair_edits: bool,
}

impl Default for ApoConfig {
    fn default() -> Self {
        Self {
            gradient_batch_size: 4,
            val_batch_size: 16,
            beam_width: 4,
            branch_factor: 4,
            beam_rounds: 3,
            diversity_temperature: 1.0,
            rollout_batch_timeout: 3600.0,
            run_initial_validation: true,
            reproduce_v0_3_0: false,
            repair_edits: false,
        }
    }
}

/// One role's model. The key is kept elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelConfig {
    pub provider: Provider,
    /// Base URL: the part before `/chat/completions`, `/messages` or `/models`.
    pub url: String,
    /// Model name as the endpoint knows it.
    pub name: String,
    /// Absent: the provider's default. Critic and editor use `diversity_temperature` when it is absent.
    pub temperature: Option<f64>,
    /// As the user knows it; see `cost`.
    pub price: Price,
    /// SHA-256 of the file of a model inside the page, in hexadecimal: a name alone is no file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// Tokens for which a model inside the page has room, request and answer together; absent: `CONTEXT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<u32>,
    /// Most tokens of an answer of a model inside the page; absent: `LONGEST_ANSWER`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
}

/// Tokens for which a model inside the page has room unless the settings say otherwise.
pub const CONTEXT: u32 = 4096;
/// Most tokens of an answer of a model inside the page unless the settings say otherwise.
pub const LONGEST_ANSWER: u32 = 1024;

impl ModelConfig {
    /// Whether it is the same model at the same place, asked in the same way; what it costs is another matter.
    pub fn is_same_model(&self, other: &Self) -> bool {
        Self { price: other.price, ..self.clone() } == *other
    }

    /// Whether it is the same file inside the page, whatever it is asked for.
    pub fn is_same_file(&self, other: &Self) -> bool {
        self.provider == Provider::InPage && other.provider == self.provider && self.sha256 == other.sha256
    }

    /// What its tokens cost: nothing where it answers in this browser.
    pub fn cost(&self) -> Price {
        if self.provider.is_here() { Price::FREE } else { self.price }
    }
}

/// The three models.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelsConfig {
    pub agent: ModelConfig,
    pub critic: ModelConfig,
    pub editor: ModelConfig,
}

impl ModelsConfig {
    /// One role's model.
    pub fn of(&self, role: ModelRole) -> &ModelConfig {
        match role {
            ModelRole::Agent => &self.agent,
            ModelRole::Critic => &self.critic,
            ModelRole::Editor => &self.editor,
        }
    }

    /// What each costs.
    pub fn prices(&self) -> Prices {
        Prices { agent: self.agent.cost(), critic: self.critic.cost(), editor: self.editor.cost() }
    }

    /// Gives each its price; those that answer in this browser have none.
    pub fn set_prices(&mut self, prices: &Prices) {
        for role in ModelRole::ALL {
            let model = self.of_mut(role);
            if !model.provider.is_here() {
                model.price = prices.of(role);
            }
        }
    }

    /// One role's model, to be changed.
    pub fn of_mut(&mut self, role: ModelRole) -> &mut ModelConfig {
        match role {
            ModelRole::Agent => &mut self.agent,
            ModelRole::Critic => &mut self.critic,
            ModelRole::Editor => &mut self.editor,
        }
    }
}

/// Whether requests that were answered before are answered from this browser's cache, in later runs too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerCaching {
    /// Identical requests at temperature 0; at any other, repeats are meant to differ.
    #[default]
    AtTemperatureZero,
    Off,
}

/// Longest edited prompt in characters, unless it is set otherwise: the seed article's best prompt has about 2,200, and longer
/// prompts cost with every call, while a cap of 1,500 cost others less than a point (Decagon). Generous on purpose: it is
/// there for an editor that runs away.
pub const MAX_PROMPT_CHARS: usize = 6000;

/// All settings of a run: what `settings.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunConfig {
    /// Which search is made; settings that name none are of APO.
    #[serde(default)]
    pub method: Method,
    pub apo: ApoConfig,
    pub racing: RacingConfig,
    pub protegi: ProtegiConfig,
    /// Characters that an edited prompt may have, 100 to 100,000; a seed that is longer than two thirds of it may grow by half
    /// all the same.
    pub max_prompt_chars: usize,
    pub agent: AgentConfig,
    pub models: ModelsConfig,
    pub split: SplitPlan,
    /// Seed of every random draw of the search.
    pub seed: u64,
    /// Calls in flight at once over all roles, 1 to 64.
    pub concurrency: usize,
    /// Seconds that one model call may take, 1 to 3600.
    pub call_timeout: f64,
    pub caching: AnswerCaching,
    pub budget: Budget,
    pub limits: QueryLimits,
    pub judge: JudgeOptions,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            method: Method::default(),
            apo: ApoConfig::default(),
            racing: RacingConfig::default(),
            protegi: ProtegiConfig::default(),
            max_prompt_chars: MAX_PROMPT_CHARS,
            agent: AgentConfig::default(),
            models: ModelsConfig::default(),
            split: SplitPlan::default(),
            seed: 7,
            concurrency: 8,
            call_timeout: 120.0,
            caching: AnswerCaching::default(),
            budget: Budget::default(),
            limits: QueryLimits::default(),
            judge: JudgeOptions::default(),
        }
    }
}

/// A setting that cannot be used, named by its field so that the page can show it in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// The field's name, as in `settings.json`: `beam_width`, `agent.url`, `prompt`.
    pub field: String,
    /// What is wrong and what to do.
    pub words: String,
}

impl RunConfig {
    /// What somebody starts from who has chosen nothing yet: the defaults, with paired racing, which gains at least as much as
    /// APO in every world of `benches/search` with less than half of the calls.
    pub fn recommended() -> Self {
        Self { method: Method::Racing, ..Self::default() }
    }

    /// Everything that keeps a run from starting; empty when it can start. The splits are checked against the dataset
    /// elsewhere (`dataset::split`).
    pub fn validate(&self) -> Vec<ConfigFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, words: String| faults.push(ConfigFault { field: field.into(), words });
        let apo = &self.apo;
        for (field, value) in [
            ("gradient_batch_size", apo.gradient_batch_size),
            ("val_batch_size", apo.val_batch_size),
            ("beam_width", apo.beam_width),
            ("branch_factor", apo.branch_factor),
            ("beam_rounds", apo.beam_rounds as usize),
        ] {
            if value == 0 {
                fault(field, "Must be at least 1.".into());
            } else if value > 1000 {
                fault(field, "Must be at most 1000.".into());
            }
        }
        if !(0.0..=2.0).contains(&apo.diversity_temperature) {
            fault("diversity_temperature", "Must be between 0 and 2.".into());
        }
        if !(apo.rollout_batch_timeout > 0.0 && apo.rollout_batch_timeout <= 86_400.0) {
            fault("rollout_batch_timeout", "Must be more than 0 and at most 86400 seconds.".into());
        }
        if !(100..=100_000).contains(&self.max_prompt_chars) {
            fault("max_prompt_chars", "Must be between 100 and 100000 characters.".into());
        }
        if !(1..=64).contains(&self.concurrency) {
            fault("concurrency", "Must be between 1 and 64.".into());
        }
        if !(1.0..=3600.0).contains(&self.call_timeout) {
            fault("call_timeout", "Must be between 1 and 3600 seconds.".into());
        }
        for cap in Cap::ALL {
            if self.budget.of(cap).is_some_and(|most| !(most > 0.0 && most <= 1e12)) {
                fault(cap.name(), "Must be more than 0, or empty for no cap.".into());
            }
        }
        if !(1..=10).contains(&self.agent.max_turns) {
            fault("max_turns", "Must be between 1 and 10.".into());
        }
        if !self.agent.nodes().contains(&self.agent.optimized) {
            fault("optimized", "The single-shot agent has only the write prompt: optimize that one.".into());
        }
        for node in self.agent.nodes() {
            let template = self.agent.template(*node);
            let report = template.check(node.required(), node.known());
            if template.as_str().trim().is_empty() {
                fault("prompt", format!("The {} prompt is empty. Write one, or restore the default.", node.name()));
                continue;
            }
            for name in report.missing {
                fault(
                    "prompt",
                    format!("The {} prompt lacks {{{name}}}. Put it where that text belongs.", node.name()),
                );
            }
            for name in report.unknown {
                fault(
                    "prompt",
                    format!("The {} prompt has {{{name}}}, which nothing fills in. Remove it.", node.name()),
                );
            }
        }
        for role in ModelRole::ALL {
            let model = self.models.of(role);
            if !model.provider.is_here() {
                if let Err(words) = check_url(&model.url) {
                    fault(&format!("{}.url", role.name()), words.into());
                } else if host(&model.url).split('.').next() == Some(AZURE_RESOURCE) {
                    let words = format!("Put the name of your Azure resource in place of {AZURE_RESOURCE}.");
                    fault(&format!("{}.url", role.name()), words);
                }
                if model.name.trim().is_empty() {
                    fault(&format!("{}.name", role.name()), "Name the model, as the endpoint knows it.".into());
                }
            }
            if model.provider == Provider::InPage {
                local(role, model, &mut fault);
            }
            if let Some(temperature) = model.temperature
                && !(0.0..=2.0).contains(&temperature)
            {
                fault(&format!("{}.temperature", role.name()), "Must be between 0 and 2, or empty.".into());
            }
            for (side, price) in [("input", model.price.input), ("output", model.price.output)] {
                if price.is_some_and(|price| !(0.0..=DEAREST).contains(&price)) {
                    let field = format!("{}.price_{side}", role.name());
                    fault(&field, "Must be 0 or more US dollars for a million tokens, or empty if unknown.".into());
                }
            }
        }
        let unpriced = ModelRole::ALL.into_iter().find(|role| self.models.of(*role).cost().known().is_none());
        if let (Some(role), Some(_)) = (unpriced, self.budget.max_usd) {
            let words = format!(
                "The price of the {}'s model is unknown: set it on Models, or cap calls or tokens instead.",
                role.name()
            );
            fault(Cap::Money.name(), words);
        }
        faults.extend(self.racing.faults());
        faults.extend(self.protegi.faults());
        faults
    }

    /// Rounds of the search at most.
    pub fn rounds(&self) -> u32 {
        match self.method {
            Method::Apo => self.apo.beam_rounds,
            Method::Racing => self.racing.rounds,
            Method::Protegi => self.protegi.rounds,
        }
    }

    /// Characters that an edited prompt may have in this run.
    pub fn longest_prompt(&self) -> usize {
        let seed = self.agent.seed().as_str().chars().count();
        self.max_prompt_chars.max(seed + seed / 2)
    }
}

/// What keeps a model inside the page from being asked.
fn local(role: ModelRole, model: &ModelConfig, fault: &mut impl FnMut(&str, String)) {
    if model.name.trim().is_empty() {
        fault(&format!("{}.name", role.name()), "Choose a model file.".into());
    }
    let (context, answer) = (model.context.unwrap_or(CONTEXT), model.max_tokens.unwrap_or(LONGEST_ANSWER));
    if !(256..=131_072).contains(&context) {
        fault(&format!("{}.context", role.name()), "Must be between 256 and 131072 tokens, or empty.".into());
    }
    if !(1..context).contains(&answer) {
        let words = "Must be at least 1 and less than the context, in which request and answer share the room.";
        fault(&format!("{}.max_tokens", role.name()), words.into());
    }
}

#[cfg(test)]
mod tests;
