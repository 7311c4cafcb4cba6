//! A run as it was after any event of its journal. Checkpoints of the fold stand in regular distances, so that a step back in
//! a journal of 50,000 events folds some thousand of them and not all.

use super::{format::count, racing_words::search_end_words, view::RunView};
use crate::domain::{
    event::{Entry, Event},
    rollout::Purpose,
};

/// Events between two checkpoints: so few are folded in some milliseconds, and the checkpoints of 50,000 fit into some ten MB.
const STRIDE: usize = 4_000;

/// The checkpoints of one run's journal, made as they are passed.
#[derive(Debug)]
pub struct Replay {
    stride: usize,
    /// The run after each `stride` events, from 0.
    checkpoints: Vec<RunView>,
    /// The run as far as the checkpoints were prepared.
    ahead: RunView,
}

impl Default for Replay {
    fn default() -> Self {
        Self::with_stride(STRIDE)
    }
}

impl Replay {
    /// The same with another distance of the checkpoints, at least 1.
    pub fn with_stride(stride: usize) -> Self {
        Self { stride: stride.max(1), checkpoints: vec![RunView::default()], ahead: RunView::default() }
    }

    /// Turns `view`, which is this run after some of its events, into the run after the first `at` of `entries`, or after all
    /// if there are fewer. Goes on from where it is if no checkpoint is nearer.
    pub fn seek(&mut self, entries: &[Entry], view: &mut RunView, at: usize) {
        let at = at.min(entries.len());
        let nearest = (at / self.stride).min(self.checkpoints.len() - 1);
        let reached = view.entries as usize;
        if reached > at || reached < nearest * self.stride {
            view.clone_from(&self.checkpoints[nearest]);
        }
        for entry in &entries[view.entries as usize..at] {
            view.apply(entry);
            self.note(view);
        }
    }

    /// Makes checkpoints ahead of need, over `most` events at most, so that no later step folds more than the stride. Whether any
    /// are left to be made.
    pub fn prepare(&mut self, entries: &[Entry], most: usize) -> bool {
        let last = self.checkpoints.len() - 1;
        if (self.ahead.entries as usize) < last * self.stride {
            self.ahead.clone_from(&self.checkpoints[last]);
        }
        let from = self.ahead.entries as usize;
        let wanted = entries.len() / self.stride * self.stride;
        let until = wanted.min(from + most);
        let mut ahead = std::mem::take(&mut self.ahead);
        for entry in entries.get(from..until).unwrap_or_default() {
            ahead.apply(entry);
            self.note(&ahead);
        }
        // Once all are there, what they were made with is not needed.
        let is_left = until < wanted;
        if is_left {
            self.ahead = ahead;
        }
        is_left
    }

    fn note(&mut self, view: &RunView) {
        if view.entries as usize == self.checkpoints.len() * self.stride {
            self.checkpoints.push(view.clone());
        }
    }
}

/// A turning point of a run, where a replay can stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// Events up to it and with it.
    pub at: usize,
    pub kind: MilestoneKind,
    /// What happened, in a few words.
    pub words: String,
}

/// What kind of turning point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MilestoneKind {
    Round,
    /// Another prompt became the best.
    Best,
    /// The run stood still, or went on.
    Pause,
    /// The search ended, or what it found was checked.
    Check,
    End,
}

impl MilestoneKind {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            MilestoneKind::Round => "round",
            MilestoneKind::Best => "best",
            MilestoneKind::Pause => "pause",
            MilestoneKind::Check => "check",
            MilestoneKind::End => "end",
        }
    }
}

/// The turning points of a journal, in its order; the first event is the first of them.
pub fn milestones(entries: &[Entry]) -> Vec<Milestone> {
    let mut found = Vec::new();
    let mut is_checking = false;
    for (before, entry) in entries.iter().enumerate() {
        let told = match &entry.event {
            Event::RunStarted(_) => Some((MilestoneKind::Pause, "The run started".to_owned())),
            Event::RunResumed => Some((MilestoneKind::Pause, "The run went on".to_owned())),
            Event::RunPaused => Some((MilestoneKind::Pause, "The run paused".to_owned())),
            Event::RunStopped => Some((MilestoneKind::Pause, "The run was stopped".to_owned())),
            Event::RoundStarted { round, .. } => Some((MilestoneKind::Round, format!("Round {round} began"))),
            Event::BestUpdated { version, .. } => Some((MilestoneKind::Best, format!("{version} became the best"))),
            Event::SearchEnded { reason, .. } => {
                Some((MilestoneKind::Check, format!("The search ended: {}", search_end_words(*reason))))
            }
            Event::WinnerConfirmed { confirmation } => {
                let asked = count(confirmation.questions, "question");
                Some((MilestoneKind::Check, format!("{} had its second look on {asked}", confirmation.winner)))
            }
            Event::RolloutFinished(rollout) if rollout.purpose == Purpose::HeldOut && !is_checking => {
                is_checking = true;
                Some((MilestoneKind::Check, "The held-out check began".to_owned()))
            }
            Event::RunFinished { best } => Some((MilestoneKind::End, format!("The run finished with {best}"))),
            _ => None,
        };
        found.extend(told.map(|(kind, words)| Milestone { at: before + 1, kind, words }));
    }
    found
}

/// The last turning point before `at`; the first event if there is none.
pub fn before(milestones: &[Milestone], at: usize) -> usize {
    milestones.iter().rev().find(|milestone| milestone.at < at).map_or(1, |milestone| milestone.at)
}

/// The first turning point after `at`; the last of `of` events if there is none.
pub fn after(milestones: &[Milestone], at: usize, of: usize) -> usize {
    milestones.iter().find(|milestone| milestone.at > at).map_or(of, |milestone| milestone.at)
}

/// The events of a run before its call number `calls` + 1 was answered: as far as it got with so many calls.
pub fn reached_with(entries: &[Entry], calls: u64) -> usize {
    let answered = entries.iter().enumerate().filter(|(_, entry)| matches!(entry.event, Event::ModelAnswered(_)));
    answered.map(|(before, _)| before).nth(calls as usize).unwrap_or(entries.len())
}

/// Where event `at` of `of` stands on a line from the first to the last, in per cent.
pub fn place(at: usize, of: usize) -> f64 {
    match of {
        0 | 1 => 0.0,
        _ => 100.0 * (at.clamp(1, of) - 1) as f64 / (of - 1) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Version;

    fn journal(events: Vec<Event>) -> Vec<Entry> {
        events.into_iter().enumerate().map(|(seq, event)| Entry { seq: seq as u64, at: 0.0, event }).collect()
    }

    fn round(round: u32) -> Event {
        Event::RoundStarted { round, parents: vec![] }
    }

    fn best(version: u32) -> Event {
        let (version, previous_version) = (Version(version), Version::SEED);
        Event::BestUpdated { round: 1, version, score: 0.8, previous: None, previous_version }
    }

    #[test]
    fn turning_points_are_found_in_both_directions_and_end_at_the_ends() {
        let entries = journal(vec![
            Event::RunResumed,
            round(1),
            Event::RunPaused,
            Event::RunResumed,
            best(3),
            round(2),
            round(3),
        ]);
        let found = milestones(&entries);
        let told: Vec<_> = found.iter().map(|one| (one.at, one.words.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, "The run went on"),
                (2, "Round 1 began"),
                (3, "The run paused"),
                (4, "The run went on"),
                (5, "v3 became the best"),
                (6, "Round 2 began"),
                (7, "Round 3 began"),
            ]
        );
        let some = [found[1].clone(), found[4].clone()];
        assert_eq!([1, 2, 3, 5, 7].map(|at| before(&some, at)), [1, 1, 2, 2, 5]);
        assert_eq!([1, 2, 3, 5, 7].map(|at| after(&some, at, 7)), [2, 5, 5, 7, 7]);
    }

    #[test]
    fn the_line_goes_from_the_first_event_to_the_last() {
        assert_eq!([1, 6, 11, 99].map(|at| place(at, 11)), [0.0, 50.0, 100.0, 100.0]);
        assert_eq!((place(1, 1), place(1, 0)), (0.0, 0.0));
    }
}
