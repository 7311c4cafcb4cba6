//! Whether a key is in any of the files: told above them, before anything is saved.

use leptos::prelude::*;

use super::making::Files;
use crate::{
    domain::chat::ModelRole,
    run::format::count,
    ui::{
        kit::{Banner, Tone},
        state::{AppState, use_app},
    },
};

/// What the search for keys has found.
#[component]
pub fn KeysChecked(files: RwSignal<Files>) -> impl IntoView {
    let app = use_app();
    let found = Memo::new(move |_| files.with(|files| found(app, files)));
    // What is waited for keeps its room, unseen, once it is there: a line less would move the buttons below from under the pointer.
    view! {
        <div class="layers">
            <div data-over=move || found.with(Option::is_some).then_some("")>
                <Banner
                    title="The files are being made"
                    words="Each is searched for everything that looks like a key. Keys are kept apart from runs and settings."
                />
            </div>
            {move || {
                found
                    .get()
                    .map(|(tone, title, words)| view! { <Banner tone=tone title=title words=words testid="keys-checked" /> })
            }}
        </div>
    }
}

/// Nothing while there are files to come and none of those that are there holds what looks like a key.
fn found(app: AppState, files: &Files) -> Option<(Tone, &'static str, String)> {
    let holding: Vec<&str> = files.made.iter().filter(|made| made.holds_key).map(|made| made.name.as_str()).collect();
    if !holding.is_empty() {
        let words = format!(
            "The key that you entered stands in {}. It must have been part of a prompt or an answer: do not share the files, and \
             replace the key.",
            holding.join(", ")
        );
        return Some((Tone::Bad, "A key is in these files", words));
    }
    let like: Vec<String> = files
        .made
        .iter()
        .filter_map(|made| made.looks_like_key.map(|beginning| format!("{} ({}…)", made.name, beginning.trim_end())))
        .collect();
    if !like.is_empty() {
        let words = format!(
            "In {}. It is none that you entered here, so it came from a question, a prompt or an answer. If it is a key, do not share the \
             files.",
            like.join(", ")
        );
        return Some((Tone::Warn, "Something in these files looks like a key", words));
    }
    if !files.is_done {
        return None;
    }
    let number = app.keys.with(|keys| ModelRole::ALL.into_iter().filter(|role| !keys.of(*role).is_empty()).count());
    let made = count(files.made.len(), "file");
    let words = match number {
        0 => format!(
            "Checked just now: {made} searched for everything that looks like one. Keys are kept apart from runs and settings."
        ),
        number => format!(
            "Checked just now: {made} searched for {} that you entered and for everything that looks like one. Keys are kept apart \
             from runs and settings.",
            count(number, "key")
        ),
    };
    Some((Tone::Good, "No key is in any of these files", words))
}
