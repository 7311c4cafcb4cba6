//! The list of keyboard shortcuts: what the page obeys and what the browser's own controls do, by where it works.

use leptos::{ev::MouseEvent, html, prelude::*};

use super::panels::use_panels;
use crate::{
    run::shortcuts::{Listed, Place, listed},
    ui::{
        keys::use_shortcuts,
        kit::{CheckField, is_beside, keep_shown},
    },
};

/// The dialog.
#[component]
pub fn ShortcutList() -> impl IntoView {
    let (panels, keys) = (use_panels(), use_shortcuts());
    let open = panels.shortcuts;
    let dialog = NodeRef::<html::Dialog>::new();
    keep_shown(dialog, open.into());
    let lines = listed(keys.keyboard);
    let place = move |place: Place| {
        let here = lines.iter().filter(|line| line.place == place).cloned().map(line).collect_view();
        view! {
            <section>
                <h3>{place.heading()}</h3>
                <dl class="shortcuts-of">{here}</dl>
            </section>
        }
    };
    let beside = move |event: MouseEvent| {
        if is_beside(&event) {
            open.set(false);
        }
    };
    view! {
        <dialog
            class="dialog shortcuts"
            node_ref=dialog
            aria-labelledby="shortcuts-title"
            data-testid="shortcuts"
            on:close=move |_| open.set(false)
            on:click=beside
        >
            <header>
                <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
            </header>
            <div class="body">
                <div class="shortcuts-all">{Place::ALL.map(place).into_iter().collect_view()}</div>
                <CheckField
                    label="Single letters and signs are shortcuts"
                    testid="shortcuts-singles"
                    value=keys.singles
                    set=move |on: bool| keys.singles.set(on)
                    note="Never while you type. Switch them off if you speak to your computer: words may be heard as keys."
                />
            </div>
            <footer>
                <button class="button" type="button" data-testid="shortcuts-close" on:click=move |_| open.set(false)>
                    "Close"
                </button>
            </footer>
        </dialog>
    }
}

fn line(line: Listed) -> impl IntoView {
    let keys = line
        .keys
        .into_iter()
        .map(|together| {
            let caps = together.into_iter().map(|key| view! { <kbd>{key}</kbd> " " }).collect_view();
            view! { <span class="nowrap">{caps}</span> }
        })
        .collect_view();
    view! {
        <div>
            <dt>{keys}</dt>
            <dd>{line.words}</dd>
        </div>
    }
}
