//! The searches that are compared. Another one is another line of `SEARCHES`.

use promptbeam::domain::{
    agent::{AgentConfig, AgentKind},
    config::{ApoConfig, RunConfig},
    dataset::{SplitMethod, SplitPlan},
    protegi::Selector,
    search::Method,
};

use super::world::Sizes;

/// A search by name, and its settings.
pub struct Search {
    pub name: &'static str,
    pub about: &'static str,
    pub settings: fn(&mut RunConfig),
}

/// All of them; the first is what others are held against.
pub const SEARCHES: &[Search] = &[
    Search { name: "APO", about: "published defaults", settings: |config| config.apo = ApoConfig::default() },
    Search { name: "APO (article)", about: "v = 10, W = B = R = 2", settings: |config| config.apo = article() },
    Search { name: "Racing", about: "defaults", settings: |config| config.method = Method::Racing },
    Search { name: "ProTeGi uniform", about: "defaults, as all of them", settings: |c| protegi(c, Selector::Uniform) },
    Search { name: "ProTeGi UCB", about: "exploration 1", settings: |c| protegi(c, Selector::Ucb) },
    Search {
        name: "ProTeGi UCB .2",
        about: "exploration 0.2 in place of 1",
        settings: |c| {
            protegi(c, Selector::Ucb);
            c.protegi.exploration = 0.2;
        },
    },
    Search { name: "ProTeGi UCB-E", about: "exploration 1", settings: |c| protegi(c, Selector::UcbE) },
    Search { name: "ProTeGi SR", about: "successive rejects", settings: |c| protegi(c, Selector::SuccessiveRejects) },
    Search { name: "ProTeGi SH", about: "successive halving", settings: |c| protegi(c, Selector::SuccessiveHalving) },
];

fn protegi(config: &mut RunConfig, selector: Selector) {
    config.method = Method::Protegi;
    config.protegi.selector = selector;
}

/// The seed article's setting.
fn article() -> ApoConfig {
    ApoConfig { val_batch_size: 10, beam_width: 2, branch_factor: 2, beam_rounds: 2, ..ApoConfig::default() }
}

/// The settings of one run.
pub fn config(search: &Search, sizes: Sizes, seed: u64) -> RunConfig {
    let Sizes { train, validation, held_out } = sizes;
    let mut config = RunConfig {
        agent: AgentConfig { kind: AgentKind::SingleShot, ..AgentConfig::default() },
        split: SplitPlan { method: SplitMethod::Stratified, train, validation, held_out, seed },
        seed,
        ..RunConfig::default()
    };
    (search.settings)(&mut config);
    config
}
