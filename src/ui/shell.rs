//! The frame around every screen: rail, bar, banners that concern the whole page, the screen itself, and the panels
//! that open over it.

mod bar;
mod guides;
mod notices;
mod palette;
mod panels;
mod rail;
mod sample_question;
mod shared;
mod shortcut_list;

use leptos::prelude::*;

use self::{
    bar::Bar,
    guides::Guides,
    notices::Notices,
    palette::Palette,
    panels::Panels,
    rail::Rail,
    sample_question::SampleQuestion,
    shared::{ReadOnly, SharedLink},
    shortcut_list::ShortcutList,
};
use super::{
    keys::ShortcutKeys,
    look::Look,
    narrow::provide_narrow,
    route::{Here, Route},
    screens::{
        candidate::CandidateScreen, check::CheckScreen, compare::CompareScreen, data::DataScreen,
        example::ExampleScreen, export::ExportScreen, home::HomeScreen, models::ModelsScreen,
        playground::PlaygroundScreen, prompt::PromptScreen, results::ResultsScreen, run::RunScreen,
        scores::ScoresScreen, settings::SettingsScreen,
    },
    state::AppState,
};

const MAIN: &str = "main";

/// The page.
#[component]
pub fn App() -> impl IntoView {
    AppState::provide();
    Look::provide();
    provide_narrow();
    Panels::provide(ShortcutKeys::provide());
    let route = Here::provide().route();
    Effect::new(move |before: Option<Route>| {
        let route = route.get();
        document().set_title(&format!("{} · Promptbeam", route.title()));
        if before.is_some_and(|before| before != route) {
            // By then the frame lays the new screen out anyway; here it would once more.
            request_animation_frame(focus_main);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        route
    });
    let screen = move || match route.get() {
        Route::Home => view! { <HomeScreen /> }.into_any(),
        Route::Data => view! { <DataScreen /> }.into_any(),
        Route::Scores => view! { <ScoresScreen /> }.into_any(),
        Route::Prompt => view! { <PromptScreen /> }.into_any(),
        Route::Playground => view! { <PlaygroundScreen /> }.into_any(),
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
        <Palette />
        <ShortcutList />
        <SampleQuestion />
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
