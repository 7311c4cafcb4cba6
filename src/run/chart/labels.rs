//! Where the words of a dot stand: on that side of it where they cover no other dot, no other words and no step of the line.
//! Nothing is measured: widths are reckoned for a wide and for a narrow chart, and a place must do for both.

use super::{Dot, Line};

/// Where a dot's words stand, in pixels from the dot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// To the start of the words, or to their end if they end at it.
    pub dx: f64,
    /// Down to the words' base line.
    pub dy: f64,
    /// The words end at the dot instead of beginning there.
    pub ends: bool,
}

/// Pixels of charts for which a place must do, each with whether the counts stand behind the version there.
const WIDTHS: [(f64, bool); 2] = [(640.0, true), (290.0, false)];
/// Pixels of a letter, and of the words above and below their base line.
const LETTER: f64 = 7.0;
const ASCENT: f64 = 11.0;
const DESCENT: f64 = 3.0;
/// Pixels around the middle of a hollow and of a full dot that words leave free.
const MINI: f64 = 6.0;
const FULL: f64 = 8.0;

/// The places in the order in which they are preferred.
const PLACES: [Label; 6] = [
    Label { dx: 4.0, dy: -12.0, ends: true },
    Label { dx: -4.0, dy: -12.0, ends: false },
    Label { dx: -4.0, dy: 21.0, ends: false },
    Label { dx: 4.0, dy: 21.0, ends: true },
    Label { dx: 11.0, dy: -5.0, ends: false },
    Label { dx: -11.0, dy: 16.0, ends: true },
];

/// A stretch of the chart in pixels.
#[derive(Clone, Copy)]
struct Area {
    x: [f64; 2],
    y: [f64; 2],
}

impl Area {
    fn around(x: f64, y: f64, distance: f64) -> Self {
        Self { x: [x - distance, x + distance], y: [y - distance, y + distance] }
    }

    fn meets(&self, other: &Area) -> bool {
        let meet = |a: [f64; 2], b: [f64; 2]| a[0] < b[1] && b[0] < a[1];
        meet(self.x, other.x) && meet(self.y, other.y)
    }
}

/// Gives those of `full` that are to be labelled a place each, one after the other.
pub(super) fn place(full: &mut [Dot], labelled: &[bool], mini: &[Dot], best: &[Line], height: f64) {
    for at in (0..full.len()).filter(|at| labelled[*at]) {
        let cost = |label: &Label| -> u32 {
            WIDTHS.iter().map(|width| cost(*label, at, full, mini, best, height, *width)).sum()
        };
        // Of equals the first.
        full[at].label = PLACES.iter().copied().min_by_key(cost);
    }
}

fn area(dot: &Dot, label: Label, (width, has_counts): (f64, bool)) -> Area {
    let letters = dot.version.to_string().len() + if has_counts { 1 + dot.counts.len() } else { 0 };
    let (length, from) = (LETTER * letters as f64, dot.x * width / 100.0 + label.dx);
    let x = if label.ends { [from - length, from] } else { [from, from + length] };
    Area { x, y: [dot.y + label.dy - ASCENT, dot.y + label.dy + DESCENT] }
}

/// How much a place covers: words and borders weigh most, then dots, then the line.
fn cost(label: Label, at: usize, full: &[Dot], mini: &[Dot], best: &[Line], height: f64, width: (f64, bool)) -> u32 {
    let own = area(&full[at], label, width);
    let pixels = |x: f64| x * width.0 / 100.0;
    let is_outside = own.x[0] < -8.0 || own.x[1] > width.0 + 8.0 || own.y[0] < -3.0 || own.y[1] > height;
    let others = full.iter().enumerate().filter(|(other, _)| *other != at);
    let words = others.clone().filter_map(|(_, dot)| dot.label.map(|label| area(dot, label, width)));
    let words = words.filter(|words| own.meets(words)).count();
    let around = |dot: &Dot, distance| Area::around(pixels(dot.x), dot.y, distance);
    let full = others.filter(|(_, dot)| own.meets(&around(dot, FULL))).count();
    let mini = mini.iter().filter(|dot| own.meets(&around(dot, MINI))).count();
    let line = |line: &&Line| {
        let y = if line.y1 < line.y2 { [line.y1, line.y2] } else { [line.y2, line.y1] };
        own.meets(&Area { x: [pixels(line.x1) - 1.0, pixels(line.x2) + 1.0], y: [y[0] - 1.0, y[1] + 1.0] })
    };
    let lines = best.iter().filter(line).count();
    20 * u32::from(is_outside) + 12 * words as u32 + 8 * (full + mini) as u32 + lines as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{id::Version, rollout::Purpose, score::Score},
        run::view::Scoring,
    };

    fn dot(x: f64, y: f64) -> Dot {
        let (version, score) = (Version(3), Score { planned: 50, correct: 40, ..Score::default() });
        let scoring = Scoring { at_call: 1, round: 1, version, purpose: Purpose::Validation, score };
        Dot { x, y, version, counts: "40/50".into(), label: None, scoring }
    }

    fn placed(full: &[(f64, f64)], mini: &[(f64, f64)]) -> Vec<Label> {
        let mut full: Vec<Dot> = full.iter().map(|(x, y)| dot(*x, *y)).collect();
        let mini: Vec<Dot> = mini.iter().map(|(x, y)| dot(*x, *y)).collect();
        let labelled = vec![true; full.len()];
        place(&mut full, &labelled, &mini, &[], 216.0);
        full.iter().map(|dot| dot.label.unwrap()).collect()
    }

    #[test]
    fn words_end_above_their_dot_unless_something_is_there() {
        assert_eq!(placed(&[(50.0, 100.0)], &[]), [PLACES[0]]);
        assert_eq!(placed(&[(1.0, 100.0)], &[]), [PLACES[1]], "at the left edge they begin there");
        assert_eq!(placed(&[(50.0, 3.0)], &[])[0].dy, 21.0, "at the top they stand below");
    }

    #[test]
    fn a_label_does_not_overlap_a_hollow_dot() {
        // The dot lies 20 pixels to the left and 14 above, where the words would end.
        let beside = placed(&[(50.0, 100.0)], &[(46.0, 86.0)]);
        assert_eq!(beside, [PLACES[1]]);
        let both = placed(&[(50.0, 100.0)], &[(46.0, 86.0), (54.0, 86.0)]);
        assert_eq!(both, [PLACES[2]]);
    }

    #[test]
    fn two_labels_do_not_overlap_each_other() {
        let labels = placed(&[(50.0, 100.0), (53.0, 98.0)], &[]);
        let areas: Vec<Area> = [(50.0, 100.0), (53.0, 98.0)]
            .iter()
            .zip(&labels)
            .map(|((x, y), label)| area(&dot(*x, *y), *label, WIDTHS[0]))
            .collect();
        assert!(!areas[0].meets(&areas[1]), "{labels:?}");
    }
}
