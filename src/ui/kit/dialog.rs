//! A question before something that cannot be undone. The button repeats the verb; Escape is no.

use leptos::{html, prelude::*};

use super::keep_shown;

/// A native dialog that is shown while `open`; `confirm` runs on its button, and every answer closes it. The children are
/// further answers, which close it themselves.
#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] words: Signal<String>,
    #[prop(into)] verb: Signal<String>,
    #[prop(into)] keep: String,
    #[prop(into)] testid: String,
    #[prop(into)] confirm: Callback<()>,
    /// The button's kind: `danger` unless nothing is lost by it.
    #[prop(default = "danger")]
    kind: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    keep_shown(dialog, open.into());
    let answer = move |_| {
        open.set(false);
        confirm.run(());
    };
    let title_id = format!("d-{testid}");
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby=title_id.clone() on:close=move |_| open.set(false)>
            <header>
                <h2 id=title_id.clone()>{move || title.get()}</h2>
            </header>
            <div class="body">
                <p>{move || words.get()}</p>
            </div>
            <footer>
                <button class="button" type="button" on:click=move |_| open.set(false)>
                    {keep}
                </button>
                {children.map(|children| children())}
                <button class="button" data-kind=kind type="button" data-testid=testid on:click=answer>
                    {move || verb.get()}
                </button>
            </footer>
        </dialog>
    }
}
