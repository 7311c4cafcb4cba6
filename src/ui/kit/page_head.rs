//! The head of a screen: its name, one sentence, and what can be done.

use leptos::prelude::*;

/// A screen's head; the children are its actions, at most one of them primary.
#[component]
pub fn PageHead(
    #[prop(into)] title: Signal<String>,
    #[prop(into, optional)] words: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1>{move || title.get()}</h1>
                {move || words.with(|words| (!words.is_empty()).then(|| view! { <p>{words.clone()}</p> }))}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </div>
    }
}
