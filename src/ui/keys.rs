//! The page's keyboard shortcuts where they are pressed: one listener a screen, which hears only of shortcuts. Single letters can be
//! switched off, which is remembered on this device.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::look::{remember, remembered};
use crate::run::shortcuts::{Keyboard, Shortcut, Stroke};

const SINGLES: &str = "promptbeam.shortcuts";
const OFF: &str = "off";
/// Where keys are typed, or belong to what is open.
const FIELDS: &str =
    "input:not([type=range], [type=checkbox], [type=radio], [type=button]), select, textarea, dialog *";

/// Which shortcuts are obeyed; a handle to be copied.
#[derive(Clone, Copy)]
pub struct ShortcutKeys {
    /// Whether single letters and signs are.
    pub singles: RwSignal<bool>,
    pub keyboard: Keyboard,
}

/// The shortcuts of the page.
pub fn use_shortcuts() -> ShortcutKeys {
    expect_context()
}

impl ShortcutKeys {
    /// Recalls whether single letters are obeyed, and makes itself known to the components below.
    pub fn provide() -> Self {
        let is_mac = window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac"));
        let keyboard = if is_mac { Keyboard::Mac } else { Keyboard::Usual };
        let singles = RwSignal::new(remembered(SINGLES) != OFF);
        Effect::new(move || remember(SINGLES, (!singles.get()).then_some(OFF)));
        let keys = Self { singles, keyboard };
        provide_context(keys);
        keys
    }

    /// Tells `act` of each shortcut that is pressed, as long as the caller is there. It returns whether it did something: then
    /// the browser does nothing with the key.
    pub fn on(self, act: impl Fn(Shortcut) -> bool + 'static) {
        let pressed = window_event_listener(ev::keydown, move |event| {
            let stroke = stroke_of(&event);
            let is_meant = |shortcut: &Shortcut| {
                shortcut.is(&stroke, self.keyboard) && (!shortcut.is_single() || self.singles.get_untracked())
            };
            if !event.default_prevented()
                && let Some(shortcut) = Shortcut::ALL.into_iter().find(is_meant)
                && act(shortcut)
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || pressed.remove());
    }
}

fn stroke_of(event: &ev::KeyboardEvent) -> Stroke {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    Stroke {
        key: event.key(),
        ctrl: event.ctrl_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
        meta: event.meta_key(),
        in_field: target.is_some_and(|target| target.matches(FIELDS).unwrap_or_default()),
    }
}

/// A shortcut's keys as they are printed, beside what does the same; nothing while it is switched off.
#[component]
pub fn Keycaps(shortcut: Shortcut) -> impl IntoView {
    let keys = use_shortcuts();
    move || {
        let is_on = keys.singles.get() || !shortcut.is_single();
        is_on.then(|| {
            shortcut
                .keys(keys.keyboard)
                .into_iter()
                .map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })
                .collect_view()
        })
    }
}
