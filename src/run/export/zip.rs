//! A zip of files, deflated: one download in place of many. No times and no owners, so the same files make the same bytes.
//! Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.6 to 4.3.16, without zip64.

use miniz_oxide::deflate::compress_to_vec;
use thiserror::Error;

use super::Export;
use crate::text2sql::archive::crc32;

/// How hard to look for repetitions, 0 to 10: text shrinks little beyond it.
const LEVEL: u8 = 6;
/// Version of the format that is needed to read it: 2.0, for deflate.
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const DEFLATED: u16 = 8;
/// The format's first date, 1980-01-01.
const DATE: u16 = 0x0021;

/// Why files do not fit into one zip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("These files are too large for one zip (4 GB). Save them one by one.")]
pub struct TooLarge;

/// The zip of `files`, in their order.
pub fn zip(files: &[Export]) -> Result<Vec<u8>, TooLarge> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let (name, content) = (file.name.as_bytes(), file.content.as_bytes());
        let packed = compress_to_vec(content, LEVEL);
        let place = narrow(out.len())?;
        let mut common = Vec::new();
        for half in [VERSION, FLAGS, DEFLATED, 0, DATE] {
            common.extend(half.to_le_bytes());
        }
        for word in [crc32(content), narrow(packed.len())?, narrow(content.len())?] {
            common.extend(word.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).map_err(|_| TooLarge)?.to_le_bytes());
        common.extend([0; 2]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name);
        out.extend(packed);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(common);
        directory.extend([0; 10]);
        directory.extend(place.to_le_bytes());
        directory.extend(name);
    }
    let (start, count) = (narrow(out.len())?, u16::try_from(files.len()).map_err(|_| TooLarge)?);
    let length = narrow(directory.len())?;
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    for half in [count, count] {
        out.extend(half.to_le_bytes());
    }
    for word in [length, start] {
        out.extend(word.to_le_bytes());
    }
    out.extend([0; 2]);
    Ok(out)
}

fn narrow(number: usize) -> Result<u32, TooLarge> {
    u32::try_from(number).map_err(|_| TooLarge)
}
