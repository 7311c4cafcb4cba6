//! A panel over the side of the page, or a sheet over its foot where the page is narrow: more about what was chosen.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{Glyph, Icon};

/// A native dialog that is shown while `open`. Escape, its button and a click beside it call `close`; the focus goes back to
/// what had it before.
#[component]
pub fn SidePanel(
    open: Signal<bool>,
    #[prop(into)] close: Callback<()>,
    #[prop(into)] title: Signal<String>,
    testid: &'static str,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match open.get() {
            // It throws only when it is open already, or not in the document.
            true if !dialog.open() => drop(dialog.show_modal()),
            false => dialog.close(),
            true => {}
        }
    });
    // Of all that is in the dialog only its backdrop is the dialog itself.
    let beside = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| target.matches("dialog").unwrap_or_default()) {
            close.run(());
        }
    };
    let title_id = format!("p-{testid}");
    let closed = move |_| {
        if open.get_untracked() {
            close.run(());
        }
    };
    view! {
        <dialog
            class="panel"
            node_ref=dialog
            aria-labelledby=title_id.clone()
            data-testid=testid
            on:close=closed
            on:click=beside
        >
            <header>
                <h2 id=title_id.clone()>{move || title.get()}</h2>
                <button
                    class="button"
                    data-kind="quiet"
                    data-size="icon"
                    type="button"
                    aria-label="Close"
                    data-testid=format!("{testid}-close")
                    on:click=move |_| close.run(())
                >
                    <Icon glyph=Glyph::Cross />
                </button>
            </header>
            {children()}
        </dialog>
    }
}
