//! What lies over every screen, open or not: the palette and the list of shortcuts.

use leptos::prelude::*;

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
