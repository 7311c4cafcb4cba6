//! Floor 6, the page: Leptos components. A screen reads signals of `AppState` and writes through its methods; the parts in
//! `kit` know nothing but their own fields. Compiled for wasm32 only.

pub mod charts;
pub mod faults;
pub mod keys;
pub mod kit;
pub mod links;
pub mod look;
pub mod narrow;
pub mod route;
pub mod screens;
pub mod shell;
pub mod state;

/// The frame that `www/index.html` shows until the page is there.
const FRAME: &str = "frame";

/// Puts the page into the document's body; a window that came back from signing in is no page.
pub fn mount() {
    if crate::browser::sign_in::came_back() {
        return;
    }
    leptos::mount::mount_to_body(shell::App);
    if let Some(frame) = leptos::prelude::document().get_element_by_id(FRAME) {
        frame.remove();
    }
}
