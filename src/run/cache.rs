//! The evaluation cache in a run: which requests it answers, which answers it keeps, and one call for identical requests
//! that are under way at once. The journal's memo comes before it: same step, same run. This is: same request, any run.
//!
//! At temperature 0 an endpoint is taken to answer the same each time; whoever wants repeats as samples asks at another.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use futures::{
    FutureExt,
    channel::oneshot::{self, Receiver, Sender},
    future::Shared,
};

use crate::{
    domain::{
        chat::{Adjustment, ChatAnswer, ModelRole},
        config::{AnswerCaching, ModelsConfig},
        usage::TokenUsage,
    },
    ports::{
        answers::{AnswerCache, AnswerKey, MemoryAnswers},
        chat::{ChatRequest, wire::Endpoint},
        store::StoreError,
    },
};

/// What those who wait for a call are told: its answer, or nothing if the answer is no other request's.
type Told = Option<ChatAnswer>;

/// The cache as one session of a run sees it.
pub struct EvaluationCache {
    store: Rc<dyn AnswerCache>,
    /// Where each role asks; a role that is not here is not cached.
    endpoints: RefCell<HashMap<ModelRole, Endpoint>>,
    /// Calls under way, for those who want to ask the same.
    flights: RefCell<HashMap<AnswerKey, Shared<Receiver<Told>>>>,
    /// What was kept and not yet looked up since: whoever looked before that must look again.
    kept: RefCell<HashSet<AnswerKey>>,
    /// Whether it was said that answers cannot be kept.
    told: Cell<bool>,
}

impl Default for EvaluationCache {
    /// One that answers nothing.
    fn default() -> Self {
        Self::new(Rc::new(MemoryAnswers::default()), &ModelsConfig::default(), AnswerCaching::Off)
    }
}

impl EvaluationCache {
    /// The cache for models that are asked at the endpoints of `models`. Simulated ones are not cached: they
    /// cost nothing.
    pub fn new(store: Rc<dyn AnswerCache>, models: &ModelsConfig, caching: AnswerCaching) -> Self {
        let is_cached =
            |role: &ModelRole| caching == AnswerCaching::AtTemperatureZero && !models.of(*role).provider.is_simulated();
        let endpoints = ModelRole::ALL.into_iter().filter(is_cached);
        let endpoints = endpoints.map(|role| (role, Endpoint::of(models.of(role)))).collect();
        let (flights, kept, told) = (RefCell::default(), RefCell::default(), Cell::new(false));
        Self { store, endpoints: RefCell::new(endpoints), flights, kept, told }
    }

    /// The answer to `request` that is kept, or that a call under way for the same gets. To be asked before a place under
    /// the limit is taken: waiting for another's call needs none.
    pub async fn seek(&self, request: &ChatRequest) -> Option<ChatAnswer> {
        let key = self.key(request)?;
        loop {
            let under_way = self.flights.borrow().get(&key).cloned();
            let Some(call) = under_way else { break };
            // A call that failed or was given up tells nothing; one of those who waited is the next to ask.
            if let Ok(Some(answer)) = call.await {
                return Some(unpaid(answer));
            }
        }
        self.kept.borrow_mut().remove(&key);
        // A cache that cannot be read knows nothing.
        self.store.get(&key).await.ok().flatten().map(unpaid)
    }

    /// Leave to ask, once there is a place: until the flight is dropped, it is the only one. `None` if somebody has come
    /// first since `seek`, which is to be called again.
    pub fn begin(&self, request: &ChatRequest) -> Option<Flight<'_>> {
        let Some(key) = self.key(request) else { return Some(Flight { own: None }) };
        if self.flights.borrow().contains_key(&key) || self.kept.borrow().contains(&key) {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.flights.borrow_mut().insert(key.clone(), receiver.shared());
        Some(Flight { own: Some(Own { cache: self, key, role: request.role, sender: Some(sender) }) })
    }

    fn key(&self, request: &ChatRequest) -> Option<AnswerKey> {
        let endpoints = self.endpoints.borrow();
        let endpoint = endpoints.get(&request.role)?;
        (request.temperature == Some(0.0)).then(|| AnswerKey::of(endpoint, request))
    }
}

/// A call under way. Dropped without an answer, it leaves asking to the next who wants the same.
pub struct Flight<'a> {
    /// Absent if the request is not one that the cache answers.
    own: Option<Own<'a>>,
}

struct Own<'a> {
    cache: &'a EvaluationCache,
    key: AnswerKey,
    role: ModelRole,
    sender: Option<Sender<Told>>,
}

impl Flight<'_> {
    /// Gives the answer to those who wait, and keeps it for those to come. Says once a session, by the error, that it could
    /// not be kept, which harms nobody.
    pub async fn keep(self, answer: &ChatAnswer) -> Result<(), StoreError> {
        let Some(mut own) = self.own else { return Ok(()) };
        if !took_temperature(answer) {
            // Its answers differ from call to call, so that nobody needs to wait for another's.
            own.cache.endpoints.borrow_mut().remove(&own.role);
        }
        if !took_temperature(answer) || answer.text.trim().is_empty() {
            own.tell(None);
            return Ok(());
        }
        own.tell(Some(answer.clone()));
        match own.cache.store.put(&own.key, answer).await {
            Ok(()) => {
                own.cache.kept.borrow_mut().insert(own.key.clone());
                Ok(())
            }
            Err(_) if own.cache.told.replace(true) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Own<'_> {
    fn tell(&mut self, told: Told) {
        if let Some(sender) = self.sender.take() {
            // Nobody may have waited.
            let _: Result<(), Told> = sender.send(told);
        }
    }
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        // Before the sender goes: whoever is woken by that must find the call gone.
        self.cache.flights.borrow_mut().remove(&self.key);
    }
}

fn took_temperature(answer: &ChatAnswer) -> bool {
    answer.adjusted.iter().all(|adjustment| match adjustment {
        Adjustment::TemperatureLeftOut { .. } | Adjustment::TemperatureLowered { .. } => false,
        Adjustment::TokenLimitLeftOut { .. } => true,
    })
}

/// The answer as one that took nothing.
fn unpaid(answer: ChatAnswer) -> ChatAnswer {
    let usage = TokenUsage { input: Some(0), output: Some(0), ..TokenUsage::default() };
    ChatAnswer { usage, from_cache: true, ..answer }
}
