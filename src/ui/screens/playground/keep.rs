//! Keeping the pair as a labelled example, once its result was looked at; with what that changes, before it is done.

use leptos::prelude::*;

use crate::{
    run::{format::thousands, keep::known},
    ui::{
        kit::{CheckField, Glyph, Icon, Standing, Status},
        route::{Location, Route},
        state::{AppState, Bench, GoldState, Keeping, use_app},
    },
};

/// The card for one of the questions.
#[component]
pub fn Keep(at: usize) -> impl IntoView {
    let app = use_app();
    let play = app.playground;
    let standing = Memo::new(move |_| standing(app, at));
    let content = move || {
        match standing.get() {
        Standpoint::Kept { number } => view! { <Kept at=at number=number /> }.into_any(),
        Standpoint::Known { number } => view! {
            <p class="small" data-testid="play-known">
                {format!("No. {} of the data is this question, with a gold query of its own. It is not kept twice.", thousands(number as u64))}
            </p>
        }
        .into_any(),
        Standpoint::New => view! { <Offer at=at /> }.into_any(),
    }
    };
    let failed = move || {
        play.answered(at).and_then(|answered| match answered.bench.keeping {
            Keeping::Failed(words) => Some(view! {
                <p class="field-error" role="alert" data-testid="play-keep-fault">
                    <Icon glyph=Glyph::Alert />
                    <span>{words}</span>
                </p>
            }),
            _ => None,
        })
    };
    view! {
        <section class="card" data-testid="play-keep-card">
            <header>
                <h2>"Keep as a labelled example"</h2>
                <p>"The question, with this SQL as its gold query"</p>
            </header>
            <div class="stack" style="--gap:12px">{content} {failed}</div>
        </section>
    }
}

/// How the pair stands to the data.
#[derive(Clone, PartialEq)]
enum Standpoint {
    /// It was kept from here; its number.
    Kept {
        number: usize,
    },
    /// The data has this question with a gold query of its own.
    Known {
        number: usize,
    },
    New,
}

fn standing(app: AppState, at: usize) -> Standpoint {
    let Some(answered) = app.playground.answered(at) else { return Standpoint::New };
    let question = &answered.about.question;
    app.dataset.with(|dataset| {
        let found = dataset.as_ref().and_then(|dataset| known(dataset, &question.db, &question.text));
        match (found, &answered.bench.keeping) {
            (Some((number, example)), Keeping::Kept(id)) if example.id == *id => Standpoint::Kept { number },
            (Some((number, _)), _) => Standpoint::Known { number },
            (None, _) => Standpoint::New,
        }
    })
}

/// The check box, what keeping changes, and the button.
#[component]
fn Offer(at: usize) -> impl IntoView {
    let app = use_app();
    let play = app.playground;
    let bench = Memo::new(move |_| play.answered(at).map(|answered| answered.bench).unwrap_or_default());
    let has_result = Memo::new(move |_| bench.with(|bench| bench.result().is_some()));
    let looked = Signal::derive(move || bench.with(|bench| bench.looked));
    let busy = move || bench.with(|bench| bench.keeping == Keeping::UnderWay);
    let changes = Memo::new(move |_| {
        let answered = play.answered(at)?;
        let (question, sql) = (&answered.about.question, answered.bench.sql.clone());
        app.keeping(question.db.clone(), question.text.clone(), sql).map(|kept| kept.words())
    });
    let own = move || {
        let answered = play.answered(at)?;
        (answered.bench.sql.trim() == answered.about.written().trim()).then_some(
            "The prompt wrote this SQL itself, so as gold it counts in that prompt's favour. A set of such pairs alone cannot show its mistakes.",
        )
    };
    let empty = move || {
        bench
            .with(|bench| bench.result().is_some_and(|table| table.total_rows == 0))
            .then_some("It returns no rows: as gold, any answer without rows would count as right.")
    };
    move || {
        if !has_result.get() {
            return view! {
                <p class="small muted" data-testid="play-look-first">
                    "Run the SQL as it stands first, and look at its result."
                </p>
            }
            .into_any();
        }
        view! {
            <CheckField
                label="I have looked at the result: it answers the question"
                testid="play-looked"
                value=looked
                set=move |looked| play.change(at, |bench| bench.looked = looked)
            />
            {move || empty().map(|words| view! { <p class="small" data-testid="play-empty">{words}</p> })}
            {move || {
                looked
                    .get()
                    .then(|| {
                        view! {
                            <p class="small" data-testid="play-changes">
                                {changes.get()}
                            </p>
                        }
                    })
            }}
            {move || looked.get().then(own).flatten().map(|words| view! { <p class="small muted">{words}</p> })}
            <div class="row">
                <button
                    class="button"
                    type="button"
                    data-testid="play-keep"
                    data-state=move || busy().then_some("busy")
                    prop:disabled=move || !looked.get() || busy()
                    on:click=move |_| app.keep_answer(at)
                >
                    <Icon glyph=Glyph::Check />
                    "Keep the pair"
                </button>
            </div>
        }
        .into_any()
    }
}

/// Where the kept pair is now, and the way back.
#[component]
fn Kept(at: usize, number: usize) -> impl IntoView {
    let app = use_app();
    let part = Memo::new(move |_| {
        let answered = app.playground.answered(at)?;
        let Bench { keeping: Keeping::Kept(id), .. } = answered.bench else { return None };
        app.part_of(&id)
    });
    let gold = move || match app.gold.get() {
        GoldState::Checking { .. } => "its gold query is being checked",
        GoldState::Failed(_) => "its gold query could not be checked",
        GoldState::Unknown => "its gold query is not checked yet",
        GoldState::Checked(check) => {
            let id = app.playground.answered(at).map(|answered| answered.bench.keeping);
            let is_found = |id| check.findings.iter().any(|found| found.example == id);
            match id {
                Some(Keeping::Kept(id)) if is_found(id.clone()) => "its gold query has a finding, which stands on Data",
                _ => "its gold query is checked and returns rows",
            }
        }
    };
    let words = move || {
        let part =
            part.get().map_or("not in a split yet".to_owned(), |part| format!("part of the split: {}", part.name()));
        format!("Kept as No. {}", thousands(number as u64)) + &format!("; {part}; {}.", gold())
    };
    let href = Location::from(Route::Data).with("q", &question_of(app, at)).href();
    view! {
        <p class="row" role="status" data-testid="play-kept">
            <Status standing=Standing::Done words="Kept" />
            <span class="small">{words}</span>
        </p>
        <div class="row">
            <a class="button" data-size="small" href=href>
                "See it on Data"
            </a>
            <button
                class="button"
                data-size="small"
                data-kind="quiet"
                type="button"
                data-testid="play-take-back"
                on:click=move |_| app.take_back(at)
            >
                "Remove it again"
            </button>
        </div>
    }
}

fn question_of(app: AppState, at: usize) -> String {
    untrack(|| app.playground.answered(at)).map(|answered| answered.about.question.text.clone()).unwrap_or_default()
}
