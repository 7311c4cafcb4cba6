//! The numbers and texts of a GGUF head, one after the other, all little-endian.

/// The head goes on beyond what was read of the file.
#[derive(Debug)]
pub(super) struct Short;

/// How deep lists may lie in lists: no file has more than one level.
const DEEPEST: u32 = 4;

/// A place in a head.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    at: u64,
}

impl<'a> Reader<'a> {
    /// A reader of `rest`, which begins at byte `at` of the file.
    pub(super) fn new(rest: &'a [u8], at: u64) -> Self {
        Self { rest, at }
    }

    /// The byte of the file that comes next.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    fn take(&mut self, bytes: u64) -> Result<&'a [u8], Short> {
        let bytes = usize::try_from(bytes).map_err(|_| Short)?;
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(Short)?;
        self.rest = rest;
        self.at += bytes as u64;
        Ok(taken)
    }

    fn number(&mut self, bytes: u64) -> Result<u64, Short> {
        Ok(self.take(bytes)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Short> {
        // Four bytes always fit.
        self.number(4).map(|number| number as u32)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Short> {
        self.number(8)
    }

    pub(super) fn text(&mut self) -> Result<&'a [u8], Short> {
        let length = self.u64()?;
        self.take(length)
    }

    /// Passes a value by, and returns it if it is a whole number. Of a list of numbers the largest: what is told for each
    /// layer matters where it takes most.
    pub(super) fn value(&mut self, kind: u32, depth: u32) -> Result<Option<u64>, Short> {
        match kind {
            0 | 1 | 7 => self.number(1).map(Some),
            2 | 3 => self.number(2).map(Some),
            4 | 5 => self.number(4).map(Some),
            10 | 11 => self.number(8).map(Some),
            6 => self.take(4).map(|_| None),
            12 => self.take(8).map(|_| None),
            8 => self.text().map(|_| None),
            9 if depth < DEEPEST => {
                let (kind, length) = (self.u32()?, self.u64()?);
                let mut largest = None;
                for _ in 0..length {
                    largest = self.value(kind, depth + 1)?.max(largest);
                }
                Ok(largest)
            }
            // Of an unknown kind it is not known where it ends: the rest of the head cannot be read, however long it is.
            _ => Err(Short),
        }
    }
}
