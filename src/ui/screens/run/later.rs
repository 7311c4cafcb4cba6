//! Drawing a screen in more than one task.

use leptos::{prelude::*, task::spawn_local_scoped_with_cancellation};

use crate::ui::state::use_app;

/// Draws its children in a task of their own, after all that is drawn already: what a run sends and is answered need not wait
/// for a whole screen.
#[component]
pub fn Later(children: ChildrenFn) -> impl IntoView {
    let (app, is_due) = (use_app(), RwSignal::new(false));
    spawn_local_scoped_with_cancellation(async move {
        app.next_turn().await;
        is_due.set(true);
    });
    move || is_due.get().then(|| children())
}
