//! What each of the three models has taken.

use crate::domain::{chat::ModelRole, usage::Usage};

/// Usage of each role.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoleUsage {
    pub agent: Usage,
    pub critic: Usage,
    pub editor: Usage,
}

impl RoleUsage {
    /// One role's usage.
    pub fn of(&self, role: ModelRole) -> &Usage {
        match role {
            ModelRole::Agent => &self.agent,
            ModelRole::Critic => &self.critic,
            ModelRole::Editor => &self.editor,
        }
    }

    pub(super) fn of_mut(&mut self, role: ModelRole) -> &mut Usage {
        match role {
            ModelRole::Agent => &mut self.agent,
            ModelRole::Critic => &mut self.critic,
            ModelRole::Editor => &mut self.editor,
        }
    }

    /// All roles together.
    pub fn total(&self) -> Usage {
        let mut total = self.agent;
        total += self.critic;
        total += self.editor;
        total
    }
}
