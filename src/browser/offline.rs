//! The page without a network: `www/offline.js` keeps the build's files by way of a service worker, and says how that stands.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = offline, catch)]
    fn keep(tell: &js_sys::Function) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = offline, catch, js_name = takeOver)]
    fn take_over_now() -> Result<Promise, JsValue>;
}

/// How the page stands without a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Offline {
    /// Its files are being kept.
    #[default]
    NotYet,
    /// It opens without a network.
    Kept,
    /// So it does, and another build of it is here, to be used when the page is next opened.
    Newer,
    /// The browser keeps no page, or the host does not let it.
    Impossible,
}

/// Keeps the page's files from now on; `told` is told of every change.
pub fn keep_page(told: impl Fn(Offline) + 'static) {
    let tell = Closure::<dyn Fn(String)>::new(move |how: String| {
        told(match how.as_str() {
            "kept" => Offline::Kept,
            "newer" => Offline::Newer,
            _ => Offline::Impossible,
        });
    });
    // Told as long as the page lives. Without the script, which only a host that lost it can bring about, nothing is kept.
    keep(tell.into_js_value().unchecked_ref()).ok();
}

/// Loads the page anew as the newer build. `Some` with the number of other tabs that keep it from that; `None` if the page is
/// about to go.
pub async fn take_over() -> Option<u32> {
    let asked = take_over_now().ok()?;
    let others = JsFuture::from(asked).await.ok()?.as_f64()?;
    (others > 0.0).then_some(others as u32)
}
