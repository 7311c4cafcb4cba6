//! A run told round by round: the steps with how far they are, the beam's cards, and the summary of what each round brought.

mod marks;
mod protegi;
mod race;

use std::rc::Rc;

use crate::{
    domain::{
        config::ApoConfig,
        id::Version,
        rollout::{Purpose, Rollout},
        score::Score,
        search::Method,
    },
    run::{
        diff::added_lines,
        format::{count, score_words},
        view::{Mark, RoundView, RunView},
    },
};

pub use self::marks::{Look, Marks};

/// A step of a run on the stepper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    /// What it brought, or how far it is.
    pub note: String,
    pub progress: Progress,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Waiting,
    Running,
    Done,
}

/// A round in the summary; the seed stands as round 0.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundSummary {
    pub round: u32,
    /// The best after this round.
    pub best: Version,
    /// Its score on all of validation; absent if the seed was not scored.
    pub score: Option<Score>,
    /// Whether this round found it.
    pub is_new: bool,
    /// The candidate that was checked on all of validation, when it did not become the best.
    pub refused: Option<(Version, Score)>,
    /// Lines of the best prompt that its parent lacks.
    pub changed: Vec<String>,
    pub words: usize,
    /// List items of the prompt.
    pub rules: usize,
}

/// A candidate's rollouts on a round's batch.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchCard {
    pub version: Version,
    pub parent: Option<Version>,
    /// The first line that the prompt has and its parent has not.
    pub changed: Option<String>,
    pub is_best: bool,
    pub in_beam: bool,
    /// In the order of the batch once it was scored, else as they came in.
    pub marks: Vec<Mark>,
    /// Questions of the batch.
    pub size: usize,
    /// Absent while it is being scored.
    pub score: Option<Score>,
}

/// The steps of a run: seed, rounds, held-out check.
pub fn steps(view: &RunView) -> Vec<Step> {
    let Some(started) = &view.started else { return Vec::new() };
    let apo = &started.config.apo;
    let mut steps = Vec::new();
    if started.check.is_some() {
        return vec![held_out_step(view, "Check", started.splits.held_out.len())];
    }
    if apo.run_initial_validation || started.config.method != Method::Apo {
        let done = view.rollouts.iter().filter(|r| r.step.as_str().starts_with("r00/")).count();
        let of = started.splits.validation.len();
        steps.push(match view.seed_score() {
            Some(score) => step("Seed", score_words(&score), Progress::Done),
            None => step("Seed", format!("validation, {done} of {of}"), Progress::Running),
        });
    }
    match started.config.method {
        Method::Racing => steps.extend(race::steps(view, started)),
        Method::Protegi => steps.extend(protegi::steps(view, started)),
        Method::Apo => steps.extend((1..=apo.beam_rounds).map(|number| beam_step(view, apo, number))),
    }
    let held_out = started.splits.held_out.len();
    if held_out > 0 {
        steps.push(held_out_step(view, "Held-out check", held_out));
    }
    steps
}

fn beam_step(view: &RunView, apo: &ApoConfig, number: u32) -> Step {
    let name = format!("Round {number}");
    match view.rounds.iter().find(|round| round.round == number) {
        None => step(&name, count(apo.beam_width * apo.branch_factor, "edit"), Progress::Waiting),
        Some(round) => match round.leader {
            Some((version, is_best)) => step(&name, led(view, number, version, is_best), Progress::Done),
            None => step(&name, doing(view, round), Progress::Running),
        },
    }
}

fn held_out_step(view: &RunView, name: &str, questions: usize) -> Step {
    let done = view.rollouts.iter().filter(|rollout| rollout.purpose == Purpose::HeldOut).count();
    let (note, progress) = match (view.held_out().is_some(), done) {
        (true, _) => (count(questions, "question"), Progress::Done),
        (false, 0) => (format!("seed and best, {questions} each"), Progress::Waiting),
        (false, done) => (format!("{done} of {}", 2 * questions), Progress::Running),
    };
    step(name, note, progress)
}

fn step(name: &str, note: String, progress: Progress) -> Step {
    Step { name: name.to_owned(), note, progress }
}

fn led(view: &RunView, round: u32, version: Version, is_best: bool) -> String {
    let score = view.candidate(version).and_then(|candidate| candidate.score_in_round(round, Purpose::Validation));
    let score = score.map(|score| score_words(&score)).unwrap_or_default();
    match is_best {
        true => format!("{version} is best, {score}"),
        false => format!("{version} is not better, {score}"),
    }
}

/// What a round is at: critiques and edits, then scoring on the batch, then its leader on all of validation.
fn doing(view: &RunView, round: &RoundView) -> String {
    let Some(started) = &view.started else { return String::new() };
    let (apo, validation) = (&started.config.apo, started.splits.validation.len());
    let in_round = |kind: &str| {
        let prefix = format!("r{:02}/{kind}/", round.round);
        view.rollouts.iter().filter(|rollout| rollout.step.as_str().starts_with(&prefix)).count()
    };
    let edits = apo.beam_width * apo.branch_factor;
    if round.children.len() + round.rejected.len() < edits {
        return format!("critiques, {} of {edits}", round.critiques.len());
    }
    let full = in_round("full");
    if round.beam.is_empty() || full == 0 {
        let batch = apo.val_batch_size.min(validation);
        let scored = batch_versions(view, round).len() * batch;
        return format!("scoring, {} of {scored}", in_round("batch"));
    }
    format!("checking {}, {full} of {validation}", round.beam[0])
}

/// The seed and each round that is over.
pub fn summary(view: &RunView) -> Vec<RoundSummary> {
    let Some(seed) = view.candidate(Version::SEED) else { return Vec::new() };
    let mut best = (Version::SEED, view.seed_score());
    let mut rows = vec![RoundSummary {
        round: 0,
        best: best.0,
        score: best.1,
        is_new: true,
        refused: None,
        changed: Vec::new(),
        words: seed.candidate.template.words(),
        rules: seed.candidate.template.rules(),
    }];
    for round in &view.rounds {
        let (leader, is_new) = match round.leader {
            Some(leader) => leader,
            // Nobody reached the end of the race: the best stays.
            None if round.is_over() => (best.0, false),
            None => continue,
        };
        let Some(candidate) = view.candidate(leader) else { continue };
        let score = candidate.score_in_round(round.round, Purpose::Validation);
        if is_new {
            best = (leader, score);
        }
        let Some(shown) = view.candidate(best.0) else { continue };
        rows.push(RoundSummary {
            round: round.round,
            best: best.0,
            score: best.1,
            is_new,
            refused: if is_new || round.leader.is_none() { None } else { score.map(|score| (leader, score)) },
            changed: if is_new { changed_lines(view, leader) } else { Vec::new() },
            words: shown.candidate.template.words(),
            rules: shown.candidate.template.rules(),
        });
    }
    rows
}

/// The lines that a candidate has and its parent has not.
pub fn changed_lines(view: &RunView, version: Version) -> Vec<String> {
    let Some(candidate) = view.candidate(version) else { return Vec::new() };
    let parent = candidate.candidate.parent().and_then(|parent| view.candidate(parent));
    parent.map_or_else(Vec::new, |parent| {
        added_lines(parent.candidate.template.as_str(), candidate.candidate.template.as_str())
    })
}

/// The candidates of the newest round on its batch: the beam that it began with, then its children.
pub fn batch_cards(view: &RunView) -> Vec<BatchCard> {
    let (Some(round), Some(started)) = (view.rounds.last(), &view.started) else { return Vec::new() };
    match started.config.method {
        Method::Racing => return race::cards(view, started),
        Method::Protegi => return protegi::cards(view),
        Method::Apo => {}
    }
    let size = started.config.apo.val_batch_size.min(started.splits.validation.len());
    let prefix = format!("r{:02}/batch/", round.round);
    let mut cards: Vec<BatchCard> = batch_versions(view, round)
        .into_iter()
        .filter_map(|version| {
            let candidate = view.candidate(version)?;
            let score = candidate.score_in_round(round.round, Purpose::Batch);
            let step = format!("{prefix}{version}/");
            let of_batch = |rollout: &&Rc<Rollout>| rollout.step.as_str().starts_with(&step);
            let mut rollouts: Vec<&Rc<Rollout>> = view.rollouts.iter().filter(of_batch).collect();
            if let Some(scored) =
                candidate.scores.iter().find(|s| s.round == round.round && s.purpose == Purpose::Batch)
            {
                rollouts.sort_by_key(|rollout| scored.examples.iter().position(|id| *id == rollout.example));
            }
            Some(BatchCard {
                version,
                parent: candidate.candidate.parent(),
                changed: changed_lines(view, version).into_iter().next(),
                is_best: version == view.best,
                in_beam: candidate.in_beam,
                marks: rollouts.iter().map(|rollout| Mark::from(&rollout.outcome)).collect(),
                size,
                score,
            })
        })
        .collect();
    let rank = |version: Version| round.beam.iter().position(|kept| *kept == version).unwrap_or(usize::MAX);
    cards.sort_by_key(|card| (!card.is_best, rank(card.version)));
    cards
}

/// Versions that a round scores on its batch.
fn batch_versions(view: &RunView, round: &RoundView) -> Vec<Version> {
    let before = view.rounds.iter().rev().find(|earlier| earlier.round < round.round);
    let mut versions = before.map_or_else(|| vec![Version::SEED], |earlier| earlier.beam.clone());
    versions.extend(&round.children);
    versions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        candidate::{Candidate, Origin, Place},
        config::RunConfig,
        dataset::Splits,
        event::{CandidateScored, Entry, Event, RunStarted},
        prompt::PromptTemplate,
    };

    fn candidate(version: u32, text: &str) -> Candidate {
        let place = Place { round: version, slot: 0, branch: 0 };
        let origin = match version {
            0 => Origin::Seed,
            _ => Origin::Edit { parent: Version(0), place },
        };
        Candidate { version: Version(version), template: PromptTemplate(text.into()), origin }
    }

    fn scored(round: u32, version: u32, correct: usize) -> Event {
        let score = Score { mean: correct as f64 / 10.0, planned: 10, correct, finished: 10, no_answer: 0 };
        let (version, purpose) = (Version(version), Purpose::Validation);
        let (place, examples, rewards) = (None, vec![], vec![]);
        Event::CandidateScored(Box::new(CandidateScored { round, version, purpose, place, examples, rewards, score }))
    }

    fn view(events: Vec<Event>) -> RunView {
        let mut config = RunConfig::default();
        config.apo.beam_rounds = 2;
        let started = RunStarted {
            journal_version: 1,
            name: "r".into(),
            dataset: "d".into(),
            config,
            splits: Splits { train: vec![], validation: vec!["q1".into()], held_out: vec!["q2".into()] },
            examples: vec![],
            schemas: vec![],
            check: None,
        };
        let first = Event::RunStarted(Rc::new(started));
        let seed = Event::CandidateProposed { candidate: candidate(0, "Seed.\n{table_info}") };
        let all = [first, seed].into_iter().chain(events);
        let entries: Vec<Entry> =
            all.enumerate().map(|(i, event)| Entry { seq: i as u64, at: i as f64, event }).collect();
        RunView::of(&entries)
    }

    fn best(round: u32, version: u32) -> Event {
        let (score, previous, previous_version) = (0.8, None, Version(0));
        Event::BestUpdated { round, version: Version(version), score, previous, previous_version }
    }

    #[test]
    fn the_summary_tells_what_each_round_brought_and_keeps_the_best_otherwise() {
        let view = view(vec![
            scored(0, 0, 6),
            Event::RoundStarted { round: 1, parents: vec![Version(0)] },
            Event::CandidateProposed { candidate: candidate(1, "Seed.\n1. New rule.\n{table_info}") },
            scored(1, 1, 8),
            best(1, 1),
            Event::RoundStarted { round: 2, parents: vec![Version(1)] },
            Event::CandidateProposed { candidate: candidate(2, "Other.\n{table_info}") },
            scored(2, 2, 7),
            Event::BestKept {
                round: 2,
                version: Version(2),
                score: 0.7,
                previous: Some(0.8),
                previous_version: Version(1),
            },
        ]);
        let rows = summary(&view);
        assert_eq!(
            rows.iter().map(|row| (row.round, row.best.0, row.is_new)).collect::<Vec<_>>(),
            [(0, 0, true), (1, 1, true), (2, 1, false)]
        );
        assert_eq!(rows[1].changed, ["New rule."]);
        assert_eq!((rows[1].words, rows[1].rules), (5, 1));
        assert_eq!(rows[2].refused.map(|(version, score)| (version.0, score.correct)), Some((2, 7)));
    }

    #[test]
    fn steps_say_what_is_done_running_and_still_to_come() {
        let view = view(vec![scored(0, 0, 6), Event::RoundStarted { round: 1, parents: vec![Version(0)] }]);
        let told: Vec<_> = steps(&view).into_iter().map(|step| (step.name, step.note, step.progress)).collect();
        assert_eq!(
            told,
            [
                ("Seed".into(), "60.0 % (6/10)".into(), Progress::Done),
                ("Round 1".into(), "critiques, 0 of 16".into(), Progress::Running),
                ("Round 2".into(), "16 edits".into(), Progress::Waiting),
                ("Held-out check".into(), "seed and best, 1 each".to_owned(), Progress::Waiting),
            ]
        );
    }
}
