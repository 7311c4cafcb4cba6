//! Reading zips by ranges: what is right comes out byte for byte, what is wrong has a name, and no bytes whatever panic.

use expect_test::{Expect, expect};
use promptbeam::text2sql::archive::{self, ArchiveError, Entry, Located, Unpacker};
use proptest::prelude::*;

use crate::zip_writer::{Packed, Width, deflated, stored, zip, zip_as};

const LIMIT: u64 = 1 << 20;

fn entries(bytes: &[u8]) -> Result<Vec<Entry>, ArchiveError> {
    let size = bytes.len() as u64;
    let at = |range: std::ops::Range<u64>| {
        let end = range.end.min(size) as usize;
        &bytes[(range.start as usize).min(end)..end]
    };
    let directory = match archive::locate(size, at(0..4), at(archive::tail_range(size)))? {
        Located::Directory(directory) => directory,
        Located::Zip64(range) => archive::locate_zip64(size, at(range))?,
    };
    archive::entries(&directory, at(directory.range.clone()))
}

fn unpack(bytes: &[u8], entry: &Entry, piece: usize) -> Result<Vec<u8>, ArchiveError> {
    let size = bytes.len() as u64;
    let mut unpacker = Unpacker::new(entry, LIMIT)?;
    let header = entry.header_range();
    let (start, end) = (header.start.min(size) as usize, header.end.min(size) as usize);
    let data = entry.data_range(&bytes[start..end], size)?;
    for piece in bytes[data.start as usize..data.end as usize].chunks(piece) {
        unpacker.feed(piece)?;
    }
    unpacker.finish()
}

fn unpack_all(bytes: &[u8], piece: usize) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
    entries(bytes)?.iter().map(|entry| Ok((entry.path.clone(), unpack(bytes, entry, piece)?))).collect()
}

fn check_refused(bytes: &[u8], expected: Expect) {
    expected.assert_eq(&format!("{}\n", unpack_all(bytes, 4096).unwrap_err()));
}

fn long() -> Vec<u8> {
    (0..200_000_u32).flat_map(|n| (n % 977).to_le_bytes()).collect()
}

#[test]
fn stored_and_deflated_files_come_out_whole_in_pieces_of_any_size() {
    for width in [Width::Classic, Width::Zip64] {
        let bytes = zip_as(width, &[stored("a.txt", b"plain"), deflated("b/long", &long()), stored("b/empty", b"")]);
        for piece in [1, 1000, usize::MAX] {
            let all = unpack_all(&bytes, piece).unwrap();
            assert_eq!(all[0], ("a.txt".to_owned(), b"plain".to_vec()));
            assert!(all[1].1 == long());
            assert_eq!(all[2].1, b"");
        }
    }
}

#[test]
fn folders_are_left_out_and_windows_separators_become_slashes() {
    let bytes = zip(&[stored("s/", b""), stored("s\\dev.json", b"[]")]);
    let paths: Vec<_> = entries(&bytes).unwrap().into_iter().map(|entry| entry.path).collect();
    assert_eq!(paths, ["s/dev.json"]);
}

#[test]
fn bytes_before_the_archive_and_a_comment_after_it_do_no_harm() {
    let mut bytes = b"#!/bin/sh\nexit\n".to_vec();
    bytes.extend(zip(&[stored("a", b"1")]));
    let at = bytes.len() - 2;
    bytes[at..].copy_from_slice(&5_u16.to_le_bytes());
    bytes.extend(b"hello");
    assert_eq!(unpack_all(&bytes, 9).unwrap(), [("a".to_owned(), b"1".to_vec())]);
}

#[test]
fn an_empty_archive_has_no_files() {
    assert_eq!(entries(&zip(&[])), Ok(vec![]));
}

#[test]
fn damaged_archives_say_what_is_wrong() {
    let whole = zip(&[deflated("db.sqlite", &long())]);
    check_refused(
        b"",
        expect![[r#"
        this is not a zip archive; zip the folder again, or choose the folder itself
    "#]],
    );
    check_refused(
        b"Rar!\x1a\x07\0",
        expect![[r#"
        this is not a zip archive; zip the folder again, or choose the folder itself
    "#]],
    );
    check_refused(
        &whole[..whole.len() / 2],
        expect![[r#"
        the zip is cut off: its list of files at the end is missing; download or copy it again
    "#]],
    );
    let mut holed = whole.clone();
    holed.drain(100..200);
    check_refused(
        &holed,
        expect![[r#"
        the zip's list of files is damaged; download or copy it again
    "#]],
    );
    let mut scratched = whole.clone();
    scratched[60..90].fill(0xff);
    check_refused(
        &scratched,
        expect![[r#"
        it is damaged inside the zip; download or copy the zip again
    "#]],
    );
    let mut misplaced = whole;
    misplaced[0] = b'X';
    check_refused(
        &misplaced,
        expect![[r#"
        it is damaged inside the zip; download or copy the zip again
    "#]],
    );
}

#[test]
fn what_cannot_or_must_not_be_unpacked_is_refused_by_name() {
    let refused = |lie: fn(&mut Packed), expected| {
        let mut file = deflated("db.sqlite", &long());
        lie(&mut file);
        check_refused(&zip(&[file]), expected);
    };
    refused(
        |file| file.flags = 1,
        expect![[r#"
        it is encrypted; make the zip without a password
    "#]],
    );
    refused(
        |file| file.method = 14,
        expect![[r#"
        it is packed with method 14, and this page reads only stored and deflated files; zip it again
    "#]],
    );
    refused(
        |file| file.crc ^= 1,
        expect![[r#"
        it does not match its checksum, so the zip is damaged; download or copy the zip again
    "#]],
    );
    refused(
        |file| file.size -= 1,
        expect![[r#"
        it unpacks to another size than the 799999 bytes that the zip names; download or copy the zip again
    "#]],
    );
    refused(
        |file| file.size += 1,
        expect![[r#"
        it unpacks to another size than the 800001 bytes that the zip names; download or copy the zip again
    "#]],
    );
    refused(
        |file| file.size = 2 << 20,
        expect![[r#"
        it unpacks to 2097152 bytes, more than the 1048576 that are allowed; choose fewer or smaller files
    "#]],
    );
    refused(
        |file| {
            file.data.truncate(20);
            file.size = 1 << 20;
        },
        expect![[r#"
            it claims to unpack to 1048576 bytes from 20, which cannot be; it is refused as a zip bomb
        "#]],
    );
    refused(
        |file| file.method = 0,
        expect![[r#"
        it unpacks to another size than the 800000 bytes that the zip names; download or copy the zip again
    "#]],
    );
    refused(
        |file| file.data.truncate(file.data.len() - 9),
        expect![[r#"
        it lies outside the zip, which is cut off or damaged; download or copy the zip again
    "#]],
    );
}

#[test]
fn a_bomb_that_names_a_small_size_is_stopped_at_that_size() {
    let mut file = deflated("bomb.sqlite", &vec![0; 4 << 20]);
    file.size = 1000;
    check_refused(
        &zip(&[file]),
        expect![[r#"
        it unpacks to another size than the 1000 bytes that the zip names; download or copy the zip again
    "#]],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = unpack_all(&bytes, 100);
    }

    #[test]
    fn bytes_with_an_end_record_do_not_panic(mut bytes in proptest::collection::vec(any::<u8>(), 60..300), at in 0_usize..30) {
        let end = zip(&[]);
        bytes[at..at + 4].copy_from_slice(&end[..4]);
        let _ = unpack_all(&bytes, 100);
    }

    #[test]
    fn mutated_archives_give_the_right_bytes_or_an_error(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
        wide in any::<bool>(),
    ) {
        let content: Vec<u8> = (0..1000_u32).flat_map(|n| (n % 97).to_le_bytes()).collect();
        let width = if wide { Width::Zip64 } else { Width::Classic };
        let mut bytes = zip_as(width, &[deflated("a", &content), stored("b", &content[..50])]);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        for (_, unpacked) in unpack_all(&bytes, 777).unwrap_or_default() {
            prop_assert!(unpacked == content || unpacked == content[..50]);
        }
    }

    #[test]
    fn whatever_is_packed_comes_out(content in proptest::collection::vec(any::<u8>(), 0..5000), piece in 1_usize..500) {
        let bytes = zip(&[deflated("x", &content), stored("y", &content)]);
        let all = unpack_all(&bytes, piece).unwrap();
        prop_assert!(all.iter().all(|(_, unpacked)| *unpacked == content));
    }
}
