//! Native dialogs: shown while a signal says so, and left by a press beside them.

use leptos::{ev::MouseEvent, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Shows a native dialog while `open`: the focus is kept in it, and goes back to where it was.
pub fn keep_shown(dialog: NodeRef<html::Dialog>, open: Signal<bool>) {
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match open.get() {
            // It throws only when it is open already, or not in the document.
            true if !dialog.open() => drop(dialog.show_modal()),
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
}

/// Whether a press was beside the dialog: what lies around it counts as the dialog itself.
pub fn is_beside(event: &MouseEvent) -> bool {
    event.target().is_some_and(|target| target.has_type::<HtmlDialogElement>())
}
