//! What the head of a GGUF file says of the model in it, before llama.cpp opens it: whether it is one, whether it is whole,
//! and how much memory it takes. llama.cpp itself answers nonsense from a file that is cut off.
//! Source: "GGUF", github.com/ggml-org/ggml, docs/gguf.md; the blocks' sizes are those of ggml-common.h.

mod reader;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::reader::{Reader, Short};

const MAGIC: &[u8] = b"GGUF";
/// The formats before GGUF, as they begin on disk: ggml, ggmf, ggjt, ggla.
const OLD: [&[u8]; 4] = [b"lmgg", b"fmgg", b"tjgg", b"algg"];
/// Where tensors begin is a multiple of this, unless the file says otherwise.
const ALIGNMENT: u64 = 32;
/// Dimensions that a tensor has at most.
const DIMENSIONS: u32 = 4;
/// Bytes of a number in llama.cpp's cache of keys and values.
const CACHED: u64 = 2;

/// What a GGUF file says of its model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gguf {
    /// The family of models, by which llama.cpp knows how to run it: `qwen2`.
    pub architecture: String,
    /// The model's own name; may be empty.
    pub name: String,
    /// As the file puts it: `apache-2.0`; may be empty.
    pub licence: String,
    /// Tokens for which the model was trained, if the file says so.
    pub trained_context: Option<u64>,
    /// Bytes that llama.cpp keeps for each token of the context.
    pub bytes_per_token: u64,
    /// Whether the file says how a conversation is written for the model: those made for conversations do.
    pub has_template: bool,
    /// Files that the model is split into; this is one of them.
    pub parts: u64,
    /// Bytes that the whole file has at least.
    pub end: u64,
}

/// Why a file is no GGUF file that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GgufError {
    #[error("it is not a GGUF file. Choose a file that ends in .gguf, as llama.cpp reads them")]
    NotGguf,
    #[error("it is in the format before GGUF. Get the model as a GGUF file")]
    Old,
    #[error("it is written in version {version} of GGUF, and versions 2 and 3 are known here. Get a newer file")]
    Version { version: u32 },
    #[error("its head is damaged ({what}). Copy or download it again")]
    Damaged { what: &'static str },
    #[error("it has no tensors, so it is a vocabulary or another part of a model. Choose the model itself")]
    Empty,
}

/// What the beginning of a file says; `None` if its head goes on beyond `head`.
pub fn read(head: &[u8]) -> Result<Option<Gguf>, GgufError> {
    let magic = head.get(..4).ok_or(GgufError::NotGguf)?;
    if OLD.contains(&magic) {
        return Err(GgufError::Old);
    }
    if magic != MAGIC {
        return Err(GgufError::NotGguf);
    }
    match read_head(&mut Reader::new(&head[4..], 4)) {
        Ok(gguf) => Ok(Some(gguf)),
        Err(Stop::Short) => Ok(None),
        Err(Stop::Unusable(error)) => Err(error),
    }
}

enum Stop {
    Short,
    Unusable(GgufError),
}

impl From<Short> for Stop {
    fn from(_: Short) -> Self {
        Stop::Short
    }
}

impl From<GgufError> for Stop {
    fn from(error: GgufError) -> Self {
        Stop::Unusable(error)
    }
}

fn damaged(what: &'static str) -> Stop {
    Stop::Unusable(GgufError::Damaged { what })
}

/// What is read of the metadata, whose names begin with an architecture that may be told later than they are.
#[derive(Default)]
struct Facts {
    gguf: Gguf,
    alignment: Option<u64>,
    layers: u64,
    embedding: u64,
    heads: u64,
    cached_heads: u64,
    key_length: u64,
    value_length: u64,
}

fn read_head(reader: &mut Reader<'_>) -> Result<Gguf, Stop> {
    let version = reader.u32()?;
    if !(2..=3).contains(&version) {
        return Err(GgufError::Version { version }.into());
    }
    let (tensors, pairs) = (reader.u64()?, reader.u64()?);
    if tensors == 0 {
        return Err(GgufError::Empty.into());
    }
    let mut facts = Facts::default();
    for _ in 0..pairs {
        let key = reader.text()?;
        let kind = reader.u32()?;
        take(&mut facts, key, reader, kind)?;
    }
    let mut end = 0;
    for _ in 0..tensors {
        end = end.max(tensor_end(reader)?);
    }
    let alignment = facts.alignment.filter(|alignment| alignment.is_power_of_two()).unwrap_or(ALIGNMENT);
    let data = reader.at().checked_next_multiple_of(alignment).ok_or_else(|| damaged("its length"))?;
    let end = data.checked_add(end).ok_or_else(|| damaged("the place of a tensor"))?;
    let gguf = Gguf { bytes_per_token: facts.bytes_per_token(), end, parts: facts.gguf.parts.max(1), ..facts.gguf };
    Ok(gguf)
}

/// Takes a pair of the metadata in.
fn take(facts: &mut Facts, key: &[u8], reader: &mut Reader<'_>, kind: u32) -> Result<(), Stop> {
    const TEXT: u32 = 8;
    let key = String::from_utf8_lossy(key).into_owned();
    if kind == TEXT {
        let text = reader.text()?;
        let text = || String::from_utf8_lossy(text).into_owned();
        match key.as_str() {
            "general.architecture" => facts.gguf.architecture = text(),
            "general.name" => facts.gguf.name = text(),
            "general.license" => facts.gguf.licence = text(),
            "tokenizer.chat_template" => facts.gguf.has_template = true,
            _ => {}
        }
        return Ok(());
    }
    let Some(number) = reader.value(kind, 0)? else { return Ok(()) };
    // `qwen2.block_count`: whatever stands in front, there is one model in a file.
    let name = key.split_once('.').map_or("", |(_, name)| name);
    match (key.as_str(), name) {
        ("general.alignment", _) => facts.alignment = Some(number),
        ("split.count", _) => facts.gguf.parts = number,
        (_, "context_length") => facts.gguf.trained_context = Some(number),
        (_, "block_count") => facts.layers = number,
        (_, "embedding_length") => facts.embedding = number,
        (_, "attention.head_count") => facts.heads = number,
        (_, "attention.head_count_kv") => facts.cached_heads = number,
        (_, "attention.key_length") => facts.key_length = number,
        (_, "attention.value_length") => facts.value_length = number,
        _ => {}
    }
    Ok(())
}

impl Facts {
    /// Keys and values of all layers. Models that share them between layers take less.
    fn bytes_per_token(&self) -> u64 {
        let length = self.embedding / self.heads.max(1);
        let of = |told: u64| if told > 0 { told } else { length };
        let heads = if self.cached_heads > 0 { self.cached_heads } else { self.heads };
        let lengths = of(self.key_length).saturating_add(of(self.value_length));
        self.layers.saturating_mul(heads).saturating_mul(lengths).saturating_mul(CACHED)
    }
}

/// Where a tensor ends, from where tensors begin. Of a kind that is not known here, where it begins.
fn tensor_end(reader: &mut Reader<'_>) -> Result<u64, Stop> {
    reader.text()?;
    let dimensions = reader.u32()?;
    if dimensions > DIMENSIONS {
        return Err(damaged("the dimensions of a tensor"));
    }
    let mut numbers = 1_u64;
    for _ in 0..dimensions {
        numbers = numbers.checked_mul(reader.u64()?).ok_or_else(|| damaged("the size of a tensor"))?;
    }
    let (kind, offset) = (reader.u32()?, reader.u64()?);
    let bytes = block(kind).map_or(Some(0), |(numbers_in, bytes)| numbers.div_ceil(numbers_in).checked_mul(bytes));
    bytes.and_then(|bytes| offset.checked_add(bytes)).ok_or_else(|| damaged("the size of a tensor"))
}

/// How many numbers a block of a tensor's kind holds, and its bytes.
fn block(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 | 26 => (1, 4),
        1 | 25 | 30 => (1, 2),
        2 | 20 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        9 => (32, 36),
        10 => (256, 84),
        11 | 21 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        15 => (256, 292),
        16 | 35 => (256, 66),
        17 => (256, 74),
        18 => (256, 98),
        19 => (256, 50),
        22 => (256, 82),
        23 => (256, 136),
        24 => (1, 1),
        27 | 28 => (1, 8),
        29 => (256, 56),
        34 => (256, 54),
        39 => (32, 17),
        _ => return None,
    })
}

#[cfg(test)]
pub(crate) mod tests;
