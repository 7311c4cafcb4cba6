//! What happened, what is safe, what to do: a strip above the content.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// How grave it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Warn,
    Bad,
}

impl Tone {
    /// The name that the stylesheet knows.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Tone::Plain => None,
            Tone::Good => Some("ok"),
            Tone::Warn => Some("warn"),
            Tone::Bad => Some("bad"),
        }
    }

    fn glyph(self) -> Glyph {
        match self {
            Tone::Plain => Glyph::File,
            Tone::Good => Glyph::Check,
            Tone::Warn => Glyph::Alert,
            Tone::Bad => Glyph::Cross,
        }
    }
}

/// A banner; the children are its buttons. A bad one is read out at once, the others when the reader is done.
#[component]
pub fn Banner(
    #[prop(optional)] tone: Tone,
    #[prop(into)] title: Signal<String>,
    #[prop(into, optional)] words: Signal<String>,
    #[prop(optional)] testid: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    let testid = (!testid.is_empty()).then_some(testid);
    view! {
        <div class="banner" data-tone=tone.name() role=role data-testid=testid>
            <Icon glyph=tone.glyph() />
            <div>
                <strong>{move || title.get()}</strong>
                " "
                {move || words.with(|words| (!words.is_empty()).then(|| view! { <p>{words.clone()}</p> }))}
            </div>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}
