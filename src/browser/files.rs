//! The user's files: ranges read through `Blob` slices, so that a large archive is never in memory at once, and downloads
//! through an object URL.

mod dropped;

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture, ready};
use gloo_timers::callback::Timeout;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FileList, HtmlAnchorElement, Url};

pub use dropped::dropped;

use super::words;
use crate::ports::files::{FileError, Files, InputFile};

/// How long a download's object URL lives: browsers begin to read it some time after the click.
const URL_LIFETIME_MS: u32 = 60_000;

/// A file that the user chose or dropped.
#[derive(Clone, Debug)]
pub struct BrowserFile {
    path: String,
    file: File,
}

impl BrowserFile {
    /// A file of an `<input type="file">`, with its folders where a folder was chosen.
    pub fn chosen(file: File) -> Self {
        let folder_path =
            Reflect::get(&file, &JsValue::from_str("webkitRelativePath")).ok().and_then(|p| p.as_string());
        let path = folder_path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name());
        Self { path, file }
    }

    /// A file whose place is known: `spider/dev.json`.
    pub fn at(path: impl Into<String>, file: File) -> Self {
        Self { path: path.into(), file }
    }
}

/// The files of an `<input type="file">`.
pub fn chosen(list: &FileList) -> Vec<Rc<dyn InputFile>> {
    (0..list.length()).filter_map(|i| list.get(i)).map(|file| Rc::new(BrowserFile::chosen(file)) as _).collect()
}

impl InputFile for BrowserFile {
    fn path(&self) -> &str {
        &self.path
    }

    fn size(&self) -> u64 {
        self.file.size() as u64
    }

    fn read(&self, start: u64, end: u64) -> LocalBoxFuture<'_, Result<Vec<u8>, FileError>> {
        async move {
            let unreadable = |error: JsValue| FileError::Unreadable { name: self.path.clone(), message: words(&error) };
            let end = end.min(self.size());
            let start = start.min(end);
            let slice = self.file.slice_with_f64_and_f64(start as f64, end as f64).map_err(unreadable)?;
            let buffer = JsFuture::from(slice.array_buffer()).await.map_err(unreadable)?;
            let content = Uint8Array::new(&buffer).to_vec();
            give_back(&buffer);
            Ok(content)
        }
        .boxed_local()
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = ArrayBuffer)]
    type Buffer;
    #[wasm_bindgen(method, structural, catch)]
    fn transfer(this: &Buffer, bytes: u32) -> Result<JsValue, JsValue>;
}

/// Frees a buffer's memory at once. Its collection would wait while whole files go by in pieces; browsers from before 2024,
/// which have no other way, do wait.
fn give_back(buffer: &JsValue) {
    buffer.unchecked_ref::<Buffer>().transfer(0).ok();
}

/// The browser's downloads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Downloads;

impl Files for Downloads {
    fn save<'a>(
        &'a self,
        name: &'a str,
        mime: &'a str,
        content: &'a [u8],
    ) -> LocalBoxFuture<'a, Result<(), FileError>> {
        let saved = download(name, mime, content)
            .map_err(|error| FileError::NotSaved { name: name.to_owned(), message: words(&error) });
        ready(saved).boxed_local()
    }
}

fn download(name: &str, mime: &str, content: &[u8]) -> Result<(), JsValue> {
    let url = ObjectUrl::of(mime, content)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no page")?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&url.0);
    anchor.set_download(name);
    anchor.click();
    Timeout::new(URL_LIFETIME_MS, move || drop(url)).forget();
    Ok(())
}

/// An object URL, revoked when dropped.
struct ObjectUrl(String);

impl ObjectUrl {
    fn of(mime: &str, content: &[u8]) -> Result<Self, JsValue> {
        let parts = Array::new();
        parts.push(&Uint8Array::from(content));
        let options = BlobPropertyBag::new();
        options.set_type(mime);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
        Url::create_object_url_with_blob(&blob).map(Self)
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // Revoking an unknown URL does nothing, so there is nothing to report.
        Url::revoke_object_url(&self.0).ok();
    }
}
