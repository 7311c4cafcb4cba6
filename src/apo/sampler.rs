//! The random draws of the search, one method for each kind, so that recorded draws can be fed back.

use std::cell::RefCell;

use super::batches::Batches;
use crate::domain::{candidate::Place, config::ApoConfig, dataset::Splits, id::ExampleId, rng::SplitMix64};

/// Critic instructions to choose from.
pub const CRITIC_TEMPLATES: usize = 3;
/// Editor instructions to choose from.
pub const EDITOR_TEMPLATES: usize = 2;

/// Every choice that chance makes. `train_batch` and `val_batch` move a stream on and are called in the order of places and
/// rounds; all others depend on their arguments alone.
pub trait Sampler {
    /// A permutation of `0..beam_len`.
    fn parents(&self, round: u32, beam_len: usize) -> Vec<usize>;
    /// The next training batch.
    fn train_batch(&self, place: Place) -> Vec<ExampleId>;
    /// The round's validation batch.
    fn val_batch(&self, round: u32) -> Vec<ExampleId>;
    /// Below `CRITIC_TEMPLATES`.
    fn critic_template(&self, place: Place) -> usize;
    /// `size` different positions below `finished`, in the order in which the critic is shown them.
    fn gradient_sample(&self, place: Place, finished: usize, size: usize) -> Vec<usize>;
    /// Below `EDITOR_TEMPLATES`.
    fn editor_template(&self, place: Place) -> usize;
}

/// Draws from streams that are seeded by the run's seed and the place of the draw.
pub struct SeededSampler<'a> {
    seed: u64,
    splits: &'a Splits,
    train: RefCell<Stream>,
    validation: RefCell<Stream>,
}

struct Stream {
    name: &'static str,
    batches: Batches,
    epoch: u32,
}

impl<'a> SeededSampler<'a> {
    /// The draws of a run with this seed.
    pub fn new(seed: u64, config: &ApoConfig, splits: &'a Splits) -> Self {
        let stream = |name, len, size| RefCell::new(Stream { name, batches: Batches::new(len, size), epoch: 0 });
        Self {
            seed,
            splits,
            train: stream("train", splits.train.len(), config.gradient_batch_size),
            validation: stream("validation", splits.validation.len(), config.val_batch_size),
        }
    }

    fn at(&self, kind: &str, place: Place) -> SplitMix64 {
        SplitMix64::labelled(self.seed, &format!("{kind}/{}/{}/{}", place.round, place.slot, place.branch))
    }
}

impl Stream {
    fn next(&mut self, seed: u64, ids: &[ExampleId]) -> Vec<ExampleId> {
        let Self { name, batches, epoch } = self;
        let positions = batches.next_batch(|all| {
            SplitMix64::labelled(seed, &format!("{name}/epoch/{epoch}")).shuffle(all);
            *epoch += 1;
        });
        positions.into_iter().map(|i| ids[i].clone()).collect()
    }
}

impl Sampler for SeededSampler<'_> {
    fn parents(&self, round: u32, beam_len: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..beam_len).collect();
        SplitMix64::labelled(self.seed, &format!("parents/{round}")).shuffle(&mut order);
        order
    }

    fn train_batch(&self, _: Place) -> Vec<ExampleId> {
        self.train.borrow_mut().next(self.seed, &self.splits.train)
    }

    fn val_batch(&self, _: u32) -> Vec<ExampleId> {
        self.validation.borrow_mut().next(self.seed, &self.splits.validation)
    }

    fn critic_template(&self, place: Place) -> usize {
        self.at("critic_template", place).below(CRITIC_TEMPLATES)
    }

    fn gradient_sample(&self, place: Place, finished: usize, size: usize) -> Vec<usize> {
        let mut positions: Vec<usize> = (0..finished).collect();
        self.at("gradient_sample", place).shuffle(&mut positions);
        positions.truncate(size);
        positions
    }

    fn editor_template(&self, place: Place) -> usize {
        self.at("editor_template", place).below(EDITOR_TEMPLATES)
    }
}
