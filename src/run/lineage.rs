//! The family tree of a search: a column for each round, a node for each prompt and each edit that was not used, and lines from
//! parents to children. x in per cent of the width, y in pixels, as in `chart`. A line that passes a column has a lane of its
//! own there, so that it never runs through a node.

mod layout;
mod standing;
mod story;

use crate::{
    domain::{candidate::Place, id::Version, racing::Fate, rollout::Purpose, score::Score, search::Method},
    ports::store::RunState,
    run::{
        chart::Line,
        format::count,
        view::{CandidateView, Mark, RoundView, RunView},
    },
};

pub use self::{
    standing::standing_words,
    story::{Change, Story, story},
};

/// Rounds up to which those that are still to come have a column.
const FORESEEN: u32 = 6;

/// Everything that is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lineage {
    /// Pixels.
    pub height: f64,
    /// Pixels that a column needs.
    pub column_width: f64,
    pub size: NodeSize,
    pub columns: Vec<Column>,
    /// In the order of the columns, in each from top to bottom.
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// The tree in one sentence or two.
    pub sentence: String,
}

/// How much a node shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeSize {
    /// Name and score below each other.
    #[default]
    Tall,
    /// Both on one line, where a round has many.
    Flat,
}

/// The seed or a round.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its middle, in per cent.
    pub x: f64,
    pub name: String,
    /// For narrow screens.
    pub short: String,
    /// What stands in it while it has no nodes.
    pub note: Option<&'static str>,
}

/// A prompt, or an edit that was not used.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub key: NodeKey,
    pub parent: Option<Version>,
    pub column: usize,
    /// Its middle: per cent and pixels.
    pub x: f64,
    pub y: f64,
    pub state: NodeState,
    /// Whether it is on the way from the seed to the best.
    pub is_on_line: bool,
    /// `40/50`, `waiting`, `rejected`.
    pub note: String,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKey {
    Prompt(Version),
    /// An edit that was not used, by where it was made.
    Edit(Place),
}

/// How a prompt stands in the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeState {
    Best,
    /// It goes on in the search.
    Kept,
    /// It is being scored, or waits for it.
    Scoring,
    Dropped,
    /// An edit that made no prompt.
    Rejected,
}

/// A straight piece of the way from a parent to a child.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub line: Line,
    /// Whether it is on the way from the seed to the best.
    pub is_best: bool,
}

/// A step along the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    ToParent,
    /// The child that lies nearest.
    ToChild,
    Up,
    Down,
}

impl NodeKey {
    /// Its name in a URL: `v3`, or `x1.0.2` for an edit of round 1, slot 0, branch 2.
    pub fn slug(self) -> String {
        match self {
            NodeKey::Prompt(version) => version.to_string(),
            NodeKey::Edit(Place { round, slot, branch }) => format!("x{round}.{slot}.{branch}"),
        }
    }

    /// The node of such a name.
    pub fn of_slug(name: &str) -> Option<Self> {
        if let Some(version) = name.strip_prefix('v') {
            return version.parse().ok().map(|version| NodeKey::Prompt(Version(version)));
        }
        let mut parts = name.strip_prefix('x')?.split('.');
        let (round, slot, branch) = (parts.next()?, parts.next()?, parts.next()?);
        let place = Place { round: round.parse().ok()?, slot: slot.parse().ok()?, branch: branch.parse().ok()? };
        parts.next().is_none().then_some(NodeKey::Edit(place))
    }

    /// Its name on the screens.
    pub fn name(self) -> String {
        match self {
            NodeKey::Prompt(version) => version.to_string(),
            NodeKey::Edit(_) => "edit".into(),
        }
    }
}

impl NodeState {
    /// The name that the stylesheet knows.
    pub fn name(self) -> &'static str {
        match self {
            NodeState::Best => "best",
            NodeState::Kept => "kept",
            NodeState::Scoring => "scoring",
            NodeState::Dropped => "dropped",
            NodeState::Rejected => "rejected",
        }
    }

    /// The state in words.
    pub fn words(self) -> &'static str {
        match self {
            NodeState::Best => "best",
            NodeState::Kept => "kept",
            NodeState::Scoring => "being scored",
            NodeState::Dropped => "dropped",
            NodeState::Rejected => "rejected",
        }
    }
}

impl Node {
    /// The node in one line, for readers of screens; it begins with what is written in the node.
    pub fn label(&self) -> String {
        let from = self.parent.map(|parent| format!(", from {parent}")).unwrap_or_default();
        let round = if self.column == 0 { ", the seed".to_owned() } else { format!(", round {}", self.column) };
        let standing = match (self.state, self.is_on_line) {
            (NodeState::Rejected, _) => String::new(),
            (NodeState::Best, _) | (_, false) => format!(": {}", self.state.words()),
            (_, true) => format!(": {}, on the way to the best", self.state.words()),
        };
        format!("{} {}{from}{round}{standing}", self.key.name(), self.note)
    }
}

impl Lineage {
    /// One node.
    pub fn node(&self, key: NodeKey) -> Option<&Node> {
        self.nodes.iter().find(|node| node.key == key)
    }

    /// Where a step along the tree leads; `None` at its edge.
    pub fn step(&self, from: NodeKey, way: Way) -> Option<NodeKey> {
        let here = self.node(from)?;
        let in_column = || self.nodes.iter().filter(|node| node.column == here.column);
        match way {
            Way::ToParent => here.parent.map(NodeKey::Prompt),
            Way::ToChild => {
                let children = || self.nodes.iter().filter(|node| node.parent.map(NodeKey::Prompt) == Some(from));
                let column = children().map(|node| node.column).min()?;
                let distance = |node: &&Node| (node.y - here.y).abs();
                let nearest = children().filter(|node| node.column == column);
                nearest.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|node| node.key)
            }
            Way::Up => in_column().rfind(|node| node.y < here.y).map(|node| node.key),
            Way::Down => in_column().find(|node| node.y > here.y).map(|node| node.key),
        }
    }
}

/// The tree of a search so far; `None` before its first prompt, and for a check, which searches nothing.
pub fn lineage(view: &RunView) -> Option<Lineage> {
    if view.is_check() || view.candidates.is_empty() {
        return None;
    }
    let line = descent(view, view.best);
    let prompts = view.candidates.iter().map(|known| prompt(view, known, &line));
    let edits = view.rounds.iter().flat_map(|round| round.rejected.iter()).map(|edit| Node {
        key: NodeKey::Edit(edit.place),
        parent: Some(edit.parent),
        column: edit.place.round as usize,
        x: 0.0,
        y: 0.0,
        state: NodeState::Rejected,
        is_on_line: false,
        note: "rejected".into(),
    });
    let nodes: Vec<Node> = prompts.chain(edits).collect();
    let mut tree = layout::laid_out(nodes, columns(view));
    tree.sentence = sentence(view, &tree, &line);
    Some(tree)
}

fn prompt(view: &RunView, known: &CandidateView, line: &[Version]) -> Node {
    let candidate = &known.candidate;
    let state = state(view, known);
    Node {
        key: NodeKey::Prompt(candidate.version),
        parent: candidate.parent(),
        column: candidate.round() as usize,
        x: 0.0,
        y: 0.0,
        state,
        is_on_line: line.contains(&candidate.version),
        note: note(view, known, state),
    }
}

/// How a prompt stands now.
fn state(view: &RunView, known: &CandidateView) -> NodeState {
    let version = known.candidate.version;
    match view.rounds.iter().find(|round| round.children.contains(&version)) {
        _ if version == view.best => NodeState::Best,
        // A race keeps nobody but the best.
        _ if known.in_beam && !is_racing(view) => NodeState::Kept,
        Some(round) if is_undecided(view, round, version) => NodeState::Scoring,
        _ => NodeState::Dropped,
    }
}

/// Whether the search is paired racing, which has no beam.
pub fn is_racing(view: &RunView) -> bool {
    view.started.as_ref().is_some_and(|started| started.config.method == Method::Racing)
}

/// Whether its own round has still to say whether a prompt is kept.
fn is_undecided(view: &RunView, round: &RoundView, version: Version) -> bool {
    if view.state == RunState::Finished || round.is_over() {
        return false;
    }
    match is_racing(view) {
        true => standing::last_cut(round, version).is_none_or(|(_, standing)| standing.fate == Fate::Kept),
        false => round.beam.is_empty(),
    }
}

/// The score that says most of a prompt: on all of validation, else on a batch, else what is known of it so far.
fn note(view: &RunView, known: &CandidateView, state: NodeState) -> String {
    let counts = |score: Score| format!("{}/{}", score.correct, score.planned);
    let version = known.candidate.version;
    let best = || view.best_score().filter(|_| version == view.best);
    let scored = best().or_else(|| known.score(Purpose::Validation)).or_else(|| known.score(Purpose::Batch));
    match (scored, state) {
        (Some(score), _) => counts(score),
        (None, NodeState::Dropped) => "not scored".into(),
        (None, _) => match so_far(view, version) {
            (_, 0) => "waiting".into(),
            (right, asked) => format!("{right}/{asked}"),
        },
    }
}

/// Right answers and all answers of a prompt on validation questions so far.
fn so_far(view: &RunView, version: Version) -> (usize, usize) {
    let on_validation = |purpose| matches!(purpose, Purpose::Batch | Purpose::Validation);
    let marks = view.rollouts_of(version).filter(|rollout| on_validation(rollout.purpose));
    marks.fold((0, 0), |(right, asked), rollout| {
        (right + usize::from(Mark::from(&rollout.outcome) == Mark::Right), asked + 1)
    })
}

fn columns(view: &RunView) -> Vec<Column> {
    let known = view.rounds.iter().map(|round| round.round).max().unwrap_or_default();
    let config = view.started.as_ref().map(|started| (started.config.method, started.config.rounds()));
    let foreseen = match config {
        // Its rounds end when nothing better comes.
        Some((Method::Racing, _)) | None => known,
        Some((_, rounds)) if view.state != RunState::Finished && rounds <= FORESEEN => rounds,
        Some(_) => known,
    };
    let proposed = view.candidates.iter().map(|known| known.candidate.round()).max().unwrap_or_default();
    let last = known.max(foreseen).max(proposed);
    let note = |number: u32| match view.rounds.iter().find(|round| round.round == number) {
        Some(round) if round.is_over() => "no new prompt",
        Some(_) if view.state == RunState::Finished => "no new prompt",
        _ => "not yet",
    };
    (0..=last)
        .map(|number| Column {
            x: 100.0 * (f64::from(number) + 0.5) / f64::from(last + 1),
            name: if number == 0 { "Seed".into() } else { format!("Round {number}") },
            short: if number == 0 { "Seed".into() } else { format!("R{number}") },
            note: Some(note(number)),
        })
        .collect()
}

/// From the seed to a prompt.
pub fn descent(view: &RunView, version: Version) -> Vec<Version> {
    let parent = |version: &Version| view.candidate(*version).and_then(|known| known.candidate.parent());
    // A journal that names a child as its own ancestor must not hang the page.
    let mut line: Vec<Version> = std::iter::successors(Some(version), parent).take(view.candidates.len()).collect();
    line.reverse();
    line
}

fn sentence(view: &RunView, tree: &Lineage, line: &[Version]) -> String {
    let rejected = tree.nodes.iter().filter(|node| node.state == NodeState::Rejected).count();
    let prompts = count(tree.nodes.len() - rejected, "prompt");
    let rejected = if rejected > 0 { format!(", {} rejected", count(rejected, "edit")) } else { String::new() };
    let best = match line {
        [_] if view.state == RunState::Finished => "The seed stayed the best.".to_owned(),
        [_] | [] => "The seed is the best so far.".to_owned(),
        line => {
            let steps: Vec<String> = line.iter().map(Version::to_string).collect();
            format!("The way to the best: {}.", steps.join(", "))
        }
    };
    format!("{prompts} in {}{rejected}. {best}", count(view.rounds.len(), "round"))
}

#[cfg(test)]
mod tests;
