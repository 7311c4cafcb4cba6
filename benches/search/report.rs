//! The table of a comparison, and what has to hold in it, line by line.

use promptbeam::run::verdict::Verdict;

use super::{
    searches::Search,
    trial::Trial,
    world::{Bench, World},
};

/// Points of true accuracy that racing may lie below APO.
const SLACK: f64 = 0.3;
/// Share of APO's agent calls that racing may take, in percent.
const CALLS: f64 = 45.0;
/// Share of racing's runs that may end truly worse after the verdict, in percent.
const WORSE: f64 = 3.0;

/// One search in one world.
pub struct Cell {
    /// By seed.
    trials: Vec<Option<Trial>>,
    /// Seconds on the machine.
    seconds: f64,
    /// Seconds on the runs' clock, of those that were timed.
    timed: Vec<f64>,
}

impl Cell {
    /// A cell for so many seeds.
    pub fn new(seeds: u64) -> Self {
        Self { trials: vec![None; seeds as usize], seconds: 0.0, timed: Vec::new() }
    }

    /// Takes a run in.
    pub fn add(&mut self, seed: u64, trial: Trial, seconds: f64, timed: bool) {
        self.trials[seed as usize] = Some(trial);
        if timed {
            self.timed.push(trial.elapsed_ms / 1000.0);
        } else {
            self.seconds += seconds;
        }
    }

    fn each(&self, value: impl Fn(&Trial) -> f64) -> Vec<f64> {
        self.trials.iter().flatten().map(value).collect()
    }

    fn mean(&self, value: impl Fn(&Trial) -> f64) -> f64 {
        Estimate::of(&self.each(value)).mean
    }

    /// A share of the runs, in percent.
    fn share(&self, is: impl Fn(&Trial) -> bool) -> f64 {
        100.0 * self.mean(|trial| f64::from(u8::from(is(trial))))
    }

    /// Points of true gain of what is kept.
    fn gain(&self) -> Estimate {
        Estimate::of(&self.each(|trial| 100.0 * trial.gain_after()))
    }

    fn calls(&self) -> f64 {
        self.mean(|trial| trial.agent_calls as f64)
    }

    fn worse_after(&self) -> f64 {
        self.share(|trial| trial.gain_after() < 0.0)
    }

    /// How much more this search gains than `other` in the same forms of the world.
    fn above(&self, other: &Self) -> Estimate {
        let pairs =
            self.trials.iter().zip(&other.trials).filter_map(|(one, other)| Some((one.as_ref()?, other.as_ref()?)));
        Estimate::of(&pairs.map(|(one, other)| 100.0 * (one.gain_after() - other.gain_after())).collect::<Vec<_>>())
    }
}

/// A mean with its standard error.
#[derive(Clone, Copy)]
struct Estimate {
    mean: f64,
    error: f64,
}

impl Estimate {
    fn of(values: &[f64]) -> Self {
        let n = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        Self { mean, error: (variance / n).sqrt() }
    }

    fn words(self) -> String {
        format!("{:+.2} ± {:.2}", self.mean, self.error)
    }
}

/// Prints everything.
pub fn print(bench: &Bench, seeds: u64, worlds: &[&World], searches: &[&Search], cells: &[Vec<Cell>]) {
    let sizes = bench.splits;
    println!(
        "Simulation bench: {seeds} seeds a world. Splits: {} training, {} validation, {} held out, of {} questions.",
        sizes.train, sizes.validation, sizes.held_out, bench.population
    );
    println!(
        "Gains are points of true accuracy over the seed prompt, mean ± standard error. Kept: unless the held-out check"
    );
    println!(
        "says worse. Only if better: kept only if it says better. Worse: runs that end truly below the seed, before and"
    );
    println!(
        "after the check. Rollouts and calls are a run's mean without the held-out check. Time: answers of 1 s, 8 at once,"
    );
    println!("with the check. CPU: of this bench, a run.");
    for search in searches {
        println!("  {}: {}", search.name, search.about);
    }
    for (world, row) in worlds.iter().zip(cells) {
        print_world(world, searches, row);
    }
    print_checks(worlds, searches, cells);
}

fn print_world(world: &World, searches: &[&Search], row: &[Cell]) {
    let seed = Estimate::of(&row[0].each(|trial| 100.0 * trial.seed));
    println!("\n## {}: {} (the seed prompt's true accuracy: {:.1} %)\n", world.name, world.about, seed.mean);
    println!(
        "| search | gain kept | before check | only if better | worse before/after % | better/worse said % | rollouts \
              | agent calls | critic | editor | rejected | time s | CPU ms |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (search, cell) in searches.iter().zip(row) {
        let gain = |value: fn(&Trial) -> f64| Estimate::of(&cell.each(|trial| 100.0 * value(trial))).words();
        let worse_before = cell.share(|trial| trial.gain_before() < 0.0);
        let better = cell.share(|trial| matches!(trial.verdict, Verdict::Better { .. }));
        let said_worse = cell.share(|trial| matches!(trial.verdict, Verdict::Worse { .. }));
        let untimed = (cell.trials.len() - cell.timed.len()).max(1) as f64;
        println!(
            "| {} | {} | {} | {} | {:.1} / {:.1} | {:.1} / {:.1} | {:.0} | {:.0} | {:.1} | {:.1} | {:.1} | {:.0} | {:.1} |",
            search.name,
            cell.gain().words(),
            gain(Trial::gain_before),
            gain(Trial::gain_proven),
            worse_before,
            cell.worse_after(),
            better,
            said_worse,
            cell.mean(|trial| trial.rollouts as f64),
            cell.calls(),
            cell.mean(|trial| trial.critic_calls as f64),
            cell.mean(|trial| trial.editor_calls as f64),
            cell.mean(|trial| trial.rejected_edits as f64),
            Estimate::of(&cell.timed).mean,
            1000.0 * cell.seconds / untimed
        );
    }
}

/// What racing has to show against APO, and the bandits against an even spread.
fn print_checks(worlds: &[&World], searches: &[&Search], cells: &[Vec<Cell>]) {
    let place = |name: &str| searches.iter().position(|search| search.name == name);
    println!("\n## What has to hold\n");
    if let (Some(apo), Some(racing)) = (place("APO"), place("Racing")) {
        for (world, row) in worlds.iter().zip(cells) {
            let (apo, racing) = (&row[apo], &row[racing]);
            let above = racing.above(apo);
            let gained = racing.gain().mean >= apo.gain().mean - SLACK;
            println!(
                "{} {}: racing gains {} points more than APO (at least -{SLACK})",
                word(gained),
                world.name,
                above.words()
            );
            let calls = 100.0 * racing.calls() / apo.calls();
            println!(
                "{} {}: racing takes {calls:.1} % of APO's agent calls (at most {CALLS} %)",
                word(calls <= CALLS),
                world.name
            );
            let worse = racing.worse_after();
            println!(
                "{} {}: {worse:.1} % of racing's runs end worse than the seed (at most {WORSE} %)",
                word(worse <= WORSE),
                world.name
            );
        }
    }
    let Some(uniform) = place("ProTeGi uniform") else { return };
    for (bandit, search) in searches.iter().enumerate() {
        if !search.name.starts_with("ProTeGi") || bandit == uniform {
            continue;
        }
        let pooled: Vec<f64> = cells.iter().map(|row| row[bandit].above(&row[uniform]).mean).collect();
        let variance: f64 = cells.iter().map(|row| row[bandit].above(&row[uniform]).error.powi(2)).sum();
        let n = pooled.len() as f64;
        let all = Estimate { mean: pooled.iter().sum::<f64>() / n, error: variance.sqrt() / n };
        let each: Vec<String> = worlds
            .iter()
            .zip(cells)
            .map(|(world, row)| format!("{} {}", world.name, row[bandit].above(&row[uniform]).words()))
            .collect();
        let won = all.mean > 2.0 * all.error;
        println!(
            "{} {} against ProTeGi uniform, points kept over all worlds: {} ({})",
            word(won),
            search.name,
            all.words(),
            each.join(", ")
        );
    }
}

fn word(holds: bool) -> &'static str {
    if holds { "PASS" } else { "FAIL" }
}
