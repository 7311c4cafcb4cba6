//! What is here that may be taken away singly: keys in memory, datasets in the store.

use leptos::prelude::*;

use crate::{
    domain::chat::ModelRole,
    ports::{chat::key::ApiKey, store::DatasetSummary},
    run::format::{bytes, count},
    ui::{kit::Confirm, route::Route, state::use_app},
};

/// The keys that were entered since the page was opened, and those that are remembered; the keys themselves are not shown.
#[component]
pub fn StoredKeys() -> impl IntoView {
    let app = use_app();
    let row = move |role: ModelRole| {
        view! {
            <div>
                <dt>{format!("Key of the {}", role.name())} <small class="note">"In memory until the page is closed"</small></dt>
                <dd>
                    <button
                        class="button"
                        data-size="small"
                        type="button"
                        aria-label=format!("Forget the key of the {}", role.name())
                        on:click=move |_| app.keys.update(|keys| *keys.of_mut(role) = ApiKey::default())
                    >
                        "Forget"
                    </button>
                </dd>
            </div>
        }
    };
    let remembered = move |origin: String| {
        let (label, name) = (format!("Forget the key for {origin}"), origin.clone());
        view! {
            <div>
                <dt>{format!("Key for {name}")} <small class="note">"Remembered on this device, encrypted"</small></dt>
                <dd>
                    <button
                        class="button"
                        data-size="small"
                        data-testid="forget-key"
                        type="button"
                        aria-label=label
                        on:click=move |_| app.forget_key(origin.clone())
                    >
                        "Forget"
                    </button>
                </dd>
            </div>
        }
        .into_any()
    };
    let rows = move || {
        let known = ModelRole::ALL.into_iter().filter(|role| app.keys.with(|keys| !keys.of(*role).is_empty()));
        let in_memory = known.map(|role| row(role).into_any());
        let rows: Vec<_> = in_memory.chain(app.remembered.get().into_iter().map(remembered)).collect();
        if rows.is_empty() {
            return view! {
                <p class="small muted">
                    "No key is known. Keys are entered on " <a href=Route::Models.href()>"Models"</a>
                    ", and stored only if you ask for it there."
                </p>
            }
            .into_any();
        }
        view! { <dl class="setting-rows">{rows}</dl> }.into_any()
    };
    view! {
        <section class="card">
            <header>
                <h2>"Keys"</h2>
            </header>
            {rows}
        </section>
    }
}

/// The stored datasets, each to be deleted.
#[component]
pub fn StoredDatasets() -> impl IntoView {
    let app = use_app();
    let doomed = RwSignal::new(None::<DatasetSummary>);
    let asking = RwSignal::new(false);
    let row = move |known: DatasetSummary| {
        let facts = format!("{}, {} of databases", count(known.examples, "question"), bytes(known.bytes));
        let label = format!("Delete {}", known.name);
        let name = known.name.clone();
        let ask = move |_| {
            doomed.set(Some(known.clone()));
            asking.set(true);
        };
        view! {
            <div>
                <dt>{name} <small class="note">{facts}</small></dt>
                <dd>
                    <button class="button" data-size="small" type="button" aria-label=label on:click=ask>
                        "Delete"
                    </button>
                </dd>
            </div>
        }
    };
    let rows = move || {
        let datasets = app.datasets.get();
        if datasets.is_empty() {
            return view! {
                <p class="small muted">
                    "No dataset is stored. What you load on " <a href=Route::Data.href()>"Data"</a> " is kept here."
                </p>
            }
            .into_any();
        }
        view! { <dl class="setting-rows" data-testid="datasets">{datasets.into_iter().map(row).collect_view()}</dl> }
            .into_any()
    };
    let name = move || doomed.with(|known| known.as_ref().map(|known| known.name.clone()).unwrap_or_default());
    let delete = move |()| {
        if let Some(known) = doomed.get_untracked() {
            app.delete_dataset(known.id);
        }
    };
    view! {
        <section class="card">
            <header>
                <h2>"Datasets"</h2>
            </header>
            {rows}
            <Confirm
                open=asking
                title=Signal::derive(move || format!("Delete {}?", name()))
                words="Its questions and databases are deleted from this browser. Runs on it stay readable, but cannot be resumed."
                verb="Delete"
                keep="Keep it"
                testid="delete-dataset-confirm"
                confirm=delete
            />
        </section>
    }
}
