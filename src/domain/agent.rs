//! The SQL agent's shape: which prompts it has, which of them is optimized, and the placeholders that each may hold.

use serde::{Deserialize, Serialize};

use super::prompt::PromptTemplate;

/// How the agent works on a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    /// Writes a query, executes it, checks it and rewrites it, up to `max_turns` times.
    #[default]
    SelfCorrecting,
    /// Writes one query.
    SingleShot,
}

/// One of the agent's prompts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentNode {
    #[default]
    Write,
    Check,
    Rewrite,
}

impl AgentNode {
    /// All nodes, in the order of the agent's graph.
    pub const ALL: [AgentNode; 3] = [AgentNode::Write, AgentNode::Check, AgentNode::Rewrite];

    /// The node's name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            AgentNode::Write => "write",
            AgentNode::Check => "check",
            AgentNode::Rewrite => "rewrite",
        }
    }

    /// Placeholders that the agent fills in for this node.
    pub fn known(self) -> &'static [&'static str] {
        match self {
            AgentNode::Write => &["dialect", "table_info"],
            AgentNode::Check => &["dialect", "table_info", "input", "query", "execution"],
            AgentNode::Rewrite => &["dialect", "table_info", "input", "query", "execution", "feedback"],
        }
    }

    /// Placeholders without which the node cannot do its work. The write prompt's question comes as the user message.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            AgentNode::Write => &["table_info"],
            AgentNode::Check => &["input", "query"],
            AgentNode::Rewrite => &["input", "query", "feedback"],
        }
    }
}

/// The agent of a run: its kind, its three prompts and which of them the search edits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgentConfig {
    pub kind: AgentKind,
    /// Write–check rounds at most, at least 1; the single-shot agent has one.
    pub max_turns: u32,
    /// The prompt that the search edits.
    pub optimized: AgentNode,
    pub write: PromptTemplate,
    pub check: PromptTemplate,
    pub rewrite: PromptTemplate,
}

impl Default for AgentConfig {
    fn default() -> Self {
        Self {
            kind: AgentKind::default(),
            max_turns: 3,
            optimized: AgentNode::default(),
            write: PromptTemplate(include_str!("agent/write.md").trim_end().into()),
            check: PromptTemplate(include_str!("agent/check.md").trim_end().into()),
            rewrite: PromptTemplate(include_str!("agent/rewrite.md").trim_end().into()),
        }
    }
}

impl AgentConfig {
    /// The prompt of one node.
    pub fn template(&self, node: AgentNode) -> &PromptTemplate {
        match node {
            AgentNode::Write => &self.write,
            AgentNode::Check => &self.check,
            AgentNode::Rewrite => &self.rewrite,
        }
    }

    /// The prompt of one node, to be changed.
    pub fn template_mut(&mut self, node: AgentNode) -> &mut PromptTemplate {
        match node {
            AgentNode::Write => &mut self.write,
            AgentNode::Check => &mut self.check,
            AgentNode::Rewrite => &mut self.rewrite,
        }
    }

    /// The seed of the search: the prompt that is optimized, as it stands before the first round.
    pub fn seed(&self) -> &PromptTemplate {
        self.template(self.optimized)
    }

    /// The agent with `template` in place of the optimized prompt.
    pub fn with_optimized(&self, template: &PromptTemplate) -> Self {
        let mut agent = self.clone();
        *agent.template_mut(self.optimized) = template.clone();
        agent
    }

    /// Nodes that the agent's kind uses.
    pub fn nodes(&self) -> &'static [AgentNode] {
        match self.kind {
            AgentKind::SelfCorrecting => &AgentNode::ALL,
            AgentKind::SingleShot => &[AgentNode::Write],
        }
    }
}
