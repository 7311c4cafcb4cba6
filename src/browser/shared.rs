//! Fetching a run that somebody shared: one GET without credentials, referrer or redirects, read piece by piece so that a file
//! without an end is given up in time. What the address may be and what a failure means stands in `run/shared.rs`.

use futures::future::{Either, select};
use gloo_net::http::RequestBuilder;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect,
    ResponseType,
};

use crate::{
    ports::clock::Clock,
    run::shared::{LARGEST, SharedError, SharedRun},
};

/// Seconds that a file may take.
const LIMIT_S: u32 = 120;

/// The file's text.
pub async fn fetch(run: &SharedRun, clock: &dyn Clock) -> Result<String, SharedError> {
    let limit = clock.sleep(f64::from(LIMIT_S) * 1000.0);
    match select(std::pin::pin!(read(run)), limit).await {
        Either::Left((text, _)) => text,
        Either::Right(_) => Err(SharedError::Timeout { host: run.host().to_owned(), seconds: LIMIT_S }),
    }
}

async fn read(run: &SharedRun) -> Result<String, SharedError> {
    let host = || run.host().to_owned();
    // Dropped with this future, and the request ends with it.
    let abort = AbortOnDrop(AbortController::new().ok());
    let request = RequestBuilder::new(&run.url)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .redirect(RequestRedirect::Manual)
        .abort_signal(abort.0.as_ref().map(AbortController::signal).as_ref())
        .build()
        .map_err(|_| SharedError::NoAddress)?;
    // The browser does not tell a page why a request failed: offline, wrong host and CORS look the same.
    let response = request.send().await.map_err(|_| SharedError::Unreachable { host: host() })?;
    if response.type_() == ResponseType::Opaqueredirect {
        return Err(SharedError::Redirected { host: host() });
    }
    if let Some(error) = run.refused(response.status()) {
        return Err(error);
    }
    let announced = response.headers().get("content-length").and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > LARGEST) {
        return Err(SharedError::TooLarge { host: host() });
    }
    let Some(body) = response.body() else { return Ok(String::new()) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|_| SharedError::Unreachable { host: host() })?;
        let field = |name: &str| Reflect::get(&piece, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            break;
        }
        let value: Uint8Array = field("value").unchecked_into();
        if bytes.len() as u64 + u64::from(value.length()) > LARGEST {
            return Err(SharedError::TooLarge { host: host() });
        }
        bytes.extend(value.to_vec());
    }
    String::from_utf8(bytes).map_err(|_| SharedError::NotText { host: host() })
}

/// Ends the request when the future that waits for it is dropped; afterwards it does nothing.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
