//! The icons, drawn in place: 16 × 16, one stroke, the colour of the text. A word always stands beside them.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Home,
    Data,
    Prompt,
    Models,
    Run,
    Results,
    Export,
    Settings,
    Check,
    Cross,
    Alert,
    Pause,
    Stop,
    Chevron,
    Back,
    Search,
    Keys,
    File,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Glyph::Home => "M2.5 7.5 8 3l5.5 4.5M4 6.5v6.5h8V6.5",
            Glyph::Data => {
                "M3 4.2C3 3 5.2 2.5 8 2.5s5 .5 5 1.7S10.8 6 8 6 3 5.4 3 4.2Zm0 0v7.6c0 1.2 2.2 1.7 5 1.7s5-.5 5-1.7V4.2M3 8c0 1.2 2.2 1.7 5 1.7S13 9.2 13 8"
            }
            Glyph::Prompt => "M3 4h10M3 8h7M3 12h4.5M11.5 10.5v4m-2-2h4",
            Glyph::Models => "M5 5h6v6H5zM6.5 5V2.5m3 2.5V2.5m-3 11V11m3 2.5V11M5 6.5H2.5m2.5 3H2.5m11-3H11m2.5 3H11",
            Glyph::Run => "M4.5 3v10l8-5z",
            Glyph::Results => "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6m3.5-6v6",
            Glyph::Export => "M8 9.5v-7m-2.7 2.7L8 2.5l2.7 2.7M3 9.5v3.5h10V9.5",
            Glyph::Settings => "M2.5 5h5m4 0h2M2.5 11h2m4 0h5M9.5 3.2v3.6M6.5 9.2v3.6",
            Glyph::Check => "m3.5 8.5 3 3 6-7",
            Glyph::Cross => "m4.5 4.5 7 7m0-7-7 7",
            Glyph::Alert => "M8 2.5 14 13H2L8 2.5Zm0 4v3.2M8 11.3v.1",
            Glyph::Pause => "M5.5 3.5v9m5-9v9",
            Glyph::Stop => "M4 4h8v8H4z",
            Glyph::Chevron => "m6 4 4 4-4 4",
            Glyph::Back => "M10 4 6 8l4 4",
            Glyph::Search => "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-1.2 3.2 3.2",
            Glyph::Keys => "M2 4.5h12v7H2zM4.5 7h.1M7 7h.1M9.5 7h.1M12 7h.1M5 9.3h6",
            Glyph::File => "M4 2.5h5L12.5 6v7.5H4zM9 2.5V6h3.5",
        }
    }
}

/// An icon; readers of screens do not hear of it.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=glyph.path()></path>
        </svg>
    }
}
