//! Deleting everything that the page has stored in this browser.

use leptos::prelude::*;

use crate::{
    run::format::count,
    ui::{kit::Confirm, state::use_app},
};

/// The card with the button, and the question before it happens.
#[component]
pub fn ClearData() -> impl IntoView {
    let app = use_app();
    let asking = RwSignal::new(false);
    let what = move || {
        let (runs, datasets) = (app.runs.with(Vec::len), app.datasets.with(Vec::len));
        format!(
            "{}, {}, model files, cached answers, all settings. Cannot be undone.",
            count(runs, "run"),
            count(datasets, "dataset")
        )
    };
    view! {
        <section class="card">
            <header>
                <h2>"Clear data"</h2>
            </header>
            <dl class="setting-rows">
                <div>
                    <dt>"Everything" <small class="note">{what}</small></dt>
                    <dd>
                        <button
                            class="button"
                            data-size="small"
                            data-kind="danger"
                            type="button"
                            data-testid="clear-everything"
                            on:click=move |_| asking.set(true)
                        >
                            "Clear everything"
                        </button>
                    </dd>
                </div>
            </dl>
            <Confirm
                open=asking
                title="Clear everything?"
                words="All runs with their answers, all cached answers, all datasets, all model files and all settings are deleted from this browser. Export what you want to keep first."
                verb="Clear everything"
                keep="Keep my data"
                testid="clear-everything-confirm"
                confirm=move |()| app.clear_everything()
            />
        </section>
    }
}
