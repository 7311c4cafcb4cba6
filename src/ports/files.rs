//! The port to the user's files: reading a range of a file they gave, and handing them a file.
//! Twin: `MemoryFiles`.

use std::{cell::RefCell, collections::BTreeMap};

use futures::future::{FutureExt, LocalBoxFuture};
use thiserror::Error;

/// Why a file could not be read or handed over.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    /// The browser could not read it: moved, changed or no longer allowed. The message is the browser's.
    #[error("{name} could not be read ({message}). Choose the file again.")]
    Unreadable { name: String, message: String },
    /// The download could not be started. The message is the browser's.
    #[error("{name} could not be saved ({message}). Allow downloads for this page and try again.")]
    NotSaved { name: String, message: String },
}

/// A file that the user gave.
pub trait InputFile {
    /// Name, with the folders in which it was given: `spider/dev.json`.
    fn path(&self) -> &str;
    /// Size in bytes.
    fn size(&self) -> u64;
    /// Bytes `start..end`, cut at the file's end.
    fn read(&self, start: u64, end: u64) -> LocalBoxFuture<'_, Result<Vec<u8>, FileError>>;
}

/// Handing files to the user.
pub trait Files {
    /// Saves `content` under `name` in the user's downloads.
    fn save<'a>(&'a self, name: &'a str, mime: &'a str, content: &'a [u8])
    -> LocalBoxFuture<'a, Result<(), FileError>>;
}

/// A file in memory.
#[derive(Clone, Debug)]
pub struct MemoryFile {
    pub path: String,
    pub content: Vec<u8>,
}

impl InputFile for MemoryFile {
    fn path(&self) -> &str {
        &self.path
    }

    fn size(&self) -> u64 {
        self.content.len() as u64
    }

    fn read(&self, start: u64, end: u64) -> LocalBoxFuture<'_, Result<Vec<u8>, FileError>> {
        let end = (end.min(self.size())) as usize;
        let start = (start as usize).min(end);
        futures::future::ready(Ok(self.content[start..end].to_vec())).boxed_local()
    }
}

/// Keeps what was saved.
#[derive(Default)]
pub struct MemoryFiles {
    saved: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl MemoryFiles {
    /// The content that was saved last under `name`.
    pub fn saved(&self, name: &str) -> Option<Vec<u8>> {
        self.saved.borrow().get(name).cloned()
    }
}

impl Files for MemoryFiles {
    fn save<'a>(&'a self, name: &'a str, _: &'a str, content: &'a [u8]) -> LocalBoxFuture<'a, Result<(), FileError>> {
        self.saved.borrow_mut().insert(name.to_owned(), content.to_vec());
        futures::future::ready(Ok(())).boxed_local()
    }
}
