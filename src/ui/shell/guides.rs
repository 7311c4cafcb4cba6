//! Links to the guides that help on a screen. They open in a tab of their own: a run goes on only while its page is open.

use leptos::prelude::*;

use crate::ui::route::{Route, use_here};

/// A guide's file, and its name.
type Guide = (&'static str, &'static str);

const OWN_DATABASE: Guide = ("own-database", "Use your own database");
const SPIDER: Guide = ("spider", "Use Spider or BIRD");
const LOCAL_MODELS: Guide = ("local-models", "Use a model on your own machine");
const SHARING: Guide = ("sharing", "Share a run, a prompt or its data");
const READING: Guide = ("reading-results", "Read results honestly");

fn guides(route: Route) -> &'static [Guide] {
    match route {
        Route::Home => &[OWN_DATABASE, SPIDER, LOCAL_MODELS, SHARING, READING],
        Route::Data | Route::Prompt | Route::Playground => &[OWN_DATABASE, SPIDER],
        Route::Scores => &[SPIDER],
        Route::Models => &[LOCAL_MODELS],
        Route::Run | Route::Results | Route::Candidate | Route::Example | Route::Check => &[READING],
        Route::Export => &[SHARING, READING],
        Route::Settings => &[],
    }
}

/// The guides for the screen that is shown.
#[component]
pub fn Guides() -> impl IntoView {
    let route = use_here().route();
    let link = |(file, name): &Guide| {
        view! {
            <li>
                <a href=format!("guides/{file}.html") target="_blank" rel="noopener">
                    {*name}
                </a>
            </li>
        }
    };
    move || {
        let guides = guides(route.get());
        (!guides.is_empty()).then(|| {
            view! {
                <nav class="guides" aria-label="Guides">
                    <span>{if guides.len() == 1 { "Guide" } else { "Guides" }}</span>
                    <ul>{guides.iter().map(link).collect_view()}</ul>
                </nav>
            }
        })
    }
}
