//! Drawing a keyed list anew may take an element out of the page and put it back elsewhere, which costs it the focus.

use js_sys::{Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

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
            focus_in_place(&focused);
        }
    });
}

/// Gives an element the focus where it is, in view or not.
fn focus_in_place(element: &HtmlElement) -> Option<()> {
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("preventScroll"), &JsValue::TRUE).ok()?;
    let focus: Function = Reflect::get(element, &JsValue::from_str("focus")).ok()?.dyn_into().ok()?;
    focus.call1(element, &options).ok().map(|_| ())
}
