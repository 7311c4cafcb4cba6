//! A drawing's table: the same in rows, for whoever would rather read.

use leptos::prelude::*;

/// A table that opens below a drawing. Its rows are made only while it is open.
#[component]
pub fn Twin(
    testid: &'static str,
    /// What the table shows, for readers of screens.
    label: &'static str,
    columns: &'static [&'static str],
    /// Those of them that hold numbers.
    #[prop(optional)]
    numbers: &'static [&'static str],
    #[prop(into)] rows: ViewFn,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let toggled = move |event: leptos::ev::Event| {
        is_open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    };
    let head = |name: &&'static str| {
        view! {
            <th scope="col" class:num=numbers.contains(name)>
                {*name}
            </th>
        }
    };
    let heads = columns.iter().map(head).collect_view();
    view! {
        <details class="twin" data-testid=testid on:toggle=toggled>
            <summary>"As a table"</summary>
            <div class="table-wrap" role="region" aria-label=label tabindex="0">
                <table class="table" data-plain="">
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    <tbody>{move || is_open.get().then(|| rows.run())}</tbody>
                </table>
            </div>
        </details>
    }
}
