//! The models' files that are kept here, each to be deleted.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    ports::chat::model_file::ModelFile,
    run::format::bytes,
    ui::{kit::Confirm, route::Route, state::use_app},
};

/// The card with the files.
#[component]
pub fn StoredModels() -> impl IntoView {
    let app = use_app();
    spawn_local(app.refresh_model_files());
    let doomed = RwSignal::new(None::<ModelFile>);
    let asking = RwSignal::new(false);
    let row = move |file: ModelFile| {
        let facts = format!("{}, SHA-256 {}…", bytes(file.bytes), &file.sha256.get(..12).unwrap_or_default());
        let (label, name) = (format!("Delete {}", file.name), file.name.clone());
        let ask = move |_| {
            doomed.set(Some(file.clone()));
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
        let files = app.local.files.get();
        if files.is_empty() {
            return view! {
                <p class="small muted">
                    "No model is stored. A model that runs in this page is chosen on " <a href=Route::Models.href()>"Models"</a> "."
                </p>
            }
            .into_any();
        }
        view! { <dl class="setting-rows" data-testid="stored-models">{files.into_iter().map(row).collect_view()}</dl> }
            .into_any()
    };
    let name = move || doomed.with(|file| file.as_ref().map(|file| file.name.clone()).unwrap_or_default());
    let delete = move |()| {
        if let Some(file) = doomed.get_untracked() {
            app.delete_model_file(file.sha256);
        }
    };
    view! {
        <section class="card">
            <header>
                <h2>"Model files"</h2>
            </header>
            {rows}
            <Confirm
                open=asking
                title=Signal::derive(move || format!("Delete {}?", name()))
                words="Its file is deleted from this browser. Runs with it stay readable, and can be resumed once the same file is here again."
                verb="Delete"
                keep="Keep it"
                testid="delete-model-confirm"
                confirm=delete
            />
        </section>
    }
}
