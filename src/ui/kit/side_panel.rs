//! A panel over the side of the page, or a sheet over its foot where the page is narrow: more about what was chosen.

use leptos::{ev, html, prelude::*};

use super::{Glyph, Icon, is_beside, keep_shown};

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
    keep_shown(dialog, open);
    let beside = move |event: ev::MouseEvent| {
        if is_beside(&event) {
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
