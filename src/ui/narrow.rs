//! Whether the page is too narrow for more than two prompts side by side.

use leptos::{ev, prelude::*};

/// Where the stylesheets make the page's column 44 rem wide: the narrow rail and the margins are beside it.
const NARROW: &str = "(max-width: 53rem)";

#[derive(Clone, Copy)]
struct Narrow(ReadSignal<bool>);

/// Watches the window's width, for `use_narrow` in all that is drawn below.
pub fn provide_narrow() {
    let (narrow, set_narrow) = signal(is_narrow());
    let listener = window_event_listener(ev::resize, move |_| {
        let now = is_narrow();
        if now != narrow.get_untracked() {
            set_narrow.set(now);
        }
    });
    on_cleanup(move || listener.remove());
    provide_context(Narrow(narrow));
}

/// Whether the page is narrow now.
pub fn use_narrow() -> ReadSignal<bool> {
    expect_context::<Narrow>().0
}

fn is_narrow() -> bool {
    window().match_media(NARROW).ok().flatten().is_some_and(|query| query.matches())
}
