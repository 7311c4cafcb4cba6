//! The port to language models. One `ChatModel` is one role's endpoint, model and key.
//! Twins: `ScriptedModel` answers from a closure; `PracticeModel` (in `chat/practice.rs`) simulates the built-in sample's model.

mod anthropic;
pub mod built_in;
pub mod capability;
pub mod download;
mod failure;
mod gemini;
pub mod gguf;
pub mod in_page;
pub mod key;
pub mod model_file;
mod openai;
pub mod practice;
pub mod prices;
pub mod sign_in;
pub mod wire;

use std::{cell::RefCell, rc::Rc};

use futures::future::{FutureExt, LocalBoxFuture};

use super::clock::Clock;
use crate::domain::{
    chat::{ChatAnswer, Message, ModelRole},
    id::StepId,
    problem::ChatError,
};

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatRequest {
    /// Where in the run the call is made; twins and logs may use it, providers never see it.
    pub step: StepId,
    pub role: ModelRole,
    pub messages: Vec<Message>,
    /// Absent: the provider's default.
    pub temperature: Option<f64>,
    /// Most tokens of the answer; absent: the provider's default.
    pub max_tokens: Option<u32>,
}

/// A language model.
pub trait ChatModel {
    /// Asks once, without retrying; what the model refuses to take is left out of the next try. Dropping the future aborts the call.
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>>;
}

type Script = dyn Fn(&ChatRequest) -> Result<ChatAnswer, ChatError>;

/// A model that answers from a closure, after a fixed time on a clock. Remembers what it was asked.
pub struct ScriptedModel {
    clock: Rc<dyn Clock>,
    latency_ms: u32,
    answer: Box<Script>,
    asked: RefCell<Vec<ChatRequest>>,
}

impl ScriptedModel {
    /// Answers with `answer` after `latency_ms` on `clock`.
    pub fn new(
        clock: Rc<dyn Clock>,
        latency_ms: u32,
        answer: impl Fn(&ChatRequest) -> Result<ChatAnswer, ChatError> + 'static,
    ) -> Self {
        Self { clock, latency_ms, answer: Box::new(answer), asked: RefCell::default() }
    }

    /// The requests so far, in the order in which they were made.
    pub fn asked(&self) -> Vec<ChatRequest> {
        self.asked.borrow().clone()
    }
}

impl ChatModel for ScriptedModel {
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>> {
        async move {
            self.asked.borrow_mut().push(request.clone());
            self.clock.sleep(f64::from(self.latency_ms)).await;
            (self.answer)(request)
        }
        .boxed_local()
    }
}
