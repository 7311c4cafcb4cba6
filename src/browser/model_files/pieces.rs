//! The pieces of one file, in their order, and the hash of all of them.

use js_sys::Array;
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

use crate::{
    browser::{
        files::BrowserFile,
        opfs::{Folder, Writer},
    },
    ports::files::InputFile,
};

/// Bytes of a piece: what a crash costs at most.
const PIECE: u64 = 32 << 20;
/// Bytes that are hashed at once, so that the page stays alive.
const HASHED: u64 = 4 << 20;
const ENDING: &str = "piece";

/// The pieces of a file that is being written.
pub(super) struct Pieces {
    folder: Folder,
    names: Vec<String>,
    /// Bytes of the pieces that are finished.
    finished: u64,
    /// The piece that is being written, and its bytes so far.
    open: Option<(String, Writer, u64)>,
    hash: Sha256,
}

impl Pieces {
    /// The pieces that are in `folder`.
    pub(super) async fn new(folder: Folder) -> Result<Self, JsValue> {
        let mut names = folder.names().await?;
        names.retain(|name| name.ends_with(ENDING));
        let mut pieces = Self { folder, names: Vec::new(), finished: 0, open: None, hash: Sha256::new() };
        for name in names {
            let bytes = pieces.folder.file(&name).await?.size() as u64;
            // Its place was taken, and it was never finished.
            if bytes == 0 {
                pieces.folder.remove(&name).await?;
                continue;
            }
            pieces.finished += bytes;
            pieces.names.push(name);
        }
        Ok(pieces)
    }

    /// Bytes of all pieces.
    pub(super) fn bytes(&self) -> u64 {
        self.finished + self.open.as_ref().map_or(0, |(_, _, bytes)| *bytes)
    }

    /// Takes what was here before into the hash, and tells how far that is.
    pub(super) async fn read_again(&mut self, told: impl Fn(u64, u64)) -> Result<(), JsValue> {
        let (mut done, of) = (0, self.finished);
        for name in self.names.clone() {
            let file = BrowserFile::at(name.clone(), self.folder.file(&name).await?);
            let mut at = 0;
            while at < file.size() {
                told(done, of);
                let read = file.read(at, at + HASHED).await;
                let content = read.map_err(|error| JsValue::from(error.to_string()))?;
                self.hash.update(&content);
                (at, done) = (at + content.len() as u64, done + content.len() as u64);
            }
        }
        Ok(())
    }

    /// Adds `content`.
    pub(super) async fn add(&mut self, content: &[u8]) -> Result<(), JsValue> {
        if self.open.is_none() {
            let last = self.names.last().and_then(|name| name.split('.').next()?.parse::<u32>().ok());
            let name = format!("{:04}.{ENDING}", last.map_or(0, |last| last + 1));
            let writer = self.folder.write(&name).await?;
            self.open = Some((name, writer, 0));
        }
        if let Some((_, writer, bytes)) = &mut self.open {
            writer.add(content).await?;
            *bytes += content.len() as u64;
            self.hash.update(content);
            if *bytes >= PIECE {
                self.finish().await?;
            }
        }
        Ok(())
    }

    /// Finishes the piece that is being written.
    pub(super) async fn finish(&mut self) -> Result<(), JsValue> {
        if let Some((name, writer, bytes)) = self.open.take() {
            writer.finish().await?;
            self.names.push(name);
            self.finished += bytes;
        }
        Ok(())
    }

    /// Begins anew.
    pub(super) async fn clear(&mut self) -> Result<(), JsValue> {
        if let Some((name, writer, _)) = self.open.take() {
            writer.give_up().await;
            self.folder.remove(&name).await?;
        }
        for name in std::mem::take(&mut self.names) {
            self.folder.remove(&name).await?;
        }
        (self.finished, self.hash) = (0, Sha256::new());
        Ok(())
    }

    /// All pieces as one, without reading them.
    pub(super) async fn blob(&self) -> Result<Blob, JsValue> {
        let parts = Array::new();
        for name in &self.names {
            let piece: File = self.folder.file(name).await?;
            parts.push(&piece);
        }
        Blob::new_with_blob_sequence(&parts)
    }

    /// The hash of all pieces, in hexadecimal.
    pub(super) fn sha256(&self) -> String {
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
