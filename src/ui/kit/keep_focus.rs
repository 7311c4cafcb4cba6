//! Drawing a keyed list anew may take an element out of the page and put it back elsewhere, which costs it the focus.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

/// To be called right before a list is drawn anew: what has the focus now has it afterwards too, if it is still there. Nothing
/// is scrolled for it.
pub fn keep_focus() {
    let Some(focused) = document().active_element().and_then(|focused| focused.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    if focused.local_name() == "body" {
        return;
    }
    queue_microtask(move || {
        let is_lost = document().active_element().is_none_or(|now| now.local_name() == "body");
        if is_lost && focused.is_connected() {
            let in_place = FocusOptions::new();
            in_place.set_prevent_scroll(true);
            // It fails for an element that cannot have the focus, and this one had it.
            focused.focus_with_options(&in_place).ok();
        }
    });
}
