//! Unpacking one entry piece by piece, under a bound: what comes out never exceeds the size that the entry claims, and
//! the claim itself is checked against a limit and against what deflate can do at all.

use miniz_oxide::{
    DataFormat, MZError, MZFlush, MZStatus,
    inflate::stream::{InflateState, inflate},
};

use super::{ArchiveError, Entry, Method};

/// Deflate cannot shrink by more than this (258 bytes for 2 bits), rounded up.
const MAX_RATIO: u64 = 1040;
/// Inflated at once; the window of deflate.
const STEP: usize = 32 << 10;

/// Takes an entry's packed bytes in pieces and gives the file.
pub struct Unpacker<'a> {
    entry: &'a Entry,
    size: usize,
    content: Vec<u8>,
    packed_left: u64,
    inflating: Option<Inflating>,
    ended: bool,
}

struct Inflating {
    state: Box<InflateState>,
    step: Box<[u8]>,
}

impl<'a> Unpacker<'a> {
    /// Starts on an entry of at most `limit` bytes once unpacked. Refuses what cannot be unpacked before reading it.
    pub fn new(entry: &'a Entry, limit: u64) -> Result<Self, ArchiveError> {
        if entry.encrypted {
            return Err(ArchiveError::Encrypted);
        }
        let inflating = match entry.method {
            Method::Stored => None,
            Method::Deflated => Some(Inflating {
                state: InflateState::new_boxed(DataFormat::Raw),
                step: vec![0; STEP].into_boxed_slice(),
            }),
            Method::Other(method) => return Err(ArchiveError::UnsupportedMethod { method }),
        };
        let too_large = || ArchiveError::TooLarge { size: entry.size, limit };
        if entry.size > limit {
            return Err(too_large());
        }
        if inflating.is_none() && entry.size != entry.packed {
            return Err(ArchiveError::SizeMismatch { size: entry.size });
        }
        if entry.size > entry.packed.saturating_mul(MAX_RATIO) {
            return Err(ArchiveError::Bomb { size: entry.size, packed: entry.packed });
        }
        let size = usize::try_from(entry.size).map_err(|_| too_large())?;
        let mut content = Vec::new();
        content.try_reserve_exact(size).map_err(|_| too_large())?;
        Ok(Self { entry, size, content, packed_left: entry.packed, inflating, ended: false })
    }

    /// Takes the next packed bytes, in order.
    pub fn feed(&mut self, packed: &[u8]) -> Result<(), ArchiveError> {
        self.packed_left = self.packed_left.saturating_sub(packed.len() as u64);
        let Some(Inflating { state, step }) = &mut self.inflating else {
            self.content.extend_from_slice(packed);
            return self.check_size();
        };
        let mut rest = packed;
        while !self.ended {
            // One byte more than claimed: that it gets filled is how a false claim shows.
            let room = (self.size - self.content.len() + 1).min(STEP);
            let result = inflate(state, rest, &mut step[..room], MZFlush::None);
            self.content.extend_from_slice(&step[..result.bytes_written]);
            rest = &rest[result.bytes_consumed..];
            if self.content.len() > self.size {
                return Err(self.size_mismatch());
            }
            let stuck = result.bytes_written == 0 && result.bytes_consumed == 0;
            match result.status {
                Ok(MZStatus::StreamEnd) => self.ended = true,
                Ok(_) if !stuck => {}
                Ok(_) | Err(MZError::Buf) if rest.is_empty() => break,
                _ => return Err(ArchiveError::EntryDamaged),
            }
        }
        Ok(())
    }

    /// The whole file, once everything has been fed and matches size and checksum.
    pub fn finish(self) -> Result<Vec<u8>, ArchiveError> {
        if self.packed_left > 0 || (self.inflating.is_some() && !self.ended) {
            return Err(ArchiveError::EntryTruncated);
        }
        if self.content.len() != self.size {
            return Err(self.size_mismatch());
        }
        if crc32(&self.content) != self.entry.crc32 {
            return Err(ArchiveError::ChecksumMismatch);
        }
        Ok(self.content)
    }

    fn check_size(&self) -> Result<(), ArchiveError> {
        if self.content.len() > self.size { Err(self.size_mismatch()) } else { Ok(()) }
    }

    fn size_mismatch(&self) -> ArchiveError {
        ArchiveError::SizeMismatch { size: self.entry.size }
    }
}

/// The checksum of zip files (CRC-32/ISO-HDLC), eight bytes at a time.
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        let low = crc ^ u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        crc = 0;
        for (place, byte) in low.to_le_bytes().into_iter().chain(word[4..].iter().copied()).enumerate() {
            crc ^= TABLES[7 - place][usize::from(byte)];
        }
    }
    let step = |crc: u32, byte: &u8| TABLES[0][usize::from(crc as u8 ^ byte)] ^ (crc >> 8);
    !words.remainder().iter().fold(crc, step)
}

/// `TABLES[n][b]` is the checksum of byte `b` followed by `n` zero bytes.
static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = tables[0][(before & 0xff) as usize] ^ (before >> 8);
            byte += 1;
        }
        table += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_has_its_published_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
