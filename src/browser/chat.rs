//! Models behind any endpoint, through fetch. What is sent and what a reply means is decided in `ports/chat/wire.rs`; here
//! are the call itself, its time limit and its end when nobody waits any more.

pub mod built_in;
pub mod in_page;

use std::rc::Rc;

use futures::future::{Either, FutureExt, LocalBoxFuture, select};
use gloo_net::http::{Method, Request, RequestBuilder};
use web_sys::{AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect};

use crate::{
    domain::{
        budget::Price,
        chat::{Adjustment, ChatAnswer, Message, ModelRole},
        config::{ModelConfig, Provider},
        id::StepId,
        problem::ChatError,
    },
    ports::{
        chat::{
            ChatModel, ChatRequest,
            capability::Capabilities,
            key::ApiKey,
            prices,
            sign_in::{SignIn, SignInError, read_key},
            wire::{self, Endpoint, HttpRequest, Reply},
        },
        clock::{Clock, few_at_once::FewAtOnce},
    },
};

/// Milliseconds that a call may take.
pub const TIMEOUT_MS: u32 = 120_000;

/// Requests that are sent off in one task: each takes a millisecond or two, and as many may go out at once as there are
/// calls in flight.
const SENT_AT_ONCE: u32 = 6;

/// Tokens that `test_connection` asks for.
const TEST_TOKENS: u32 = 16;

/// Refused fields that `test_connection` does without: each model has fewer.
const TEST_REFUSALS: usize = 8;

/// One endpoint, model and key.
pub struct HttpModel {
    endpoint: Endpoint,
    key: ApiKey,
    clock: Rc<dyn Clock>,
    timeout_ms: u32,
    /// What models have refused so far, so that each is asked that way only once.
    capabilities: Capabilities,
    sending: FewAtOnce,
}

impl HttpModel {
    /// The model that `config` names. Temperatures come with each request, not from `config`.
    pub fn new(config: &ModelConfig, key: ApiKey, clock: Rc<dyn Clock>, capabilities: Capabilities) -> Self {
        let (endpoint, sending) = (Endpoint::of(config), FewAtOnce::default());
        Self { endpoint, key, clock, timeout_ms: TIMEOUT_MS, capabilities, sending }
    }

    /// The same with another time limit per call.
    pub fn with_timeout_ms(self, timeout_ms: u32) -> Self {
        Self { timeout_ms, ..self }
    }

    async fn ask(&self, request: &ChatRequest) -> Result<ChatAnswer, ChatError> {
        self.sending.begin(SENT_AT_ONCE, &*self.clock).await;
        let capability = self.capabilities.of(&self.endpoint);
        let reply = send(wire::completion(&self.endpoint, request, capability, &self.key)?).await?;
        let answer = wire::read_answer(&self.endpoint, request, capability, &reply, &self.key);
        if let Err(ChatError::FieldRefused { field }) = answer {
            self.capabilities.refused(&self.endpoint, field);
        }
        answer
    }
}

impl ChatModel for HttpModel {
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>> {
        within(self.timeout_ms, &*self.clock, self.ask(request)).boxed_local()
    }
}

/// The models that an endpoint offers, in alphabetical order.
pub async fn list_models(config: &ModelConfig, key: &ApiKey, clock: &dyn Clock) -> Result<Vec<String>, ChatError> {
    let endpoint = Endpoint::of(config);
    let listed = async { wire::read_models(&endpoint, &send(wire::models(&endpoint, key)?).await?, key) };
    within(TIMEOUT_MS, clock, listed).await
}

/// The price of a provider's model in the public list; `None` if it is not there. No key is sent.
pub async fn look_up_price(provider: Provider, model: &str, clock: &dyn Clock) -> Result<Option<Price>, ChatError> {
    let found = async { prices::read(&send(prices::request()).await?, provider, model) };
    within(TIMEOUT_MS, clock, found).await
}

/// The key that a code of `sign_in` is exchanged for.
pub async fn exchange_code(sign_in: &SignIn, code: &str, clock: &dyn Clock) -> Result<ApiKey, SignInError> {
    let reply = within(TIMEOUT_MS, clock, send(sign_in.exchange(code))).await.map_err(|_| SignInError::Network)?;
    read_key(&reply)
}

/// Asks the model for one short answer. One that is cut off by the token limit is a good sign too.
/// Returns what of the settings the model does not take.
pub async fn test_connection(model: &HttpModel, temperature: Option<f64>) -> Result<Vec<Adjustment>, ChatError> {
    let request = test_request(temperature);
    let mut refused = 0;
    loop {
        match model.complete(&request).await {
            Err(ChatError::FieldRefused { .. }) if refused < TEST_REFUSALS => refused += 1,
            Ok(_) | Err(ChatError::Truncated { .. }) => break,
            Err(error) => return Err(error),
        }
    }
    // The test's own limit on tokens is nobody's setting.
    let asked = ChatRequest { max_tokens: None, ..request };
    Ok(wire::adjusted(&asked, model.capabilities.of(&model.endpoint)))
}

/// The same for a model in this browser, which refuses no field.
pub async fn test_here(model: &dyn ChatModel, temperature: Option<f64>) -> Result<Vec<Adjustment>, ChatError> {
    let answered = match model.complete(&test_request(temperature)).await {
        Err(ChatError::Truncated { .. }) => return Ok(vec![]),
        answered => answered?,
    };
    let is_asked = |adjustment: &Adjustment| !matches!(adjustment, Adjustment::TokenLimitLeftOut { .. });
    Ok(answered.adjusted.into_iter().filter(is_asked).collect())
}

fn test_request(temperature: Option<f64>) -> ChatRequest {
    ChatRequest {
        step: StepId::from("test"),
        role: ModelRole::Agent,
        messages: vec![Message::user("Answer with the word OK.")],
        temperature,
        max_tokens: Some(TEST_TOKENS),
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

/// The only call to the outside. A list of models must be fresh; the answer to a POST is kept by no browser, and for it the
/// cache mode stays the default, because with any other one browsers ask a preflight before each call.
async fn send(http: HttpRequest) -> Result<Reply, ChatError> {
    let abort = AbortOnDrop::new();
    let (method, cache) = match http.body {
        Some(_) => (Method::POST, RequestCache::Default),
        None => (Method::GET, RequestCache::NoStore),
    };
    let mut request: RequestBuilder = RequestBuilder::new(&http.url)
        .method(method)
        .cache(cache)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .redirect(RequestRedirect::Error)
        .abort_signal(abort.0.as_ref().map(AbortController::signal).as_ref());
    for (name, value) in &http.headers {
        request = request.header(name, value);
    }
    let request: Result<Request, _> = match http.body {
        Some(body) => request.body(body),
        None => request.build(),
    };
    let request = request.map_err(|_| ChatError::Misconfigured {
        detail: "The browser cannot use this URL. Check it for typing errors.".into(),
    })?;
    // The browser does not tell a page why a request failed: offline, wrong host and CORS look the same.
    let response = request.send().await.map_err(|_| ChatError::Network)?;
    Ok(Reply {
        status: response.status(),
        headers: response.headers().entries().collect(),
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
