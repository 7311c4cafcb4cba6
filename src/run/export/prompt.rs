//! The prompt that a run recommends, as text and with its evidence: the best, or the original where the held-out questions say
//! "worse". Then the winner can still be had, under a name that says so.

use serde::Serialize;

use super::{Export, PROMPT_FORMAT, file_name, pretty};
use crate::{
    domain::{agent::AgentNode, id::Version, prompt::PromptTemplate, rollout::Purpose, score::Score},
    run::{
        verdict::{Told, told},
        view::RunView,
    },
};

#[derive(Serialize)]
struct PromptFile<'a> {
    format: &'a str,
    run: &'a str,
    dataset: &'a str,
    /// Of `template`.
    version: Version,
    /// Which prompt of the run it is, and why this one.
    choice: String,
    /// The winner of the search, whatever the verdict.
    best_version: Version,
    /// Which of the agent's prompts it is.
    node: AgentNode,
    template: &'a PromptTemplate,
    placeholders: Vec<&'a str>,
    seed_template: &'a PromptTemplate,
    agent_model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Told>,
    validation: Before<'a>,
    held_out: Before<'a>,
}

#[derive(Serialize)]
struct Before<'a> {
    seed: Option<Counts>,
    best: Option<Counts>,
    note: &'a str,
}

#[derive(Serialize)]
struct Counts {
    correct: usize,
    asked: usize,
    no_answer: usize,
}

impl From<Score> for Counts {
    fn from(score: Score) -> Self {
        Self { correct: score.correct, asked: score.planned, no_answer: score.missing() }
    }
}

/// The recommended prompt's text, ready to be used; `None` before there is a run.
pub fn prompt_md(view: &RunView) -> Option<Export> {
    md(view, view.recommended())
}

/// The recommended prompt with its scores, the verdict and where it comes from.
pub fn prompt_json(view: &RunView) -> Option<Export> {
    json(view, view.recommended())
}

/// The winner's text in spite of the verdict; `None` unless that is "worse".
pub fn winner_md(view: &RunView) -> Option<Export> {
    is_overruled(view).then(|| md(view, view.best))?
}

/// The winner with its scores in spite of the verdict; `None` unless that is "worse".
pub fn winner_json(view: &RunView) -> Option<Export> {
    is_overruled(view).then(|| json(view, view.best))?
}

/// Any prompt's text, ready to be used; `None` if the run has no such version.
pub fn candidate_md(view: &RunView, version: Version) -> Option<Export> {
    md(view, version)
}

fn is_overruled(view: &RunView) -> bool {
    view.recommended() != view.best
}

/// What the file's name calls it: what it is, where that is not the plain winner.
fn name(view: &RunView, version: Version, ending: &str) -> String {
    let what = match (is_overruled(view), version) {
        (true, version) if version == view.best => format!("prompt-{version}-worse"),
        (true, Version::SEED) => "prompt-original".to_owned(),
        (false, version) if version == view.best => "prompt".to_owned(),
        (_, version) => format!("prompt-{version}"),
    };
    file_name(view, &what, ending)
}

fn choice(view: &RunView, version: Version, told: Option<&Told>) -> String {
    let verdict = told.map(|told| told.headline.as_str()).unwrap_or("not finished");
    match (version, is_overruled(view)) {
        (Version::SEED, true) => {
            format!("The original: on held-out questions the winner {} is worse. {verdict}.", view.best)
        }
        (_, true) => format!("The winner {version}, taken against the verdict. {verdict}."),
        (Version::SEED, false) => format!("The original, which is the best prompt so far. Verdict: {verdict}."),
        (_, false) => format!("The best prompt, {version}. Verdict: {verdict}."),
    }
}

fn md(view: &RunView, version: Version) -> Option<Export> {
    let template = &view.candidate(version)?.candidate.template;
    let content = format!("{}\n", template.as_str().trim_end());
    Some(Export { name: name(view, version, "md"), mime: "text/markdown", content })
}

fn json(view: &RunView, version: Version) -> Option<Export> {
    let started = view.started.as_ref()?;
    let template = &view.candidate(version)?.candidate.template;
    let held_out = |version| view.candidate(version).and_then(|c| c.score(Purpose::HeldOut)).map(Counts::from);
    let verdict = told(view);
    let file = PromptFile {
        format: PROMPT_FORMAT,
        run: &started.name,
        dataset: &started.dataset,
        version,
        choice: choice(view, version, verdict.as_ref()),
        best_version: view.best,
        node: started.config.agent.optimized,
        template,
        placeholders: template.placeholders(),
        seed_template: started.config.agent.seed(),
        agent_model: &started.config.models.agent.name,
        verdict,
        validation: Before {
            seed: view.seed_score().map(Counts::from),
            best: view.best_score().map(Counts::from),
            note: "The questions that chose the winner: its score here flatters it.",
        },
        held_out: Before {
            seed: held_out(Version::SEED),
            best: held_out(view.best),
            note: "Questions that the search never saw.",
        },
    };
    let content = pretty(&file);
    Some(Export { name: name(view, version, "json"), mime: "application/json", content })
}
