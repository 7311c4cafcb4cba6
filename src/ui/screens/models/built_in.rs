//! Chrome's own model in a role: whether it is there, fetching it, and what it cannot do.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    ports::chat::built_in::Availability,
    ui::{
        kit::{Standing, Status},
        state::use_app,
    },
};

/// State, download, and limits.
#[component]
pub fn BuiltInFields() -> impl IntoView {
    let app = use_app();
    let local = app.local;
    spawn_local(app.refresh_built_in());
    let standing = move || match (local.fetching_built_in.get(), local.built_in.get()) {
        (Some(_), _) | (_, Availability::Downloading | Availability::Unknown) => Standing::Running,
        (_, Availability::Available) => Standing::Done,
        (_, Availability::Downloadable) => Standing::Warning,
        (_, Availability::Unavailable) => Standing::Failed,
    };
    let words = move || match (local.fetching_built_in.get(), local.built_in.get()) {
        (Some(done), _) => format!("The browser fetches its model, {:.0} %", 100.0 * done),
        (_, Availability::Unknown) => "Asking the browser".into(),
        (_, Availability::Available) => "Ready".into(),
        (_, Availability::Downloadable) => "Not downloaded yet".into(),
        (_, Availability::Downloading) => "The browser is downloading it".into(),
        (_, Availability::Unavailable) => "Not available here".into(),
    };
    let advice = move || {
        (local.built_in.get() == Availability::Unavailable).then_some(
            "Chrome from 148 has it on desktops with 22 GB of free disk and 4 GB of graphics memory, or 16 GB of memory and 4 cores. Choose another provider otherwise.",
        )
    };
    let can_fetch = move || {
        matches!(local.built_in.get(), Availability::Downloadable | Availability::Downloading)
            && local.fetching_built_in.get().is_none()
    };
    view! {
        <div class="stack" style="--gap:8px" role="status" data-testid="built-in">
            <Status standing=Signal::derive(standing) words=Signal::derive(words) />
            {move || {
                local
                    .fetching_built_in
                    .get()
                    .map(|done| view! { <progress aria-label="Part of the model that is here" max="1" prop:value=done></progress> })
            }}
            {move || advice().map(|words| view! { <p class="small">{words}</p> })}
            {move || local.built_in_failed.get().map(|words| view! { <p class="field-error" role="alert">{words}</p> })}
        </div>
        {move || {
            can_fetch()
                .then(|| {
                    view! {
                        <button
                            class="button"
                            type="button"
                            data-testid="built-in-fetch"
                            on:click=move |_| app.fetch_built_in()
                        >
                            {move || match local.built_in.get() {
                                Availability::Downloading => "Wait for the download",
                                _ => "Let the browser download it",
                            }}
                        </button>
                    }
                })
        }}
        <p class="small muted">
            "The model that the browser brings along: no key, no network. It takes no seed and from a page no temperature, so a run cannot be repeated; it counts no tokens; its context is a few thousand tokens; and it answers one call at a time. Good for a first try as agent, weak as critic and editor."
        </p>
    }
}
