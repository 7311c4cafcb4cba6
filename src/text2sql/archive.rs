//! Zip archives, read by ranges so that a large one is never loaded whole. Nothing here does IO: each step says which
//! bytes it needs, and takes them. The order is `tail_range`, `locate` (and for zip64 `locate_zip64`), `entries`, then per
//! entry `header_range`, `Entry::data_range` and an `Unpacker`.
//! Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.

mod bytes;
mod unpack;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::bytes::{u16_at, u32_at, u64_at};
pub use self::unpack::{Unpacker, crc32};

const LOCAL_HEADER: u32 = 0x0403_4b50;
const DIRECTORY_ENTRY: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_ZIP64: u32 = 0x0606_4b50;
const END_ZIP64_LOCATOR: u32 = 0x0706_4b50;
const END_LEN: usize = 22;
const LOCATOR_LEN: usize = 20;
const END_ZIP64_LEN: u64 = 56;
const LOCAL_HEADER_LEN: u64 = 30;
const ENTRY_LEN: usize = 46;
/// A directory above this is refused: about half a million files.
const MAX_DIRECTORY: u64 = 64 << 20;

/// Why an archive, or one file of it, cannot be read. Follows the name of either and a colon.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArchiveError {
    #[error("this is not a zip archive; zip the folder again, or choose the folder itself")]
    NotAZip,
    #[error("the zip is cut off: its list of files at the end is missing; download or copy it again")]
    Truncated,
    #[error("the zip's list of files is damaged; download or copy it again")]
    DamagedDirectory,
    #[error("the zip is one part of several; join the parts, or choose the unpacked folder")]
    Split,
    #[error("the zip's list of files has {bytes} bytes, more than this page reads; choose the unpacked folder")]
    DirectoryTooLarge { bytes: u64 },
    #[error("it lies outside the zip, which is cut off or damaged; download or copy the zip again")]
    EntryTruncated,
    #[error("it is damaged inside the zip; download or copy the zip again")]
    EntryDamaged,
    #[error("it is encrypted; make the zip without a password")]
    Encrypted,
    #[error("it is packed with method {method}, and this page reads only stored and deflated files; zip it again")]
    UnsupportedMethod { method: u16 },
    #[error("it unpacks to {size} bytes, more than the {limit} that are allowed; choose fewer or smaller files")]
    TooLarge { size: u64, limit: u64 },
    #[error("it claims to unpack to {size} bytes from {packed}, which cannot be; it is refused as a zip bomb")]
    Bomb { size: u64, packed: u64 },
    #[error("it unpacks to another size than the {size} bytes that the zip names; download or copy the zip again")]
    SizeMismatch { size: u64 },
    #[error("it does not match its checksum, so the zip is damaged; download or copy the zip again")]
    ChecksumMismatch,
}

/// Where the list of files lies in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The bytes to read for [`entries`].
    pub range: Range<u64>,
    count: u64,
    /// Bytes that stand before the archive proper (a self-extracting stub).
    shift: u64,
}

/// What the archive's end says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    Directory(Directory),
    /// Read these bytes and ask [`locate_zip64`].
    Zip64(Range<u64>),
}

/// How an entry is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Stored,
    Deflated,
    Other(u16),
}

/// One file of an archive, as its directory describes it. Nothing of it is trusted until it has been unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// With folders, `/` between them; invalid UTF-8 replaced.
    pub path: String,
    pub method: Method,
    pub encrypted: bool,
    pub crc32: u32,
    /// Bytes in the archive.
    pub packed: u64,
    /// Bytes once unpacked, as claimed.
    pub size: u64,
    header: u64,
}

/// Whether a file that starts with `head` (4 bytes are enough) is a zip archive.
pub fn looks_like_zip(head: &[u8]) -> bool {
    matches!(u32_at(head, 0), Some(LOCAL_HEADER | END))
}

/// The bytes at the end of a file of `size` bytes in which an archive's end must stand.
pub fn tail_range(size: u64) -> Range<u64> {
    size.saturating_sub(u64::from(u16::MAX) + (END_LEN + LOCATOR_LEN) as u64)..size
}

/// Finds the list of files. `head` are the file's first bytes (at least 4, if it has them), `tail` those of [`tail_range`].
pub fn locate(size: u64, head: &[u8], tail: &[u8]) -> Result<Located, ArchiveError> {
    let missing = if looks_like_zip(head) { ArchiveError::Truncated } else { ArchiveError::NotAZip };
    let at = find_end(tail).ok_or(missing)?;
    let end = &tail[at..];
    let field16 = |offset| u16_at(end, offset).ok_or(ArchiveError::Truncated);
    let field32 = |offset| u32_at(end, offset).ok_or(ArchiveError::Truncated);
    let (disk, count, length, offset) = (field16(4)?, field16(10)?, field32(12)?, field32(16)?);
    if count == u16::MAX || length == u32::MAX || offset == u32::MAX {
        let locator = at.checked_sub(LOCATOR_LEN).map(|start| &tail[start..at]);
        if let Some(locator) = locator.filter(|bytes| u32_at(bytes, 0) == Some(END_ZIP64_LOCATOR)) {
            let start = u64_at(locator, 8).ok_or(ArchiveError::Truncated)?;
            let end = start.checked_add(END_ZIP64_LEN).filter(|end| *end <= size);
            return end.map(|end| Located::Zip64(start..end)).ok_or(ArchiveError::DamagedDirectory);
        }
    }
    if disk != 0 || field16(8)? != count {
        return Err(ArchiveError::Split);
    }
    let end_at = size.saturating_sub(tail.len() as u64).saturating_add(at as u64);
    let start = end_at.checked_sub(u64::from(length)).ok_or(ArchiveError::DamagedDirectory)?;
    let shift = start.checked_sub(u64::from(offset)).ok_or(ArchiveError::DamagedDirectory)?;
    directory(start, u64::from(length), u64::from(count), shift, size).map(Located::Directory)
}

/// Finds the list of files from the zip64 record at the range that [`locate`] named.
pub fn locate_zip64(size: u64, record: &[u8]) -> Result<Directory, ArchiveError> {
    if u32_at(record, 0) != Some(END_ZIP64) {
        return Err(ArchiveError::DamagedDirectory);
    }
    let field = |offset| u64_at(record, offset).ok_or(ArchiveError::DamagedDirectory);
    if u32_at(record, 16) != Some(0) {
        return Err(ArchiveError::Split);
    }
    directory(field(48)?, field(40)?, field(32)?, 0, size)
}

fn directory(start: u64, length: u64, count: u64, shift: u64, size: u64) -> Result<Directory, ArchiveError> {
    if length > MAX_DIRECTORY {
        return Err(ArchiveError::DirectoryTooLarge { bytes: length });
    }
    let end = start.checked_add(length).filter(|end| *end <= size).ok_or(ArchiveError::DamagedDirectory)?;
    Ok(Directory { range: start..end, count, shift })
}

/// The place of the end record in `tail`: the last one whose comment reaches exactly to the end, else the last that fits.
fn find_end(tail: &[u8]) -> Option<usize> {
    let last = tail.len().checked_sub(END_LEN)?;
    let fitting = |at: &usize| {
        u32_at(tail, *at) == Some(END)
            && u16_at(tail, at + 20).is_some_and(|comment| at + END_LEN + usize::from(comment) <= tail.len())
    };
    let exact =
        |at: &usize| u16_at(tail, at + 20).is_some_and(|comment| at + END_LEN + usize::from(comment) == tail.len());
    let found: Vec<usize> = (0..=last).rev().filter(fitting).collect();
    found.iter().copied().find(exact).or(found.first().copied())
}

/// The archive's files in the order of its list, folders left out. `bytes` are those of the directory's range.
pub fn entries(directory: &Directory, bytes: &[u8]) -> Result<Vec<Entry>, ArchiveError> {
    let mut found = Vec::new();
    let mut at = 0;
    for _ in 0..directory.count {
        let (entry, next) = entry_at(bytes, at, directory.shift).ok_or(ArchiveError::DamagedDirectory)?;
        if !entry.path.ends_with('/') {
            found.push(entry);
        }
        at = next;
    }
    Ok(found)
}

fn entry_at(bytes: &[u8], at: usize, shift: u64) -> Option<(Entry, usize)> {
    let record = bytes.get(at..)?;
    if u32_at(record, 0)? != DIRECTORY_ENTRY {
        return None;
    }
    let [name_len, extra_len, comment_len] =
        [u16_at(record, 28)?, u16_at(record, 30)?, u16_at(record, 32)?].map(usize::from);
    let name = record.get(ENTRY_LEN..ENTRY_LEN + name_len)?;
    let extra = record.get(ENTRY_LEN + name_len..ENTRY_LEN + name_len + extra_len)?;
    let mut wide = zip64_fields(extra);
    let mut widened = |narrow: u32| {
        if narrow == u32::MAX { wide.next().or(Some(u64::from(narrow))) } else { Some(u64::from(narrow)) }
    };
    let size = widened(u32_at(record, 24)?)?;
    let packed = widened(u32_at(record, 20)?)?;
    let header = widened(u32_at(record, 42)?)?.checked_add(shift)?;
    let method = match u16_at(record, 10)? {
        0 => Method::Stored,
        8 => Method::Deflated,
        other => Method::Other(other),
    };
    let path = String::from_utf8_lossy(name).replace('\\', "/");
    let encrypted = u16_at(record, 8)? & 1 == 1;
    let entry = Entry { path, method, encrypted, crc32: u32_at(record, 16)?, packed, size, header };
    Some((entry, at + ENTRY_LEN + name_len + extra_len + comment_len))
}

/// The 64-bit values of a zip64 extra field, in its order: size, packed size, header's place, as far as they are there.
fn zip64_fields(mut extra: &[u8]) -> impl Iterator<Item = u64> {
    let mut values = Vec::new();
    while let (Some(tag), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let end = 4 + usize::from(length);
        let Some(field) = extra.get(4..end) else { break };
        if tag == 1 {
            values.extend(field.chunks_exact(8).filter_map(|chunk| u64_at(chunk, 0)));
        }
        extra = &extra[end..];
    }
    values.into_iter()
}

impl Entry {
    /// The bytes to read for [`Entry::data_range`]; may lie outside a damaged archive.
    pub fn header_range(&self) -> Range<u64> {
        self.header..self.header.saturating_add(LOCAL_HEADER_LEN)
    }

    /// Where the packed bytes are, from the bytes of `header_range` in an archive of `archive_size` bytes.
    pub fn data_range(&self, header: &[u8], archive_size: u64) -> Result<Range<u64>, ArchiveError> {
        let truncated = || ArchiveError::EntryTruncated;
        if (header.len() as u64) < LOCAL_HEADER_LEN {
            return Err(truncated());
        }
        if u32_at(header, 0) != Some(LOCAL_HEADER) {
            return Err(ArchiveError::EntryDamaged);
        }
        let variable = |offset| u16_at(header, offset).map(u64::from).ok_or_else(truncated);
        let start = self.header.checked_add(LOCAL_HEADER_LEN + variable(26)? + variable(28)?).ok_or_else(truncated)?;
        let end = start.checked_add(self.packed).filter(|end| *end <= archive_size).ok_or_else(truncated)?;
        Ok(start..end)
    }
}
