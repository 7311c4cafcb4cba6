//! A zip that lies in a zip, as BIRD's `dev_databases.zip` does in its download. A stored one is read where it lies, by
//! ranges; a deflated one has no ranges, and is unpacked into memory if it is small enough.

use std::{ops::Range, rc::Rc};

use futures::future::{FutureExt, LocalBoxFuture};

use super::{ImportProgress, report::FileReason, source::Source};
use crate::{
    ports::files::{FileError, InputFile, MemoryFile},
    text2sql::archive::Method,
};

/// The most that all deflated inner zips together may hold, in bytes: they stay in the page's memory during the import.
pub const MAX_UNPACKED: u64 = 512 << 20;

/// Some bytes of a file as a file.
struct Part {
    path: String,
    whole: Rc<dyn InputFile>,
    range: Range<u64>,
}

impl InputFile for Part {
    fn path(&self) -> &str {
        &self.path
    }

    fn size(&self) -> u64 {
        self.range.end - self.range.start
    }

    fn read(&self, start: u64, end: u64) -> LocalBoxFuture<'_, Result<Vec<u8>, FileError>> {
        let place = |at: u64| self.range.start.saturating_add(at).min(self.range.end);
        let (start, end) = (place(start), place(end));
        async move { self.whole.read(start, end).await }.boxed_local()
    }
}

impl Source {
    /// The file as one that can be read by ranges, and the bytes of memory that this takes, at most `limit`.
    pub async fn by_ranges(
        &self,
        limit: u64,
        progress: &dyn Fn(ImportProgress),
    ) -> Result<(Rc<dyn InputFile>, u64), FileReason> {
        let stored = self.entry().is_some_and(|entry| entry.method == Method::Stored && !entry.encrypted);
        if stored {
            let part = Part { path: self.path.clone(), whole: self.container(), range: self.range().await? };
            return Ok((Rc::new(part), 0));
        }
        if self.size > limit {
            return Err(FileReason::NestedTooLarge { bytes: self.size, limit });
        }
        let content = self.read(limit, progress).await?;
        let bytes = content.len() as u64;
        Ok((Rc::new(MemoryFile { path: self.path.clone(), content }), bytes))
    }
}
