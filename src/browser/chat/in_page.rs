//! A model inside the page: llama.cpp in a worker, through `www/in_page_model.js`, which is fetched when the first such model is
//! asked. One file is loaded at a time and answers one call after the other; the whole page shares it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures::{
    future::{FutureExt, LocalBoxFuture},
    lock::Mutex,
};
use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal, Blob};

use super::{AbortOnDrop, within};
use crate::{
    browser::{model_files, words},
    domain::{
        chat::ChatAnswer,
        config::{CONTEXT, ModelConfig},
        problem::{ChatError, LocalFault},
    },
    ports::{
        chat::{
            ChatModel, ChatRequest,
            in_page::{self, Loaded, Pace},
        },
        clock::Clock,
    },
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = inPageModel, catch)]
    fn has(key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = inPageModel, catch)]
    fn load(key: &str, content: &Blob, context: u32) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = inPageModel, catch)]
    fn unload() -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = inPageModel, catch)]
    fn ask(request: &str, signal: &AbortSignal) -> Result<Promise, JsValue>;
}

/// What llama.cpp does at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EngineState {
    /// Nothing is loaded.
    #[default]
    Asleep,
    Loading,
    Ready(Loaded),
    Answering(Loaded),
}

/// The one llama.cpp of the page.
#[derive(Default)]
pub struct InPageEngine {
    turn: Mutex<()>,
    /// Calls that have begun, so that what is said after one is not said into the next.
    begun: Cell<u32>,
    told: RefCell<Option<Told>>,
    /// What is loaded, and how.
    loaded: RefCell<Option<(String, Loaded)>>,
    pace: Cell<Option<Pace>>,
}

type Told = Rc<dyn Fn(EngineState)>;

impl InPageEngine {
    /// Tells `told` what it does from now on.
    pub fn tell(&self, told: impl Fn(EngineState) + 'static) {
        *self.told.borrow_mut() = Some(Rc::new(told));
    }

    /// How fast the last answer was made.
    pub fn pace(&self) -> Option<Pace> {
        self.pace.get()
    }

    /// Frees the model's memory; a call under way ends without an answer.
    pub async fn unload(&self) {
        if is_there() {
            // It frees what is there, or there is nothing.
            done(unload()).await.ok();
        }
        self.loaded.take();
        self.say(EngineState::Asleep);
    }

    fn say(&self, state: EngineState) {
        let told = self.told.borrow().clone();
        if let Some(told) = told {
            told(state);
        }
    }

    /// Makes sure that the model of `config` is loaded.
    async fn wake(&self, config: &ModelConfig) -> Result<Loaded, ChatError> {
        let (name, context) = (&config.name, config.context.unwrap_or(CONTEXT));
        let local = |fault| ChatError::Local { fault };
        let not_loaded = |message| local(LocalFault::NotLoaded { name: name.clone(), message });
        let key = format!("{} {context}", config.sha256);
        if is_there() {
            let known = self.loaded.borrow().clone().filter(|(known, _)| *known == key);
            if let Some((_, loaded)) = known
                && done(has(&key)).await.is_ok_and(|there| there.is_truthy())
            {
                return Ok(loaded);
            }
        }
        self.say(EngineState::Loading);
        self.loaded.take();
        let woken = async {
            let content = model_files::content(&config.sha256).await.map_err(|error| not_loaded(error.to_string()))?;
            let Some(content) = content else {
                return Err(local(LocalFault::FileMissing { name: name.clone(), sha256: config.sha256.clone() }));
            };
            fetch_script().await.map_err(|error| not_loaded(words(&error)))?;
            let loaded = done(load(&key, &content, context)).await.map_err(|error| rejected(&error, name))?;
            Ok(serde_json::from_str::<Loaded>(&loaded.as_string().unwrap_or_default()).unwrap_or_default())
        };
        let woken = woken.await;
        match &woken {
            Ok(loaded) => *self.loaded.borrow_mut() = Some((key, loaded.clone())),
            Err(_) => self.say(EngineState::Asleep),
        }
        woken
    }

    async fn ask(&self, body: &str, name: &str) -> Result<ChatAnswer, ChatError> {
        let abort = AbortOnDrop::new();
        let signal = abort.0.as_ref().map(AbortController::signal).ok_or_else(|| {
            let lacks = "AbortController".to_owned();
            ChatError::Local { fault: LocalFault::Unsupported { lacks } }
        })?;
        let reply = done(ask(body, &signal)).await.map_err(|error| rejected(&error, name))?;
        let reply = reply.as_string().unwrap_or_default();
        self.pace.set(in_page::pace(&reply).or(self.pace.get()));
        in_page::read(reply)
    }
}

/// Says that an answer is being made, and at its end what has become of the model.
struct Answering {
    engine: Rc<InPageEngine>,
    key: String,
    loaded: Loaded,
    /// Which call it is.
    number: u32,
}

impl Answering {
    fn begin(engine: &Rc<InPageEngine>, config: &ModelConfig, loaded: Loaded) -> Self {
        engine.say(EngineState::Answering(loaded.clone()));
        let key = format!("{} {}", config.sha256, config.context.unwrap_or(CONTEXT));
        Self { engine: Rc::clone(engine), key, loaded, number: engine.begun.get() }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let (engine, key, loaded) = (Rc::clone(&self.engine), self.key.clone(), self.loaded.clone());
        let number = self.number;
        spawn_local(async move {
            // A request that was given up takes its time to end, or its worker with it.
            let is_loaded = done(has(&key)).await.is_ok_and(|there| there.is_truthy());
            if engine.begun.get() == number {
                engine.say(if is_loaded { EngineState::Ready(loaded) } else { EngineState::Asleep });
            }
        });
    }
}

/// A role's model inside the page.
pub struct InPageModel {
    engine: Rc<InPageEngine>,
    config: ModelConfig,
    seed: u64,
    clock: Rc<dyn Clock>,
    timeout_ms: u32,
}

impl InPageModel {
    /// The model that `config` names; `seed` is that of the run.
    pub fn new(
        engine: Rc<InPageEngine>,
        config: &ModelConfig,
        seed: u64,
        clock: Rc<dyn Clock>,
        timeout_ms: u32,
    ) -> Self {
        Self { engine, config: config.clone(), seed, clock, timeout_ms }
    }
}

impl ChatModel for InPageModel {
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>> {
        async move {
            let _turn = self.engine.turn.lock().await;
            self.engine.begun.set(self.engine.begun.get() + 1);
            // Loading is no part of the call: it happens once.
            let loaded = self.engine.wake(&self.config).await?;
            let _answering = Answering::begin(&self.engine, &self.config, loaded);
            let body = in_page::body(request, &self.config, self.seed);
            within(self.timeout_ms, &*self.clock, self.engine.ask(&body, &self.config.name)).await
        }
        .boxed_local()
    }
}

/// Whether the script that runs models was fetched.
fn is_there() -> bool {
    Reflect::has(&js_sys::global(), &"inPageModel".into()).unwrap_or(false)
}

/// Fetches the script that runs models, once.
async fn fetch_script() -> Result<(), JsValue> {
    if is_there() {
        return Ok(());
    }
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no page")?;
    let script = document.create_element("script")?;
    script.set_attribute("type", "module")?;
    script.set_attribute("src", "./in_page_model.js")?;
    let mut listening = Ok(());
    let fetched = Promise::new(&mut |resolve, reject| {
        listening = script
            .add_event_listener_with_callback("load", &resolve)
            .and_then(|()| script.add_event_listener_with_callback("error", &reject));
    });
    listening?;
    document.document_element().ok_or("there is no page")?.append_child(&script)?;
    let fetched = JsFuture::from(fetched).await;
    script.remove();
    fetched.map(drop).map_err(|_| "a part of the page, in_page_model.js, could not be fetched".into())
}

fn rejected(error: &JsValue, name: &str) -> ChatError {
    in_page::refused(&error.as_string().unwrap_or_else(|| words(error)), name)
}

async fn done(promise: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}
