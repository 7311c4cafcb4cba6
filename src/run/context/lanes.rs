//! Which calls share an endpoint, and what a call's end says about it.

use crate::{
    domain::{
        chat::{ChatAnswer, ModelRole},
        config::ModelsConfig,
        endpoint::{Reach, origin, reach},
        problem::ChatError,
        provider::Provider,
        rng::SplitMix64,
    },
    run::limit::{Lane, Limit, Sign},
};

/// Calls at once that a server on this machine gets at first; most have few slots, and a browser opens six connections.
const LOCAL_START: usize = 4;

/// Each role's lane under the limit: roles at one endpoint share what it bears.
pub(super) struct Lanes {
    agent: Lane,
    critic: Lane,
    editor: Lane,
}

impl Lanes {
    /// The lanes of a run with that seed.
    pub(super) fn new(limit: &Limit, models: &ModelsConfig, seed: u64) -> Self {
        let mut known: Vec<(String, Lane)> = Vec::new();
        let rng = |origin: &str| SplitMix64::labelled(seed, &format!("lane {origin}"));
        let mut of = |role| {
            let (url, provider) = (&models.of(role).url, models.of(role).provider);
            let origin = if provider.is_here() { provider.id().to_owned() } else { origin(url) };
            if let Some((_, lane)) = known.iter().find(|(known, _)| *known == origin) {
                return *lane;
            }
            let lane = match provider {
                // One worker answers all roles, one call after the other.
                Provider::InPage | Provider::BuiltIn => limit.narrow_lane(1, rng(&origin)),
                _ => limit.lane((reach(url) == Reach::ThisMachine).then_some(LOCAL_START), rng(&origin)),
            };
            known.push((origin, lane));
            lane
        };
        Self { agent: of(ModelRole::Agent), critic: of(ModelRole::Critic), editor: of(ModelRole::Editor) }
    }

    pub(super) fn of(&self, role: ModelRole) -> Lane {
        match role {
            ModelRole::Agent => self.agent,
            ModelRole::Critic => self.critic,
            ModelRole::Editor => self.editor,
        }
    }
}

/// What a call's end says about its endpoint.
pub(super) fn sign_of(answer: &Result<ChatAnswer, ChatError>) -> Sign {
    match answer {
        Ok(_) => Sign::Answered,
        Err(ChatError::RateLimited { retry_after_ms }) => {
            Sign::TooMany { retry_after_ms: retry_after_ms.map(f64::from) }
        }
        Err(ChatError::Overloaded { .. } | ChatError::Network | ChatError::Timeout { .. }) => Sign::Failing,
        Err(_) => Sign::Nothing,
    }
}
