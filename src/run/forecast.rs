//! What a run will take, from its settings alone: rollouts by what they are for, and calls by role.
//! Source of the counts: rollouts = V(1+R) + R·W·B·(g+v) + v·(1+(R−1)·W) when every edit succeeds.

mod measured;
mod outlook;
pub mod protegi;
pub mod racing;

use std::ops::RangeInclusive;

pub use self::{
    measured::{Measured, Series},
    outlook::{Course, Done, Outlook, Span, Workload},
};

use crate::domain::{
    agent::{AgentConfig, AgentKind},
    config::{ApoConfig, RunConfig},
    dataset::SplitPlan,
    search::Method,
};

pub use super::meter::CHARS_PER_TOKEN;

/// Longest schema in the agent's check, in characters.
const SHORTENED: f64 = 2048.0;

/// Rollouts of a run by what they are for, if every edit succeeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The seed on all of validation.
    pub seed: usize,
    /// Parents on training batches.
    pub train: usize,
    /// Beam members, scored again on each round's batch.
    pub incumbents: usize,
    /// New candidates on each round's batch.
    pub children: usize,
    /// Each round's leader on all of validation.
    pub leaders: usize,
    /// Seed and best on the held-out split.
    pub held_out: usize,
    /// Calls to the critic.
    pub expansions: usize,
    /// Calls to the editor, repairs apart.
    pub edits: usize,
    /// Rollouts that it may take beyond all these, where that depends on what the search finds.
    pub spare: usize,
}

impl Plan {
    /// The plan for splits of these sizes.
    pub fn new(apo: &ApoConfig, train: usize, validation: usize, held_out: usize) -> Self {
        let rounds = apo.beam_rounds as usize;
        let expansions_a_round = apo.beam_width * apo.branch_factor;
        let batch = apo.val_batch_size.min(validation);
        let (mut beam, mut incumbents) = (1, 0);
        for _ in 0..rounds {
            incumbents += beam * batch;
            beam = (beam + expansions_a_round).min(apo.beam_width);
        }
        Self {
            seed: if apo.run_initial_validation { validation } else { 0 },
            train: rounds * expansions_a_round * apo.gradient_batch_size.min(train),
            incumbents,
            children: rounds * expansions_a_round * batch,
            leaders: rounds * validation,
            held_out: 2 * held_out,
            expansions: rounds * expansions_a_round,
            edits: rounds * expansions_a_round,
            spare: 0,
        }
    }

    /// The plan of a run with these settings.
    pub fn of(config: &RunConfig) -> Self {
        let SplitPlan { train, validation, held_out, .. } = config.split;
        match config.method {
            Method::Protegi => protegi::expected(&config.protegi, train, validation, held_out),
            Method::Racing => {
                let sizes = racing::Sizes { train, validation, held_out };
                racing::plan(&config.racing, sizes, racing::Raced::default())
            }
            Method::Apo => Self::new(&config.apo, train, validation, held_out),
        }
    }

    /// All rollouts that are expected.
    pub fn rollouts(&self) -> usize {
        self.seed + self.train + self.incumbents + self.children + self.leaders + self.held_out
    }
}

/// Agent calls that one rollout takes.
pub fn calls_per_rollout(agent: &AgentConfig) -> RangeInclusive<usize> {
    match agent.kind {
        AgentKind::SingleShot => 1..=1,
        AgentKind::SelfCorrecting => 2..=2 * agent.max_turns as usize,
    }
}

/// Input tokens of one rollout whose first request has `chars` characters, roughly and at least: that request, and its check
/// where there is one.
fn text_input(config: &RunConfig, chars: f64) -> f64 {
    let agent = &config.agent;
    let check = match agent.kind {
        AgentKind::SingleShot => 0.0,
        AgentKind::SelfCorrecting => {
            let length = |text: &str| text.chars().count() as f64;
            let shown = (chars - length(agent.write.as_str())).max(0.0);
            length(agent.check.as_str()) + shown.min(SHORTENED)
        }
    };
    (chars + check) / CHARS_PER_TOKEN
}

/// Tokens of a text, roughly (±30 %): for a look ahead, never for a bill.
pub fn rough_tokens(text: &str) -> u64 {
    (text.chars().count() as f64 / CHARS_PER_TOKEN).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_articles_setting_takes_292_rollouts_and_8_expansions() {
        let apo =
            ApoConfig { val_batch_size: 10, beam_width: 2, branch_factor: 2, beam_rounds: 2, ..ApoConfig::default() };
        let plan = Plan::new(&apo, 50, 50, 0);
        assert_eq!((plan.rollouts(), plan.expansions), (292, 8));
    }

    #[test]
    fn the_defaults_take_1304_rollouts_and_48_expansions() {
        let plan = Plan::new(&ApoConfig::default(), 50, 50, 0);
        assert_eq!((plan.rollouts(), plan.expansions), (1304, 48));
        assert_eq!(Plan::new(&ApoConfig::default(), 50, 50, 60).rollouts(), 1304 + 120);
    }
}
