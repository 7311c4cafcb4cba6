//! The score chart's geometry: best so far by model calls. x in per cent of the width, y in pixels, so that text keeps its
//! size and nothing has to be measured. Scores on all of validation and on a part of it are never joined.

mod labels;

use crate::{
    domain::{id::Version, rollout::Purpose, score::Score},
    ports::store::RunState,
    run::{
        forecast::calls_per_rollout,
        format::{percent, score_words, thousands},
        view::{RunView, Scoring},
    },
};

pub use self::labels::Label;

/// Everything that is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoreChart {
    /// Pixels.
    pub height: f64,
    /// Score lines with their words, highest first.
    pub y_ticks: Vec<Tick>,
    /// Call counts with their words, from 0.
    pub x_ticks: Vec<Tick>,
    pub bands: Vec<Band>,
    /// The best so far, as horizontal and vertical lines.
    pub best: Vec<Line>,
    /// Scores on all of validation.
    pub full: Vec<Dot>,
    /// Scores on a part of validation: a round's batch, or a stretch of a race.
    pub mini: Vec<Dot>,
    /// The seed's height.
    pub seed: Option<f64>,
    /// Where a run that is under way is.
    pub now: Option<f64>,
    /// The chart in one sentence.
    pub sentence: String,
}

/// A mark on an axis: pixels for y, per cent for x.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub at: f64,
    pub words: String,
}

/// A round's stretch of the x axis, in per cent.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    pub x: f64,
    pub width: f64,
    pub name: String,
    /// For narrow screens.
    pub short: String,
}

/// A straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub x1: f64,
    pub x2: f64,
    pub y1: f64,
    pub y2: f64,
}

/// A score.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    pub x: f64,
    pub y: f64,
    pub version: Version,
    /// `42/50`.
    pub counts: String,
    /// Where its words stand beside it: those of the seed and of each new best.
    pub label: Option<Label>,
    /// What was scored when: for the readout and the table.
    pub scoring: Scoring,
}

impl Dot {
    /// The score in one line: `v3, 80.0 % (40/50) on all of validation, round 2, after 644 calls`.
    pub fn words(&self) -> String {
        let Scoring { at_call, version, score, .. } = self.scoring;
        let (on, round) = (self.questions(), self.round());
        format!("{version}, {} on {on}, {round}, after {} calls", score_words(&score), thousands(at_call))
    }

    /// What it was scored on.
    pub fn questions(&self) -> &'static str {
        if self.scoring.purpose == Purpose::Validation { "all of validation" } else { "a part of validation" }
    }

    /// When: `round 2`, or `before the rounds`.
    pub fn round(&self) -> String {
        match self.scoring.round {
            0 => "before the rounds".into(),
            round => format!("round {round}"),
        }
    }
}

impl ScoreChart {
    /// All scores in the order of the calls, as one walks along them.
    pub fn dots(&self) -> Vec<&Dot> {
        let mut dots: Vec<&Dot> = self.full.iter().chain(&self.mini).collect();
        dots.sort_by_key(|dot| (dot.scoring.at_call, dot.scoring.version));
        dots
    }
}

/// The chart of a run; `None` until something was scored.
pub fn score_chart(view: &RunView, height: f64) -> Option<ScoreChart> {
    if view.scorings.is_empty() {
        return None;
    }
    let calls = view.usage.total().calls;
    let is_over = view.state == RunState::Finished;
    let ends_at = if is_over { calls } else { expected_calls(view).max(calls) }.max(1);
    let scale = Scale::of(&view.scorings, height);
    let x = |call: u64| 100.0 * call as f64 / ends_at as f64;
    let dot = |scoring: &Scoring| Dot {
        x: x(scoring.at_call),
        y: scale.y(share(&scoring.score)),
        version: scoring.version,
        counts: counts(&scoring.score),
        label: None,
        scoring: *scoring,
    };
    let path = best_path(view);
    let is_best =
        |scoring: &Scoring| path.iter().any(|best| (best.round, best.version) == (scoring.round, scoring.version));
    let scored_on = |purpose| view.scorings.iter().filter(move |scoring| scoring.purpose == purpose);
    let seed = scored_on(Purpose::Validation).find(|scoring| scoring.version == Version::SEED);
    let mut full: Vec<Dot> = scored_on(Purpose::Validation).map(dot).collect();
    let mini: Vec<Dot> = scored_on(Purpose::Batch).map(dot).collect();
    let best = steps(&path, &x, |score| scale.y(share(score)), x(calls));
    let labelled = full.iter().map(|dot| is_best(&dot.scoring)).collect::<Vec<_>>();
    labels::place(&mut full, &labelled, &mini, &best, height);
    Some(ScoreChart {
        height,
        y_ticks: scale.ticks(),
        x_ticks: x_ticks(ends_at),
        bands: bands(view, x),
        best,
        full,
        mini,
        seed: seed.map(|seed| scale.y(share(&seed.score))),
        now: (!is_over).then(|| x(calls)),
        sentence: sentence(view, &path, calls, ends_at),
    })
}

/// Model calls that the run will have taken, at the calls per rollout so far.
pub fn expected_calls(view: &RunView) -> u64 {
    let Some(started) = &view.started else { return 0 };
    let Some(plan) = view.plan() else { return 0 };
    let done = view.rollouts.len().max(1);
    let possible = calls_per_rollout(&started.config.agent);
    let each = view.usage.agent.calls as f64 / done as f64;
    let each = each.clamp(*possible.start() as f64, *possible.end() as f64);
    (each * plan.rollouts() as f64).round() as u64 + (plan.expansions + plan.edits) as u64
}

/// The scorings that made a best, in the order of the rounds; the seed's first.
fn best_path(view: &RunView) -> Vec<Scoring> {
    let full = |round: u32, version: Version| {
        view.scorings
            .iter()
            .find(|s| s.purpose == Purpose::Validation && s.round == round && s.version == version)
            .copied()
    };
    let mut path: Vec<Scoring> = full(0, Version::SEED).into_iter().collect();
    for round in &view.rounds {
        if let Some((version, true)) = round.leader {
            path.extend(full(round.round, version));
        }
    }
    // Rounds overlap: a later one may be scored before an earlier one is.
    for at in 1..path.len() {
        path[at].at_call = path[at].at_call.max(path[at - 1].at_call);
    }
    path
}

fn steps(path: &[Scoring], x: &impl Fn(u64) -> f64, y: impl Fn(&Score) -> f64, end: f64) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, scoring) in path.iter().enumerate() {
        let (from, level) = (x(scoring.at_call), y(&scoring.score));
        let next = path.get(at + 1);
        let to = next.map_or(end, |next| x(next.at_call));
        lines.push(Line { x1: from, x2: to, y1: level, y2: level });
        if let Some(next) = next {
            lines.push(Line { x1: to, x2: to, y1: level, y2: y(&next.score) });
        }
    }
    lines
}

fn bands(view: &RunView, x: impl Fn(u64) -> f64) -> Vec<Band> {
    let calls = view.usage.total().calls;
    let mut starts: Vec<(u64, String, String)> = view
        .rounds
        .iter()
        .map(|round| (round.at_call, format!("Round {}", round.round), format!("R{}", round.round)))
        .collect();
    let checks = view.rollouts.iter().any(|rollout| rollout.purpose == Purpose::HeldOut);
    if let (true, Some(last)) = (checks, view.scorings.last()) {
        starts.push((last.at_call, "Held-out check".into(), "Check".into()));
    }
    let ends = starts.iter().skip(1).map(|start| start.0).chain([calls]).collect::<Vec<_>>();
    starts
        .into_iter()
        .zip(ends)
        .map(|((from, name, short), to)| Band { x: x(from), width: (x(to) - x(from)).max(0.0), name, short })
        .collect()
}

fn x_ticks(ends_at: u64) -> Vec<Tick> {
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000]
        .into_iter()
        .find(|step| ends_at / step <= 4)
        .unwrap_or(ends_at);
    let mut ticks: Vec<Tick> = (0..)
        .map(|i| i * step)
        .take_while(|call| (*call as f64) < 0.86 * ends_at as f64)
        .map(|call| Tick { at: 100.0 * call as f64 / ends_at as f64, words: thousands(call) })
        .collect();
    ticks.push(Tick { at: 100.0, words: format!("{} calls", thousands(ends_at)) });
    ticks
}

fn sentence(view: &RunView, path: &[Scoring], calls: u64, ends_at: u64) -> String {
    let told: Vec<String> = path
        .iter()
        .map(|scoring| match scoring.round {
            0 => format!("seed {}", percent(&scoring.score)),
            round => format!("{} {} after round {round}", scoring.version, percent(&scoring.score)),
        })
        .collect();
    let best = if told.is_empty() { "nothing scored on all of validation yet".into() } else { told.join(", then ") };
    match view.state {
        RunState::Finished => format!("Best so far by model calls: {best}. {} calls in all.", thousands(calls)),
        _ => format!("Best so far by model calls: {best}. {} of about {} calls.", thousands(calls), thousands(ends_at)),
    }
}

fn share(score: &Score) -> f64 {
    score.correct as f64 / score.planned.max(1) as f64
}

fn counts(score: &Score) -> String {
    format!("{}/{}", score.correct, score.planned)
}

/// From scores to pixels, with a little air around what was scored.
struct Scale {
    low: f64,
    high: f64,
    height: f64,
}

impl Scale {
    fn of(scorings: &[Scoring], height: f64) -> Self {
        let shares = || scorings.iter().map(|scoring| share(&scoring.score));
        let lowest = shares().fold(1.0, f64::min);
        let highest = shares().fold(0.0, f64::max);
        let low = (((lowest - 0.02) * 10.0).floor() / 10.0).clamp(0.0, 0.8);
        let high = (((highest + 0.02) * 10.0).ceil() / 10.0).clamp(low + 0.2, 1.0);
        Self { low, high, height }
    }

    fn y(&self, share: f64) -> f64 {
        self.height * (self.high - share) / (self.high - self.low)
    }

    fn ticks(&self) -> Vec<Tick> {
        let tenths = ((self.high - self.low) * 10.0).round() as u32;
        let step = if tenths > 5 { 2 } else { 1 };
        (0..=tenths)
            .rev()
            .filter(|tenth| tenth % step == 0)
            .map(|tenth| {
                let share = self.low + f64::from(tenth) / 10.0;
                Tick { at: self.y(share), words: format!("{:.0} %", 100.0 * share) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::view::{RoleUsage, RoundView};

    fn scoring(at_call: u64, round: u32, version: u32, purpose: Purpose, correct: usize, planned: usize) -> Scoring {
        let score = Score { mean: 0.0, planned, correct, finished: planned, no_answer: 0 };
        Scoring { at_call, round, version: Version(version), purpose, score }
    }

    fn view() -> RunView {
        let mut usage = RoleUsage::default();
        usage.agent.calls = 200;
        let round = |round, at_call, leader| RoundView { round, at_call, leader, ..RoundView::default() };
        let mut view = RunView::default();
        view.state = RunState::Finished;
        view.usage = usage;
        view.best = Version(2);
        view.scorings = vec![
            scoring(40, 0, 0, Purpose::Validation, 30, 50),
            scoring(60, 1, 1, Purpose::Batch, 8, 10),
            scoring(100, 1, 1, Purpose::Validation, 35, 50),
            scoring(180, 2, 2, Purpose::Validation, 40, 50),
        ];
        view.rounds = vec![round(1, 0, Some((Version(1), true))), round(2, 80, Some((Version(2), true)))];
        view
    }

    #[test]
    fn the_best_line_steps_up_where_a_new_best_was_scored() {
        let chart = score_chart(&view(), 200.0).unwrap();
        let told: Vec<_> = chart.best.iter().map(|l| (l.x1, l.x2, l.y1.round(), l.y2.round())).collect();
        assert_eq!(
            told,
            [
                (20.0, 50.0, 150.0, 150.0),
                (50.0, 50.0, 150.0, 100.0),
                (50.0, 90.0, 100.0, 100.0),
                (90.0, 90.0, 100.0, 50.0),
                (90.0, 100.0, 50.0, 50.0),
            ]
        );
        assert_eq!((chart.full.len(), chart.mini.len()), (3, 1));
        assert_eq!(chart.seed, Some(chart.full[0].y));
    }

    #[test]
    fn axes_end_at_what_was_scored_and_called() {
        let chart = score_chart(&view(), 200.0).unwrap();
        let words = |ticks: &[Tick]| ticks.iter().map(|tick| tick.words.clone()).collect::<Vec<_>>();
        assert_eq!(words(&chart.y_ticks), ["90 %", "80 %", "70 %", "60 %", "50 %"]);
        assert_eq!(words(&chart.x_ticks), ["0", "50", "100", "150", "200 calls"]);
        assert_eq!((chart.y_ticks[0].at, chart.y_ticks[4].at), (0.0, 200.0));
        assert_eq!(
            chart.bands.iter().map(|band| (band.x, band.width)).collect::<Vec<_>>(),
            [(0.0, 40.0), (40.0, 60.0)]
        );
    }

    #[test]
    fn the_sentence_tells_the_chart() {
        assert_eq!(
            score_chart(&view(), 200.0).unwrap().sentence,
            "Best so far by model calls: seed 60.0 % (30/50), then v1 70.0 % (35/50) after round 1, then v2 80.0 % (40/50) \
             after round 2. 200 calls in all."
        );
        assert_eq!(score_chart(&RunView::default(), 200.0), None);
    }

    #[test]
    fn a_round_that_is_scored_before_the_one_before_it_does_not_draw_backwards() {
        let mut view = view();
        view.scorings[2].at_call = 190;
        let chart = score_chart(&view, 200.0).unwrap();
        assert!(chart.best.iter().all(|line| line.x2 >= line.x1));
    }
}
