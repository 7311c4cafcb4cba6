//! Floor 5, the browser: fetch, IndexedDB, workers, files and time behind the six ports. Compiled for wasm32 only.
//! Each file bears the name of the port that it implements; assets, locks, shared runs and being offline are for the page itself.

pub mod answers;
pub mod assets;
pub mod chat;
pub mod clock;
pub mod files;
pub mod locks;
pub mod model_files;
pub mod offline;
mod opfs;
pub mod permission;
pub mod shared;
pub mod sign_in;
pub mod sql;
mod sqljs;
pub mod store;
mod turns;
pub mod vault;

use wasm_bindgen::{JsCast, JsValue};

/// Scheme, host and port that the page came from; empty if it came from a file.
pub fn page_origin() -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    origin.filter(|origin| origin != "null").unwrap_or_default()
}

/// What the browser says about a failure: an exception's name and message, or the thrown value as text.
fn words(error: &JsValue) -> String {
    if let Some(exception) = error.dyn_ref::<web_sys::DomException>() {
        return format!("{}: {}", exception.name(), exception.message());
    }
    if let Some(error) = error.dyn_ref::<js_sys::Error>() {
        return String::from(error.message());
    }
    error.as_string().unwrap_or_else(|| format!("{error:?}"))
}
