//! What was used last, up to a number and a sum of bytes. For some hundreds of entries: they are searched one by one.

/// Entries in the order of their use; the newest stays whatever its size.
pub struct Recent<K, V> {
    /// The least recently used first.
    entries: Vec<(K, V, usize)>,
    most: usize,
    most_bytes: usize,
}

impl<K: PartialEq, V> Recent<K, V> {
    /// Room for `most` entries and `most_bytes` bytes.
    pub fn new(most: usize, most_bytes: usize) -> Self {
        Self { entries: Vec::new(), most, most_bytes }
    }

    /// The entry, which counts as used now.
    pub fn get(&mut self, key: &K) -> Option<&mut V> {
        let at = self.entries.iter().rposition(|(known, ..)| known == key)?;
        self.entries[at..].rotate_left(1);
        self.entries.last_mut().map(|(_, value, _)| value)
    }

    /// Puts an entry of `bytes` in, in the place of one with the same key; the least recently used make room.
    pub fn insert(&mut self, key: K, value: V, bytes: usize) {
        self.remove(|known| *known == key);
        self.entries.push((key, value, bytes));
        let bytes = |entries: &[(K, V, usize)]| entries.iter().map(|(_, _, bytes)| bytes).sum::<usize>();
        while self.entries.len() > 1 && (self.entries.len() > self.most || bytes(&self.entries) > self.most_bytes) {
            self.entries.remove(0);
        }
    }

    /// Takes out all entries whose key is `gone`.
    pub fn remove(&mut self, gone: impl Fn(&K) -> bool) {
        self.entries.retain(|(key, ..)| !gone(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes_when_there_are_too_many_or_too_large_ones() {
        let mut recent = Recent::new(2, 100);
        recent.insert('a', 1, 10);
        recent.insert('b', 2, 10);
        assert_eq!(recent.get(&'a'), Some(&mut 1));
        recent.insert('c', 3, 10);
        assert_eq!((recent.get(&'b'), recent.get(&'a'), recent.get(&'c')), (None, Some(&mut 1), Some(&mut 3)));
        recent.insert('d', 4, 500);
        assert_eq!((recent.get(&'a'), recent.get(&'c'), recent.get(&'d')), (None, None, Some(&mut 4)));
    }
}
