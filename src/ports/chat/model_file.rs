//! A model's file that the page keeps for llama.cpp: what is known of it, whether it can be used here, and why not, in words.
//! The browser's part (`browser/model_files.rs`) reads, fetches and keeps; what that means is decided here.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::gguf::{self, Gguf, GgufError};
use crate::{
    domain::endpoint::host,
    ports::files::{FileError, InputFile},
};

/// Bytes that llama.cpp can use in a page: its memory ends there (wllama 3.8.1, 4 GiB).
pub const MOST_MEMORY: u64 = 4 << 30;
/// Bytes of a file that llama.cpp takes in a page (wllama 3.8.1, 2 GiB).
pub const MOST_BYTES: u64 = 2 << 30;
/// Bytes that llama.cpp takes beside the model and its context, roughly: its own code, and a batch of 512 tokens.
const WORKING: u64 = 400_000_000;
/// Bytes of a file that are read first; most heads are longer, with a word list of megabytes.
const FIRST: u64 = 1 << 20;
/// Bytes beyond which a head is none.
const LONGEST_HEAD: u64 = 256 << 20;

/// A model's file in this browser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelFile {
    /// Its name without folders.
    pub name: String,
    pub bytes: u64,
    /// In hexadecimal; what a run knows its file by.
    pub sha256: String,
    /// The address that it was fetched from; absent if it came from a disk.
    pub source: Option<String>,
    pub gguf: Gguf,
}

impl ModelFile {
    /// Bytes of memory that llama.cpp takes for it with room for `context` tokens, roughly.
    pub fn memory(&self, context: u32) -> u64 {
        memory(&self.gguf, self.bytes, context)
    }
}

fn memory(gguf: &Gguf, bytes: u64, context: u32) -> u64 {
    bytes.saturating_add(gguf.bytes_per_token.saturating_mul(u64::from(context))).saturating_add(WORKING)
}

/// Why a model's file cannot be had or used. Nothing of it is kept then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelFileError {
    #[error("{name} cannot be used: {error}.")]
    Unusable { name: String, error: GgufError },
    #[error(
        "{name} is cut off: it should have {} and has {}. Copy or download it again.",
        gigabytes(*.expected),
        gigabytes(*.bytes)
    )]
    CutOff { name: String, expected: u64, bytes: u64 },
    #[error(
        "{name} is one of {parts} files that belong together, which the page cannot join. Join them with llama.cpp's \
         llama-gguf-split --merge, or choose a smaller model in one file."
    )]
    Split { name: String, parts: u64 },
    #[error(
        "{name} is too large for a page: it has {}, and llama.cpp takes files of up to {} here. Choose a smaller model, or one \
         with fewer bits a weight (Q4_K_M).",
        gigabytes(*.bytes),
        gigabytes(MOST_BYTES)
    )]
    TooLarge { name: String, bytes: u64 },
    #[error(
        "{name} needs about {} of memory with room for {context} tokens, and a page has {}. Choose a smaller model, or set a \
         smaller context.",
        gigabytes(*.needs),
        gigabytes(MOST_MEMORY)
    )]
    TooMuchMemory { name: String, needs: u64, context: u32 },
    #[error(
        "There is no room for {name}: it takes {}{}. Delete models or datasets in Settings, or free space on the disk. Nothing of \
         it was kept.",
        gigabytes(*.bytes),
        left_words(.left)
    )]
    DiskFull { name: String, bytes: u64, left: Option<u64> },
    #[error(
        "{name} is not the file that was meant: its SHA-256 is {found}, not {wanted}. Download it again, or check where it \
         comes from. Nothing of it was kept."
    )]
    OtherFile { name: String, wanted: String, found: String },
    #[error("Enter the address of a .gguf file, starting with https:// (or http:// for this machine).")]
    NoAddress,
    #[error("A SHA-256 has 64 digits from 0 to 9 and a to f. Copy it again, or leave the field empty.")]
    NoHash,
    #[error("{} answered {status} for this file. Check the address; a file that asks for an account cannot be fetched here.", host(.url))]
    Refused { url: String, status: u16 },
    #[error(
        "{} could not be reached, or lets no web page fetch the file (CORS). Check the address and the network, or download the \
         file yourself and drop it here.",
        host(.url)
    )]
    Unreachable { url: String },
    #[error("The download of {name} stopped at {}: the connection broke. What is here is kept; resume it.", gigabytes(*.at))]
    Broken { name: String, at: u64 },
    #[error("The file at {} has changed since the download began. Discard what is here and download it again.", host(.url))]
    Changed { url: String },
    #[error("Another tab is adding a model. Wait until it is done, or close it.")]
    Busy,
    /// The message is the browser's.
    #[error("The browser's file storage cannot be used ({message}). Private windows often have none.")]
    Storage { message: String },
    #[error(transparent)]
    File(#[from] FileError),
}

/// `1.12 GB`, `491.4 MB`.
fn gigabytes(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

fn left_words(left: &Option<u64>) -> String {
    left.map_or_else(String::new, |left| format!(", and the browser has {} left", gigabytes(left)))
}

/// The name of a file without its folders, or of the file that an address names.
pub fn name_of(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if name.is_empty() { "model.gguf".into() } else { name.into() }
}

/// A SHA-256 as it was typed, in lower case; `None` for an empty field.
pub fn hash_of(typed: &str) -> Result<Option<String>, ModelFileError> {
    let typed = typed.trim().trim_start_matches("sha256:").to_ascii_lowercase();
    match typed.len() {
        0 => Ok(None),
        64 if typed.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(Some(typed)),
        _ => Err(ModelFileError::NoHash),
    }
}

/// Reads a file's head, and checks that the file is whole and can be used with room for `context` tokens.
pub async fn inspect(file: &dyn InputFile, context: u32) -> Result<Gguf, ModelFileError> {
    let (name, bytes) = (name_of(file.path()), file.size());
    let mut length = FIRST;
    let gguf = loop {
        let head = file.read(0, length).await?;
        match gguf::read(&head) {
            Ok(Some(gguf)) => break gguf,
            Ok(None) if length >= bytes => return Err(ModelFileError::CutOff { name, expected: bytes + 1, bytes }),
            Ok(None) if length >= LONGEST_HEAD => {
                return Err(ModelFileError::Unusable { name, error: GgufError::Damaged { what: "its length" } });
            }
            Ok(None) => length *= 4,
            Err(error) => return Err(ModelFileError::Unusable { name, error }),
        }
    };
    if gguf.parts > 1 {
        return Err(ModelFileError::Split { name, parts: gguf.parts });
    }
    if gguf.end > bytes {
        return Err(ModelFileError::CutOff { name, expected: gguf.end, bytes });
    }
    if bytes > MOST_BYTES {
        return Err(ModelFileError::TooLarge { name, bytes });
    }
    let needs = memory(&gguf, bytes, context);
    if needs > MOST_MEMORY {
        return Err(ModelFileError::TooMuchMemory { name, needs, context });
    }
    Ok(gguf)
}

/// A model that is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggested {
    pub name: &'static str,
    pub url: &'static str,
    pub bytes: u64,
    pub sha256: &'static str,
    pub licence: &'static str,
    /// What it is good for.
    pub words: &'static str,
}

/// Models that write SQL and fit into a page, the better one first. Sizes and hashes are those of the publisher's files.
pub const SUGGESTED: [Suggested; 2] = [
    Suggested {
        name: "Qwen2.5-Coder 1.5B Instruct",
        url: "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        bytes: 1_117_320_768,
        sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence: "Apache-2.0",
        words: "Real SQL: outside a page it had 58 of 90 Spider questions right with a short prompt. As critic and editor it is \
                weak. For a machine with a graphics card.",
    },
    Suggested {
        name: "Qwen2.5-Coder 0.5B Instruct",
        url: "https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        bytes: 491_400_064,
        sha256: "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence: "Apache-2.0",
        words: "A third of the weights, so a third of the work for each token, and surely more mistakes: how many was not \
                measured. For a machine without a graphics card.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{
        chat::gguf::tests::{Value, file},
        files::MemoryFile,
    };
    use futures::FutureExt;

    fn inspected(content: Vec<u8>, context: u32) -> Result<Gguf, ModelFileError> {
        let file = MemoryFile { path: "models/toy.gguf".into(), content };
        inspect(&file, context).now_or_never().expect("a file in memory never waits")
    }

    fn large() -> Vec<u8> {
        file(&[
            ("toy.block_count", Value::Number(80)),
            ("toy.embedding_length", Value::Number(8192)),
            ("toy.attention.head_count", Value::Number(64)),
        ])
    }

    #[test]
    fn a_whole_file_is_taken_and_one_that_is_cut_off_is_not() {
        let whole = file(&[]);
        assert_eq!(inspected(whole.clone(), 4096).unwrap().end, whole.len() as u64);
        let bytes = whole.len() as u64 - 1;
        let cut_off = ModelFileError::CutOff { name: "toy.gguf".into(), expected: bytes + 1, bytes };
        assert_eq!(inspected(whole[..whole.len() - 1].to_vec(), 4096), Err(cut_off.clone()));
        assert!(cut_off.to_string().contains("download it again"));
        assert!(matches!(inspected(whole[..50].to_vec(), 4096), Err(ModelFileError::CutOff { bytes: 50, .. })));
        let words = inspected(b"<!doctype html>".to_vec(), 4096).unwrap_err().to_string();
        assert_eq!(
            words,
            "toy.gguf cannot be used: it is not a GGUF file. Choose a file that ends in .gguf, as llama.cpp reads them."
        );
    }

    #[test]
    fn memory_grows_with_the_context_and_has_an_end() {
        assert!(inspected(large(), 512).is_ok());
        // 80 layers of 2 × 8192 numbers in 2 bytes: 2.6 MB a token.
        let error = inspected(large(), 4096).unwrap_err();
        assert!(matches!(error, ModelFileError::TooMuchMemory { context: 4096, .. }), "{error}");
        assert!(error.to_string().contains("11.14 GB"), "{error}");
    }

    #[test]
    fn a_part_of_a_model_says_how_parts_are_joined() {
        let words = inspected(file(&[("split.count", Value::Number(3))]), 512).unwrap_err().to_string();
        assert!(words.contains("one of 3 files") && words.contains("--merge"), "{words}");
    }

    #[test]
    fn names_and_hashes_are_read_as_they_are_typed() {
        assert_eq!(name_of("https://h/a/b.gguf?download=true"), "b.gguf");
        assert_eq!(name_of("folder/b.gguf"), "b.gguf");
        assert_eq!(hash_of(" "), Ok(None));
        let hash = "AB".repeat(32);
        assert_eq!(hash_of(&format!(" sha256:{hash}")), Ok(Some(hash.to_lowercase())));
        assert_eq!(hash_of("12"), Err(ModelFileError::NoHash));
        for suggested in &SUGGESTED {
            assert_eq!(hash_of(suggested.sha256), Ok(Some(suggested.sha256.into())));
        }
    }
}
