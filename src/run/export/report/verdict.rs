//! The verdict: the same words and counts as on the screens.

use super::html::Html;
use crate::{
    domain::id::Version,
    run::{
        format::{count, score_words},
        verdict::{Evidence, told},
        view::RunView,
    },
};

/// The verdict on held-out questions, or what stands in its place; then the scores that chose the winner.
pub fn section(html: &mut Html, view: &RunView) {
    html.raw("<section class=\"verdict\"><h2>Verdict</h2>\n");
    match told(view) {
        Some(told) => {
            html.element("<p class=\"word\">", &told.headline, "</p>\n").element("<p>", told.paragraph(), "</p>\n");
            if let Some(evidence) = &told.evidence {
                counted(html, evidence);
            }
            let keep = if told.keep == Version::SEED { "the original".to_owned() } else { told.keep.to_string() };
            html.element("<p>Prompt to use: <b>", keep, "</b></p>\n");
        }
        None => {
            html.raw(
                "<p class=\"word\">None yet</p>\n<p>The run ended before the held-out questions were asked.</p>\n",
            );
        }
    }
    html.raw("<dl>");
    for (name, score) in [("Original, validation", view.seed_score()), ("Best, validation", view.best_score())] {
        fact(html, name, score.map_or("not scored".to_owned(), |score| score_words(&score)));
    }
    html.raw("</dl>\n<p class=\"note\">The validation questions chose the winner: its score there flatters it.</p>\n</section>\n");
}

fn counted(html: &mut Html, evidence: &Evidence) {
    html.raw("<dl>");
    fact(html, "Original, held-out", score_words(&evidence.original_score));
    fact(html, "Best, held-out", score_words(&evidence.best_score));
    if evidence.best != Version::SEED {
        let paired = evidence.paired;
        for (name, number) in [
            ("Fixed", paired.fixed),
            ("Broken", paired.broken),
            ("Both right", paired.both_right),
            ("Both wrong", paired.both_wrong),
        ] {
            fact(html, name, count(number, "question"));
        }
        if paired.missing > 0 {
            fact(html, "Without an answer from one of the two", count(paired.missing, "question"));
        }
        if let Some(interval) = evidence.interval_words() {
            fact(html, "Gain, 95 % interval", interval);
        }
    }
    html.raw("</dl>\n<p class=\"note\">Exact two-sided McNemar test on the questions that only one of the two gets right.</p>\n");
}

fn fact(html: &mut Html, name: &str, value: String) {
    html.element("<div><dt>", name, "</dt>").element("<dd>", value, "</dd></div>");
}
