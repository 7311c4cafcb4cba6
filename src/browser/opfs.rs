//! The browser's file storage (OPFS): folders and files that only this page's origin sees, in which a file can be larger than
//! memory. web-sys has it behind features that nothing else here needs.

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "storage"], js_name = getDirectory, catch)]
    fn root() -> Result<Promise, JsValue>;

    /// A folder's or a file's handle.
    #[derive(Clone, Debug)]
    type Handle;
    #[wasm_bindgen(method, structural, getter)]
    fn kind(this: &Handle) -> String;
    #[wasm_bindgen(method, structural, js_name = getDirectoryHandle, catch)]
    fn folder(this: &Handle, name: &str, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, js_name = getFileHandle, catch)]
    fn file(this: &Handle, name: &str, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, js_name = removeEntry, catch)]
    fn remove(this: &Handle, name: &str, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn keys(this: &Handle) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, js_name = getFile, catch)]
    fn content(this: &Handle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, js_name = createWritable, catch)]
    fn writable(this: &Handle) -> Result<Promise, JsValue>;

    #[derive(Debug)]
    type Writable;
    #[wasm_bindgen(method, structural, catch)]
    fn write(this: &Writable, data: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn close(this: &Writable) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn abort(this: &Writable) -> Result<Promise, JsValue>;
}

/// A folder.
#[derive(Clone, Debug)]
pub struct Folder(Handle);

impl Folder {
    /// The folder `name` of this origin, made if it is not there.
    pub async fn open(name: &str) -> Result<Self, JsValue> {
        Self(done(root()).await?.unchecked_into()).folder(name).await
    }

    /// A folder in this one, made if it is not there.
    pub async fn folder(&self, name: &str) -> Result<Self, JsValue> {
        Ok(Self(done(self.0.folder(name, &option("create"))).await?.unchecked_into()))
    }

    /// The names in it, in alphabetical order.
    pub async fn names(&self) -> Result<Vec<String>, JsValue> {
        let names = self.0.keys()?;
        let next: Function = Reflect::get(&names, &"next".into())?.dyn_into()?;
        let mut found = Vec::new();
        loop {
            let step = JsFuture::from(next.call0(&names)?.unchecked_into::<Promise>()).await?;
            if Reflect::get(&step, &"done".into())?.is_truthy() {
                found.sort();
                return Ok(found);
            }
            found.extend(Reflect::get(&step, &"value".into())?.as_string());
        }
    }

    /// The file `name`; an error if it is not there.
    pub async fn file(&self, name: &str) -> Result<File, JsValue> {
        let handle: Handle = done(self.0.file(name, &JsValue::UNDEFINED)).await?.unchecked_into();
        Ok(done(handle.content()).await?.unchecked_into())
    }

    /// Begins the file `name` anew. It appears only when it is finished.
    pub async fn write(&self, name: &str) -> Result<Writer, JsValue> {
        let handle: Handle = done(self.0.file(name, &option("create"))).await?.unchecked_into();
        Ok(Writer(done(handle.writable()).await?.unchecked_into()))
    }

    /// Deletes `name` with everything in it; it need not be there.
    pub async fn remove(&self, name: &str) -> Result<(), JsValue> {
        match done(self.0.remove(name, &option("recursive"))).await {
            Err(error) if !is(&error, "NotFoundError") => Err(error),
            _ => Ok(()),
        }
    }
}

/// A file that is being written. What is not finished is dropped by the browser.
#[derive(Debug)]
pub struct Writer(Writable);

impl Writer {
    /// Adds `bytes`.
    pub async fn add(&self, bytes: &[u8]) -> Result<(), JsValue> {
        done(self.0.write(&Uint8Array::from(bytes))).await.map(drop)
    }

    /// Makes the file what was written.
    pub async fn finish(self) -> Result<(), JsValue> {
        done(self.0.close()).await.map(drop)
    }

    /// Leaves the file as it was.
    pub async fn give_up(self) {
        // It was given up already if this fails.
        done(self.0.abort()).await.ok();
    }
}

/// Whether `error` is the browser's exception of that name.
pub fn is(error: &JsValue, name: &str) -> bool {
    Reflect::get(error, &"name".into()).is_ok_and(|known| known.as_string().as_deref() == Some(name))
}

async fn done(promise: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}

fn option(name: &str) -> JsValue {
    let options = Object::new();
    // A new object takes every field.
    Reflect::set(&options, &name.into(), &JsValue::TRUE).ok();
    options.into()
}
