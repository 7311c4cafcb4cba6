//! Fetching a model's file, a chunk at a time, from where an earlier fetch ended. What replies mean is read in
//! `ports/chat/download.rs`.

use std::{cell::Cell, rc::Rc};

use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReferrerPolicy, RequestCache, RequestCredentials};

use super::{Pieces, Step, disk, storage};
use crate::ports::chat::{
    download::{Continuation, Offer},
    gguf::{self, GgufError},
    model_file::ModelFileError,
    wire::Reply,
};

#[wasm_bindgen]
extern "C" {
    type Body;
    #[wasm_bindgen(method, structural, js_name = getReader, catch)]
    fn reader(this: &Body) -> Result<Reader, JsValue>;
    type Reader;
    #[wasm_bindgen(method, structural, catch)]
    fn read(this: &Reader) -> Result<Promise, JsValue>;
}

/// Lets somebody end a fetch; what is here is kept. Clones share it.
#[derive(Clone, Default)]
pub struct Pause(Rc<PauseState>);

#[derive(Default)]
struct PauseState {
    is_asked: Cell<bool>,
    under_way: Cell<Option<AbortController>>,
}

impl Pause {
    /// Ends the fetch that is under way.
    pub fn ask(&self) {
        self.0.is_asked.set(true);
        if let Some(controller) = self.0.under_way.take() {
            controller.abort();
        }
    }
}

/// Aborts the fetch when nobody waits for it any more.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What the server says of the file at `offer`'s address, before anything of it is fetched.
pub async fn offer(offer: Offer) -> Result<Offer, ModelFileError> {
    let unreachable = || ModelFileError::Unreachable { url: offer.url.clone() };
    let head = request(&offer.url, Method::HEAD, None, None)?.await;
    let told = head.map_err(|_| unreachable()).and_then(|response| offer.clone().told(&reply(&response)));
    match told {
        Ok(told) if told.bytes.is_some() => Ok(told),
        // Some servers answer no HEAD, or not with a size: the first byte has it beside it.
        first => {
            let range = Some("bytes=0-0".to_owned());
            let controller = AbortController::new().map_err(storage)?;
            let byte = request(&offer.url, Method::GET, range, Some(&controller))?.await;
            // A server that knows no ranges sends everything.
            let _unread = AbortOnDrop(controller);
            match byte.map_err(|_| unreachable()).and_then(|response| offer.clone().told(&reply(&response))) {
                Ok(told) => Ok(told),
                Err(error) => first.map_err(|_| error),
            }
        }
    }
}

/// Fetches what is missing of `pieces`. Whether it is whole now; otherwise it was paused.
pub(super) async fn fetch(
    offer: &Offer,
    name: &str,
    pieces: &mut Pieces,
    pause: &Pause,
    told: &dyn Fn(Step),
) -> Result<bool, ModelFileError> {
    if pause.0.is_asked.get() {
        return Ok(false);
    }
    let controller = AbortController::new().map_err(storage)?;
    pause.0.under_way.set(Some(controller.clone()));
    let controller = AbortOnDrop(controller);
    let asked = request(&offer.url, Method::GET, Offer::range(pieces.bytes()), Some(&controller.0))?.await;
    let response = match asked {
        Ok(response) => response,
        Err(_) if pause.0.is_asked.get() => return Ok(false),
        Err(_) if pieces.bytes() > 0 => {
            return Err(ModelFileError::Broken { name: name.to_owned(), at: pieces.bytes() });
        }
        Err(_) => return Err(ModelFileError::Unreachable { url: offer.url.clone() }),
    };
    match offer.goes_on(pieces.bytes(), &reply(&response))? {
        Continuation::Nothing => return Ok(true),
        Continuation::FromHere => {}
        Continuation::FromTheStart => pieces.clear().await.map_err(storage)?,
    }
    let body = response.body().map_or(JsValue::NULL, JsValue::from);
    let reader = body.unchecked_into::<Body>().reader().map_err(storage)?;
    let of = offer.bytes;
    loop {
        told(Step::Taking { here: pieces.bytes(), of });
        let chunk = match next(&reader).await {
            Ok(chunk) => chunk,
            Err(_) => {
                pieces.finish().await.map_err(|error| disk(name, of.unwrap_or(0), &error))?;
                let at = pieces.bytes();
                let paused = pause.0.is_asked.get();
                return if paused { Ok(false) } else { Err(ModelFileError::Broken { name: name.to_owned(), at }) };
            }
        };
        let Some(chunk) = chunk else { break };
        // A page with an error message instead of the file is no model.
        if pieces.bytes() == 0
            && chunk.len() >= 4
            && let Err(error @ (GgufError::NotGguf | GgufError::Old)) = gguf::read(&chunk)
        {
            return Err(ModelFileError::Unusable { name: name.to_owned(), error });
        }
        pieces.add(&chunk).await.map_err(|error| disk(name, of.unwrap_or(0), &error))?;
    }
    pieces.finish().await.map_err(|error| disk(name, of.unwrap_or(0), &error))?;
    match of {
        // A connection may end as if all had come.
        Some(of) if pieces.bytes() < of => Err(ModelFileError::Broken { name: name.to_owned(), at: pieces.bytes() }),
        _ => Ok(true),
    }
}

/// The next chunk of a body; `None` at its end.
async fn next(reader: &Reader) -> Result<Option<Vec<u8>>, JsValue> {
    let step = JsFuture::from(reader.read()?).await?;
    if Reflect::get(&step, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Ok(Some(Reflect::get(&step, &"value".into())?.unchecked_into::<Uint8Array>().to_vec()))
}

/// A request that takes redirects, as hosts of models send them, and tells nobody who asks.
fn request(
    url: &str,
    method: Method,
    range: Option<String>,
    controller: Option<&AbortController>,
) -> Result<impl Future<Output = Result<Response, gloo_net::Error>>, ModelFileError> {
    let signal = controller.map(AbortController::signal);
    let mut request = RequestBuilder::new(url)
        .method(method)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(signal.as_ref());
    if let Some(range) = range {
        request = request.header("range", &range);
    }
    let request = request.build().map_err(|_| ModelFileError::NoAddress)?;
    Ok(request.send())
}

/// A response without its body.
fn reply(response: &Response) -> Reply {
    Reply { status: response.status(), headers: response.headers().entries().collect(), body: String::new() }
}
