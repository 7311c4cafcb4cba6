//! The frame around every screen: rail, bar, banners that concern the whole page, and the screen itself.

mod bar;
mod guides;
mod notices;
mod rail;
mod shared;

use leptos::prelude::*;

use self::{
    bar::Bar,
    guides::Guides,
    notices::Notices,
    rail::Rail,
    shared::{ReadOnly, SharedLink},
};
use super::{
    look::Look,
    route::{Here, Route},
    screens::{
        candidate::CandidateScreen, check::CheckScreen, compare::CompareScreen, data::DataScreen,
        example::ExampleScreen, export::ExportScreen, home::HomeScreen, models::ModelsScreen, prompt::PromptScreen,
        results::ResultsScreen, run::RunScreen, scores::ScoresScreen, settings::SettingsScreen,
    },
    state::AppState,
};

const MAIN: &str = "main";

/// The page.
#[component]
pub fn App() -> impl IntoView {
    AppState::provide();
    Look::provide();
    let route = Here::provide().route();
    Effect::new(move |before: Option<Route>| {
        let route = route.get();
        document().set_title(&format!("{} · Promptbeam", route.title()));
        if before.is_some_and(|before| before != route) {
            focus_main();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        route
    });
    let screen = move || match route.get() {
        Route::Home => view! { <HomeScreen /> }.into_any(),
        Route::Data => view! { <DataScreen /> }.into_any(),
        Route::Scores => view! { <ScoresScreen /> }.into_any(),
        Route::Prompt => view! { <PromptScreen /> }.into_any(),
        Route::Models => view! { <ModelsScreen /> }.into_any(),
        Route::Run => view! { <RunScreen /> }.into_any(),
        Route::Results => view! { <ResultsScreen /> }.into_any(),
        Route::Candidate => view! { <CandidateScreen /> }.into_any(),
        Route::Check => view! { <CheckScreen /> }.into_any(),
        Route::Example => view! { <ExampleScreen /> }.into_any(),
        Route::Compare => view! { <CompareScreen /> }.into_any(),
        Route::Export => view! { <ExportScreen /> }.into_any(),
        Route::Settings => view! { <SettingsScreen /> }.into_any(),
    };
    // The hash names the screen, so this link moves the focus itself.
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        focus_main();
    };
    view! {
        <a class="skip" href=format!("#{MAIN}") on:click=skip>
            "Skip to content"
        </a>
        <div class="app">
            <Rail />
            <Bar />
            <main class="main" id=MAIN tabindex="-1">
                <div class="page">
                    <Notices />
                    <SharedLink />
                    <ReadOnly />
                    {screen}
                    <Guides />
                </div>
            </main>
        </div>
    }
}

fn focus_main() {
    use wasm_bindgen::JsCast;
    let main = document().get_element_by_id(MAIN).and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(main) = main {
        // Focus fails only for an element that cannot have it, and this one can.
        main.focus().ok();
    }
}
