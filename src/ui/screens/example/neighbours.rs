//! From this rollout to others: the questions before and after it, by link and by key, and the same question by other prompts.

use leptos::prelude::*;

use crate::{
    domain::id::{StepId, Version},
    run::{
        results::{Sibling, neighbours, siblings},
        shortcuts::Shortcut,
        view::Mark,
    },
    ui::{
        keys::use_shortcuts,
        kit::{Neighbour, Standing, Status},
        narrow::use_narrow,
        route::{Location, use_here},
        screens::results::query_at,
        state::use_app,
    },
};

/// Links to the questions before and after, along the list that the reader came with; P and N do the same.
#[component]
pub fn Neighbours(step: StepId) -> impl IntoView {
    let (app, here, is_narrow) = (use_app(), use_here(), use_narrow());
    let around = Memo::new(move |_| {
        let place = here.location();
        app.run.with(|run| {
            let query = query_at(&place, run, is_narrow.get());
            let around = neighbours(run, &step, query);
            let to = |step: Option<StepId>| step.map(|step| place.clone().with("step", step.as_str()));
            (around.at, around.number, to(around.previous), to(around.next))
        })
    });
    use_shortcuts().on(move |shortcut| {
        let (_, _, previous, next) = around.get_untracked();
        let place = match shortcut {
            Shortcut::Previous => previous,
            Shortcut::Next => next,
            _ => None,
        };
        place.map(|place| here.go(place)).is_some()
    });
    view! {
        <div class="page-actions">
            {move || {
                let (at, number, previous, next) = around.get();
                let place = (number > 0).then(|| format!("{} of {number}", at + 1));
                let href = |place: Option<Location>| place.map(|place| place.href());
                view! {
                    <span class="note">{place}</span>
                    <Neighbour href=href(previous) words="Previous" testid="previous" shortcut=Shortcut::Previous />
                    <Neighbour href=href(next) words="Next" testid="next" shortcut=Shortcut::Next />
                }
            }}
        </div>
    }
}

/// What the other prompts made of the same question.
#[component]
pub fn Siblings(step: StepId) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let all = Memo::new(move |_| app.run.with(|run| (siblings(run, &step), run.best)));
    let one = move |sibling: Sibling, best: Version| {
        let (standing, words) = match sibling.mark {
            Mark::Right => (Standing::Done, "Right"),
            Mark::Wrong => (Standing::Failed, "Wrong"),
            Mark::NoAnswer => (Standing::Warning, "No answer"),
            Mark::Unfinished => (Standing::Warning, "Not done"),
        };
        let name = match sibling.version {
            Version::SEED => " · seed",
            version if version == best => " · best",
            _ => "",
        };
        let step = sibling.step;
        view! {
            <a
                href=move || here.location().with("step", step.as_str()).href()
                aria-current=sibling.is_this.then_some("true")
            >
                <b>{format!("{}{name}", sibling.version)}</b>
                <Status standing=standing words=words />
            </a>
        }
    };
    view! {
        <nav class="verdict-tabs" aria-label="The same question by other prompts">
            {move || {
                let (all, best) = all.get();
                all.into_iter().map(|sibling| one(sibling, best)).collect_view()
            }}
        </nav>
    }
}
