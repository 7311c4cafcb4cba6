//! What lies over every screen, open or not: the palette and the list of shortcuts.

use leptos::{html, prelude::*};

use crate::{run::shortcuts::Shortcut, ui::keys::ShortcutKeys};

/// Which panels are open; a handle to be copied.
#[derive(Clone, Copy)]
pub struct Panels {
    pub palette: RwSignal<bool>,
    pub shortcuts: RwSignal<bool>,
}

impl Panels {
    /// Both closed; they open by their shortcuts, and known to the components below.
    pub fn provide(keys: ShortcutKeys) -> Self {
        let panels = Self { palette: RwSignal::new(false), shortcuts: RwSignal::new(false) };
        keys.on(move |shortcut| {
            match shortcut {
                Shortcut::Find if panels.shortcuts.get_untracked() => panels.to(panels.palette),
                Shortcut::Find => panels.palette.update(|open| *open = !*open),
                Shortcut::List => panels.shortcuts.set(true),
                _ => return false,
            }
            true
        });
        provide_context(panels);
        panels
    }

    /// Closes one panel for the other.
    pub fn to(self, panel: RwSignal<bool>) {
        self.palette.set(false);
        self.shortcuts.set(false);
        panel.set(true);
    }
}

/// The panels from the context.
pub fn use_panels() -> Panels {
    expect_context()
}

/// Shows a native dialog while `open`: focus is kept in it, and goes back to where it was.
pub fn keep_shown(dialog: NodeRef<html::Dialog>, open: RwSignal<bool>) {
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

/// Closes a panel on a press beside it: what lies around a dialog counts as the dialog itself.
pub fn close_beside(event: &leptos::ev::MouseEvent, open: RwSignal<bool>) {
    use wasm_bindgen::JsCast;
    if event.target().is_some_and(|target| target.has_type::<web_sys::HtmlDialogElement>()) {
        open.set(false);
    }
}
