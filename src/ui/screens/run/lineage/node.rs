//! What the panel says of a node: how it stands and why, the critique, and what the edit changed.

use leptos::prelude::*;

use crate::{
    domain::id::Version,
    run::{
        format::count,
        lineage::{Change, NodeKey, Story, story},
    },
    ui::{
        kit::{diff_piece, template_spans},
        links,
        state::use_app,
    },
};

/// One node. Its parent and its children are shown in its place by `open`.
#[component]
pub fn OneNode(node: NodeKey, open: Callback<NodeKey>) -> impl IntoView {
    let app = use_app();
    let told = Memo::new(move |_| app.run.with(|run| story(run, node)));
    move || told.get().map(|story| body(story, open))
}

fn body(story: Story, open: Callback<NodeKey>) -> impl IntoView {
    let Story { key, parent, round, standing, scores, critique, repaired, change, children } = story;
    let to = move |version: Version| {
        view! {
            <button
                class="button"
                data-size="small"
                type="button"
                on:click=move |_| open.run(NodeKey::Prompt(version))
            >
                {version.to_string()}
            </button>
        }
    };
    let origin = match parent {
        Some(parent) => view! {
            <p class="row small">
                {format!("Round {round}, edited from ")}
                {to(parent)}
            </p>
        }
        .into_any(),
        None => view! { <p class="small">"The prompt that the run began with."</p> }.into_any(),
    };
    let scores = (!scores.is_empty()).then(|| {
        let score = |(on, words): (&'static str, String)| {
            view! {
                <dt>{format!("On {on}")}</dt>
                <dd>{words}</dd>
            }
        };
        view! { <dl class="pairs">{scores.into_iter().map(score).collect_view()}</dl> }
    });
    let critique = critique.filter(|text| !text.trim().is_empty()).map(|text| {
        view! {
            <section>
                <h3>"The critique that led to it"</h3>
                <div class="text critique" data-testid="panel-critique">
                    {text}
                </div>
            </section>
        }
    });
    let repaired = repaired.map(|fault| {
        view! { <p class="note">{format!("The editor was told of a fault in its first edit and asked once more: {fault}.")}</p> }
    });
    let children = (!children.is_empty()).then(|| {
        view! {
            <section>
                <h3>"Edited further into"</h3>
                <div class="row">{children.into_iter().map(to).collect_view()}</div>
            </section>
        }
    });
    let candidate = match key {
        NodeKey::Prompt(version) => Some(view! {
            <footer>
                <a class="button" data-kind="primary" href=links::candidate(version).href() data-testid="panel-candidate">
                    {format!("Open {version}")}
                </a>
            </footer>
        }),
        NodeKey::Edit(_) => None,
    };
    view! {
        <div class="body" tabindex="0" role="region" aria-label="About it">
            {origin}
            <p data-testid="panel-standing">{standing}</p>
            {scores}
            {critique}
            {repaired}
            {changed(change, parent)}
            {children}
        </div>
        {candidate}
    }
}

fn changed(change: Change, parent: Option<Version>) -> impl IntoView {
    let of = parent.map(|parent| parent.to_string()).unwrap_or_default();
    match change {
        Change::Diff(diff) => view! {
            <section>
                <h3>{format!("What changed in {of}")}</h3>
                <p class="note">{format!("{} added, {} removed", count(diff.added, "word"), diff.removed)}</p>
                <div class="text" data-testid="panel-diff">
                    {diff.pieces.iter().map(diff_piece).collect_view()}
                </div>
            </section>
        }
        .into_any(),
        Change::Text(text) => view! {
            <section>
                <h3>"Its text"</h3>
                <div class="text" data-testid="panel-diff">
                    {template_spans(&text)}
                </div>
            </section>
        }
        .into_any(),
        Change::Nothing => view! { <p class="note">"There is no text: the editor wrote none."</p> }.into_any(),
    }
}
