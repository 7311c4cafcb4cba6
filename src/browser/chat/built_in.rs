//! The browser's own model: Chrome's Prompt API. A conversation is made for each call and dropped after it, so that calls know
//! nothing of each other. What it cannot do is said with each answer.

use std::rc::Rc;

use futures::{
    future::{FutureExt, LocalBoxFuture},
    lock::Mutex,
};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, DomException};

use super::{AbortOnDrop, within};
use crate::{
    browser::words,
    domain::{chat::ChatAnswer, config::ModelConfig, problem::ChatError},
    ports::{
        chat::{
            ChatModel, ChatRequest,
            built_in::{Availability, parts, refused},
            capability::Capability,
            wire::{self, Endpoint},
        },
        clock::Clock,
    },
};

/// What it reads and writes; it has to be told.
const LANGUAGES: &str =
    r#"{"expectedInputs":[{"type":"text","languages":["en"]}],"expectedOutputs":[{"type":"text","languages":["en"]}]}"#;

#[wasm_bindgen]
extern "C" {
    type LanguageModel;
    #[wasm_bindgen(static_method_of = LanguageModel, catch)]
    fn availability(options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(static_method_of = LanguageModel, catch)]
    fn create(options: &JsValue) -> Result<Promise, JsValue>;

    type Conversation;
    #[wasm_bindgen(method, structural, catch)]
    fn prompt(this: &Conversation, text: &str, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn destroy(this: &Conversation) -> Result<(), JsValue>;
}

/// Ends a conversation when nobody needs it any more.
struct Talk(Conversation);

impl Drop for Talk {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.0.destroy().ok();
    }
}

/// What the browser says of its model.
pub async fn availability() -> Availability {
    let asked = async { JsFuture::from(LanguageModel::availability(&languages()?)?).await };
    match asked.await {
        Ok(state) => Availability::named(&state.as_string().unwrap_or_default()),
        // Browsers without it know not even its name.
        Err(_) => Availability::Unavailable,
    }
}

/// Lets the browser fetch its model; to be called on a click. `told` hears how far it is, from 0 to 1.
pub async fn download(told: impl Fn(f64) + 'static) -> Result<(), ChatError> {
    let heard = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let loaded = Reflect::get(&event, &"loaded".into()).ok().and_then(|loaded| loaded.as_f64());
        loaded.into_iter().for_each(&told);
    });
    let listener = heard.as_ref().clone();
    let monitor = Closure::<dyn FnMut(JsValue)>::new(move |monitor: JsValue| {
        let listen = Reflect::get(&monitor, &"addEventListener".into()).and_then(JsCast::dyn_into::<Function>);
        // Without it there is no progress to be seen, and the model comes all the same.
        listen.and_then(|listen| listen.call2(&monitor, &"downloadprogress".into(), &listener)).ok();
    });
    let made = async {
        let options = languages()?;
        Reflect::set(&options, &"monitor".into(), monitor.as_ref())?;
        JsFuture::from(LanguageModel::create(&options)?).await
    };
    made.await.map(|made| drop(Talk(made.unchecked_into()))).map_err(|error| rejected(&error))
}

/// The browser's model in a role.
pub struct BuiltInModel {
    /// One call at a time, over all roles.
    turn: Rc<Mutex<()>>,
    capability: Capability,
    clock: Rc<dyn Clock>,
    timeout_ms: u32,
}

impl BuiltInModel {
    /// The model; all roles share `turn`.
    pub fn new(turn: Rc<Mutex<()>>, config: &ModelConfig, clock: Rc<dyn Clock>, timeout_ms: u32) -> Self {
        Self { turn, capability: Capability::of(&Endpoint::of(config)), clock, timeout_ms }
    }

    async fn ask(&self, request: &ChatRequest) -> Result<ChatAnswer, ChatError> {
        if let Some(error) = availability().await.hindrance() {
            return Err(error);
        }
        let abort = AbortOnDrop::new();
        let (before, asked) = parts(&request.messages);
        let answered = async {
            let options = languages()?;
            let before = serde_json::to_string(before).map_err(|error| JsValue::from(error.to_string()))?;
            Reflect::set(&options, &"initialPrompts".into(), &JSON::parse(&before)?)?;
            let until = Object::new();
            if let Some(signal) = abort.0.as_ref().map(AbortController::signal) {
                Reflect::set(&options, &"signal".into(), &signal)?;
                Reflect::set(&until, &"signal".into(), &signal)?;
            }
            let talk = Talk(JsFuture::from(LanguageModel::create(&options)?).await?.unchecked_into());
            JsFuture::from(talk.0.prompt(asked, &until)?).await
        };
        let text = answered.await.map_err(|error| rejected(&error))?;
        let adjusted = wire::adjusted(request, self.capability);
        Ok(ChatAnswer { text: text.as_string().unwrap_or_default(), adjusted, ..ChatAnswer::default() })
    }
}

impl ChatModel for BuiltInModel {
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>> {
        async move {
            let _turn = self.turn.lock().await;
            within(self.timeout_ms, &*self.clock, self.ask(request)).await
        }
        .boxed_local()
    }
}

fn languages() -> Result<JsValue, JsValue> {
    JSON::parse(LANGUAGES)
}

fn rejected(error: &JsValue) -> ChatError {
    match error.dyn_ref::<DomException>() {
        Some(exception) => refused(&exception.name(), &exception.message()),
        None => refused("Error", &words(error)),
    }
}
