//! Web Locks: what one tab does, no other does at the same time. The browser gives a lock back by itself when its tab is
//! closed or dies, and does not put a hidden tab that holds one to sleep.
//! A browser without them (or a page over plain HTTP) guards nothing here; the journal's keys still keep two writers apart.

use futures::{
    channel::oneshot,
    future::{Either, FutureExt, select},
};
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

#[wasm_bindgen]
extern "C" {
    // web-sys has these only behind a flag of the compiler.
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], catch)]
    fn request(name: &str, options: &Object, granted: &JsValue) -> Result<Promise, JsValue>;
}

/// A lock; given back when dropped.
pub struct Lock {
    /// Its end ends the promise for whose duration the browser keeps the lock.
    _held: Option<oneshot::Sender<()>>,
}

/// The lock `name`, unless another tab of this browser (or this one) holds it.
pub async fn hold(name: &str) -> Option<Lock> {
    let (told, granted) = oneshot::channel::<bool>();
    let (held, over) = oneshot::channel::<()>();
    let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let is_granted = !lock.is_null();
        // Whoever asked may have gone; then the lock is given back at once.
        if told.send(is_granted).is_err() || !is_granted {
            return JsValue::UNDEFINED;
        }
        future_to_promise(over.map(|_| Ok(JsValue::UNDEFINED))).into()
    });
    let options = Object::new();
    let unguarded = Some(Lock { _held: None });
    if Reflect::set(&options, &JsValue::from_str("ifAvailable"), &JsValue::TRUE).is_err() {
        return unguarded;
    }
    let Ok(asked) = request(name, &options, &callback) else { return unguarded };
    match select(granted, JsFuture::from(asked)).await {
        Either::Left((Ok(true), _)) => Some(Lock { _held: Some(held) }),
        Either::Left((Ok(false), _)) => None,
        // The browser refused the question itself.
        Either::Left((Err(_), _)) | Either::Right((Err(_), _)) => unguarded,
        Either::Right((Ok(_), granted)) => match granted.await {
            Ok(false) => None,
            _ => unguarded,
        },
    }
}

/// Whether a tab of this browser holds the lock `name`.
pub async fn is_held(name: &str) -> bool {
    hold(name).await.is_none()
}
