//! What a SQLite file's first 100 bytes say, before anything opens it: whether it is one, and whether it is whole.
//! Source: "Database File Format", sqlite.org/fileformat2.html, section 1.3.

use serde::{Deserialize, Serialize};
use thiserror::Error;

const MAGIC: &[u8] = b"SQLite format 3\0";

/// Why a file cannot be used as a database.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SqliteFileError {
    #[error("it is empty; copy it again")]
    Empty,
    #[error("it is not a SQLite database, or an encrypted one; save it as a plain SQLite 3 file")]
    NotSqlite,
    #[error("it is a damaged SQLite database: its header names a page size of {page_size} bytes; copy it again")]
    PageSize { page_size: u32 },
    #[error("it is cut off: its header speaks of {expected} bytes, but it has {bytes}; copy it again")]
    CutOff { expected: u64, bytes: u64 },
}

/// Checks the header of a whole database file.
pub fn check(content: &[u8]) -> Result<(), SqliteFileError> {
    if content.is_empty() {
        return Err(SqliteFileError::Empty);
    }
    if !content.starts_with(MAGIC) {
        return Err(SqliteFileError::NotSqlite);
    }
    let bytes = content.len() as u64;
    let Some(header) = content.first_chunk::<100>() else {
        return Err(SqliteFileError::CutOff { expected: 512, bytes });
    };
    let field = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let page_size = match u32::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        size => size,
    };
    if page_size < 512 || !page_size.is_power_of_two() {
        return Err(SqliteFileError::PageSize { page_size });
    }
    // The page count is right only if the version that wrote it is the one that last changed the file.
    let pages = if field(24) == field(92) { field(28).max(1) } else { 1 };
    let expected = u64::from(page_size) * u64::from(pages);
    if bytes < expected { Err(SqliteFileError::CutOff { expected, bytes }) } else { Ok(()) }
}

/// Marks a database in write-ahead mode as one with a rollback journal: in memory there is no place for a log, and SQLite
/// would refuse to open it. The content stays as it was at the last checkpoint.
pub fn leave_wal_mode(content: &mut [u8]) {
    if let Some(versions) = content.get_mut(18..20).filter(|versions| **versions == [2, 2]) {
        versions.fill(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(pages: u32) -> Vec<u8> {
        let mut content = vec![0; 4096 * 2];
        content[..16].copy_from_slice(MAGIC);
        content[16] = 0x10;
        content[18..20].fill(2);
        content[28..32].copy_from_slice(&pages.to_be_bytes());
        content
    }

    #[test]
    fn whole_files_pass_and_others_say_what_is_wrong() {
        assert_eq!(check(&database(2)), Ok(()));
        assert_eq!(check(&database(3)), Err(SqliteFileError::CutOff { expected: 12_288, bytes: 8192 }));
        assert_eq!(check(&database(2)[..50]), Err(SqliteFileError::CutOff { expected: 512, bytes: 50 }));
        let mut odd = database(2);
        odd[17] = 7;
        assert_eq!(check(&odd), Err(SqliteFileError::PageSize { page_size: 4103 }));
        assert_eq!(check(b"<html>"), Err(SqliteFileError::NotSqlite));
        assert_eq!(check(b""), Err(SqliteFileError::Empty));
    }

    #[test]
    fn write_ahead_mode_is_left_and_nothing_else_changes() {
        let mut content = database(2);
        leave_wal_mode(&mut content);
        assert_eq!(content[18..20], [1, 1]);
        let before = content.clone();
        leave_wal_mode(&mut content);
        assert_eq!(content, before);
    }
}
