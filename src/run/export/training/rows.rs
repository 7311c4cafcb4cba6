//! The rows of the training files. Names and nesting are those that Agent Lightning's, TRL's and VERL's loaders know; times
//! are seconds since 1970 UTC, and what is not known is null.

use std::ops::Add;

use serde::Serialize;

use crate::domain::{
    chat::{Adjustment, ChatAnswer, Message},
    id::{DbId, ExampleId, StepId},
};

/// A question.
#[derive(Serialize)]
pub struct TaskRow<'a> {
    pub id: &'a ExampleId,
    pub db_id: &'a DbId,
    pub question: &'a str,
    /// The gold query.
    pub query: &'a str,
    /// train, val or test.
    pub split: &'static str,
}

/// One run of the agent on one question.
#[derive(Serialize)]
pub struct RolloutRow<'a> {
    pub rollout_id: &'a StepId,
    pub task_id: &'a ExampleId,
    pub prompt_version: String,
    /// train, val or test.
    pub mode: &'static str,
    /// succeeded (it was judged, right or wrong), failed (no answer) or cancelled (out of time).
    pub status: &'static str,
    pub reward: Option<f64>,
    pub started: Option<f64>,
    pub ended: Option<f64>,
    pub usage: UsageRow,
    pub calls: Vec<CallRow<'a>>,
    pub query: Option<&'a str>,
    pub execution: Option<String>,
    pub error: Option<String>,
}

/// One call of a rollout.
#[derive(Serialize)]
pub struct CallRow<'a> {
    pub node: &'static str,
    pub messages: Vec<Message>,
    pub completion: String,
    pub model: &'a str,
    pub params: Params,
    pub usage: UsageRow,
}

/// What was asked besides the messages.
#[derive(Serialize)]
pub struct Params {
    /// Null: the provider's default.
    pub temperature: Option<f64>,
}

impl Params {
    /// What was asked for, as far as the model takes it.
    pub fn of(temperature: Option<f64>, answered: Option<&Answered<'_>>) -> Self {
        let mut temperature = temperature;
        for adjustment in answered.iter().flat_map(|answered| &answered.answer.adjusted) {
            match adjustment {
                Adjustment::TemperatureLeftOut { .. } => temperature = None,
                Adjustment::TemperatureLowered { sent, .. } => temperature = Some(*sent),
                Adjustment::TokenLimitLeftOut { .. } => {}
            }
        }
        Self { temperature }
    }
}

/// An answered call as the journal has it.
pub struct Answered<'a> {
    pub answer: &'a ChatAnswer,
    /// Milliseconds since 1970.
    pub began: f64,
}

/// Tokens; null if a provider did not say.
#[derive(Clone, Copy, Serialize)]
pub struct UsageRow {
    pub input_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
}

impl UsageRow {
    pub const NONE: Self = Self { input_tokens: Some(0), output_tokens: Some(0) };
    pub const UNKNOWN: Self = Self { input_tokens: None, output_tokens: None };

    /// What a call took: nothing if the cache answered it.
    pub fn of(answered: &Answered<'_>) -> Self {
        let usage = answered.answer.usage;
        match answered.answer.from_cache {
            true => Self::NONE,
            false => Self { input_tokens: usage.input, output_tokens: usage.output },
        }
    }
}

impl Add for UsageRow {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = |a: Option<u64>, b: Option<u64>| Some(a? + b?);
        Self {
            input_tokens: sum(self.input_tokens, other.input_tokens),
            output_tokens: sum(self.output_tokens, other.output_tokens),
        }
    }
}

/// A conversation that ends in the answer to be learnt.
#[derive(Serialize)]
pub struct MessagesRow {
    pub messages: Vec<Message>,
}

/// Two answers to one prompt.
#[derive(Serialize)]
pub struct PreferenceRow {
    pub prompt: Vec<Message>,
    pub chosen: [Message; 1],
    pub rejected: [Message; 1],
}

/// One call with the reward of its rollout.
#[derive(Serialize)]
pub struct TripletRow<'a> {
    pub prompt: Content<Vec<Message>>,
    pub response: Content<String>,
    pub reward: f64,
    pub metadata: Metadata<'a>,
}

/// Text without its tokens.
#[derive(Serialize)]
pub struct Content<T> {
    pub raw_content: T,
    pub token_ids: [u32; 0],
}

impl<T> Content<T> {
    pub fn of(raw_content: T) -> Self {
        Self { raw_content, token_ids: [] }
    }
}

/// Where a triplet comes from.
#[derive(Serialize)]
pub struct Metadata<'a> {
    pub rollout_id: &'a StepId,
    pub task_id: &'a ExampleId,
    pub prompt_version: String,
    pub mode: &'static str,
    pub node: &'static str,
    /// The call's place in its rollout, from 0.
    pub sequence: usize,
}
