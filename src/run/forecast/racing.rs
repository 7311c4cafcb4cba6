//! What paired racing will take. How many rounds it makes and how far its challengers come depends on what it finds: there is a
//! worst case, and an expectation that follows the run.

use super::{Done, Plan};
use crate::{
    apo::racing::{confirm::looked_at, race::cuts, traces::WAVES},
    domain::racing::RacingConfig,
};

/// Share of a round's longest race that is mostly run, and batches of training questions that a round mostly takes: reckoned, not
/// measured. With the defaults they foresee what `benches/search` takes in its worlds to within a fifth.
const RACED: f64 = 0.65;
const WAVES_TAKEN: f64 = 1.5;
/// Rounds that mostly bring a better prompt, before patience is tried.
const FRUITFUL: u32 = 2;

/// Questions in the splits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    pub train: usize,
    pub validation: usize,
    pub held_out: usize,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Raced {
    /// Rounds that are over, and how many of them in a row, up to now, brought nothing.
    pub rounds: u32,
    pub idle: u32,
    pub is_over: bool,
    /// Whether the winner had its second look, or needs none.
    pub is_confirmed: bool,
    /// What was done when the last of them ended, and by now.
    pub settled: Done,
    pub done: Done,
}

/// The plan of a search that has come so far.
pub fn plan(config: &RacingConfig, sizes: Sizes, raced: Raced) -> Plan {
    let Sizes { train, validation, held_out } = sizes;
    let left = if raced.is_over { 0 } else { config.rounds.saturating_sub(raced.rounds) };
    let more = (config.patience.saturating_sub(raced.idle) + FRUITFUL.saturating_sub(raced.rounds)).min(left);
    let (more, most) = (more as usize, left as usize);
    let batch = config.traces.min(train);
    // The winner's second look; the seed's answers on some of these questions are known by then.
    let second = if raced.is_confirmed { 0 } else { 2 * looked_at(train) };
    let traces = ((batch as f64 * WAVES_TAKEN) as usize).min(train);
    let race = longest_race(config.children, validation);
    let raced_by = |state: Done| (state.validation + state.batch).saturating_sub(validation);
    let Raced { settled, done, .. } = raced;
    let of = |settled: usize, each: usize, now: usize| (settled + more * each).max(now);
    let mostly = (race as f64 * RACED).round() as usize;
    let mut plan = Plan {
        seed: validation,
        train: of(settled.train + second - batch.min(second), traces, done.train),
        children: of(raced_by(settled), mostly, raced_by(done)),
        held_out: 2 * held_out,
        expansions: of(settled.critiques, 1, done.critiques),
        edits: of(settled.edits, config.children, done.edits),
        ..Plan::default()
    };
    let longest = settled.train + second + most * (WAVES * batch).min(train) + raced_by(settled) + most * race;
    plan.spare = longest.saturating_sub(plan.train + plan.children);
    plan
}

/// Rollouts of a race in which nobody falls behind.
fn longest_race(children: usize, validation: usize) -> usize {
    let (mut field, mut from, mut rollouts) = (children, 0, 0);
    for cut in cuts(validation) {
        rollouts += field * (cut.questions - from);
        (field, from) = (field.min(cut.keep), cut.questions);
    }
    rollouts
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { train: 50, validation: 50, held_out: 10 };

    #[test]
    fn four_challengers_cost_at_most_92_rollouts_on_50_questions() {
        // 4 × 6, then 3 × 12, then 32 for the last.
        assert_eq!(longest_race(4, 50), 24 + 36 + 32);
        assert_eq!(longest_race(1, 50), 50);
    }

    #[test]
    fn the_worst_case_bounds_the_expectation_and_a_search_that_is_over_has_nothing_to_come() {
        let config = RacingConfig::default();
        let before = plan(&config, SIZES, Raced::default());
        assert_eq!((before.seed, before.held_out), (50, 20));
        assert_eq!((before.expansions, before.edits), (5, 20));
        assert_eq!(before.rollouts() + before.spare, 50 + 20 + 5 * (24 + 92) + 100);
        let done = Done { train: 16, validation: 50 + 70, critiques: 2, edits: 8, ..Done::default() };
        let after =
            plan(&config, SIZES, Raced { rounds: 2, idle: 2, is_over: true, is_confirmed: true, settled: done, done });
        assert_eq!((after.rollouts(), after.spare), (50 + 16 + 70 + 20, 0));
        assert_eq!((after.expansions, after.edits), (2, 8));
    }
}
