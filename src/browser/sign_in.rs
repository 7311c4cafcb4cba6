//! The window in which the user agrees to a key, and its way back. The window comes back as a second page of ours, which tells
//! the first one what it brought and closes; the first one never leaves its place, so nothing in memory is lost.

use futures::channel::oneshot;
use js_sys::Uint8Array;
use wasm_bindgen::{JsValue, closure::Closure, prelude::wasm_bindgen};

use super::{clock::BrowserClock, page_origin};
use crate::ports::{
    chat::sign_in::{RANDOM_BYTES, Returned, SignIn, SignInError},
    clock::Clock,
};

/// What pages of this origin tell each other of windows that came back.
const CHANNEL: &str = "promptbeam-sign-in";
const WINDOW: &str = "popup,width=560,height=760";
/// Milliseconds that a window stays open after it has told what it brought.
const LINGER_MS: f64 = 300.0;

#[wasm_bindgen]
extern "C" {
    type BroadcastChannel;
    #[wasm_bindgen(constructor, catch)]
    fn new(name: &str) -> Result<BroadcastChannel, JsValue>;
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_message(this: &BroadcastChannel, message: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &BroadcastChannel, told: &JsValue);
    #[wasm_bindgen(method)]
    fn close(this: &BroadcastChannel);
}

/// A channel that is closed when nobody listens any more.
struct Listening(BroadcastChannel);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A sign-in with a secret of its own.
pub fn new_sign_in() -> Result<SignIn, SignInError> {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok()).ok_or(SignInError::Unsupported)?;
    let random = Uint8Array::new_with_length(RANDOM_BYTES as u32);
    crypto.get_random_values_with_js_u8_array(&random).map_err(|_| SignInError::Unsupported)?;
    let mut bytes = [0; RANDOM_BYTES];
    random.copy_to(&mut bytes);
    Ok(SignIn::new(&bytes))
}

/// Opens the window and waits for the code that it comes back with. To be called from a click, or browsers open none.
/// Dropping the future ends the wait; the window is the user's.
pub async fn ask(sign_in: &SignIn, cap: Option<f64>) -> Result<String, SignInError> {
    let window = web_sys::window().ok_or(SignInError::Unsupported)?;
    let channel = Listening(BroadcastChannel::new(CHANNEL).map_err(|_| SignInError::Unsupported)?);
    let path = window.location().pathname().map_err(|_| SignInError::Unsupported)?;
    let address = sign_in.address(&format!("{}{path}", page_origin()), cap);
    let opened = window.open_with_url_and_target_and_features(&address, "_blank", WINDOW);
    let opened = opened.ok().flatten().ok_or(SignInError::NoWindow)?;
    // The window gets no hold on this page. Where the browser has parted them already, there is nothing to cut.
    opened.set_opener(&JsValue::NULL).ok();
    loop {
        let (sender, receiver) = oneshot::channel();
        let told = Closure::once_into_js(move |message: web_sys::MessageEvent| {
            // Whoever waited may be gone.
            let _: Result<(), Option<String>> = sender.send(message.data().as_string());
        });
        channel.0.set_onmessage(&told);
        let Ok(Some(json)) = receiver.await else { return Err(SignInError::Unsupported) };
        let Ok(returned) = serde_json::from_str::<Returned>(&json) else { continue };
        // Another page of ours may be signing in too.
        if let Some(code) = sign_in.code(&returned) {
            return code.map(str::to_owned);
        }
    }
}

/// Whether this page is a window that came back: then it tells what it brought, takes that out of its address, and closes.
pub fn came_back() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let Some(returned) = window.location().search().ok().and_then(|query| Returned::of(&query)) else { return false };
    let path = window.location().pathname().unwrap_or_else(|_| "./".into());
    if let Ok(history) = window.history() {
        // What cannot be taken out of the address goes with the window.
        history.replace_state_with_url(&JsValue::NULL, "", Some(&path)).ok();
    }
    if let (Ok(json), Ok(channel)) = (serde_json::to_string(&returned), BroadcastChannel::new(CHANNEL)) {
        channel.post_message(&json.into()).ok();
    }
    if let Some(body) = window.document().and_then(|document| document.body()) {
        body.set_text_content(Some("This window can be closed: Promptbeam goes on where you left it."));
    }
    wasm_bindgen_futures::spawn_local(async move {
        BrowserClock::start().sleep(LINGER_MS).await;
        // A window that was not opened by a page stays; its text says what to do.
        window.close().ok();
    });
    true
}
