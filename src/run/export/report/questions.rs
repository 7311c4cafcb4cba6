//! Question by question: the gold query, what seed and best wrote, and how it was judged; and the kinds of failure in numbers.

use std::collections::{BTreeMap, HashMap};

use super::{compared, html::Html, title};
use crate::{
    domain::{
        dataset::Example,
        id::{ExampleId, Version},
        rollout::Outcome,
    },
    run::{
        results::{Cell, QuestionRow, SplitChoice, Turn, rows},
        view::{Mark, RunView},
    },
};

const SPLITS: [(SplitChoice, &str); 2] =
    [(SplitChoice::HeldOut, "Held-out questions"), (SplitChoice::Validation, "Validation questions")];

/// How often which kind of failure came up, for seed and best.
pub fn failures(html: &mut Html, view: &RunView) {
    let versions = compared(view);
    let mut counts: BTreeMap<(usize, &'static str), Vec<usize>> = BTreeMap::new();
    for (place, (split, _)) in SPLITS.iter().enumerate() {
        for row in rows(view, *split, &versions) {
            for (column, cell) in row.cells.iter().enumerate() {
                let Some(kind) = cell.as_ref().and_then(kind) else { continue };
                counts.entry((place, kind)).or_insert_with(|| vec![0; versions.len()])[column] += 1;
            }
        }
    }
    if counts.is_empty() {
        return;
    }
    html.raw("<section><h2>Kinds of failure</h2>\n<table><thead><tr><th>Questions</th><th>Kind</th>");
    columns(html, &versions);
    html.raw("</tr></thead>\n<tbody>\n");
    for ((place, kind), numbers) in counts {
        html.element("<tr><td>", SPLITS[place].1, "</td>").element("<td>", kind, "</td>");
        for number in numbers {
            html.element("<td class=\"num\">", number, "</td>");
        }
        html.raw("</tr>\n");
    }
    html.raw("</tbody></table></section>\n");
}

fn columns(html: &mut Html, versions: &[Version]) {
    for version in versions {
        html.element("<th class=\"num\">", title(*version), "</th>");
    }
}

fn kind(cell: &Cell) -> Option<&'static str> {
    match cell.mark {
        Mark::Right => None,
        Mark::Wrong => Some(cell.diagnosis.map_or("wrong", |diagnosis| diagnosis.words())),
        Mark::NoAnswer => Some("no answer"),
        Mark::Unfinished => Some("not finished"),
    }
}

/// Every question of validation and held-out.
pub fn section(html: &mut Html, view: &RunView) {
    let Some(started) = view.started.as_deref() else { return };
    let examples: HashMap<&ExampleId, &Example> =
        started.examples.iter().map(|example| (&example.id, example)).collect();
    let versions = compared(view);
    for (split, name) in SPLITS {
        let rows = rows(view, split, &versions);
        if rows.iter().all(|row| row.cells.iter().all(Option::is_none)) {
            continue;
        }
        html.element("<section><h2>", name, "</h2>\n<table class=\"questions\"><thead><tr><th>Question</th>");
        for version in &versions {
            html.element("<th>", title(*version), "</th>");
        }
        html.raw("</tr></thead>\n<tbody>\n");
        for row in &rows {
            let Some(example) = examples.get(&row.example) else { continue };
            question(html, view, row, example);
        }
        html.raw("</tbody></table></section>\n");
    }
}

fn question(html: &mut Html, view: &RunView, row: &QuestionRow, example: &Example) {
    html.element("<tr><td><p>", &example.question, "</p>");
    if let Some(hint) = &example.evidence {
        html.element("<p class=\"note\">Hint: ", hint, "</p>");
    }
    html.raw("<p class=\"note\">").text(format_args!("{} · {}", example.db, example.id)).raw("</p>");
    html.element("<pre>", &example.gold, "</pre></td>");
    for (column, cell) in row.cells.iter().enumerate() {
        html.raw("<td>");
        let Some(cell) = cell else {
            html.raw("<p class=\"note\">not run</p></td>");
            continue;
        };
        let (open, word) = match cell.mark {
            Mark::Right => ("<p class=\"ok\">✓ ", "right"),
            Mark::Wrong => ("<p class=\"bad\">✗ ", "wrong"),
            Mark::NoAnswer => ("<p class=\"warn\">! ", "no answer"),
            Mark::Unfinished => ("<p class=\"warn\">– ", "not finished"),
        };
        let turn = match (column > 0).then(|| row.turn(0, column)).flatten() {
            Some(Turn::Fixed) => ", fixed",
            Some(Turn::Broken) => ", broken",
            None => "",
        };
        let why = cell.diagnosis.map_or(String::new(), |diagnosis| format!(": {}", diagnosis.words()));
        html.element(open, format_args!("{word}{turn}{why}"), "</p>");
        if let Some(rollout) = view.rollouts.get(cell.rollout) {
            if let Some(query) = rollout.query() {
                html.element("<pre>", query, "</pre>");
            }
            if let Outcome::Judged(judgement) = &rollout.outcome
                && !judgement.difference.is_empty()
            {
                html.element("<p class=\"note long\">", &judgement.difference, "</p>");
            }
        }
        html.raw("</td>");
    }
    html.raw("</tr>\n");
}
