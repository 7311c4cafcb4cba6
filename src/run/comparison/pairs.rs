//! Two runs' best prompts on the held-out questions that both were asked: paired counts and the exact test.

use super::{Side, letter};
use crate::run::{
    format::{chances, count, p_value},
    verdict::{Interval, Paired, Verdict, mcnemar},
};

/// How the best prompts of two runs compare; "fixed" and "broken" are those of the second against the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Positions of the two.
    pub first: usize,
    pub second: usize,
    pub paired: Paired,
    pub p: f64,
    pub interval: Option<Interval>,
    pub headline: String,
    /// What was counted, and what it means or why there is nothing to count.
    pub sentences: Vec<String>,
    /// `better`, `worse` or `unproven`; absent where no question is shared.
    pub verdict: Option<&'static str>,
}

/// Compares the runs at two positions.
pub fn pair(sides: &[&Side], first: usize, second: usize) -> Pair {
    let (before, after) = (sides[first], sides[second]);
    let mut paired = Paired::default();
    for question in &before.questions[2] {
        if let (Some(was), Some(is)) = (before.held_out.get(question), after.held_out.get(question)) {
            paired.count(*was, *is);
        }
    }
    let (a, b) = (letter(first), letter(second));
    let (p, shared) = (mcnemar(paired.fixed, paired.broken), paired.judged() + paired.missing);
    let unshared = |headline: String, sentence: String| {
        let (interval, verdict, sentences) = (None, None, vec![sentence]);
        Pair { first, second, paired, p, interval, headline, sentences, verdict }
    };
    let unasked: Vec<String> = [(a, before), (b, after)]
        .iter()
        .filter(|(_, side)| side.held_out.is_empty())
        .map(|(name, _)| name.to_string())
        .collect();
    if !unasked.is_empty() {
        return unshared(
            format!("{a} and {b}: not comparable"),
            format!("The best prompt of {} was asked no held-out question.", unasked.join(" and of ")),
        );
    }
    if shared == 0 {
        return unshared(
            format!("{a} and {b}: no question in common"),
            "None of their held-out questions is the same one: check one's prompt on the other's data instead.".into(),
        );
    }
    let verdict = paired.verdict();
    let (headline, word) = match verdict {
        Verdict::Better { p } => (format!("{b} is better than {a}, {}", p_value(p)), "better"),
        Verdict::Worse { p } => (format!("{a} is better than {b}, {}", p_value(p)), "worse"),
        Verdict::NotProven { .. } | Verdict::Unchanged if paired.discordant() == 0 => {
            (format!("Nothing tells {a} and {b} apart"), "unproven")
        }
        Verdict::NotProven { .. } | Verdict::Unchanged => {
            (format!("Not proven that {a} and {b} differ, {}", p_value(p)), "unproven")
        }
    };
    let sentences = vec![on(before, after, shared), counted(paired, a, b), meaning(paired, p)];
    Pair { first, second, paired, p, interval: paired.interval(), headline, sentences, verdict: Some(word) }
}

fn on(before: &Side, after: &Side, shared: usize) -> String {
    let (was, is) = (before.held_out.len(), after.held_out.len());
    if was == shared && is == shared {
        return format!("Both were asked the same {}.", count(shared, "held-out question"));
    }
    format!("{shared} of their {was} and {is} held-out questions are the same ones; only those count.")
}

fn counted(paired: Paired, a: char, b: char) -> String {
    let (right_a, right_b) = (paired.both_right + paired.broken, paired.both_right + paired.fixed);
    let judged = paired.judged();
    let missing = match paired.missing {
        0 => String::new(),
        missing => format!(" {} without an answer from one of them count nowhere.", count(missing, "question")),
    };
    format!(
        "{a}'s best is right on {right_a} of {judged}, {b}'s on {right_b}: on {} only {b}'s is right, on {} only {a}'s.{missing}",
        paired.fixed, paired.broken
    )
}

fn meaning(paired: Paired, p: f64) -> String {
    match paired.discordant() {
        0 => "They never differ.".into(),
        _ => format!("Two equally good prompts would differ this much in {}.", chances(p)),
    }
}
