//! The practice model as a `ChatModel`: the simulated model of the built-in sample, for trying the page without a key.
//! It makes no network call and is always labelled as simulated; what it knows stands in `www/sample/practice.json`.

use futures::future::{FutureExt, LocalBoxFuture, ready};

use super::{ChatModel, ChatRequest};
use crate::{
    domain::{chat::ChatAnswer, problem::ChatError, usage::TokenUsage},
    text2sql::practice::PracticeBook,
};

/// A simulated model that knows the sample's questions. Equal requests get equal answers for a seed.
#[derive(Clone, Debug)]
pub struct PracticeModel {
    book: PracticeBook,
    seed: u64,
}

impl PracticeModel {
    /// Reads the sample's `practice.json`; `seed` decides where the model slips.
    pub fn from_json(json: &str, seed: u64) -> serde_json::Result<Self> {
        Ok(Self { book: PracticeBook::from_json(json)?, seed })
    }

    fn answer(&self, request: &ChatRequest) -> Result<ChatAnswer, ChatError> {
        let text = self.book.answer(self.seed, request.role, &request.messages).ok_or_else(|| {
            let detail = "The practice model is simulated and knows only the questions of the built-in sample. \
                          Choose a real model for your own data.";
            ChatError::Misconfigured { detail: detail.into() }
        })?;
        let input = request.messages.iter().map(|message| tokens(&message.content)).sum();
        Ok(ChatAnswer {
            usage: TokenUsage { input: Some(input), output: Some(tokens(&text)), ..TokenUsage::default() },
            text,
            ..ChatAnswer::default()
        })
    }
}

impl ChatModel for PracticeModel {
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>> {
        ready(self.answer(request)).boxed_local()
    }
}

/// An estimate: English and SQL have about four characters a token.
fn tokens(text: &str) -> u64 {
    text.chars().count().div_ceil(4) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        chat::{Message, ModelRole},
        id::StepId,
    };

    fn ask(question: &str) -> Result<ChatAnswer, ChatError> {
        let json = include_str!("../../../www/sample/practice.json");
        let request = ChatRequest {
            step: StepId::from("try/write1"),
            role: ModelRole::Agent,
            messages: vec![Message::user(question)],
            temperature: None,
            max_tokens: None,
        };
        let model = PracticeModel::from_json(json, 3).unwrap();
        model.complete(&request).now_or_never().expect("the practice model never waits")
    }

    #[test]
    fn answers_at_once_and_reports_estimated_tokens() {
        let question = "How many bicycles are of the brand Corvo?";
        let answer = ask(question).unwrap();
        assert_eq!(answer.text, "```sql\nSELECT COUNT(*) FROM bicycle WHERE brand = 'Corvo'\n```");
        assert_eq!(answer.usage, TokenUsage { input: Some(11), output: Some(16), ..TokenUsage::default() });
    }

    #[test]
    fn other_peoples_questions_are_a_problem_with_words_and_never_a_wrong_answer() {
        assert!(matches!(ask("How many moons has Mars?"), Err(ChatError::Misconfigured { .. })));
    }
}
