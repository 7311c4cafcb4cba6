//! Files and folders that were dropped on the page. A drop is readable only during its event, so the entries are taken
//! at once and their folders are walked afterwards.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

use super::BrowserFile;
use crate::{
    browser::words,
    ports::files::{FileError, InputFile},
};

/// The files of a drop, those in folders with their paths, sorted by path. Call it inside the event's handler.
pub fn dropped(transfer: &DataTransfer) -> LocalBoxFuture<'static, Result<Vec<Rc<dyn InputFile>>, FileError>> {
    let items = transfer.items();
    let entries: Vec<FileSystemEntry> = (0..items.length())
        .filter_map(|i| items.get(i))
        .filter(|item| item.kind() == "file")
        .filter_map(|item| item.webkit_get_as_entry().ok().flatten())
        .collect();
    walk(entries).boxed_local()
}

async fn walk(mut left: Vec<FileSystemEntry>) -> Result<Vec<Rc<dyn InputFile>>, FileError> {
    let mut files: Vec<Rc<dyn InputFile>> = Vec::new();
    while let Some(entry) = left.pop() {
        let path = entry.full_path().trim_start_matches('/').to_owned();
        let unreadable = |error: JsValue| FileError::Unreadable { name: path.clone(), message: words(&error) };
        if entry.is_directory() {
            left.extend(children(entry.unchecked_ref()).await.map_err(unreadable)?);
        } else {
            let file = file(entry.unchecked_ref()).await.map_err(unreadable)?;
            files.push(Rc::new(BrowserFile::at(path, file)));
        }
    }
    files.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(files)
}

async fn children(folder: &FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, JsValue> {
    let reader = folder.create_reader();
    let mut children = Vec::new();
    loop {
        let mut asked = Ok(());
        let promise = Promise::new(&mut |resolve, reject| {
            asked = reader.read_entries_with_callback_and_callback(&resolve, &reject);
        });
        asked?;
        // The reader hands out a folder in portions; an empty one is the end.
        let portion: Array = JsFuture::from(promise).await?.unchecked_into();
        if portion.length() == 0 {
            return Ok(children);
        }
        children.extend(portion.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn file(entry: &FileSystemFileEntry) -> Result<File, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| entry.file_with_callback_and_callback(&resolve, &reject));
    JsFuture::from(promise).await.map(JsCast::unchecked_into)
}
