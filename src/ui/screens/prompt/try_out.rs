//! "Try on one example": the draft's agent on one question, its result beside the gold result.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{
        agent::AgentConfig,
        config::{ModelConfig, Provider},
        dataset::Example,
        id::ExampleId,
        rollout::{Execution, Judgement, Outcome},
    },
    run::{
        compare_cells::{Rows, differing_cells},
        format::duration,
        inspect::InspectedCall,
    },
    ui::{
        kit::{CellMarks, Glyph, Icon, Sheet, Side, Sql, Standing, Status, Transcript},
        route::Route,
        state::{Tried, use_app},
    },
};

/// What is on the screen.
#[derive(Clone)]
enum Trial {
    None,
    Running,
    Done(Box<(Example, Tried)>),
    Failed(String),
}

/// The section with the trial of `example`.
#[component]
pub fn TryOut(example: Memo<Option<ExampleId>>) -> impl IntoView {
    let app = use_app();
    let trial = RwSignal::new(Trial::None);
    // The agent and the model that it was asked of, and those of now.
    let asked = RwSignal::new(None::<(AgentConfig, ModelConfig)>);
    let now = Memo::new(move |_| {
        let config = app.effective_config();
        (config.agent, config.models.agent)
    });
    let is_old = Memo::new(move |_| {
        now.with(|(agent, model)| {
            asked.with(|asked| asked.as_ref().is_some_and(|(of, by)| of != agent || !by.is_same_model(model)))
        })
    });
    let is_running = move || trial.with(|trial| matches!(trial, Trial::Running));
    let run = move |_| {
        let question = example
            .get_untracked()
            .and_then(|id| app.dataset.with_untracked(|dataset| dataset.as_ref()?.example(&id).cloned()));
        let Some(question) = question else { return };
        trial.set(Trial::Running);
        asked.set(Some(now.get_untracked()));
        spawn_local(async move {
            let done = match app.try_example(question.id.clone()).await {
                Ok(tried) => Trial::Done(Box::new((question, tried))),
                Err(words) => Trial::Failed(words),
            };
            // The screen may be gone by now.
            trial.try_set(done);
        });
    };
    let cost = move || match app.effective_config().models.agent.provider {
        Provider::Practice => "Practice model (simulated), costs nothing",
        Provider::InPage | Provider::BuiltIn => "Asks the model in this browser; kept in no run",
        _ => "Asks your model; kept in no run",
    };
    let verb = move || if trial.with(|trial| matches!(trial, Trial::None)) { "Run" } else { "Run again" };
    let content = move || {
        match trial.get() {
        Trial::None if example.with(Option::is_none) => view! {
            <p class="small muted" data-testid="try-needs">
                "Needs a question with its gold query, to compare with. Get some on "
                <a href=Route::Data.href()>"Data"</a> ", or ask a question of your own in the "
                <a href=Route::Playground.href()>"playground"</a> "."
            </p>
        }
        .into_any(),
        Trial::None => view! {
            <p class="small muted">
                "Shows what the agent is sent, what it answers, and its result beside the gold result for the question chosen above."
            </p>
        }
        .into_any(),
        Trial::Running => view! {
            <p role="status">
                <Status standing=Standing::Running words="Asking the model" />
            </p>
        }
        .into_any(),
        Trial::Failed(words) => view! {
            <div class="field-error" role="alert" data-testid="try-error">
                <Icon glyph=Glyph::Alert />
                <span>{words}</span>
            </div>
        }
        .into_any(),
        Trial::Done(done) => {
            let (example, tried) = *done;
            view! {
                {move || {
                    is_old
                        .get()
                        .then(|| {
                            view! {
                                <p class="try-old" role="status" data-testid="try-old">
                                    <Status
                                        standing=Standing::Warning
                                        words="The agent or its model has changed since. Run it again."
                                    />
                                </p>
                            }
                        })
                }}
                <Outcomes example=example tried=tried />
            }
            .into_any()
        }
    }
    };
    view! {
        <section class="card">
            <header>
                <h2>"Try on one example"</h2>
                <div class="row">
                    <span class="note">{cost}</span>
                    <button
                        class="button"
                        data-size="small"
                        type="button"
                        data-testid="try-example"
                        data-state=move || is_running().then_some("busy")
                        prop:disabled=move || is_running() || example.with(Option::is_none)
                        on:click=run
                    >
                        <Icon glyph=Glyph::Run />
                        {verb}
                    </button>
                </div>
            </header>
            {content}
        </section>
    }
}

#[component]
fn Outcomes(example: Example, tried: Tried) -> impl IntoView {
    let calls: Vec<_> = tried.calls.into_iter().map(InspectedCall::from).collect();
    let query = tried.rollout.query().unwrap_or_default().to_owned();
    let (standing, word, why) = match &tried.rollout.outcome {
        outcome if outcome.is_right() => (Standing::Done, "Right", "The result is that of the gold query.".to_owned()),
        Outcome::Judged(judgement) => (Standing::Failed, "Wrong", judgement.difference.clone()),
        Outcome::NoAnswer { reason } => (Standing::Warning, "No answer", reason.words().to_owned()),
        Outcome::Unfinished => (Standing::Warning, "Not finished", "It took too long.".to_owned()),
    };
    let results = match tried.rollout.outcome {
        Outcome::Judged(judgement) => Some(results(judgement)),
        Outcome::NoAnswer { .. } | Outcome::Unfinished => None,
    };
    view! {
        <div class="try" data-testid="try-result">
            <div class="stack" style="--gap:8px">
                <p class="small">{example.question}</p>
                <Transcript calls=calls />
            </div>
            <div class="stack" style="--gap:12px">
                <p class="row">
                    <Status standing=standing words=word />
                    <span class="small muted">{why}</span>
                    <span class="note">{duration(tried.elapsed_ms)}</span>
                </p>
                <div class="half">
                    <div class="stack" style="--gap:4px">
                        <h3>"Your prompt's query"</h3>
                        <Sql text=query />
                    </div>
                    <div class="stack" style="--gap:4px">
                        <h3>"Gold query"</h3>
                        <Sql text=example.gold />
                    </div>
                </div>
                {results}
            </div>
        </div>
    }
}

fn results(judgement: Judgement) -> impl IntoView {
    let predicted = match judgement.predicted {
        Execution::Rows(table) => table,
        Execution::Failed(error) => {
            let gold = judgement.gold.map(|gold| view! { <Sheet table=gold label="Gold result" /> });
            return view! {
                <div class="half">
                    <div>
                        <h3 class="sheet-title">"Your prompt's result"</h3>
                        <p class="field-error">{error.to_string()}</p>
                    </div>
                    <div>
                        <h3 class="sheet-title">"Gold result"</h3>
                        {gold}
                    </div>
                </div>
            }
            .into_any();
        }
    };
    let Some(gold) = judgement.gold else {
        return view! {
            <div>
                <h3 class="sheet-title">"The result, the same for both"</h3>
                <Sheet table=predicted label="Result of both queries" />
            </div>
        }
        .into_any();
    };
    let (ours, theirs) = differing_cells(&predicted, &gold, Rows::Anywhere);
    view! {
        <div class="half">
            <div>
                <h3 class="sheet-title">"Your prompt's result"</h3>
                <Sheet
                    table=predicted
                    label="Result of your prompt"
                    marks=CellMarks { side: Side::Predicted, cells: ours }
                />
            </div>
            <div>
                <h3 class="sheet-title">"Gold result"</h3>
                <Sheet table=gold label="Gold result" marks=CellMarks { side: Side::Gold, cells: theirs } />
            </div>
        </div>
    }
    .into_any()
}
