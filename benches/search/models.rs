//! The model of a simulated world behind the `ChatModel` port, in all three roles. What it answers is drawn from the run's
//! seed and the step, so that repeats differ as at a temperature above 0 and a run can still be repeated.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use promptbeam::{
    domain::{
        chat::{ChatAnswer, ModelRole},
        problem::ChatError,
        rng::SplitMix64,
    },
    ports::{
        chat::{ChatModel, ChatRequest},
        clock::Clock,
    },
};

use super::{
    formats::{self, Asked, Editing},
    prompts::{Held, Mark, mark_of, words},
    world::{Fate, Population, TRAPS, World, gold},
};

/// Wordings to choose from, and sentences without effect.
const WORDINGS: usize = 90;

/// Plays agent, critic and editor in one run.
pub struct SimulatedModel {
    pub world: &'static World,
    pub population: Rc<Population>,
    pub seed: u64,
    pub clock: Rc<dyn Clock>,
    /// How long each answer takes on the clock.
    pub latency_ms: f64,
}

/// What a critic wants of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    Add(Mark),
    Remove(Mark),
}

impl Point {
    /// The point as a critic words it; the words are what an editor knows it by.
    pub fn words(self) -> String {
        let (verb, mark) = match self {
            Point::Add(mark) => ("Add rule", mark),
            Point::Remove(mark) => ("Remove line", mark),
        };
        let name = mark.name();
        format!("{verb} {name}: {}.", words(&format!("why {name}"), 6))
    }

    /// All points in a text, each once, in the order in which they stand there.
    pub fn all_in(text: &str) -> Vec<Self> {
        let found = |verb: &'static str, point: fn(Mark) -> Point| {
            text.match_indices(verb).filter_map(move |(at, _)| Some((at, point(Mark::at(&text[at + verb.len()..])?))))
        };
        let mut points: Vec<_> = found("Add rule ", Point::Add).chain(found("Remove line ", Point::Remove)).collect();
        points.sort_by_key(|(at, _)| *at);
        let mut each = Vec::new();
        for (_, point) in points {
            if !each.contains(&point) {
                each.push(point);
            }
        }
        each
    }
}

impl ChatModel for SimulatedModel {
    fn complete<'a>(&'a self, request: &'a ChatRequest) -> LocalBoxFuture<'a, Result<ChatAnswer, ChatError>> {
        async move {
            self.clock.sleep(self.latency_ms).await;
            Ok(ChatAnswer { text: self.answer(request), ..ChatAnswer::default() })
        }
        .boxed_local()
    }
}

impl SimulatedModel {
    fn answer(&self, request: &ChatRequest) -> String {
        let mut rng = SplitMix64::labelled(self.seed, request.step.as_str());
        match request.role {
            ModelRole::Agent => {
                let [system, user] = &request.messages[..] else { panic!("the single-shot agent has two messages") };
                format!("```sql\n{}\n```", self.query(&system.content, &user.content, &mut rng))
            }
            ModelRole::Critic => self.critique(&formats::critic(&request.messages), &mut rng),
            ModelRole::Editor => self.edit(&formats::editor(&request.messages), &mut rng),
        }
    }

    /// The right query, or one that says what is behind its being wrong.
    fn query(&self, prompt: &str, question: &str, rng: &mut SplitMix64) -> String {
        let number: String = question.chars().filter(char::is_ascii_digit).collect();
        let number: usize = number.parse().expect("a question names its number");
        // The noise is the prompt's, too.
        let hash =
            prompt.bytes().fold(0_u64, |hash, byte| hash.rotate_left(5) ^ u64::from(byte).wrapping_mul(0x9e37_79b9));
        let noise = SplitMix64::labelled(rng.next_u64() ^ hash, "noise").unit();
        let fate = self.population.fate(number, Held::of(prompt));
        if noise < self.population.chance(fate) {
            return gold(number);
        }
        match fate {
            Fate::Wrong(mark) => format!("SELECT 'wrong_{}' FROM answers", mark.name()),
            Fate::Right | Fate::Stubborn => format!("SELECT 'wrong_slip{number}' FROM answers"),
        }
    }

    /// One point for each kind of failure that is shown, right or wrong; a remark if none is.
    fn critique(&self, asked: &Asked<'_>, rng: &mut SplitMix64) -> String {
        let mut points: Vec<Point> = Vec::new();
        for cause in causes(asked.shown) {
            let right = rng.unit() < self.world.critic.right;
            let named = cause.filter(|_| right).map(|mark| match mark {
                Mark::Trap(_) => Point::Remove(mark),
                Mark::Rule(_) | Mark::Note(_) => Point::Add(mark),
            });
            let point = named.unwrap_or_else(|| self.guess(rng));
            if !points.contains(&point) {
                points.push(point);
            }
        }
        // Who is told what was tried in vain names something else first.
        points.sort_by_key(|point| asked.tried.contains(point));
        points.truncate(asked.distinct.unwrap_or(self.world.critic.points));
        if points.is_empty() {
            points.push(Point::Add(Mark::Note(rng.below(WORDINGS))));
        }
        (asked.format)(&points.iter().map(|point| point.words()).collect::<Vec<_>>())
    }

    /// Any rule, of those that help nobody as well.
    fn guess(&self, rng: &mut SplitMix64) -> Point {
        Point::Add(Mark::Rule(rng.below(2 * self.world.rules)))
    }

    fn edit(&self, asked: &Editing<'_>, rng: &mut SplitMix64) -> String {
        let habits = &self.world.editor;
        let mut lines: Vec<String> = asked.template.trim().lines().map(str::to_owned).collect();
        if asked.reworded {
            self.reword(&mut lines, rng);
        }
        if asked.shortened {
            lines.retain(|line| !matches!(mark_of(line), Some(Mark::Note(_))) || rng.unit() >= habits.carried);
        }
        for point in Point::all_in(asked.critique).into_iter().take(asked.points) {
            let carried = rng.unit() < habits.carried;
            match point {
                Point::Add(mark) if carried => lines.push(mark.line(rng.below(WORDINGS))),
                Point::Remove(mark) if carried => lines.retain(|line| mark_of(line) != Some(mark)),
                Point::Add(_) | Point::Remove(_) => lines.push(Mark::Note(rng.below(WORDINGS)).line(0)),
            }
        }
        if rng.unit() < habits.duplicate
            && let Some(mark) = any_rule(&lines, rng).and_then(|at| mark_of(&lines[at]))
        {
            lines.push(mark.line(rng.below(WORDINGS)));
        }
        if rng.unit() < habits.damage
            && let Some(at) = any_rule(&lines, rng)
        {
            if rng.unit() < 0.5 {
                lines.remove(at);
            } else {
                lines[at].replace_range(4..6, "??");
            }
        }
        if rng.unit() < habits.trap {
            lines.push(Mark::Trap(rng.below(TRAPS)).line(rng.below(WORDINGS)));
        }
        lines.join("\n")
    }

    /// Every line in other words.
    fn reword(&self, lines: &mut [String], rng: &mut SplitMix64) {
        for line in lines {
            if let Some(mark) = mark_of(line) {
                *line = mark.line(rng.below(WORDINGS));
            }
        }
    }
}

/// The position of a line that stands for a rule.
fn any_rule(lines: &[String], rng: &mut SplitMix64) -> Option<usize> {
    let is_rule = |at: &usize| matches!(mark_of(&lines[*at]), Some(Mark::Rule(_)));
    let rules: Vec<usize> = (0..lines.len()).filter(is_rule).collect();
    rules.get(rng.below(rules.len())).copied()
}

/// What is behind each kind of failure in `shown`, each once; `None` where nothing is.
fn causes(shown: &str) -> Vec<Option<Mark>> {
    let (mut names, mut causes) = (Vec::new(), Vec::new());
    for (at, _) in shown.match_indices("'wrong_") {
        let name = shown[at + 7..].split('\'').next().unwrap_or_default();
        if !names.contains(&name) {
            names.push(name);
            causes.push(Mark::at(name));
        }
    }
    causes
}
