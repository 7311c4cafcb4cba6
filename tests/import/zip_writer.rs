//! A zip writer that can also lie, so that the reader's refusals can be tested.

use miniz_oxide::deflate::compress_to_vec;
use promptbeam::text2sql::archive::crc32;

/// A file to be packed, and what the archive shall claim about it.
#[derive(Clone)]
pub struct Packed {
    pub path: String,
    pub data: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub crc: u32,
    pub size: u64,
}

/// A deflated file.
pub fn deflated(path: &str, content: &[u8]) -> Packed {
    Packed { method: 8, data: compress_to_vec(content, 1), ..stored(path, content) }
}

/// A file as it is.
pub fn stored(path: &str, content: &[u8]) -> Packed {
    let size = content.len() as u64;
    Packed { path: path.to_owned(), data: content.to_vec(), method: 0, flags: 0, crc: crc32(content), size }
}

/// Whether sizes and places are written in zip64's fields.
#[derive(Clone, Copy, PartialEq)]
pub enum Width {
    Classic,
    Zip64,
}

/// The archive of `files`.
pub fn zip(files: &[Packed]) -> Vec<u8> {
    zip_as(Width::Classic, files)
}

/// The archive of `files`, with narrow or wide fields.
pub fn zip_as(width: Width, files: &[Packed]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for file in files {
        let header = out.len() as u64;
        let name = file.path.as_bytes();
        let wide = width == Width::Zip64;
        let narrow = |value: u64| if wide { u32::MAX } else { value as u32 };
        let extra = if wide {
            let mut extra = vec![1, 0, 24, 0];
            for value in [file.size, file.data.len() as u64, header] {
                extra.extend(value.to_le_bytes());
            }
            extra
        } else {
            Vec::new()
        };
        let common = |extra_len: usize| {
            let mut bytes = Vec::new();
            for half in [45, file.flags, file.method, 0, 0] {
                bytes.extend(half.to_le_bytes());
            }
            for word in [file.crc, narrow(file.data.len() as u64), narrow(file.size)] {
                bytes.extend(word.to_le_bytes());
            }
            bytes.extend((name.len() as u16).to_le_bytes());
            bytes.extend((extra_len as u16).to_le_bytes());
            bytes
        };
        out.extend(b"PK\x03\x04");
        out.extend(common(0));
        out.extend(name);
        out.extend(&file.data);
        directory.extend(b"PK\x01\x02\x2d\x00");
        directory.extend(common(extra.len()));
        directory.extend([0; 10]);
        directory.extend(narrow(header).to_le_bytes());
        directory.extend(name);
        directory.extend(extra);
    }
    let (start, length, count) = (out.len() as u64, directory.len() as u64, files.len() as u64);
    out.extend(directory);
    if width == Width::Zip64 {
        let record = out.len() as u64;
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for value in [count, count, length, start] {
            out.extend(value.to_le_bytes());
        }
        out.extend(b"PK\x06\x07\0\0\0\0");
        out.extend(record.to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    let wide = width == Width::Zip64;
    out.extend(b"PK\x05\x06\0\0\0\0");
    for half in [count, count] {
        out.extend(if wide { u16::MAX } else { half as u16 }.to_le_bytes());
    }
    for word in [length, start] {
        out.extend(if wide { u32::MAX } else { word as u32 }.to_le_bytes());
    }
    out.extend([0, 0]);
    out
}
