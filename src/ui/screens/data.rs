//! Data: what was loaded and what was left out, how it is split, the databases, the questions.

mod columns;
mod console;
mod databases;
mod gold;
mod loaded;
mod proof;
mod questions;
mod skipped;
mod split;
mod stored;
pub(super) mod tables;
mod typing;

use leptos::prelude::*;

use self::{
    databases::Databases, loaded::Loaded, questions::Questions, skipped::Skipped, split::SplitForm, stored::StoredData,
    typing::TypedQuestions,
};
use crate::ui::{
    kit::{Banner, DropZone, Empty, Glyph, PageHead, Standing, Status, Tone, drop::Given},
    route::Route,
    state::{Importing, use_app},
};

/// The screen.
#[component]
pub fn DataScreen() -> impl IntoView {
    let app = use_app();
    let has_data = Memo::new(move |_| app.dataset.with(Option::is_some));
    let give = move |given: Given| match given {
        Ok(files) => app.import(files),
        Err(error) => app.importing.set(Importing::Failed(error.to_string())),
    };
    let drop_title = Signal::derive(move || {
        let title = if has_data.get() { "Drop files here to replace the data" } else { "Drop files here" };
        title.to_owned()
    });
    let importing = move || match app.importing.get() {
        Importing::Idle => None,
        Importing::Reading(what) => Some(
            view! {
                <p role="status" data-testid="importing">
                    <Status standing=Standing::Running words=format!("Reading {what}") />
                </p>
            }
            .into_any(),
        ),
        Importing::Failed(words) => {
            let kept = if has_data.get_untracked() { "The data that was loaded before is still here." } else { "" };
            Some(
                view! {
                    <Banner tone=Tone::Bad title=words words=kept testid="import-error">
                        <button class="button" type="button" on:click=move |_| app.importing.set(Importing::Idle)>
                            "Close"
                        </button>
                    </Banner>
                }
                .into_any(),
            )
        }
    };
    let content = move || {
        if !has_data.get() {
            return view! {
                <Empty
                    glyph=Glyph::Data
                    title="No data yet"
                    words="Give the page questions with gold SQL (.json, .jsonl or .csv) and the SQLite files they are about. Or begin with the built-in sample."
                >
                    <button class="button" type="button" data-testid="data-sample" on:click=move |_| app.use_sample()>
                        "Load the sample"
                    </button>
                </Empty>
            }
            .into_any();
        }
        view! {
            <TypedQuestions />
            <SplitForm />
            <Databases />
            <Questions />
        }
        .into_any()
    };
    view! {
        <PageHead title="Data" words="Questions with gold SQL, and the SQLite databases they are about.">
            {move || {
                has_data
                    .get()
                    .then(|| {
                        view! {
                            <a class="button" href=Route::Scores.href() data-testid="score-predictions">
                                "Score predictions"
                            </a>
                            <a class="button" data-kind="primary" href=Route::Prompt.href()>
                                "Next: Prompt"
                            </a>
                        }
                    })
            }}
        </PageHead>
        <DropZone
            title=drop_title
            words="A Spider or BIRD zip, a folder, or loose .sqlite with .json, .jsonl or .csv. Nothing is uploaded."
            testid="data"
            give=Callback::new(give)
        />
        {importing}
        <Loaded />
        <Skipped />
        <StoredData />
        {content}
    }
}
