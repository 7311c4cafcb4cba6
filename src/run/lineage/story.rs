//! A node of the tree opened: how it stands and why, the critique that led to it, and what the edit changed in its parent.

use super::{NodeKey, standing_words};
use crate::{
    domain::{
        candidate::{Origin, Place},
        id::Version,
        rollout::Purpose,
    },
    run::{
        diff::{WordDiff, word_diff},
        format::score_words,
        view::RunView,
    },
};

/// What is told of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    pub key: NodeKey,
    pub parent: Option<Version>,
    /// 0 for the seed.
    pub round: u32,
    pub standing: String,
    /// On what, and the score on it; the newest of each kind.
    pub scores: Vec<(&'static str, String)>,
    pub critique: Option<String>,
    /// The fault of a first edit that the editor was told of.
    pub repaired: Option<String>,
    pub change: Change,
    /// Prompts that were edited from it.
    pub children: Vec<Version>,
}

/// What there is to read of the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Against the parent.
    Diff(WordDiff),
    /// There is no parent.
    Text(String),
    /// The editor wrote nothing.
    Nothing,
}

/// The story of a node; `None` for one that the run does not have.
pub fn story(view: &RunView, key: NodeKey) -> Option<Story> {
    match key {
        NodeKey::Prompt(version) => of_prompt(view, version),
        NodeKey::Edit(place) => of_edit(view, place),
    }
}

fn of_prompt(view: &RunView, version: Version) -> Option<Story> {
    let known = view.candidate(version)?;
    let candidate = &known.candidate;
    let parent = candidate.parent();
    let before = parent.and_then(|parent| view.candidate(parent)).map(|parent| &parent.candidate.template);
    let text = candidate.template.as_str();
    let purposes = [
        (Purpose::HeldOut, "held-out questions"),
        (Purpose::Validation, "all of validation"),
        (Purpose::Batch, "a part of validation"),
    ];
    let score = |(purpose, on)| known.score(purpose).map(|score| (on, score_words(&score)));
    let place = match candidate.origin {
        Origin::Edit { place, .. } | Origin::ParentCopy { place, .. } | Origin::Paraphrase { place, .. } => Some(place),
        Origin::Seed | Origin::Checked { .. } => None,
    };
    let is_child = |version: &Version| {
        view.candidate(*version).is_some_and(|child| child.candidate.parent() == Some(candidate.version))
    };
    let all = view.candidates.iter().map(|known| known.candidate.version);
    Some(Story {
        key: NodeKey::Prompt(version),
        parent,
        round: candidate.round(),
        standing: standing_words(view, NodeKey::Prompt(version)),
        scores: purposes.into_iter().filter_map(score).collect(),
        critique: known.critique.clone(),
        repaired: place.and_then(|place| repaired(view, place)),
        change: match before {
            Some(before) => Change::Diff(word_diff(before.as_str(), text)),
            None => Change::Text(text.to_owned()),
        },
        children: all.filter(is_child).collect(),
    })
}

fn of_edit(view: &RunView, place: Place) -> Option<Story> {
    let round = view.rounds.iter().find(|round| round.round == place.round)?;
    let edit = round.rejected.iter().find(|edit| edit.place == place)?;
    let before = view.candidate(edit.parent).map(|parent| parent.candidate.template.as_str().to_owned());
    let critique = round.critiques.iter().find(|critique| critique.place == place);
    Some(Story {
        key: NodeKey::Edit(place),
        parent: Some(edit.parent),
        round: place.round,
        standing: standing_words(view, NodeKey::Edit(place)),
        scores: Vec::new(),
        critique: critique.map(|critique| critique.text.clone()),
        repaired: repaired(view, place),
        change: match before {
            _ if edit.text.trim().is_empty() => Change::Nothing,
            Some(before) => Change::Diff(word_diff(&before, &edit.text)),
            None => Change::Text(edit.text.clone()),
        },
        children: Vec::new(),
    })
}

fn repaired(view: &RunView, place: Place) -> Option<String> {
    let told = view.rounds.iter().flat_map(|round| &round.repaired).find(|edit| edit.place == place)?;
    Some(told.reason.words())
}
