//! What the held-out split can prove, before anything is paid for.

use leptos::prelude::*;

use crate::run::verdict::{can_prove, needs, reach};

/// The sentences and the small table for a split of `held_out` questions.
#[component]
pub fn Proof(held_out: usize) -> impl IntoView {
    let rows = reach(held_out).map(|reach| {
        view! {
            <tr>
                <td>{reach.differ_words(held_out)}</td>
                <td>{reach.takes_words(held_out)}</td>
            </tr>
        }
    });
    let table = (held_out > 0).then(|| {
        view! {
            <div class="table-wrap">
                <table class="table" data-plain="">
                    <thead>
                        <tr>
                            <th scope="col">"If the prompts differ on"</th>
                            <th scope="col">"“Better” takes"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.into_iter().collect_view()}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <div class="stack" style="--gap:8px" data-testid="split-proof">
            <p>{can_prove(held_out)}</p>
            {table}
            <p>{needs()}</p>
        </div>
    }
}
