//! A simulated world: questions that each need certain rules, and what a prompt that holds some of them gets right.
//! The true accuracy of a prompt is an expectation over all questions, known exactly: what no real run ever knows.

use promptbeam::domain::{
    dataset::{Dataset, Example},
    rng::SplitMix64,
};
use serde::Deserialize;

use super::prompts::{Held, Mark};

/// Rules and traps fit into one word of bits each.
const MOST: usize = 64;
/// Instructions that do harm, from which editors draw.
pub const TRAPS: usize = 24;

/// The content of `worlds.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bench {
    /// Questions in a world; the splits are drawn from them.
    pub population: usize,
    pub splits: Sizes,
    pub worlds: Vec<World>,
}

/// Questions in each split.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    pub train: usize,
    pub validation: usize,
    pub held_out: usize,
}

/// The habits of a world. Shares are between 0 and 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    pub name: String,
    pub about: String,
    /// Rules that questions may need; as many again can be asked for and help nobody.
    pub rules: usize,
    /// Rule i is needed as often as 1 / (i + 1)^skew.
    pub skew: f64,
    /// Rules that the seed prompt holds, drawn anew for each seed.
    pub seed_rules: usize,
    /// Shares of questions that need no rule, one, two …
    pub needs: Vec<f64>,
    /// Share of questions that no rule helps.
    pub stubborn: f64,
    /// How often an answer that would be right is not.
    pub lost: f64,
    /// How often an answer that would be wrong is right.
    pub lucky: f64,
    /// Share of questions that a rule breaks while the other of its pair is not held.
    pub conflict: f64,
    /// Share of questions that a trap breaks.
    pub trap_breaks: f64,
    pub critic: CriticHabits,
    pub editor: EditorHabits,
}

/// How a world's critic works.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriticHabits {
    /// How often a point about a failure names what is behind it.
    pub right: f64,
    /// Most points of one critique.
    pub points: usize,
}

/// How a world's editor works.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditorHabits {
    /// How often a point becomes what it asks for, and not a sentence without effect.
    pub carried: f64,
    /// How often an edit loses or garbles one of the rules that were there.
    pub damage: f64,
    /// How often an edit brings in a trap.
    pub trap: f64,
    /// How often an edit says a rule twice.
    pub duplicate: f64,
}

/// A world's questions, and its seed prompt's rules.
pub struct Population {
    questions: Vec<Question>,
    pub seed_rules: Vec<usize>,
    lost: f64,
    lucky: f64,
}

struct Question {
    needs: u64,
    stubborn: bool,
    /// Traps that break it.
    traps: u64,
    /// Rules that break it while the other of their pair is not held.
    conflicts: u64,
}

/// What a prompt makes of a question, but for noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Right,
    /// Wrong for want of a rule, or for a trap.
    Wrong(Mark),
    /// Wrong whatever the prompt says.
    Stubborn,
}

impl Bench {
    /// Reads `worlds.json`.
    pub fn read() -> Self {
        let bench: Self = serde_json::from_str(include_str!("worlds.json")).expect("worlds.json names every parameter");
        assert!(bench.worlds.iter().all(|world| 2 * world.rules <= MOST && world.seed_rules <= world.rules));
        bench
    }
}

impl Population {
    /// The questions of `world` in its form number `seed`.
    pub fn draw(world: &World, size: usize, seed: u64) -> Self {
        let mut rng = SplitMix64::labelled(seed, &format!("population/{}", world.name));
        let weights: Vec<f64> = (0..world.rules).map(|i| 1.0 / ((i + 1) as f64).powf(world.skew)).collect();
        let questions = (0..size).map(|_| Question::draw(world, &weights, &mut rng)).collect();
        // Where rules conflict, the seed holds whole pairs.
        let step = if world.conflict > 0.0 { 2 } else { 1 };
        let mut first: Vec<usize> = (0..world.rules).step_by(step).collect();
        rng.shuffle(&mut first);
        let seed_rules = first.into_iter().flat_map(|rule| rule..rule + step).take(world.seed_rules).collect();
        Self { questions, seed_rules, lost: world.lost, lucky: world.lucky }
    }

    /// What a prompt that holds `held` makes of a question.
    pub fn fate(&self, question: usize, held: Held) -> Fate {
        let question = &self.questions[question];
        let first = |bits: u64| bits.trailing_zeros() as usize;
        let lacking = question.needs & !held.rules;
        let others = swap_pairs(held.rules);
        let clash = question.conflicts & held.rules & !others;
        let traps = question.traps & held.traps;
        match () {
            () if question.stubborn => Fate::Stubborn,
            () if lacking != 0 => Fate::Wrong(Mark::Rule(first(lacking))),
            // What would mend it is the other rule of the pair.
            () if clash != 0 => Fate::Wrong(Mark::Rule(first(clash) ^ 1)),
            () if traps != 0 => Fate::Wrong(Mark::Trap(first(traps))),
            () => Fate::Right,
        }
    }

    /// How often an answer of that fate is right.
    pub fn chance(&self, fate: Fate) -> f64 {
        if fate == Fate::Right { 1.0 - self.lost } else { self.lucky }
    }

    /// The share of all questions that a prompt gets right, on average over the noise.
    pub fn accuracy(&self, held: Held) -> f64 {
        let right = |question| self.chance(self.fate(question, held));
        (0..self.questions.len()).map(right).sum::<f64>() / self.questions.len() as f64
    }

    /// The questions as a dataset on one database.
    pub fn dataset(&self) -> Dataset {
        let example = |number: usize| Example {
            id: format!("q{number:04}").into(),
            db: "simulated".into(),
            question: format!("Question {number}?"),
            gold: gold(number),
            ..Example::default()
        };
        let examples = (0..self.questions.len()).map(example).collect();
        Dataset { id: "simulated".into(), name: "Simulated".into(), examples, ..Dataset::default() }
    }
}

/// The right query for a question.
pub fn gold(question: usize) -> String {
    format!("SELECT a{question} FROM answers")
}

impl Question {
    fn draw(world: &World, weights: &[f64], rng: &mut SplitMix64) -> Self {
        let count = weighted(&world.needs, rng);
        let mut needs = 0_u64;
        while needs.count_ones() < count as u32 {
            needs |= 1 << weighted(weights, rng);
        }
        let stubborn = rng.unit() < world.stubborn;
        let mut bits = |count: usize, share: f64| {
            (0..count).fold(0_u64, |bits, bit| bits | (u64::from(rng.unit() < share) << bit))
        };
        Self { needs, stubborn, traps: bits(TRAPS, world.trap_breaks), conflicts: bits(world.rules, world.conflict) }
    }
}

/// A position, drawn by its weight.
fn weighted(weights: &[f64], rng: &mut SplitMix64) -> usize {
    let mut at = rng.unit() * weights.iter().sum::<f64>();
    let found = weights.iter().position(|weight| {
        at -= weight;
        at < 0.0
    });
    found.unwrap_or(weights.len() - 1)
}

/// Each bit where the other one of its pair (0 and 1, 2 and 3 …) was.
fn swap_pairs(bits: u64) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    ((bits & EVEN) << 1) | ((bits >> 1) & EVEN)
}
