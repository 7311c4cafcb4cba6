//! The verdict: the same word, sentence and counts as on the screens.

use super::html::Html;
use crate::{
    domain::{id::Version, rollout::Purpose, score::Score},
    run::{
        format::{count, p_value, score_words},
        verdict::{Paired, Verdict},
        view::RunView,
    },
};

/// The verdict on held-out questions, or what stands in its place.
pub fn section(html: &mut Html, view: &RunView) {
    html.raw("<section class=\"verdict\"><h2>Verdict</h2>\n");
    let held_out = |version| view.candidate(version).and_then(|known| known.score(Purpose::HeldOut));
    match (view.held_out(), held_out(Version::SEED), held_out(view.best)) {
        (Some((paired, verdict)), Some(seed), Some(best)) => judged(html, view, paired, verdict, [seed, best]),
        _ => {
            html.raw("<p class=\"word\">No verdict</p>\n<p>No questions were kept apart, or the run ended before they were asked. The scores \
                      below were measured on the questions that chose the winner, so luck is in them.</p>\n");
        }
    }
    let scored = [("Seed", view.seed_score()), ("Best", view.best_score())];
    html.raw("<dl>");
    for (name, score) in scored {
        html.element("<div><dt>", format_args!("{name}, validation"), "</dt><dd>");
        html.text(score.map_or("not scored".to_owned(), |score| score_words(&score))).raw("</dd></div>");
    }
    html.raw("</dl>\n<p class=\"note\">The validation questions chose the winner: its score there flatters it.</p>\n</section>\n");
}

fn judged(html: &mut Html, view: &RunView, paired: Paired, verdict: Verdict, [seed, best]: [Score; 2]) {
    let (word, meaning) = match verdict {
        Verdict::Better { p } => {
            (format!("Better, {}", p_value(p)), "The difference is more than chance would often make.")
        }
        Verdict::NotProven { p } => (
            format!("Not proven, {}", p_value(p)),
            "A difference like this comes up by chance too often; more held-out questions could settle it.",
        ),
        Verdict::Worse { p } => (
            format!("Worse, {}: keep the seed", p_value(p)),
            "On new questions it does worse than the prompt that the run began with.",
        ),
        Verdict::Unchanged => {
            ("No better prompt found".to_owned(), "The run ended with the prompt that it began with.")
        }
    };
    html.element("<p class=\"word\">", word, "</p>\n<p>");
    html.text(format_args!(
        "{} is right on {} of {} held-out questions, the seed on {}. The search never saw them. {meaning}",
        view.best, best.correct, best.planned, seed.correct
    ));
    html.raw("</p>\n<dl>");
    let mut fact = |name: &str, value: String| {
        html.element("<div><dt>", name, "</dt>").element("<dd>", value, "</dd></div>");
    };
    fact("Seed, held-out", score_words(&seed));
    fact("Best, held-out", score_words(&best));
    if verdict != Verdict::Unchanged {
        fact("Fixed", count(paired.fixed, "question"));
        fact("Broken", count(paired.broken, "question"));
        fact("Both right", count(paired.both_right, "question"));
        fact("Both wrong", count(paired.both_wrong, "question"));
        if paired.missing > 0 {
            fact("Without an answer from one of the two", count(paired.missing, "question"));
        }
    }
    html.raw("</dl>\n<p class=\"note\">Exact two-sided McNemar test on the questions that only one of the two gets right.</p>\n");
}
