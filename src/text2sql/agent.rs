//! The SQL agent as a pure state machine over its turns: write → execute → check → rewrite → execute …, or write alone.
//! It says what comes next; whoever runs it fetches answers and results. Since a rollout keeps its turns, the same
//! machine also rebuilds every message of a recorded one.

use crate::{
    apo::world::Experiment,
    domain::{
        agent::{AgentConfig, AgentKind, AgentNode},
        chat::Message,
        dataset::Example,
        rollout::{Execution, Outcome, Rollout, Turn},
        sql::{ResultTable, Value},
    },
    text2sql::extract_sql::{extract_sql, last_fenced},
};

/// Longest schema and execution text in the check and rewrite prompts, in characters.
const SHORTENED: usize = 2048;
/// Rows of a result that the agent's own check is shown.
pub const EXECUTION_ROWS: usize = 20;
/// What stands for `{dialect}` in a prompt.
pub const DIALECT: &str = "SQLite";
const CORRECT: &str = "THE QUERY IS CORRECT.";
const INCORRECT: &str = "THE QUERY IS INCORRECT.";

/// An agent at work on one question.
#[derive(Clone, Copy)]
pub struct Agent<'a> {
    /// With the candidate's text in place of the optimized prompt.
    pub config: &'a AgentConfig,
    pub example: &'a Example,
    /// The database's schema in words.
    pub table_info: &'a str,
}

/// One call of a rollout.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub node: AgentNode,
    pub messages: Vec<Message>,
    pub answer: String,
}

/// What an agent does next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Ask the model; the answer goes into `Agent::answered`.
    Ask { node: AgentNode, messages: Vec<Message> },
    /// Run the last turn's query; what it says goes into the turn's `execution`.
    Execute,
    /// The last turn's query is the answer.
    Done,
}

impl Agent<'_> {
    /// What comes after `turns`.
    pub fn next(&self, turns: &[Turn]) -> Next {
        let Some(last) = turns.last() else {
            return Next::Ask { node: AgentNode::Write, messages: self.write_messages() };
        };
        if self.config.kind == AgentKind::SingleShot {
            return Next::Done;
        }
        let Some(execution) = &last.execution else { return Next::Execute };
        let Some(check) = &last.check else {
            return Next::Ask { node: AgentNode::Check, messages: self.fill(AgentNode::Check, last, execution, "") };
        };
        if says_correct(check) || turns.len() >= self.config.max_turns as usize {
            return Next::Done;
        }
        Next::Ask { node: AgentNode::Rewrite, messages: self.fill(AgentNode::Rewrite, last, execution, check) }
    }

    /// Takes the model's answer to `node` into `turns`.
    pub fn answered(&self, turns: &mut Vec<Turn>, node: AgentNode, answer: String) {
        match (node, turns.last_mut()) {
            (AgentNode::Check, Some(last)) => last.check = Some(answer),
            (AgentNode::Rewrite, Some(last)) => {
                // Without a new fenced query the old one is kept.
                let query = last_fenced(&answer).map_or_else(|| last.query.clone(), str::to_owned);
                turns.push(Turn { answer, query, ..Turn::default() });
            }
            _ => {
                let query = extract_sql(&answer).to_owned();
                turns.push(Turn { answer, query, ..Turn::default() });
            }
        }
    }

    /// Every call of a recorded rollout: what the model was sent and what it answered.
    pub fn calls(&self, turns: &[Turn]) -> Vec<Call> {
        let (mut calls, mut replayed) = (Vec::new(), Vec::<Turn>::new());
        loop {
            match self.next(&replayed) {
                Next::Ask { node, messages } => {
                    let recorded = match node {
                        AgentNode::Check => turns.get(replayed.len() - 1).and_then(|turn| turn.check.clone()),
                        AgentNode::Write | AgentNode::Rewrite => {
                            turns.get(replayed.len()).map(|turn| turn.answer.clone())
                        }
                    };
                    let Some(answer) = recorded else { return calls };
                    self.answered(&mut replayed, node, answer.clone());
                    calls.push(Call { node, messages, answer });
                }
                Next::Execute => {
                    let execution = turns.get(replayed.len() - 1).and_then(|turn| turn.execution.clone());
                    let (Some(last), Some(execution)) = (replayed.last_mut(), execution) else { return calls };
                    last.execution = Some(execution);
                }
                Next::Done => return calls,
            }
        }
    }

    /// A rollout as the critic is shown it: the gold query stays hidden, as in the original.
    pub fn experiment(&self, rollout: &Rollout) -> Experiment {
        let mut messages = Vec::new();
        for call in self.calls(&rollout.turns) {
            messages.extend(call.messages);
            messages.push(Message::assistant(call.answer));
        }
        let mut diagnostics = vec![("question".to_owned(), self.example.question.clone())];
        for (number, turn) in rollout.turns.iter().enumerate() {
            diagnostics.push((format!("query {}", number + 1), turn.query.clone()));
        }
        if let Outcome::Judged(judgement) = &rollout.outcome {
            diagnostics.push(("result".to_owned(), execution_text(&judgement.predicted)));
        }
        let reward = rollout.outcome.reward();
        diagnostics.push(("reward".to_owned(), reward.map_or_else(|| "none".to_owned(), |reward| reward.to_string())));
        let status = if reward.is_some() { "succeeded" } else { "failed" };
        Experiment { status: status.to_owned(), reward, messages, diagnostics }
    }

    fn write_messages(&self) -> Vec<Message> {
        let system = self.config.write.render(&[("dialect", DIALECT), ("table_info", self.table_info)]);
        vec![Message::system(system), Message::user(format!("Question: {}", self.input()))]
    }

    fn fill(&self, node: AgentNode, turn: &Turn, execution: &str, feedback: &str) -> Vec<Message> {
        let input = self.input();
        let text = self.config.template(node).render(&[
            ("dialect", DIALECT),
            ("table_info", &shorten(self.table_info)),
            ("input", &input),
            ("query", &turn.query),
            ("execution", &shorten(execution)),
            ("feedback", feedback),
        ]);
        vec![Message::user(text)]
    }

    fn input(&self) -> String {
        match &self.example.evidence {
            Some(evidence) if !evidence.trim().is_empty() => format!("{}\nHint: {evidence}", self.example.question),
            _ => self.example.question.clone(),
        }
    }
}

/// A statement's result as the model is told it: a header and a line for each row, or the error.
pub fn execution_text(execution: &Execution) -> String {
    match execution {
        Execution::Failed(error) => format!("Error: {error}"),
        Execution::Rows(table) if table.rows.is_empty() => "No rows.".to_owned(),
        Execution::Rows(table) => table_text(table),
    }
}

fn table_text(table: &ResultTable) -> String {
    let mut text = table.columns.join(" | ");
    for row in table.rows.iter().take(EXECUTION_ROWS) {
        text.push('\n');
        text.push_str(&row.iter().map(value_text).collect::<Vec<_>>().join(" | "));
    }
    let shown = table.rows.len().min(EXECUTION_ROWS);
    if table.total_rows > shown {
        text.push_str(&format!("\n({} more rows)", table.total_rows - shown));
    }
    text
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => text.clone(),
        Value::Blob { blob } => format!("<{} bytes>", blob.len()),
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHORTENED) {
        Some((end, _)) => format!("{}... (truncated)", &text[..end]),
        None => text.to_owned(),
    }
}

/// The last of the two verdict phrases counts; an answer without either is no approval.
fn says_correct(check: &str) -> bool {
    match (check.rfind(CORRECT), check.rfind(INCORRECT)) {
        (Some(correct), Some(incorrect)) => correct > incorrect,
        (correct, None) => correct.is_some(),
        (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Example {
        Example {
            id: "q1".into(),
            db: "d".into(),
            question: "How many {query}?".into(),
            evidence: None,
            gold: "SELECT 1".into(),
            hardness: None,
            file_id: None,
        }
    }

    /// Runs the machine on scripted answers and returns the nodes it went through.
    fn drive(config: &AgentConfig, answers: &[&str]) -> (Vec<AgentNode>, Vec<Turn>) {
        let example = example();
        let agent = Agent { config, example: &example, table_info: "CREATE TABLE t (a)" };
        let (mut nodes, mut turns, mut answers) = (Vec::new(), Vec::new(), answers.iter());
        loop {
            match agent.next(&turns) {
                Next::Ask { node, .. } => {
                    nodes.push(node);
                    agent.answered(&mut turns, node, (*answers.next().unwrap()).to_owned());
                }
                Next::Execute => turns.last_mut().unwrap().execution = Some("No rows.".into()),
                Next::Done => break,
            }
        }
        assert_eq!(answers.next(), None, "answers left over");
        assert_eq!(agent.calls(&turns).iter().map(|call| call.node).collect::<Vec<_>>(), nodes, "replay");
        (nodes, turns)
    }

    #[test]
    fn a_query_that_passes_the_check_takes_two_calls() {
        let (nodes, turns) = drive(&AgentConfig::default(), &["```sql\nSELECT 1\n```", "Fine. THE QUERY IS CORRECT."]);
        assert_eq!(nodes, [AgentNode::Write, AgentNode::Check]);
        assert_eq!(turns[0].query, "SELECT 1");
    }

    #[test]
    fn three_turns_take_six_calls_and_the_old_query_stays_when_no_new_one_is_fenced() {
        let wrong = "No. THE QUERY IS INCORRECT.";
        let answers = ["SELECT 1", wrong, "It is fine as it stands.", wrong, "```\nSELECT 2\n```", wrong];
        let (nodes, turns) = drive(&AgentConfig::default(), &answers);
        assert_eq!(nodes.len(), 6);
        assert_eq!(
            turns.iter().map(|turn| turn.query.as_str()).collect::<Vec<_>>(),
            ["SELECT 1", "SELECT 1", "SELECT 2"]
        );
    }

    #[test]
    fn the_single_shot_agent_asks_once() {
        let config = AgentConfig { kind: AgentKind::SingleShot, ..AgentConfig::default() };
        assert_eq!(drive(&config, &["SELECT 1"]).0, [AgentNode::Write]);
    }

    #[test]
    fn the_last_verdict_phrase_counts() {
        assert!(says_correct("THE QUERY IS INCORRECT. On second thought: THE QUERY IS CORRECT."));
        assert!(!says_correct("THE QUERY IS CORRECT. No: THE QUERY IS INCORRECT."));
        assert!(!says_correct("It looks right."));
    }

    #[test]
    fn long_schemas_are_shortened_in_the_check_and_whole_in_the_write_prompt() {
        let (config, example, schema) = (AgentConfig::default(), example(), "é".repeat(3000));
        let agent = Agent { config: &config, example: &example, table_info: &schema };
        let Next::Ask { messages, .. } = agent.next(&[]) else { panic!() };
        assert!(messages[0].content.contains(&schema));
        assert_eq!(messages[1].content, "Question: How many {query}?");
        let turn = Turn { query: "Q".into(), execution: Some("E".into()), ..Turn::default() };
        let Next::Ask { messages, .. } = agent.next(&[turn]) else { panic!() };
        assert!(messages[0].content.contains(&format!("{}... (truncated)", "é".repeat(2048))));
        assert!(messages[0].content.contains("How many {query}?"), "values are not parsed again");
    }
}
