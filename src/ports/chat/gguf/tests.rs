//! Heads of made-up files.

use super::*;

/// A GGUF file of one tensor of 64 numbers in Q4_1, with `pairs` of metadata after the architecture.
pub(crate) fn file(pairs: &[(&str, Value)]) -> Vec<u8> {
    let mut file = b"GGUF".to_vec();
    file.extend(3_u32.to_le_bytes());
    file.extend(1_u64.to_le_bytes());
    file.extend((pairs.len() as u64 + 1).to_le_bytes());
    pair(&mut file, "general.architecture", &Value::Text("toy"));
    pairs.iter().for_each(|(key, value)| pair(&mut file, key, value));
    text(&mut file, "tensor");
    file.extend(1_u32.to_le_bytes());
    file.extend(64_u64.to_le_bytes());
    file.extend(3_u32.to_le_bytes());
    file.extend(32_u64.to_le_bytes());
    file.resize(file.len().next_multiple_of(32) + 32 + 40, 7);
    file
}

pub(crate) enum Value {
    Number(u32),
    Text(&'static str),
    Texts(&'static [&'static str]),
    Numbers(&'static [u32]),
}

fn text(file: &mut Vec<u8>, text: &str) {
    file.extend((text.len() as u64).to_le_bytes());
    file.extend(text.as_bytes());
}

fn pair(file: &mut Vec<u8>, key: &str, value: &Value) {
    text(file, key);
    let list = |file: &mut Vec<u8>, kind: u32, length: usize| {
        file.extend(9_u32.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend((length as u64).to_le_bytes());
    };
    match value {
        Value::Number(number) => {
            file.extend(4_u32.to_le_bytes());
            file.extend(number.to_le_bytes());
        }
        Value::Text(words) => {
            file.extend(8_u32.to_le_bytes());
            text(file, words);
        }
        Value::Texts(texts) => {
            list(file, 8, texts.len());
            texts.iter().for_each(|words| text(file, words));
        }
        Value::Numbers(numbers) => {
            list(file, 4, numbers.len());
            numbers.iter().for_each(|number| file.extend(number.to_le_bytes()));
        }
    }
}

#[test]
fn a_head_tells_the_model_its_memory_and_where_the_file_ends() {
    let file = file(&[
        ("general.name", Value::Text("Toy Instruct")),
        ("tokenizer.ggml.tokens", Value::Texts(&["a", "b"])),
        ("toy.context_length", Value::Number(8192)),
        ("toy.block_count", Value::Number(30)),
        ("toy.embedding_length", Value::Number(576)),
        ("toy.attention.head_count", Value::Number(9)),
        ("toy.attention.head_count_kv", Value::Numbers(&[3, 1])),
        ("tokenizer.chat_template", Value::Text("{{ messages }}")),
    ]);
    let gguf = read(&file).unwrap().unwrap();
    assert_eq!((gguf.architecture.as_str(), gguf.name.as_str()), ("toy", "Toy Instruct"));
    assert_eq!((gguf.trained_context, gguf.has_template, gguf.parts), (Some(8192), true, 1));
    // 30 layers, 3 heads of 64 numbers for keys and as many for values, 2 bytes each.
    assert_eq!(gguf.bytes_per_token, 30 * 3 * 128 * 2);
    assert_eq!(gguf.end, file.len() as u64);
}

#[test]
fn a_head_that_goes_on_is_asked_for_more_of_the_file() {
    let file = file(&[("tokenizer.ggml.tokens", Value::Texts(&["a", "b", "c"]))]);
    let head = file.len() - 72;
    for length in 4..head - 31 {
        assert_eq!(read(&file[..length]), Ok(None), "{length}");
    }
    assert!(read(&file[..head]).unwrap().is_some());
}

#[test]
fn what_is_no_gguf_file_says_what_it_is() {
    assert_eq!(read(b"GG"), Err(GgufError::NotGguf));
    assert_eq!(read(b"<!doctype html>"), Err(GgufError::NotGguf));
    assert_eq!(read(b"tjgg\x03\0\0\0"), Err(GgufError::Old));
    let mut newer = file(&[]);
    newer[4] = 4;
    assert_eq!(read(&newer), Err(GgufError::Version { version: 4 }));
    let mut empty = file(&[]);
    empty[8] = 0;
    assert_eq!(read(&empty), Err(GgufError::Empty));
}

#[test]
fn numbers_that_cannot_be_are_damage_and_no_crash() {
    let mut file = file(&[]);
    let dimension = file.len() - 72 - (file.len() - 72) % 4;
    let at = (0..dimension).rfind(|at| file[*at..].starts_with(&64_u64.to_le_bytes())).unwrap();
    file[at..at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
    // Of four bytes each.
    file[at + 8..at + 12].copy_from_slice(&0_u32.to_le_bytes());
    assert_eq!(read(&file), Err(GgufError::Damaged { what: "the size of a tensor" }));
    file[at - 4..at].copy_from_slice(&9_u32.to_le_bytes());
    assert_eq!(read(&file), Err(GgufError::Damaged { what: "the dimensions of a tensor" }));
    // A count without end is a head without end.
    file[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(matches!(read(&file), Ok(None) | Err(GgufError::Damaged { .. })));
}
