//! The files that were given, with zips (and zips in them) opened to the files in them: where each is, and how to get its
//! bytes.

use std::{ops::Range, rc::Rc};

use super::{
    ImportProgress,
    layout::{self, Kind},
    nested,
    report::{FileReason, ImportReport},
};
use crate::{
    ports::files::{FileError, InputFile},
    text2sql::{
        archive::{self, ArchiveError, Entry, Located, Unpacker},
        spider::Format,
    },
};

/// Read at once; between two reads the page gets its turn.
const PIECE: u64 = 1 << 20;

/// A file that may be used.
#[derive(Clone)]
pub struct Source {
    /// With folders; for a file in a zip, its path there.
    pub path: String,
    /// In bytes, as claimed.
    pub size: u64,
    container: Rc<dyn InputFile>,
    /// Absent: the container is the file itself.
    entry: Option<Entry>,
}

/// All files that may be used.
#[derive(Default)]
pub struct Sources {
    pub databases: Vec<Source>,
    pub questions: Vec<(Source, Format)>,
    /// The names of the zips or top folders that were given.
    roots: Vec<String>,
}

impl Sources {
    /// Looks through `files`; what is of no use goes to the report.
    pub async fn open(
        files: &[Rc<dyn InputFile>],
        progress: &dyn Fn(ImportProgress),
        report: &mut ImportReport,
    ) -> Self {
        let mut sources = Self::default();
        let mut room = nested::MAX_UNPACKED;
        for file in files {
            let (path, size) = (file.path().to_owned(), file.size());
            let loose = Source { path: path.clone(), size, container: file.clone(), entry: None };
            if layout::kind(&path) != Kind::Archive {
                if layout::kind(&path) != Kind::Litter {
                    sources.note_root(path.split_once('/').map(|(root, _)| root));
                }
                sources.sort_in(loose, report);
                continue;
            }
            progress(ImportProgress { file: path.clone(), done: 0, total: size });
            match list(file).await {
                Ok(entries) => {
                    sources.note_root(Some(layout::file_name(&path)));
                    for inner in sources.sort_entries(file, "", entries, report) {
                        let used = sources.open_inner(&inner, room, progress, report).await;
                        room = room.saturating_sub(used);
                    }
                }
                Err(reason) => report.skip_file(path, reason),
            }
        }
        sources
    }

    /// Looks through a zip in a zip; one in that is too deep. Returns the bytes of memory that it takes, at most `room`.
    async fn open_inner(
        &mut self,
        inner: &Source,
        room: u64,
        progress: &dyn Fn(ImportProgress),
        report: &mut ImportReport,
    ) -> u64 {
        let opened = async {
            let (file, used) = inner.by_ranges(room, progress).await?;
            let entries = list(&file).await?;
            Ok((file, used, entries))
        };
        match opened.await {
            Ok((file, used, entries)) => {
                for deeper in self.sort_entries(&file, &format!("{}/", inner.path), entries, report) {
                    report.skip_file(deeper.path, FileReason::NestedArchive);
                }
                used
            }
            Err(reason) => {
                report.skip_file(inner.path.clone(), reason);
                0
            }
        }
    }

    /// Sorts the files of a zip in, under paths that begin with `prefix`; returns the zips among them.
    fn sort_entries(
        &mut self,
        file: &Rc<dyn InputFile>,
        prefix: &str,
        entries: Vec<Entry>,
        report: &mut ImportReport,
    ) -> Vec<Source> {
        let mut zips = Vec::new();
        for entry in entries {
            let path = format!("{prefix}{}", entry.path);
            let source = Source { path, size: entry.size, container: file.clone(), entry: Some(entry) };
            match layout::kind(&source.path) {
                Kind::Archive => zips.push(source),
                _ => self.sort_in(source, report),
            }
        }
        zips
    }

    /// How the whole may be called: the one zip or folder; empty if there is none or several.
    pub fn name(&self) -> String {
        match self.roots.as_slice() {
            [root] => root.clone(),
            _ => String::new(),
        }
    }

    fn note_root(&mut self, root: Option<&str>) {
        if let Some(root) = root.filter(|root| !self.roots.iter().any(|known| known == root)) {
            self.roots.push(root.to_owned());
        }
    }

    fn sort_in(&mut self, source: Source, report: &mut ImportReport) {
        match layout::kind(&source.path) {
            Kind::Database => self.databases.push(source),
            Kind::Questions(format) => self.questions.push((source, format)),
            Kind::Litter => {}
            Kind::NotNeeded(why) => report.not_needed(source.path, FileReason::not_needed(why)),
            // Those that can be opened have been taken out before.
            Kind::Archive => report.skip_file(source.path, FileReason::NestedArchive),
            Kind::Other(format) => report.skip_file(source.path, FileReason::OtherFormat { format: format.to_owned() }),
            Kind::Unknown => report.not_needed(source.path, FileReason::UnknownKind),
        }
    }
}

impl Source {
    /// The file's bytes. Refused above `limit`, whether the size is claimed or turns out.
    pub async fn read(&self, limit: u64, progress: &dyn Fn(ImportProgress)) -> Result<Vec<u8>, FileReason> {
        if self.size > limit {
            return Err(FileReason::TooLarge { bytes: self.size, limit });
        }
        let Some(entry) = &self.entry else {
            let mut content = Vec::new();
            // In one piece: growing step by step takes twice the memory, and the page never gives memory back.
            let room = usize::try_from(self.size).ok().and_then(|size| content.try_reserve_exact(size).ok());
            room.ok_or(FileReason::TooLarge { bytes: self.size, limit })?;
            self.read_pieces(0, self.size, progress, |piece| {
                content.extend_from_slice(piece);
                Ok(())
            })
            .await?;
            return Ok(content);
        };
        let mut unpacker = Unpacker::new(entry, limit)?;
        let Range { start, end } = self.range().await?;
        self.read_pieces(start, end, progress, |piece| unpacker.feed(piece)).await?;
        Ok(unpacker.finish()?)
    }

    /// Where its bytes, packed or not, lie in its container.
    pub(super) async fn range(&self) -> Result<Range<u64>, FileReason> {
        let Some(entry) = &self.entry else { return Ok(0..self.size) };
        let header = read(&self.container, entry.header_range()).await?;
        Ok(entry.data_range(&header, self.container.size())?)
    }

    /// What the zip says about it; absent for a file that lies in none.
    pub(super) fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }

    /// The file it lies in, or is.
    pub(super) fn container(&self) -> Rc<dyn InputFile> {
        Rc::clone(&self.container)
    }

    async fn read_pieces(
        &self,
        start: u64,
        end: u64,
        progress: &dyn Fn(ImportProgress),
        mut take: impl FnMut(&[u8]) -> Result<(), ArchiveError>,
    ) -> Result<(), FileReason> {
        let mut at = start;
        while at < end {
            progress(ImportProgress { file: self.path.clone(), done: at - start, total: end - start });
            let next = at.saturating_add(PIECE).min(end);
            take(&read(&self.container, at..next).await?)?;
            at = next;
        }
        Ok(())
    }
}

/// The files in a zip.
async fn list(file: &Rc<dyn InputFile>) -> Result<Vec<Entry>, FileReason> {
    let size = file.size();
    if size == 0 {
        return Err(FileReason::Empty);
    }
    let head = read(file, 0..4.min(size)).await?;
    let tail = read(file, archive::tail_range(size)).await?;
    let directory = match archive::locate(size, &head, &tail)? {
        Located::Directory(directory) => directory,
        Located::Zip64(range) => archive::locate_zip64(size, &read(file, range).await?)?,
    };
    Ok(archive::entries(&directory, &read(file, directory.range.clone()).await?)?)
}

async fn read(file: &Rc<dyn InputFile>, range: Range<u64>) -> Result<Vec<u8>, FileReason> {
    file.read(range.start, range.end).await.map_err(|error| match error {
        FileError::Unreadable { message, .. } | FileError::NotSaved { message, .. } => {
            FileReason::Unreadable { message }
        }
    })
}
