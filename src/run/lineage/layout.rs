//! Where nodes and lines of the tree lie: columns as wide as each other, each as high as what is in it, all of them centred.

use std::collections::{BTreeMap, HashMap};

use super::{Column, Edge, Lineage, Node, NodeKey, NodeSize};
use crate::{
    domain::{candidate::Place, id::Version},
    run::chart::Line,
};

/// Pixels above the nodes, for the names of the columns, and below them.
const HEAD: f64 = 24.0;
const FOOT: f64 = 4.0;
/// Nodes of a column up to which each has two lines.
const FEW: usize = 8;
/// Pixels of a column in which a line only passes.
const LANE: f64 = 12.0;

impl NodeSize {
    /// Pixels: half the width and half the height of a node.
    pub fn half(self) -> (f64, f64) {
        match self {
            NodeSize::Tall => (32.0, 19.0),
            NodeSize::Flat => (42.0, 12.0),
        }
    }

    /// Pixels from the middle of a node to the middle of the next.
    fn pitch(self) -> f64 {
        match self {
            NodeSize::Tall => 48.0,
            NodeSize::Flat => 30.0,
        }
    }
}

/// What has a place of its own in a column.
#[derive(Clone, Copy)]
enum Slot {
    /// By its position among the nodes.
    Node(usize),
    /// The line from a prompt to later children.
    Lane(Version),
}

/// Lays out nodes whose columns are known.
pub(super) fn laid_out(mut nodes: Vec<Node>, mut columns: Vec<Column>) -> Lineage {
    let number = columns.len();
    let of_column = |nodes: &[Node], column: usize| nodes.iter().filter(|node| node.column == column).count();
    let fullest = (0..number).map(|column| of_column(&nodes, column)).max().unwrap_or_default();
    let size = if fullest <= FEW { NodeSize::Tall } else { NodeSize::Flat };
    let column_of: HashMap<Version, usize> = nodes
        .iter()
        .filter_map(|node| match node.key {
            NodeKey::Prompt(version) => Some((version, node.column)),
            NodeKey::Edit(_) => None,
        })
        .collect();
    // The last column in which a prompt has a child: up to there its line is drawn.
    let mut reach: BTreeMap<Version, usize> = BTreeMap::new();
    for node in &nodes {
        if let Some(parent) = node.parent {
            let known = reach.entry(parent).or_default();
            *known = (*known).max(node.column);
        }
    }
    let mut slots: Vec<Vec<Slot>> = vec![Vec::new(); number];
    for (at, node) in nodes.iter().enumerate() {
        slots[node.column].push(Slot::Node(at));
    }
    for (version, last) in &reach {
        let Some(own) = column_of.get(version) else { continue };
        (own + 1..*last).for_each(|column| slots[column].push(Slot::Lane(*version)));
    }
    let height_of = |slot: &Slot| match slot {
        Slot::Node(_) => size.pitch(),
        Slot::Lane(_) => LANE,
    };
    let heights: Vec<f64> = slots.iter().map(|column| column.iter().map(height_of).sum()).collect();
    let tallest = heights.iter().copied().fold(size.pitch(), f64::max);

    // Where the line of a prompt is in a column: at its node in its own, in its lane later.
    let mut lines: HashMap<(Version, usize), f64> = HashMap::new();
    for (column, slots) in slots.iter_mut().enumerate() {
        let before = |parent: Option<Version>| {
            parent.and_then(|parent| lines.get(&(parent, column.saturating_sub(1)))).copied().unwrap_or_default()
        };
        slots.sort_by(|a, b| {
            let rank = |slot: &Slot| match slot {
                Slot::Node(at) => (before(nodes[*at].parent), nodes[*at].key),
                // Below the children that stand where it passes.
                Slot::Lane(version) => (before(Some(*version)), NodeKey::Edit(LAST)),
            };
            let ((a_y, a_key), (b_y, b_key)) = (rank(a), rank(b));
            a_y.total_cmp(&b_y).then(a_key.cmp(&b_key))
        });
        let mut y = HEAD + (tallest - heights[column]) / 2.0;
        for slot in slots.iter() {
            let middle = y + height_of(slot) / 2.0;
            y += height_of(slot);
            match slot {
                Slot::Lane(version) => drop(lines.insert((*version, column), middle)),
                Slot::Node(at) => {
                    let node = &mut nodes[*at];
                    (node.x, node.y) = (columns[column].x, middle);
                    if let NodeKey::Prompt(version) = node.key {
                        lines.insert((version, column), middle);
                    }
                }
            }
        }
    }
    for (at, column) in columns.iter_mut().enumerate() {
        if of_column(&nodes, at) > 0 {
            column.note = None;
        }
    }
    let boundary = |column: usize| 100.0 * column as f64 / number as f64;
    let mut edges: Vec<Edge> = Vec::new();
    for node in &nodes {
        let Some((parent, from)) = node.parent.and_then(|parent| Some((parent, *column_of.get(&parent)?))) else {
            continue;
        };
        let is_best = node.is_on_line;
        let (mut x, mut y) = (columns[from].x, lines[&(parent, from)]);
        for column in from + 1..=node.column {
            let bend = boundary(column);
            let is_there = column == node.column;
            let (to_x, to_y) = match is_there {
                true => (node.x, node.y),
                false => (boundary(column + 1), lines.get(&(parent, column)).copied().unwrap_or(y)),
            };
            let pieces = [(x, bend, y, y), (bend, bend, y, to_y), (bend, to_x, to_y, to_y)];
            let line = |(x1, x2, y1, y2)| Edge { line: Line { x1, x2, y1, y2 }, is_best };
            edges.extend(pieces.map(line));
            (x, y) = (to_x, to_y);
        }
    }
    // What is drawn last lies on top.
    edges.sort_by_key(|edge| edge.is_best);
    nodes.sort_by(|a, b| a.column.cmp(&b.column).then(a.y.total_cmp(&b.y)));
    Lineage {
        height: HEAD + tallest + FOOT,
        column_width: 2.0 * size.half().0 + 16.0,
        size,
        columns,
        nodes,
        edges,
        sentence: String::new(),
    }
}

/// Comes after all edits of a column.
const LAST: Place = Place { round: u32::MAX, slot: usize::MAX, branch: usize::MAX };
