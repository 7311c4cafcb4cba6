//! A run as one page to read without this app: verdict, prompts with their difference, chart, rounds, costs, settings, and every
//! question with its queries. One file without scripts and without anything to load, so it opens from a disk, a mail or a printer.

mod chart;
mod facts;
mod html;
mod prompts;
mod questions;
mod verdict;

use self::html::Html;
use super::{Export, file_name};
use crate::{
    domain::id::Version,
    ports::store::RunState,
    run::{
        format::{date_time, thousands},
        view::RunView,
    },
};

const STYLE: &str = include_str!("report/report.css");

/// The report of a run; `None` before there is one.
pub fn report_html(view: &RunView) -> Option<Export> {
    let started = view.started.as_deref()?;
    let mut html = Html::default();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Nothing in here asks for anything. Should it ever, the browser is told to refuse.
    html.raw(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.element("<title>", format_args!("{} · Promptbeam report", started.name), "</title>\n<style>\n");
    html.raw(STYLE).raw("</style>\n</head>\n<body>\n<main>\n");
    head(&mut html, view, &started.name, &started.dataset);
    verdict::section(&mut html, view);
    prompts::section(&mut html, view);
    chart::section(&mut html, view);
    facts::rounds(&mut html, view);
    facts::candidates(&mut html, view);
    questions::failures(&mut html, view);
    facts::costs(&mut html, view);
    facts::problems(&mut html, view);
    facts::settings(&mut html, started);
    questions::section(&mut html, view);
    html.raw("<footer><p>Written by Promptbeam from the run's journal. No key is in it, and it loads nothing. The run file (.jsonl) has every \
              message and every answer; the page opens it again.</p></footer>\n</main>\n</body>\n</html>\n");
    Some(Export { name: file_name(view, "report", "html"), mime: "text/html", content: html.finish() })
}

fn head(html: &mut Html, view: &RunView, name: &str, dataset: &str) {
    let state = match view.state {
        RunState::Finished => "finished",
        RunState::Paused => "paused before its end",
        RunState::Stopped => "stopped before its end",
        RunState::Idle | RunState::Running => "written while it was running",
    };
    html.element("<header><h1>", name, "</h1>\n<p>");
    html.text(format_args!(
        "Prompt optimization on {dataset}, {} UTC, {state}. {} rollouts, {} model calls.",
        date_time(view.started_at, 0),
        thousands(view.rollouts.len() as u64),
        thousands(view.usage.total().calls),
    ));
    html.raw("</p></header>\n");
}

/// Seed and best, the best only if it is another prompt.
fn compared(view: &RunView) -> Vec<Version> {
    let mut versions = vec![Version::SEED];
    versions.extend(Some(view.best).filter(|best| *best != Version::SEED));
    versions
}

/// What a column of a candidate is called.
fn title(version: Version) -> String {
    if version == Version::SEED { "Original (v0)".to_owned() } else { format!("Best ({version})") }
}
