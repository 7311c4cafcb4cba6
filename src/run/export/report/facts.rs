//! Tables of what the run did and took: rounds, candidates with their critiques, costs, problems, settings.

use serde_json::Value;

use super::html::Html;
use crate::{
    domain::{chat::ModelRole, endpoint::without_secrets, event::RunStarted, rollout::Purpose},
    run::{
        format::{count, dollars, duration, score_words, thousands},
        remedy::{self, Contact},
        rounds::summary,
        view::{CandidateView, RunView},
    },
};

/// The best after each round, and what the round changed.
pub fn rounds(html: &mut Html, view: &RunView) {
    html.raw("<section><h2>Round by round</h2>\n<table><thead><tr><th>Round</th><th>Best</th><th>Validation</th><th>What changed</th>\
              <th class=\"num\">Words</th><th class=\"num\">Rejected edits</th></tr></thead>\n<tbody>\n");
    for row in summary(view) {
        let name = if row.round == 0 { "Original".to_owned() } else { row.round.to_string() };
        html.element("<tr><th scope=\"row\">", name, "</th>").element("<td>", row.best, "</td>");
        html.element("<td>", row.score.map_or("not scored".to_owned(), |score| score_words(&score)), "</td><td>");
        match (&row.refused, row.changed.is_empty()) {
            _ if row.round == 0 => html.raw("The prompt that the run began with"),
            (Some((version, score)), _) => {
                html.text(format_args!("Nothing: {version} came to {} and is not better", score_words(score)))
            }
            (None, _) if !row.is_new => html.raw("Nothing: no new prompt came to the end of the round"),
            (None, true) => html.raw("Words within lines; no new line"),
            (None, false) => html.text(row.changed.join("\n")),
        };
        let rejected =
            view.rounds.iter().find(|round| round.round == row.round).map_or(0, |round| round.rejected.len());
        html.element("</td><td class=\"num\">", row.words, "</td>").element(
            "<td class=\"num\">",
            rejected,
            "</td></tr>\n",
        );
    }
    html.raw("</tbody></table></section>\n");
}

/// Where each prompt came from, with the critique that led to it; then the edits that made none.
pub fn candidates(html: &mut Html, view: &RunView) {
    html.raw("<section><h2>All prompts</h2>\n<table><thead><tr><th>Prompt</th><th>From</th><th>Round</th><th>Validation</th><th>Held-out</th>\
              <th>Standing</th><th>The critique that led to it</th></tr></thead>\n<tbody>\n");
    for known in &view.candidates {
        candidate(html, view, known);
    }
    html.raw("</tbody></table>\n");
    let rejected = view.rounds.iter().flat_map(|round| round.rejected.iter().map(move |edit| (round.round, edit)));
    let rejected: Vec<_> = rejected.collect();
    if !rejected.is_empty() {
        html.raw("<h3>Edits that made no prompt</h3>\n<ul>\n");
        for (round, edit) in rejected {
            html.raw("<li>")
                .text(format_args!("Round {round}, from {}: {}.", edit.parent, edit.reason.words()))
                .raw("</li>\n");
        }
        html.raw("</ul>\n");
    }
    html.raw("</section>\n");
}

fn candidate(html: &mut Html, view: &RunView, known: &CandidateView) {
    let candidate = &known.candidate;
    let score = |purpose| known.score(purpose).map_or("–".to_owned(), |score| score_words(&score));
    let standing = match (candidate.version == view.best, known.in_beam) {
        (true, _) => "best",
        (false, true) => "in the beam",
        (false, false) => "dropped",
    };
    html.element("<tr><th scope=\"row\">", candidate.version, "</th>");
    html.element("<td>", candidate.parent().map_or("–".to_owned(), |parent| parent.to_string()), "</td>");
    html.element("<td>", candidate.round(), "</td>");
    html.element("<td>", score(Purpose::Validation), "</td>").element("<td>", score(Purpose::HeldOut), "</td>");
    html.element("<td>", standing, "</td>");
    html.element("<td class=\"long\">", known.critique.as_deref().unwrap_or("–"), "</td></tr>\n");
}

/// Calls, tokens and money by role.
pub fn costs(html: &mut Html, view: &RunView) {
    html.raw("<section><h2>What it took</h2>\n<table><thead><tr><th>Role</th><th class=\"num\">Calls</th><th class=\"num\">From the cache</th>\
              <th class=\"num\">Lost</th><th class=\"num\">Tokens in</th><th class=\"num\">Tokens out</th><th class=\"num\">Cost</th></tr></thead>\n<tbody>\n");
    let rows = ModelRole::ALL.map(|role| (role.name(), *view.usage.of(role)));
    for (name, usage) in rows.into_iter().chain([("all", view.usage.total())]) {
        html.element("<tr><th scope=\"row\">", name, "</th>");
        for number in [usage.calls, usage.cached_calls, usage.lost_calls, usage.input_tokens, usage.output_tokens] {
            html.element("<td class=\"num\">", thousands(number), "</td>");
        }
        let cost = match usage.unpriced_calls {
            0 => dollars(usage.usd),
            unpriced if usage.usd > 0.0 => {
                format!("{}, and {} of unknown price", dollars(usage.usd), count(unpriced as usize, "call"))
            }
            _ => "unknown".to_owned(),
        };
        html.element("<td class=\"num\">", cost, "</td></tr>\n");
    }
    html.raw("</tbody></table>\n<p>Running time: ").text(duration(view.active_ms)).raw(", pauses left out.");
    let unmetered = view.usage.total().unmetered_calls;
    if unmetered > 0 {
        html.text(format_args!(" {} without a count of tokens.", count(unmetered as usize, "call")));
    }
    html.raw("</p></section>\n");
}

/// What went wrong on the way.
pub fn problems(html: &mut Html, view: &RunView) {
    if view.problems.is_empty() {
        return;
    }
    html.raw("<section><h2>Problems on the way</h2>\n<ul>\n");
    for known in &view.problems {
        let model = known.role.zip(view.started.as_deref()).map(|(role, started)| started.config.models.of(role));
        let words = remedy::of(&known.problem, model.map_or_else(Contact::default, |model| Contact::of(model, "")));
        let role = known.role.map_or(String::new(), |role| format!(" ({})", role.name()));
        html.raw("<li><b>").text(words.title).raw("</b>").text(format_args!(
            "{role}, {}. {}",
            count(known.times, "time"),
            words.words
        ));
        html.raw("</li>\n");
    }
    html.raw("</ul></section>\n");
}

/// Everything that was set, by the names of `settings.json`; the prompts stand elsewhere.
pub fn settings(html: &mut Html, started: &RunStarted) {
    html.raw("<section><h2>Settings</h2>\n<table class=\"settings\"><tbody>\n");
    let splits = &started.splits;
    let sizes = [("train", &splits.train), ("validation", &splits.validation), ("held-out", &splits.held_out)];
    let sizes = sizes.map(|(name, ids)| format!("{} {name}", ids.len())).join(", ");
    html.element("<tr><th scope=\"row\">", "questions", "</th>").element("<td>", sizes, "</td></tr>\n");
    let config = serde_json::to_value(&started.config).expect("settings have text keys only");
    rows(html, "", &config);
    html.raw("</tbody></table></section>\n");
}

fn rows(html: &mut Html, path: &str, value: &Value) {
    let prompts = ["agent.write", "agent.check", "agent.rewrite"];
    let words = match value {
        _ if prompts.contains(&path) => return,
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                rows(html, &path, value);
            }
            return;
        }
        Value::Null => "not set".to_owned(),
        Value::String(text) if path.ends_with(".url") => without_secrets(text),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    html.element("<tr><th scope=\"row\">", path, "</th>").element("<td>", words, "</td></tr>\n");
}
