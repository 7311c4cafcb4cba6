//! Datasets of earlier visits that are stored in this browser.

use leptos::prelude::*;

use crate::{
    run::format::{bytes, count},
    ui::state::use_app,
};

/// Stored datasets other than the current one, to be opened again.
#[component]
pub fn StoredData() -> impl IntoView {
    let app = use_app();
    move || {
        let current = app.dataset.with(|dataset| dataset.as_ref().map(|dataset| dataset.id.clone()));
        let others: Vec<_> =
            app.datasets.get().into_iter().filter(|known| Some(&known.id) != current.as_ref()).collect();
        (!others.is_empty()).then(|| {
            let rows = others
                .into_iter()
                .map(|known| {
                    let facts = format!("{}, {} of databases", count(known.examples, "question"), bytes(known.bytes));
                    let label = format!("Open {}", known.name);
                    view! {
                        <div>
                            <dt>{known.name} <small class="note">{facts}</small></dt>
                            <dd>
                                <button
                                    class="button"
                                    data-size="small"
                                    type="button"
                                    aria-label=label
                                    on:click=move |_| app.open_dataset(known.id.clone())
                                >
                                    "Open"
                                </button>
                            </dd>
                        </div>
                    }
                })
                .collect_view();
            view! {
                <section class="card">
                    <header>
                        <h2>"Also stored in this browser"</h2>
                    </header>
                    <dl class="setting-rows">{rows}</dl>
                </section>
            }
        })
    }
}
