//! How the page looks on this machine: theme and motion. Both are attributes of the document that the stylesheet reads,
//! and are remembered apart from all data, so that the first paint already has them.

use leptos::prelude::*;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    Light,
    Dark,
}

/// How much moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    /// As the system says.
    #[default]
    System,
    Reduced,
}

const THEME: &str = "promptbeam.theme";
const MOTION: &str = "promptbeam.motion";

impl Theme {
    /// The theme's name; that of the system is `system`.
    pub fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of this name; `System` for any other.
    pub fn named(name: &str) -> Self {
        [Theme::Light, Theme::Dark].into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }
}

impl Motion {
    /// The name; that of the system is `system`.
    pub fn name(self) -> &'static str {
        match self {
            Motion::System => "system",
            Motion::Reduced => "reduced",
        }
    }

    /// The motion of this name; `System` for any other.
    pub fn named(name: &str) -> Self {
        if name == Motion::Reduced.name() { Motion::Reduced } else { Motion::System }
    }
}

/// The look, to be read and changed.
#[derive(Clone, Copy)]
pub struct Look {
    pub theme: RwSignal<Theme>,
    pub motion: RwSignal<Motion>,
}

impl Look {
    /// Takes up the remembered look, keeps the document in step with it and makes it known to the components below.
    pub fn provide() -> Self {
        let look = Self {
            theme: RwSignal::new(Theme::named(&remembered(THEME))),
            motion: RwSignal::new(Motion::named(&remembered(MOTION))),
        };
        Effect::new(move || keep(THEME, "data-theme", look.theme.get().name()));
        Effect::new(move || keep(MOTION, "data-motion", look.motion.get().name()));
        provide_context(look);
        look
    }
}

/// What is remembered on this device under `key`; empty if nothing is.
pub(super) fn remembered(key: &str) -> String {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default()
}

/// Remembers `value` on this device; `None` forgets. A browser that refuses goes by it until the page is closed.
pub(super) fn remember(key: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        let kept = value.map_or_else(|| storage.remove_item(key), |value| storage.set_item(key, value));
        kept.ok();
    }
}

fn keep(key: &str, attribute: &str, name: &str) {
    let is_system = name == Theme::System.name();
    remember(key, (!is_system).then_some(name));
    if let Some(root) = document().document_element() {
        let shown = if is_system { root.remove_attribute(attribute) } else { root.set_attribute(attribute, name) };
        shown.ok();
    }
}
