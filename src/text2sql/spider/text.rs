//! From bytes to text. UTF-8 with or without a byte order mark; whatever else a file may be is named, so that the user
//! knows what to save it as.

use super::QuestionFileError;

/// The text of a file, without its byte order mark.
pub fn decode(bytes: &[u8]) -> Result<&str, QuestionFileError> {
    if bytes.starts_with(b"SQLite format 3\0") {
        return Err(QuestionFileError::Binary { kind: "a SQLite database".to_owned() });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(QuestionFileError::Binary { kind: "a zip archive".to_owned() });
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || is_wide(bytes) {
        return Err(QuestionFileError::Utf16);
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        QuestionFileError::NotUtf8 { line }
    })?;
    if text.trim().is_empty() { Err(QuestionFileError::Empty) } else { Ok(text) }
}

/// Whether every other byte at the start is 0, as in mostly Latin UTF-16 without a mark.
fn is_wide(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(256)];
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = start.len() * 2 / 5;
    start.len() >= 4 && ((even >= most && odd == 0) || (odd >= most && even == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_vanishes_and_other_encodings_are_named() {
        assert_eq!(decode(b"\xef\xbb\xbf[]"), Ok("[]"));
        let wide: Vec<u8> = "[{\"a\": 1}]".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide), Err(QuestionFileError::Utf16));
        assert_eq!(decode(b"a\nb\xe9\n"), Err(QuestionFileError::NotUtf8 { line: 2 }));
        assert_eq!(decode(b" \r\n"), Err(QuestionFileError::Empty));
        assert_eq!(decode(b""), Err(QuestionFileError::Empty));
    }
}
