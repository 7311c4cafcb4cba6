//! Opening what was exported: runs and settings come back in here.

use std::rc::Rc;

use leptos::prelude::*;

use crate::{
    ports::files::InputFile,
    ui::{kit::drop::files_of, state::use_app},
};

/// Opening what was exported.
#[component]
pub fn OpenFiles() -> impl IntoView {
    let app = use_app();
    view! {
        <section class="card">
            <header>
                <h2>"Open a file"</h2>
                <p>"Nothing leaves this browser"</p>
            </header>
            <div class="grid" style="--min:14rem">
                {opener(
                    "import-run",
                    "A run (.jsonl)",
                    "Shows the same screens, without a model.",
                    ".jsonl,.json,.txt",
                    Callback::new(move |file: Rc<dyn InputFile>| app.import_run(file)),
                )}
                {opener(
                    "import-settings",
                    "Settings (.json)",
                    "Replaces the settings of the next run; keys stay.",
                    ".json",
                    Callback::new(move |file: Rc<dyn InputFile>| app.import_settings(file)),
                )}
            </div>
        </section>
    }
}

fn opener(
    testid: &'static str,
    label: &'static str,
    hint: &'static str,
    accept: &'static str,
    open: Callback<Rc<dyn InputFile>>,
) -> impl IntoView {
    let changed = move |event: leptos::ev::Event| {
        if let Some(file) = files_of(&event).into_iter().next() {
            open.run(file);
        }
    };
    let id = format!("f-{testid}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id type="file" accept=accept data-testid=testid on:change=changed />
            <span class="field-hint">{hint}</span>
        </div>
    }
}
