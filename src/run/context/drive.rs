//! Driving the agent: it says what comes next, the context fetches the answers and results.

use super::{Began, Context, Halt};
use crate::{
    apo::world::Urgency,
    domain::{
        agent::AgentNode,
        chat::ModelRole,
        id::StepId,
        rollout::{Execution, NoAnswer, Turn},
    },
    ports::chat::ChatRequest,
    text2sql::agent::{Agent, EXECUTION_ROWS, Next, execution_text},
};

impl Context {
    /// Drives the agent to its last query, which nobody judges. The inner error says why the model has none to give. What was
    /// said is in `turns`, also when it halts.
    pub(in crate::run) async fn question(
        &self,
        agent: &Agent<'_>,
        step: &StepId,
        turns: &mut Vec<Turn>,
    ) -> Result<Result<(), NoAnswer>, Halt> {
        self.drive(agent, step, Urgency::Now, turns, None).await
    }

    /// The same within a batch, whose deadline is told by `began` that a call has gone out.
    pub(super) async fn drive(
        &self,
        agent: &Agent<'_>,
        step: &StepId,
        urgency: Urgency,
        turns: &mut Vec<Turn>,
        began: Option<&Began>,
    ) -> Result<Result<(), NoAnswer>, Halt> {
        loop {
            match agent.next(turns) {
                Next::Ask { node, messages } => {
                    // A rollout under way goes before one that has not begun.
                    let urgency = 2 * urgency as u32 + u32::from(turns.is_empty());
                    let number = turns.len() + usize::from(node != AgentNode::Check);
                    let request = ChatRequest {
                        step: step.child(format_args!("{}{number}", node.name())),
                        role: ModelRole::Agent,
                        messages,
                        temperature: self.started.config.models.agent.temperature,
                        max_tokens: None,
                    };
                    match self.call(request, urgency, began).await? {
                        Ok(answer) => agent.answered(turns, node, answer.text),
                        Err(reason) => return Ok(Err(reason)),
                    }
                }
                Next::Execute => {
                    let query = turns.last().map(|turn| turn.query.clone()).unwrap_or_default();
                    let limits = self.started.config.limits;
                    let answer = self.sql.query(&agent.example.db, &query, limits, EXECUTION_ROWS).await;
                    let execution = match self.engine(step, answer).await? {
                        Ok(table) => Execution::Rows(table),
                        Err(error) => Execution::Failed(error),
                    };
                    if let Some(turn) = turns.last_mut() {
                        turn.execution = Some(execution_text(&execution));
                    }
                }
                Next::Done => return Ok(Ok(())),
            }
        }
    }
}
