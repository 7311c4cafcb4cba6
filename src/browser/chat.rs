//! Models behind any endpoint that speaks OpenAI's Chat Completions, through fetch. What is sent and what an answer means
//! is decided in `ports/chat/openai.rs`; here are the call itself, its time limit and its end when nobody waits any more.

use std::{cell::Cell, rc::Rc};

use futures::future::{Either, FutureExt, LocalBoxFuture, select};
use gloo_net::http::{Method, Request, RequestBuilder};
use web_sys::{AbortController, ReferrerPolicy, RequestCredentials, RequestRedirect};

use crate::{
    domain::{
        chat::{ChatAnswer, Message, ModelRole},
        config::{ModelConfig, check_url},
        id::StepId,
        problem::ChatError,
    },
    ports::{
        chat::{
            ChatModel, ChatRequest,
            key::ApiKey,
            openai::{self, Dialect, Reply},
        },
        clock::Clock,
    },
};

/// Milliseconds that a call may take.
pub const TIMEOUT_MS: u32 = 120_000;

/// Tokens that `test_connection` asks for.
const TEST_TOKENS: u32 = 16;

/// One endpoint, model and key.
pub struct OpenAiModel {
    base_url: String,
    model: String,
    key: ApiKey,
    clock: Rc<dyn Clock>,
    timeout_ms: u32,
    /// What this model has refused so far, so that it is asked that way only once.
    dialect: Cell<Dialect>,
}

impl OpenAiModel {
    /// The model that `config` names. Temperatures come with each request, not from `config`.
    pub fn new(config: &ModelConfig, key: ApiKey, clock: Rc<dyn Clock>) -> Self {
        Self {
            dialect: Cell::new(Dialect::of(&config.url)),
            base_url: config.url.clone(),
            model: config.name.trim().to_owned(),
            key,
            clock,
            timeout_ms: TIMEOUT_MS,
        }
    }

    /// The same with another time limit per call.
    pub fn with_timeout_ms(self, timeout_ms: u32) -> Self {
        Self { timeout_ms, ..self }
    }

    async fn ask(&self, request: &ChatRequest) -> Result<ChatAnswer, ChatError> {
        if self.model.is_empty() {
            return Err(ChatError::Misconfigured { detail: "Name the model, as the endpoint knows it.".into() });
        }
        let url = openai::completions_url(&self.base_url);
        loop {
            let dialect = self.dialect.get();
            let body = openai::body(request, &self.model, dialect);
            let answered = call(&url, &self.key, Some(&body)).await?;
            match openai::unsupported(&answered.reply()).and_then(|refused| dialect.without(refused)) {
                Some(other) => self.dialect.set(other),
                None => return openai::read(&answered.reply(), &self.key),
            }
        }
    }
}

impl ChatModel for OpenAiModel {
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>> {
        within(self.timeout_ms, &*self.clock, self.ask(request)).boxed_local()
    }
}

/// The models that an endpoint offers, in alphabetical order.
pub async fn list_models(base_url: &str, key: &ApiKey, clock: &dyn Clock) -> Result<Vec<String>, ChatError> {
    let url = openai::models_url(base_url);
    let listed = async { openai::read_models(&call(&url, key, None).await?.reply(), key) };
    within(TIMEOUT_MS, clock, listed).await
}

/// Asks the model for one short answer. One that is cut off by the token limit is a good sign too.
pub async fn test_connection(config: &ModelConfig, key: ApiKey, clock: Rc<dyn Clock>) -> Result<(), ChatError> {
    let request = ChatRequest {
        step: StepId::from("test"),
        role: ModelRole::Agent,
        messages: vec![Message::user("Answer with the word OK.")],
        temperature: config.temperature,
        max_tokens: Some(TEST_TOKENS),
    };
    match OpenAiModel::new(config, key, clock).complete(&request).await {
        Ok(_) | Err(ChatError::Truncated) => Ok(()),
        Err(error) => Err(error),
    }
}

/// `call`, or `Timeout` when it takes too long; it is dropped then, and so aborted.
async fn within<T>(
    limit_ms: u32,
    clock: &dyn Clock,
    call: impl Future<Output = Result<T, ChatError>>,
) -> Result<T, ChatError> {
    match select(std::pin::pin!(call), clock.sleep(f64::from(limit_ms))).await {
        Either::Left((answered, _)) => answered,
        Either::Right(_) => Err(ChatError::Timeout { limit_ms }),
    }
}

struct Answered {
    status: u16,
    retry_after: Option<String>,
    body: String,
}

impl Answered {
    fn reply(&self) -> Reply<'_> {
        Reply { status: self.status, retry_after: self.retry_after.as_deref(), body: &self.body }
    }
}

/// Posts `body`, or gets if there is none. Nothing but the key and the content type goes along: endpoints refuse
/// preflights for more. The cache mode stays the default: with any other one, browsers ask a preflight before each call.
async fn call(url: &str, key: &ApiKey, body: Option<&str>) -> Result<Answered, ChatError> {
    let misconfigured = |detail: &str| ChatError::Misconfigured { detail: detail.to_owned() };
    check_url(url).map_err(misconfigured)?;
    if !key.is_sendable() {
        return Err(misconfigured("The key has characters that no key has. Copy it again."));
    }
    let abort = AbortOnDrop::new();
    let method = if body.is_some() { Method::POST } else { Method::GET };
    let mut request: RequestBuilder = RequestBuilder::new(url)
        .method(method)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .redirect(RequestRedirect::Error)
        .abort_signal(abort.0.as_ref().map(AbortController::signal).as_ref());
    if !key.is_empty() {
        request = request.header("authorization", &format!("Bearer {}", key.reveal()));
    }
    let request: Result<Request, _> = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    };
    let request = request.map_err(|_| misconfigured("The browser cannot use this URL. Check it for typing errors."))?;
    // The browser does not tell a page why a request failed: offline, wrong host and CORS look the same.
    let response = request.send().await.map_err(|_| ChatError::Network)?;
    Ok(Answered {
        status: response.status(),
        retry_after: response.headers().get("retry-after"),
        body: response.text().await.map_err(|_| ChatError::Network)?,
    })
}

/// Ends the request when the future that waits for it is dropped; afterwards it does nothing.
struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    fn new() -> Self {
        Self(AbortController::new().ok())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
