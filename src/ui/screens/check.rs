//! Check: one prompt of a run beside the original, with another model or on other questions; what it takes, and its start.

mod forecast;

use leptos::prelude::*;

use self::forecast::Forecast;
use super::need::NeedsRun;
use crate::{
    domain::{
        event::RunStarted,
        id::{RunId, Version},
    },
    run::{
        format::{count, model_words, thousands},
        verdict::{can_prove, needs},
    },
    ui::{
        kit::{Empty, Glyph, NumberField, PageHead, Segmented},
        links,
        route::{Route, use_here},
        state::{AppState, Asked, use_app},
    },
};

/// Questions that are asked unless another number is chosen.
const QUESTIONS: usize = 100;
const OF_RUN: &str = "run";
const OF_DRAFT: &str = "draft";

/// The screen; the version is in the URL, the best if it names none.
#[component]
pub fn CheckScreen() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let named = here.query("version");
    let version = Memo::new(move |_| {
        app.run.with(|run| {
            let version = named.with(|name| links::version(name.as_deref())).unwrap_or(run.best);
            let is_found = version != Version::SEED && !run.is_check();
            run.candidate(version).filter(|_| is_found).map(|_| version)
        })
    });
    // A check that has just started takes the place of its setup.
    Effect::new(move |before: Option<Option<RunId>>| {
        let run = app.run_id.get();
        if before.is_some_and(|before| before != run) {
            here.go(Route::Run);
        }
        run
    });
    move || {
        match version.get() {
        Some(version) => view! { <OneCheck version=version /> }.into_any(),
        None if app.run.with(|run| run.candidates.is_empty()) => view! {
            <PageHead title="Check" />
            <NeedsRun
                glyph=Glyph::Check
                title="No prompt to check"
                words="A check scores a prompt that a run found beside the original, with another model or on other questions."
            />
        }
        .into_any(),
        None => view! {
            <PageHead title="Check" />
            <Empty
                glyph=Glyph::Check
                title="No prompt to check"
                words="A check scores a prompt that a run found beside the original, and the run on the screens found none but that. Open one that did, or choose a prompt of this run on Results."
            >
                <a class="button" data-kind="primary" href=Route::Results.href()>
                    "Go to Results"
                </a>
                <a class="button" href=Route::Home.href()>
                    "Open a run on Home"
                </a>
            </Empty>
        }
        .into_any(),
    }
    }
}

#[component]
fn OneCheck(version: Version) -> impl IntoView {
    let app = use_app();
    // No more than there are.
    let there_are = untrack(|| app.check_plan(Asked::OfRun, QUESTIONS)).map_or(0, |plan| plan.questions.len());
    let number = RwSignal::new(if there_are > 0 { there_are } else { QUESTIONS });
    let asked = RwSignal::new(Asked::OfRun);
    let words = move || {
        let run = app.run.with(|run| run.started.as_ref().map(|started| started.name.clone()).unwrap_or_default());
        format!("{version} of {run} and the original, side by side, on questions that its search never saw.")
    };
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=Route::Results.href()>"Results"</a>
            <a href=links::candidate(version).href()>{version.to_string()}</a>
            <span>"Check"</span>
        </nav>
        <PageHead title=format!("Check {version}") words=Signal::derive(words) />
        <div class="split" style="--side:24rem">
            <div class="stack" style="--gap:24px">
                <ModelChoice asked=asked />
                <Questions asked=asked number=number />
            </div>
            <Forecast version=version asked=asked number=number />
        </div>
    }
}

/// Both models, the run's and that on Models.
#[component]
fn ModelChoice(asked: RwSignal<Asked>) -> impl IntoView {
    let app = use_app();
    let models = Memo::new(move |_| {
        let of_run = app.run.with(|run| run.started.as_ref().map(|started| started.config.models.agent.clone()));
        (of_run.unwrap_or_default(), app.effective_config().models.agent)
    });
    let value = Signal::derive(move || match asked.get() {
        Asked::OfRun => OF_RUN.to_owned(),
        Asked::OfDraft => OF_DRAFT.to_owned(),
    });
    let note = move || {
        let (of_run, of_draft) = models.get();
        match asked.get() {
            Asked::OfRun => format!("{}, with which the prompt was found.", model_words(&of_run)),
            Asked::OfDraft if of_run.is_same_model(&of_draft) => {
                format!(
                    "{}: the same as the run's. Choose another on Models to see whether the gain carries over.",
                    model_words(&of_draft)
                )
            }
            Asked::OfDraft => format!("{}: does the gain carry over to it?", model_words(&of_draft)),
        }
    };
    view! {
        <section class="card">
            <header>
                <h2>"Model"</h2>
                <p>
                    <a href=Route::Models.href()>"Choose another on Models"</a>
                </p>
            </header>
            <div class="stack" style="--gap:8px">
                <Segmented
                    label="Model"
                    testid="check-model"
                    options=vec![(OF_RUN, "The run's"), (OF_DRAFT, "The agent's on Models")]
                    value=value
                    set=move |name: String| asked.set(if name == OF_DRAFT { Asked::OfDraft } else { Asked::OfRun })
                />
                <p class="note" data-testid="check-model-note">
                    {note}
                </p>
            </div>
        </section>
    }
}

/// The questions: how many there are that the search never saw, and how many of them to ask.
#[component]
fn Questions(asked: RwSignal<Asked>, number: RwSignal<usize>) -> impl IntoView {
    let app = use_app();
    let plan = Memo::new(move |_| app.check_plan(asked.get(), number.get()));
    let data = move || questions_words(app, plan.with(|plan| plan.as_ref().map_or(0, |plan| plan.unseen)));
    let hint = move || {
        plan.with(|plan| {
            let plan = plan.as_ref()?;
            let all = thousands(plan.unseen as u64);
            Some(match plan.questions.len() == plan.unseen {
                true => format!("All {all} are asked"),
                false => format!("{} of {all}, drawn with the next run's seed", thousands(plan.questions.len() as u64)),
            })
        })
    };
    let proof = move || {
        plan.with(|plan| {
            let questions = plan.as_ref().map_or(0, |plan| plan.questions.len());
            (questions > 0).then(|| view! { <p class="note">{format!("{} {}", can_prove(questions), needs())}</p> })
        })
    };
    let repeats = move || {
        let number = plan.with(|plan| plan.as_ref().map_or(0, |plan| plan.repeated));
        (number > 0 && asked.get() == Asked::OfRun).then(|| {
            let words = format!(
                "{} of these gave the run's own verdict already: the run's model repeats that rather than confirming it. Ask another model, or load new questions.",
                thousands(number as u64)
            );
            view! { <p class="note" data-testid="check-repeats">{words}</p> }
        })
    };
    view! {
        <section class="card">
            <header>
                <h2>"Questions"</h2>
                <p>
                    <a href=Route::Data.href()>"Load others on Data"</a>
                </p>
            </header>
            <div class="stack">
                <p data-testid="check-data">{data}</p>
                <div style="max-width:14rem">
                    <NumberField<usize>
                        label="Questions to ask"
                        testid="check-questions"
                        value=number
                        set=move |asked| number.set(asked)
                        hint=MaybeProp::derive(hint)
                    />
                </div>
                {proof}
                {repeats}
            </div>
        </section>
    }
}

fn questions_words(app: AppState, unseen: usize) -> String {
    let origin = app.run.with(|run| run.started.clone());
    let origin: Option<&RunStarted> = origin.as_deref();
    app.dataset.with(|dataset| match dataset {
        None => "No data is loaded. Load the questions and databases that the prompt is to be checked on.".into(),
        Some(dataset) if unseen == 0 => {
            format!("The search saw all questions of {}. Load others to check the prompt on.", dataset.name)
        }
        Some(dataset) => {
            let seen = dataset.examples.len() - unseen;
            let own = if origin.is_some_and(|origin| origin.dataset == dataset.name) {
                "the run's own data"
            } else {
                "other data"
            };
            let left_out = match seen {
                0 => String::new(),
                seen => format!(" {} that the search trained or chose on are left out.", count(seen, "question")),
            };
            format!("{} of {}, {own}.{left_out}", count(unseen, "question"), dataset.name)
        }
    })
}
