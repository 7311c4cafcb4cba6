//! Endless batches over a dataset, as `batch_iter_over_dataset` of Agent Lightning v0.3.0 makes them.

/// Batches of positions into a dataset. Each epoch is a new shuffle, cut without replacement; a batch that an epoch's end
/// leaves short is topped up from the next shuffle, passing over what it already holds.
#[derive(Clone, Debug)]
pub struct Batches {
    len: usize,
    size: usize,
    /// What is left of the current epoch, last first.
    rest: Vec<usize>,
}

impl Batches {
    /// Batches of `size` positions below `len`; the whole dataset, shuffled anew each time, if `size` is not below `len`.
    pub fn new(len: usize, size: usize) -> Self {
        Self { len, size, rest: Vec::new() }
    }

    /// The next batch. `shuffle` puts the positions of a new epoch into random order.
    pub fn next_batch(&mut self, mut shuffle: impl FnMut(&mut Vec<usize>)) -> Vec<usize> {
        if self.size >= self.len {
            let mut all: Vec<usize> = (0..self.len).collect();
            shuffle(&mut all);
            return all;
        }
        let mut batch = Vec::with_capacity(self.size);
        while batch.len() < self.size {
            match self.rest.pop() {
                Some(position) if batch.contains(&position) => {}
                Some(position) => batch.push(position),
                None => {
                    let mut epoch: Vec<usize> = (0..self.len).collect();
                    shuffle(&mut epoch);
                    epoch.reverse();
                    self.rest = epoch;
                }
            }
        }
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_batch_is_topped_up_without_repeating_a_question() {
        let mut batches = Batches::new(3, 2);
        let mut epochs = vec![vec![2, 1, 0], vec![0, 2, 1]].into_iter();
        let mut shuffle = |all: &mut Vec<usize>| *all = epochs.next().unwrap();
        assert_eq!(batches.next_batch(&mut shuffle), [2, 1]);
        assert_eq!(batches.next_batch(&mut shuffle), [0, 2]);
    }

    #[test]
    fn a_batch_as_large_as_the_dataset_is_all_of_it_shuffled_each_time() {
        let mut batches = Batches::new(3, 5);
        let mut turns = 0;
        let mut next = || {
            batches.next_batch(|all| {
                turns += 1;
                all.rotate_left(turns);
            })
        };
        assert_eq!((next(), next()), (vec![1, 2, 0], vec![2, 0, 1]));
    }
}
