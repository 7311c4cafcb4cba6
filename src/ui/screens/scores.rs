//! Scores: a file of predicted queries, judged on the current data as Spider's evaluator does. No model is called.

mod one;
mod rows;
mod table;

use leptos::prelude::*;

use self::{one::OnePrediction, rows::Rows, table::Table};
use super::need::{DataAtHand, NeedsQuestions, data_at_hand};
use crate::{
    run::format::{count, duration, thousands, unbroken},
    ui::{
        kit::{Banner, Empty, Glyph, Icon, PageHead, Standing, Status, Tone, drop::files_of},
        route::{Route, use_here},
        state::{AppState, Scoring, use_app},
    },
};

/// The name of the selection that holds the opened row's number.
const ROW: &str = "row";

/// The screen: the file, the table, and every prediction; or one of them.
#[component]
pub fn ScoresScreen() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let row = here.query(ROW);
    let opened = Memo::new(move |_| {
        let at: usize = row.get()?.parse().ok()?;
        app.scores().filter(|scores| at < scores.scored.len()).map(|_| at)
    });
    move || match opened.get() {
        Some(at) => view! { <OnePrediction at=at /> }.into_any(),
        None => view! { <Overview /> }.into_any(),
    }
}

#[component]
fn Overview() -> impl IntoView {
    let app = use_app();
    let has_data = Memo::new(move |_| data_at_hand(app) == DataAtHand::Questions);
    let content = move || {
        if !has_data.get() {
            return view! {
                <NeedsQuestions
                    title="No questions to score on"
                    words="Predictions are judged on questions with gold SQL and their databases."
                />
            }
            .into_any();
        }
        match app.scores() {
            Some(_) => view! {
                <Table />
                <Rows />
            }
            .into_any(),
            None => view! {
                <Empty
                    glyph=Glyph::Results
                    title="No predictions yet"
                    words="Give one query for each question: a text file with one a line, JSON, or CSV. Each is run, compared with its gold query, and counted by hardness."
                />
            }
            .into_any(),
        }
    };
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=Route::Data.href()>"Data"</a>
            <span>"Predictions"</span>
        </nav>
        <PageHead
            title="Score predictions"
            words="Queries that some other system wrote, judged on this data as Spider's evaluator does. No model is called."
        >
            {move || {
                app.scores()
                    .map(|_| {
                        view! {
                            <button
                                class="button"
                                type="button"
                                data-testid="export-scores"
                                on:click=move |_| app.export_scores()
                            >
                                "Save .csv"
                            </button>
                        }
                    })
            }}
        </PageHead>
        {move || has_data.get().then(|| view! { <FileCard /> })}
        {content}
    }
}

/// Choosing the file, and how far it is.
#[component]
fn FileCard() -> impl IntoView {
    let app = use_app();
    let choose = move |event| {
        if let Some(file) = files_of(&event).into_iter().next() {
            app.score_predictions(file);
        }
    };
    let data = move || {
        app.dataset.with(|dataset| {
            let questions = dataset.as_ref().map_or(0, |dataset| dataset.examples.len());
            let name = dataset.as_ref().map_or_else(String::new, |dataset| dataset.name.clone());
            format!("For {} of {name}, one each, in their order or by number.", count(questions, "question"))
        })
    };
    view! {
        <section class="drop">
            <Icon glyph=Glyph::File />
            <div>
                <b>"Choose the predictions"</b>
                <p>{data}</p>
            </div>
            <div class="row">
                <label class="button file-button" data-kind="primary">
                    "Choose a file"
                    <input class="vh" type="file" data-testid="predictions-file" on:change=choose />
                </label>
            </div>
        </section>
        {move || standing(app)}
    }
}

fn standing(app: AppState) -> AnyView {
    match app.scoring.get() {
        Scoring::Idle => ().into_any(),
        Scoring::Working { file, progress } => {
            let words = progress.map_or_else(
                || format!("Reading {file}"),
                |at| format!("{} of {} predictions judged", thousands(at.done as u64), thousands(at.total as u64)),
            );
            view! {
                <div class="row" role="status" data-testid="scoring">
                    <Status standing=Standing::Running words=words />
                    <button class="button" data-size="small" type="button" on:click=move |_| app.stop_scoring()>
                        "Stop"
                    </button>
                </div>
            }
            .into_any()
        }
        Scoring::Failed(words) => {
            view! { <Banner tone=Tone::Bad title="These predictions cannot be scored" words=words testid="predictions-error" /> }
                .into_any()
        }
        Scoring::Done(_) => app.scores().map(|scores| {
            let rate = scores.scored.len() as f64 / (scores.elapsed_ms / 1000.0).max(0.001);
            let mut parts = vec![
                scores.predictions.file.clone(),
                count(scores.scored.len(), "prediction"),
                format!("{} ({} a second)", duration(scores.elapsed_ms), thousands(rate.round() as u64)),
            ];
            let blank = scores.predictions.blank().count();
            if blank > 0 {
                parts.push(format!("{} without a query", count(blank, "prediction")));
            }
            if scores.predictions.unused > 0 {
                parts.push(format!("{} for questions that were not imported", count(scores.predictions.unused, "prediction")));
            }
            view! {
                <p class="note" role="status" data-testid="scored">
                    {unbroken(&parts.join(" · "))}
                </p>
            }
        }).into_any(),
    }
}
