//! Results: the verdict, two prompts compared question by question, and every question with what each prompt made of it.

mod candidates;
mod choice;
mod compare;
mod questions;
mod table;

use leptos::prelude::*;

use self::{candidates::Candidates, choice::Choice, compare::Compare, questions::Questions};
use super::run::{Outcome, RejectedEdits};
use crate::{
    run::format::count,
    ui::{
        kit::{Empty, Glyph, Icon, PageHead},
        route::{Route, use_here},
        state::use_app,
    },
};

/// The screen.
#[component]
pub fn ResultsScreen() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let has_rollouts = Memo::new(move |_| app.run.with(|run| !run.rollouts.is_empty()));
    let words = Memo::new(move |_| {
        app.run.with(|run| match &run.started {
            Some(started) => {
                let (prompts, rollouts) = (count(run.candidates.len(), "prompt"), count(run.rollouts.len(), "rollout"));
                format!("{} · {prompts} · {rollouts}", started.name)
            }
            None => String::new(),
        })
    });
    let shows_candidates = {
        let view = here.query("view");
        Memo::new(move |_| view.get().as_deref() == Some("candidates"))
    };
    let content = move || {
        if !has_rollouts.get() {
            return view! {
                <Empty
                    glyph=Glyph::Results
                    title="No results yet"
                    words="Start a run, or open one that was exported. Its questions show here as they are answered."
                >
                    <a class="button" data-kind="primary" href=Route::Run.href()>
                        "Go to Run"
                    </a>
                </Empty>
            }
            .into_any();
        }
        let choice = Choice::provide();
        view! {
            <Outcome />
            <Compare choice=choice />
            {move || {
                if shows_candidates.get() {
                    view! { <Candidates /> }.into_any()
                } else {
                    view! { <Questions choice=choice /> }.into_any()
                }
            }}
            <RejectedEdits />
        }
        .into_any()
    };
    view! {
        <PageHead title="Results" words=words>
            <a class="button" href=Route::Export.href()>
                <Icon glyph=Glyph::Export />
                "Export"
            </a>
        </PageHead>
        {content}
    }
}

/// The two ways to look at results, as links.
#[component]
pub(super) fn ViewSwitch() -> impl IntoView {
    let here = use_here();
    let view = here.query("view");
    let link = move |slug: &'static str, words: &'static str| {
        let is_current = move || view.get().unwrap_or_default() == slug;
        view! {
            <a
                href=move || here.location().with("view", slug).href()
                aria-current=move || is_current().then_some("true")
                data-testid=format!("view-{}", if slug.is_empty() { "questions" } else { slug })
            >
                {words}
            </a>
        }
    };
    view! {
        <nav class="segmented" aria-label="View">
            {link("", "Questions")}
            {link("candidates", "Prompts")}
        </nav>
    }
}
