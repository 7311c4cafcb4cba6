//! Finding something in a table: a search, a choice of one kind, and the way to the row before and after.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    run::shortcuts::Shortcut,
    ui::keys::{Keycaps, use_shortcuts},
};

/// A search as one types.
#[component]
pub fn SearchField(
    /// What is searched, for readers and as placeholder.
    label: &'static str,
    testid: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] set: Callback<String>,
) -> impl IntoView {
    view! {
        <div class="search">
            <Icon glyph=Glyph::Search />
            <input
                type="search"
                aria-label=label
                placeholder=label
                data-testid=testid
                prop:value=move || value.get()
                on:input=move |event| set.run(event_target_value(&event))
            />
        </div>
    }
}

/// A choice of one kind, or of all. Options are pairs of name and words; an empty name stands for all.
#[component]
pub fn FilterSelect(
    label: &'static str,
    /// The words for no choice.
    all: &'static str,
    testid: &'static str,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<Option<String>>,
    #[prop(into)] set: Callback<String>,
) -> impl IntoView {
    let option = move |(name, words): (String, String)| {
        let is_chosen = {
            let name = name.clone();
            move || value.with(|chosen| chosen.as_deref() == Some(&name))
        };
        view! {
            <option value=name prop:selected=is_chosen>
                {words}
            </option>
        }
    };
    view! {
        <select
            class="auto"
            aria-label=label
            data-testid=testid
            on:change=move |event| set.run(event_target_value(&event))
        >
            <option value="">{all}</option>
            {move || options.get().into_iter().map(option).collect_view()}
        </select>
    }
}

/// A link to a neighbour; a button that cannot be pressed where there is none.
#[component]
pub fn Neighbour(
    href: Option<String>,
    words: &'static str,
    testid: &'static str,
    /// The key that does the same.
    shortcut: Shortcut,
) -> impl IntoView {
    let aria = shortcut.aria(use_shortcuts().keyboard);
    match href {
        Some(href) => view! {
            <a class="button" href=href data-testid=testid aria-keyshortcuts=aria>
                {words}
                <Keycaps shortcut=shortcut />
            </a>
        }
        .into_any(),
        None => view! {
            <button class="button" type="button" disabled data-testid=testid>
                {words}
                <Keycaps shortcut=shortcut />
            </button>
        }
        .into_any(),
    }
}
