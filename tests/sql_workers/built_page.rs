//! What the tests need of the page around them: the built page's scripts, files, and an engine over given databases.

use std::rc::Rc;

use futures::FutureExt;
use gloo_net::http::Request;
use js_sys::Reflect;
use promptbeam::{
    browser::{clock::BrowserClock, sql::SqlWorkers},
    domain::{
        dataset::Dataset,
        id::{DatasetId, DbId},
    },
    ports::{
        clock::Clock,
        store::{MemoryStore, RunStore},
    },
};
use wasm_bindgen::JsValue;
use web_sys::window;

/// An engine over `databases`, with the workers of the built page.
pub fn engine(databases: &[(DbId, Vec<u8>)]) -> SqlWorkers {
    let dataset = DatasetId::from("tested");
    let store = MemoryStore::default();
    let saved = Dataset { id: dataset.clone(), ..Dataset::default() };
    store.save_dataset(&saved, databases).now_or_never().expect("memory answers at once").expect("it has room");
    use_built_scripts();
    SqlWorkers::new(Rc::new(store), dataset, Rc::new(clock()) as Rc<dyn Clock>)
}

/// The page's clock; its timers come from the built page as well.
pub fn clock() -> BrowserClock {
    use_built_scripts();
    BrowserClock::start()
}

/// Relative addresses mean the built page from now on. The test runner puts a wrapper of its own in the place of `Worker`,
/// under which a worker cannot load scripts from beside itself; the browser's is put back.
fn use_built_scripts() {
    let document = window().and_then(|window| window.document()).expect("a page");
    if document.query_selector("base").expect("a sound selector").is_none() {
        let base = document.create_element("base").expect("a known element");
        base.set_attribute("href", "/dist/").expect("a sound name");
        document.head().expect("a head").append_child(&base).expect("it takes children");
    }
    let global = js_sys::global();
    let part = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).expect("an object");
    let original = part(&part(&part(&global, "Worker"), "prototype"), "constructor");
    Reflect::set(&global, &"Worker".into(), &original).expect("a global can be set");
}

/// A file below the project's folder, or nothing if it is not there.
pub async fn file(path: &str) -> Option<Vec<u8>> {
    let response = Request::get(path).send().await.expect("an answer");
    if !response.ok() {
        return None;
    }
    Some(response.binary().await.expect("a whole body"))
}

/// A text file below the project's folder.
pub async fn text(path: &str) -> Option<String> {
    Some(String::from_utf8(file(path).await?).expect("UTF-8"))
}
