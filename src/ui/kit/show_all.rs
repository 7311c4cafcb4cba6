//! The rest of a long list, on request.

use leptos::prelude::*;

/// Parts of a list that are shown at once.
pub const FIRST: usize = 8;

/// A button that shows all of a list; nothing where it is short or shown already.
#[component]
pub fn ShowAll(
    all: RwSignal<bool>,
    #[prop(into)] number: Signal<usize>,
    /// What there are more of, in the plural.
    what: &'static str,
) -> impl IntoView {
    move || {
        (!all.get() && number.get() > FIRST).then(|| {
            view! {
                <div class="row">
                    <button class="button" data-size="small" type="button" on:click=move |_| all.set(true)>
                        {move || format!("Show all {} {what}", number.get())}
                    </button>
                </div>
            }
        })
    }
}

/// How many parts of a list are shown.
pub fn shown(all: RwSignal<bool>) -> usize {
    if all.get() { usize::MAX } else { FIRST }
}
