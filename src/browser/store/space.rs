//! How much room the browser gives the page, and whether it may take that back by itself.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageManager;

/// Storage of this origin in bytes; both are the browser's estimates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Space {
    pub used: f64,
    pub quota: f64,
}

/// The room that is used and that there is; absent where the browser does not say.
pub async fn space() -> Option<Space> {
    let estimate = JsFuture::from(storage()?.estimate().ok()?).await.ok()?;
    let number = |name: &str| Reflect::get(&estimate, &JsValue::from_str(name)).ok()?.as_f64();
    Some(Space { used: number("usage")?, quota: number("quota")? })
}

/// Whether the data stay until the user deletes them; otherwise the browser may delete them when it needs the room.
pub async fn is_persistent() -> bool {
    let Some(Ok(asked)) = storage().map(|storage| storage.persisted()) else { return false };
    JsFuture::from(asked).await.is_ok_and(|answer| answer.as_bool() == Some(true))
}

/// Asks the browser to keep the data; it may ask the user. Returns whether they are kept.
pub async fn persist() -> bool {
    let Some(Ok(asked)) = storage().map(|storage| storage.persist()) else { return false };
    JsFuture::from(asked).await.is_ok_and(|answer| answer.as_bool() == Some(true))
}

fn storage() -> Option<StorageManager> {
    let storage = web_sys::window()?.navigator().storage();
    // Absent in an insecure context, whatever the binding's type says.
    Some(storage).filter(|storage| !JsValue::from(storage.clone()).is_undefined())
}
