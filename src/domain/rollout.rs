//! One run of the agent on one question, and what came of it.
//! A failed model call is never a wrong answer: it has its own outcome and no reward.

mod reading;

use serde::{Deserialize, Serialize};

use super::{
    id::{ExampleId, StepId, Version},
    sql::{QueryError, ResultTable},
};

/// What a rollout was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A training batch: evidence for the critic.
    Train,
    /// A round's shared validation batch: decides the beam.
    Batch,
    /// All of validation: decides the best.
    Validation,
    /// The held-out split: the verdict.
    HeldOut,
}

/// One run of the agent on one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    pub step: StepId,
    pub version: Version,
    pub example: ExampleId,
    pub purpose: Purpose,
    pub outcome: Outcome,
    /// The agent's turns, enough to rebuild every message (see `text2sql::agent`).
    #[serde(default)]
    pub turns: Vec<Turn>,
}

/// One write (or rewrite) of the agent with what followed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The model's answer that holds the query.
    pub answer: String,
    /// The query found in it.
    pub query: String,
    /// What executing it said, as the model was told; absent for the single-shot agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
    /// The model's check of it; absent where none was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

/// How a rollout ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// The agent's last query was compared with the gold query.
    Judged(Judgement),
    /// The model gave no usable answer to this question (refused, too long, cut off). No reward; shown apart from wrong answers.
    NoAnswer { reason: NoAnswer },
    /// Not done before the batch's time limit (`rollout_batch_timeout`); only when the original is reproduced.
    Unfinished,
}

/// Why a model gave no answer to one question although the endpoint works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// The provider or the model declined to answer.
    Refused,
    /// The request does not fit the model's context.
    ContextTooLong,
    /// The answer was cut off at the token limit, also on the second try with twice the limit.
    Truncated,
}

impl NoAnswer {
    /// The reason as a sentence.
    pub fn words(self) -> &'static str {
        match self {
            NoAnswer::Refused => "The model or its provider declined to answer this question.",
            NoAnswer::ContextTooLong => "The request does not fit the model's context.",
            NoAnswer::Truncated => "The answer was cut off at the token limit, also with twice the limit.",
        }
    }
}

/// A verdict with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// 1 for an execution match, else 0.
    pub reward: f64,
    /// Why it is wrong; absent for a match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<Diagnosis>,
    /// The difference in words, for the critic and the user; empty for a match.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub difference: String,
    /// The predicted query's result, cut to a preview, or why there is none.
    pub predicted: Execution,
    /// The gold query's result, cut to a preview; absent for a match (it equals the predicted one).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<ResultTable>,
}

/// A statement's result (a preview) or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Execution {
    Rows(ResultTable),
    Failed(QueryError),
}

/// Why a prediction is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diagnosis {
    NoSql,
    SyntaxError,
    NoSuchTable,
    NoSuchColumn,
    OtherSqlError,
    TimedOut,
    TooFewColumns,
    TooManyColumns,
    TooFewRows,
    TooManyRows,
    EmptyResult,
    OrderOnly,
    DuplicatesOnly,
    /// Only where columns are compared by their place.
    ColumnOrder,
    TypeOnly,
    CaseOnly,
    NumberRounding,
    DateFormat,
    ValuesDiffer,
}

impl Diagnosis {
    /// The diagnosis as a short phrase, for tables and filters.
    pub fn words(self) -> &'static str {
        match self {
            Diagnosis::NoSql => "no SQL found",
            Diagnosis::SyntaxError => "syntax error",
            Diagnosis::NoSuchTable => "no such table",
            Diagnosis::NoSuchColumn => "no such column",
            Diagnosis::OtherSqlError => "SQL error",
            Diagnosis::TimedOut => "over a limit",
            Diagnosis::TooFewColumns => "too few columns",
            Diagnosis::TooManyColumns => "too many columns",
            Diagnosis::TooFewRows => "too few rows",
            Diagnosis::TooManyRows => "too many rows",
            Diagnosis::EmptyResult => "empty instead of rows",
            Diagnosis::OrderOnly => "right rows, wrong order",
            Diagnosis::DuplicatesOnly => "only duplicates differ",
            Diagnosis::ColumnOrder => "right rows, columns in other order",
            Diagnosis::TypeOnly => "only types differ",
            Diagnosis::CaseOnly => "only text case differs",
            Diagnosis::NumberRounding => "numbers differ by rounding",
            Diagnosis::DateFormat => "dates in another format",
            Diagnosis::ValuesDiffer => "values differ",
        }
    }
}

impl Outcome {
    /// The reward, where there is one. `None` for a rollout that ended without an answer or did not end.
    pub fn reward(&self) -> Option<f64> {
        match self {
            Outcome::Judged(judgement) => Some(judgement.reward),
            Outcome::NoAnswer { .. } | Outcome::Unfinished => None,
        }
    }

    /// Whether the rollout came to an end, with or without a reward.
    pub fn is_finished(&self) -> bool {
        !matches!(self, Outcome::Unfinished)
    }

    /// Whether the prediction matched the gold query.
    pub fn is_right(&self) -> bool {
        self.reward().is_some_and(|reward| reward >= 1.0)
    }
}

impl Rollout {
    /// The query that was judged, if the agent wrote one.
    pub fn query(&self) -> Option<&str> {
        self.turns.last().map(|turn| turn.query.as_str())
    }
}
