//! Models' files in the browser's file storage. A file lies there in pieces, each finished before the next begins, so that a
//! download goes on after a reload; it counts from the moment at which what is known of it is written beside them, and until
//! then there is nothing but what a download can take up again.

mod fetched;
mod pieces;

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

pub use self::fetched::{Pause, offer};
use self::pieces::Pieces;
use super::{
    files::BrowserFile,
    locks,
    opfs::{Folder, is},
    store::space,
    words,
};
use crate::ports::{
    chat::{
        download::Offer,
        model_file::{ModelFile, ModelFileError, inspect, name_of},
    },
    files::InputFile,
};

/// The folder of all files; each has a folder of its own in it.
const FOLDER: &str = "models";
/// What is known of a whole file.
const WHOLE: &str = "model.json";
/// What is known of one that is being fetched.
const PART: &str = "download.json";
/// The lock of whoever adds a file: what others left half-done is cleared away only while nobody does.
const ADDING: &str = "promptbeam-model-files";
/// Bytes that are read from a disk at once.
const READ: u64 = 4 << 20;

/// A download that was paused, or broken off by a reload.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// The name of its folder.
    pub id: String,
    pub offer: Offer,
    /// Bytes that are here.
    pub here: u64,
}

/// How far the adding of a file is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// So many bytes are here, of so many if that is known.
    Taking { here: u64, of: Option<u64> },
    /// What was here before is read again, for the hash of the whole.
    Checking { done: u64, of: u64 },
}

/// How a download ended without an error.
#[derive(Clone, Debug, PartialEq)]
pub enum Fetched {
    Whole(ModelFile),
    /// It was paused; what is here is kept.
    Paused,
}

/// The whole files and the downloads that can go on. Clears away what was left half-done by a page that is gone.
pub async fn list() -> Result<(Vec<ModelFile>, Vec<Partial>), ModelFileError> {
    let folder = Folder::open(FOLDER).await.map_err(storage)?;
    let (mut files, mut partial, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for id in folder.names().await.map_err(storage)? {
        let own = folder.folder(&id).await.map_err(storage)?;
        if let Some(file) = read(&own, WHOLE).await {
            files.push(file);
        } else if let Some(offer) = read::<Offer>(&own, PART).await {
            let here = Pieces::new(own).await.map_err(storage)?.bytes();
            partial.push(Partial { id, offer, here });
        } else {
            left.push(id);
        }
    }
    // What is half-done may just be under way.
    if !left.is_empty() && locks::hold(ADDING).await.is_some() {
        for id in left {
            folder.remove(&id).await.map_err(storage)?;
        }
    }
    files.sort_by(|a: &ModelFile, b| a.name.cmp(&b.name));
    Ok((files, partial))
}

/// Copies a file from a disk, after a look whether it can be used with room for `context` tokens.
pub async fn add(
    file: Rc<dyn InputFile>,
    wanted: Option<String>,
    context: u32,
    told: &dyn Fn(Step),
) -> Result<ModelFile, ModelFileError> {
    let name = name_of(file.path());
    inspect(&*file, context).await?;
    let _adding = locks::hold(ADDING).await.ok_or(ModelFileError::Busy)?;
    let (folder, id, bytes) = (Folder::open(FOLDER).await.map_err(storage)?, new_id()?, file.size());
    room_for(&name, bytes).await?;
    let copied = async {
        let own = folder.folder(&id).await.map_err(storage)?;
        let mut pieces = Pieces::new(own).await.map_err(storage)?;
        while pieces.bytes() < bytes {
            let here = pieces.bytes();
            told(Step::Taking { here, of: Some(bytes) });
            let content = file.read(here, here + READ).await?;
            pieces.add(&content).await.map_err(|error| disk(&name, bytes, &error))?;
        }
        pieces.finish().await.map_err(|error| disk(&name, bytes, &error))?;
        settle(&folder, &id, pieces, Offer { sha256: wanted, ..Offer::default() }, name.clone(), context).await
    };
    let copied = copied.await;
    if copied.is_err() {
        // What cannot be deleted now is cleared away by the next `list`.
        folder.remove(&id).await.ok();
    }
    copied
}

/// Fetches a file, or goes on with `before`. What came in before an error of the network stays, to go on from.
pub async fn fetch(
    offer: Offer,
    before: Option<Partial>,
    context: u32,
    pause: &Pause,
    told: &dyn Fn(Step),
) -> Result<Fetched, ModelFileError> {
    let _adding = locks::hold(ADDING).await.ok_or(ModelFileError::Busy)?;
    let folder = Folder::open(FOLDER).await.map_err(storage)?;
    let (name, id) = (name_of(&offer.url), before.map_or_else(new_id, |before| Ok(before.id))?);
    let own = folder.folder(&id).await.map_err(storage)?;
    let ended = async {
        let mut pieces = Pieces::new(own.clone()).await.map_err(storage)?;
        if let Some(bytes) = offer.bytes {
            room_for(&name, bytes.saturating_sub(pieces.bytes())).await?;
        }
        write(&own, PART, &offer).await.map_err(|error| disk(&name, 0, &error))?;
        pieces.read_again(|done, of| told(Step::Checking { done, of })).await.map_err(storage)?;
        if !fetched::fetch(&offer, &name, &mut pieces, pause, told).await? {
            return Ok(Fetched::Paused);
        }
        settle(&folder, &id, pieces, offer.clone(), name.clone(), context).await.map(Fetched::Whole)
    };
    let ended = ended.await;
    let is_kept = matches!(ended, Ok(_) | Err(ModelFileError::Broken { .. } | ModelFileError::Changed { .. }));
    if !is_kept {
        folder.remove(&id).await.ok();
    }
    ended
}

/// Forgets what is here of a download.
pub async fn discard(partial: &Partial) -> Result<(), ModelFileError> {
    let _adding = locks::hold(ADDING).await.ok_or(ModelFileError::Busy)?;
    Folder::open(FOLDER).await.map_err(storage)?.remove(&partial.id).await.map_err(storage)
}

/// Deletes a file.
pub async fn delete(sha256: &str) -> Result<(), ModelFileError> {
    let folder = Folder::open(FOLDER).await.map_err(storage)?;
    match find(&folder, sha256).await? {
        Some(id) => folder.remove(&id).await.map_err(storage),
        None => Ok(()),
    }
}

/// Deletes everything, also of downloads.
pub async fn delete_all() -> Result<(), ModelFileError> {
    let folder = Folder::open(FOLDER).await.map_err(storage)?;
    for id in folder.names().await.map_err(storage)? {
        folder.remove(&id).await.map_err(storage)?;
    }
    Ok(())
}

/// A file's content, which stays on the disk until it is read; `None` if it is not here.
pub async fn content(sha256: &str) -> Result<Option<Blob>, ModelFileError> {
    let folder = Folder::open(FOLDER).await.map_err(storage)?;
    let Some(id) = find(&folder, sha256).await? else { return Ok(None) };
    let own = folder.folder(&id).await.map_err(storage)?;
    Pieces::new(own).await.map_err(storage)?.blob().await.map(Some).map_err(storage)
}

/// The last steps to a whole file: its head is read, its hash compared, and it counts.
async fn settle(
    folder: &Folder,
    id: &str,
    pieces: Pieces,
    offer: Offer,
    name: String,
    context: u32,
) -> Result<ModelFile, ModelFileError> {
    let content = pieces.blob().await.map_err(storage)?;
    let parts = Array::of1(&content.into());
    let whole = web_sys::File::new_with_blob_sequence(&parts, &name).map_err(storage)?;
    let gguf = inspect(&BrowserFile::at(name.clone(), whole), context).await?;
    let (bytes, found) = (pieces.bytes(), pieces.sha256());
    if let Some(wanted) = offer.sha256.filter(|wanted| *wanted != found) {
        return Err(ModelFileError::OtherFile { name, wanted, found });
    }
    let source = (!offer.url.is_empty()).then_some(offer.url);
    let file = ModelFile { name, bytes, sha256: found, source, gguf };
    // The same file once is enough: the new one counts, so that it is never without one.
    let before = find(folder, &file.sha256).await?;
    let own = folder.folder(id).await.map_err(storage)?;
    write(&own, WHOLE, &file).await.map_err(|error| disk(&file.name, bytes, &error))?;
    own.remove(PART).await.map_err(storage)?;
    if let Some(before) = before {
        folder.remove(&before).await.map_err(storage)?;
    }
    Ok(file)
}

/// The folder of the file with that hash.
async fn find(folder: &Folder, sha256: &str) -> Result<Option<String>, ModelFileError> {
    for id in folder.names().await.map_err(storage)? {
        let own = folder.folder(&id).await.map_err(storage)?;
        if read::<ModelFile>(&own, WHOLE).await.is_some_and(|file| file.sha256 == sha256) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// What stands in a small file as JSON; `None` also if it cannot be read.
async fn read<T: serde::de::DeserializeOwned>(folder: &Folder, name: &str) -> Option<T> {
    let file = BrowserFile::at(name, folder.file(name).await.ok()?);
    serde_json::from_slice(&file.read(0, file.size()).await.ok()?).ok()
}

async fn write(folder: &Folder, name: &str, value: &impl serde::Serialize) -> Result<(), JsValue> {
    let json = serde_json::to_string(value).map_err(|error| JsValue::from(error.to_string()))?;
    let writer = folder.write(name).await?;
    writer.add(json.as_bytes()).await?;
    writer.finish().await
}

/// A folder's name that no other has.
fn new_id() -> Result<String, ModelFileError> {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    let crypto = crypto.ok_or_else(|| storage("there is no window".into()))?;
    let random = crypto.get_random_values_with_js_u8_array(&Uint8Array::new_with_length(8)).map_err(storage)?;
    Ok(random.unchecked_into::<Uint8Array>().to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An error at once if the browser says that there is no room; it does not say so always.
async fn room_for(name: &str, bytes: u64) -> Result<(), ModelFileError> {
    let Some(space) = space().await else { return Ok(()) };
    let left = (space.quota - space.used).max(0.0) as u64;
    if left >= bytes {
        return Ok(());
    }
    Err(ModelFileError::DiskFull { name: name.to_owned(), bytes, left: Some(left) })
}

fn disk(name: &str, bytes: u64, error: &JsValue) -> ModelFileError {
    if is(error, "QuotaExceededError") {
        return ModelFileError::DiskFull { name: name.to_owned(), bytes, left: None };
    }
    ModelFileError::Storage { message: words(error) }
}

fn storage(error: JsValue) -> ModelFileError {
    ModelFileError::Storage { message: words(&error) }
}
