//! What stands on a screen that needs data or a run and has none: what belongs there, and the buttons that get it.

use leptos::prelude::*;

use crate::{
    domain::dataset::Dataset,
    ui::{
        kit::{Empty, Glyph},
        route::Route,
        state::{AppState, use_app},
    },
};

/// How much data there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataAtHand {
    None,
    /// Databases that came without questions.
    Databases,
    Questions,
}

/// How much data there is now.
pub fn data_at_hand(app: AppState) -> DataAtHand {
    let has_questions = |dataset: &Dataset| !dataset.examples.is_empty();
    app.dataset.with(|dataset| match dataset {
        None => DataAtHand::None,
        Some(dataset) if has_questions(dataset) => DataAtHand::Questions,
        Some(_) => DataAtHand::Databases,
    })
}

/// In place of what needs questions. `words` say what for; what is missing follows them.
#[component]
pub fn NeedsQuestions(#[prop(into)] title: String, words: &'static str) -> impl IntoView {
    let app = use_app();
    let at_hand = Memo::new(move |_| data_at_hand(app));
    move || {
        let title = title.clone();
        match at_hand.get() {
            DataAtHand::None | DataAtHand::Questions => view! {
                <Empty glyph=Glyph::Data title=title words=words>
                    <a class="button" href=Route::Data.href()>
                        "Go to Data"
                    </a>
                    <button class="button" type="button" on:click=move |_| app.want_sample()>
                        "Load the sample"
                    </button>
                </Empty>
            }
            .into_any(),
            DataAtHand::Databases => view! {
                <Empty
                    glyph=Glyph::Data
                    title=title
                    words=format!("{words} The databases that are loaded came without any: type them on Data, or ask in the playground and keep what is right.")
                >
                    <a class="button" href=Route::Data.href()>
                        "Type questions"
                    </a>
                    <a class="button" href=Route::Playground.href()>
                        "Ask in the playground"
                    </a>
                </Empty>
            }
            .into_any(),
        }
    }
}

/// In place of what needs a run, where none is on the screens. A run needs questions: without them, they come first.
#[component]
pub fn NeedsRun(glyph: Glyph, #[prop(into)] title: String, words: &'static str) -> impl IntoView {
    let app = use_app();
    let at_hand = Memo::new(move |_| data_at_hand(app));
    let open = || {
        view! {
            <a class="button" href=Route::Home.href()>
                "Open a run on Home"
            </a>
        }
    };
    move || {
        let title = title.clone();
        match at_hand.get() {
            DataAtHand::Questions => view! {
                <Empty glyph=glyph title=title words=words>
                    <a class="button" data-kind="primary" href=Route::Run.href()>
                        "Go to Run"
                    </a>
                    {open()}
                </Empty>
            }
            .into_any(),
            DataAtHand::None | DataAtHand::Databases => view! {
                <Empty glyph=glyph title=title words=format!("{words} A run needs questions first: yours, or the sample's.")>
                    <a class="button" data-kind="primary" href=Route::Data.href()>
                        "Go to Data"
                    </a>
                    <button class="button" type="button" on:click=move |_| app.want_sample()>
                        "Load the sample"
                    </button>
                    {open()}
                </Empty>
            }
            .into_any(),
        }
    }
}
