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
use crate::{
    run::format::first_sentence,
    ui::{
        kit::{Banner, DropZone, Glyph, Icon, PageHead, Standing, Status, Tone, drop::Given},
        route::Route,
        state::{Importing, use_app},
    },
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
            let (title, why) = first_sentence(&words);
            let kept = if has_data.get_untracked() { " The data that was loaded before is still here." } else { "" };
            let why = format!("{why}{kept}");
            Some(
                view! {
                    <Banner tone=Tone::Bad title=title.to_owned() words=why testid="import-error">
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
            return view! { <NoData /> }.into_any();
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

/// A file of questions, as small as it can be.
const QUESTIONS: &str =
    "db_id,question,query\nshop,How many orders are open?,SELECT count(*) FROM orders WHERE closed IS NULL";

/// What belongs here, shown on a file that is as small as it can be.
#[component]
fn NoData() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="empty">
            <Icon glyph=Glyph::Data />
            <b>"No data yet"</b>
            <p>
                "Questions that were answered before: each with its database and the SQL whose result is right, the gold SQL. One row each, as in questions.csv; JSON with the same names will do."
            </p>
            <pre class="code">
                {QUESTIONS}
            </pre>
            <p>
                "Drop it together with shop.sqlite. The page then divides the questions: some to learn from, some to choose by, and some held back for the verdict. Thirty are enough for a first look."
            </p>
            <div class="row">
                <button class="button" type="button" data-testid="data-sample" on:click=move |_| app.want_sample()>
                    "Load the sample"
                </button>
            </div>
        </div>
    }
}
