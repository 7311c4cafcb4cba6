//! The line from the seed to a prompt, and the prompts that were edited from it.

use leptos::prelude::*;

use crate::{
    domain::{id::Version, rollout::Purpose},
    run::{rounds::changed_lines, view::RunView},
    ui::{links, state::use_app},
};

/// A prompt of the line.
#[derive(Clone, PartialEq)]
struct Step {
    version: Version,
    what: String,
    score: String,
}

fn step(run: &RunView, version: Version) -> Option<Step> {
    let candidate = run.candidate(version)?;
    let what = match version {
        Version::SEED => "Seed".to_owned(),
        _ => changed_lines(run, version).into_iter().next().unwrap_or_else(|| "Words within lines".into()),
    };
    let counts = |purpose| candidate.score(purpose).map(|score| format!("{}/{}", score.correct, score.planned));
    let score = counts(Purpose::Validation).or_else(|| counts(Purpose::Batch)).unwrap_or_default();
    Some(Step { version, what, score })
}

fn line(run: &RunView, version: Version) -> Vec<Step> {
    let mut line = Vec::new();
    let mut at = Some(version);
    while let Some(version) = at {
        line.extend(step(run, version));
        at = run.candidate(version).and_then(|candidate| candidate.candidate.parent());
    }
    line.reverse();
    line
}

/// The card.
#[component]
pub fn Descent(version: Version) -> impl IntoView {
    let app = use_app();
    let line = Memo::new(move |_| app.run.with(|run| line(run, version)));
    let children = Memo::new(move |_| {
        app.run.with(|run| {
            let children = run.candidates.iter().filter(|known| known.candidate.parent() == Some(version));
            children.map(|known| known.candidate.version).collect::<Vec<_>>()
        })
    });
    let item = move |step: Step| {
        let is_this = step.version == version;
        view! {
            <li data-state=is_this.then_some("best") aria-current=is_this.then_some("true")>
                <a class="version" href=links::candidate(step.version).href()>
                    {step.version.to_string()}
                </a>
                <span>{step.what}</span>
                <b>{step.score}</b>
            </li>
        }
    };
    let edits = move || {
        children.with(|children| {
            (!children.is_empty()).then(|| {
                let links = children
                    .iter()
                    .map(|child| {
                        view! {
                            <a class="version" href=links::candidate(*child).href()>
                                {child.to_string()}
                            </a>
                            " "
                        }
                    })
                    .collect_view();
                view! { <footer>"Edited further into " {links}</footer> }
            })
        })
    };
    view! {
        <section class="card">
            <header>
                <h2>"Line of descent"</h2>
            </header>
            <ol class="descent">{move || line.get().into_iter().map(item).collect_view()}</ol>
            {edits}
        </section>
    }
}
