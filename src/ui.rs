//! Floor 6, the page: Leptos components. A screen reads signals of `AppState` and writes through its methods; the parts in
//! `kit` know nothing but their own fields. Compiled for wasm32 only.

pub mod charts;
pub mod faults;
pub mod keys;
pub mod kit;
pub mod links;
pub mod look;
pub mod route;
pub mod screens;
pub mod shell;
pub mod state;

/// Puts the page into the document's body; a window that came back from signing in is no page.
pub fn mount() {
    if crate::browser::sign_in::came_back() {
        return;
    }
    leptos::mount::mount_to_body(shell::App);
}
