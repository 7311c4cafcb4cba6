//! Results: the verdict, two prompts compared question by question, and one set of rollouts in four views.

mod candidates;
mod cells;
mod choice;
mod columns;
mod compare;
mod groups;
mod matrix;
mod questions;
mod stop;

use std::collections::HashSet;

use leptos::prelude::*;

pub use self::choice::query_at;
use self::{
    candidates::Candidates,
    choice::{Choice, View},
    compare::Compare,
    groups::Groups,
    questions::Questions,
};
use super::{
    need::NeedsRun,
    run::{Outcome, RejectedEdits},
};
use crate::{
    run::format::count,
    ui::{
        kit::{Glyph, Icon, PageHead},
        route::{Route, use_here},
        state::use_app,
    },
};

/// The screen.
#[component]
pub fn ResultsScreen() -> impl IntoView {
    let app = use_app();
    let has_rollouts = Memo::new(move |_| app.run.with(|run| !run.rollouts.is_empty()));
    let words = Memo::new(move |_| {
        app.run.with(|run| match &run.started {
            Some(started) => {
                let asked: HashSet<_> = run.rollouts.iter().map(|rollout| rollout.version).collect();
                let (prompts, rollouts) = (count(asked.len(), "prompt"), count(run.rollouts.len(), "rollout"));
                format!("{} · {prompts} · {rollouts}", started.name)
            }
            None => String::new(),
        })
    });
    let content = move || {
        if !has_rollouts.get() {
            return view! {
                <NeedsRun
                    glyph=Glyph::Results
                    title="No results yet"
                    words="Each question of a run shows here as it is answered: right, wrong or without an answer, prompt by prompt."
                />
            }
            .into_any();
        }
        let choice = Choice::provide();
        view! {
            <Outcome />
            <Compare choice=choice />
            {move || match choice.view.get() {
                View::Prompts => view! { <Candidates choice=choice /> }.into_any(),
                View::Groups => view! { <Groups choice=choice /> }.into_any(),
                View::Matrix | View::Table => view! { <Questions choice=choice /> }.into_any(),
            }}
            <RejectedEdits />
        }
        .into_any()
    };
    view! {
        <PageHead title="Results" words=words>
            {move || {
                has_rollouts
                    .get()
                    .then(|| {
                        view! {
                            <a class="button" href=Route::Export.href()>
                                <Icon glyph=Glyph::Export />
                                "Export"
                            </a>
                        }
                    })
            }}
        </PageHead>
        {content}
    }
}

/// The ways to look at results, as links.
#[component]
pub(super) fn ViewSwitch(choice: Choice) -> impl IntoView {
    let here = use_here();
    let link = move |view: View| {
        let slug = if view == View::Matrix { "" } else { view.slug() };
        view! {
            <a
                href=move || here.location().with("view", slug).with("columns", "").href()
                aria-current=move || (choice.view.get() == view).then_some("true")
                data-testid=format!("view-{}", view.slug())
            >
                {view.words()}
            </a>
        }
    };
    view! {
        <nav class="segmented" aria-label="View">
            {View::ALL.map(link).into_iter().collect_view()}
        </nav>
    }
}
