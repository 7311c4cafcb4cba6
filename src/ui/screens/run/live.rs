//! A run under way or over: where it is, whether it is better, what it costs, whether it needs somebody.

use leptos::prelude::*;

use super::{
    beam::Beam,
    budget::BudgetCard,
    decisions::{Decisions, RejectedEdits},
    facts::{Facts, Scores, is_simulated},
    feed::Feed,
    later::Later,
    lineage::LineageCard,
    outcome::Outcome,
    prices::PricesCard,
    problems::{NeedsYou, Problems},
    steps::Steps,
    stopped::StoppedEarlier,
    summary::{BestPrompt, Summary},
};
use crate::{
    domain::{
        chat::ModelRole,
        config::{Provider, RunConfig},
        event::{Check, RunStarted},
        search::Method,
    },
    ports::store::RunState,
    run::{
        chart::{Dot, score_chart},
        format::{count, score_words, thousands},
        view::RunView,
    },
    ui::{
        charts::ScoreChartView,
        kit::{Glyph, Icon, PageHead, Status, Twin},
        links,
        route::{Route, use_here},
        state::{AppState, use_app},
    },
};

/// Pixels.
const CHART_HEIGHT: f64 = 216.0;

/// The run on the screens.
#[component]
pub fn Live() -> impl IntoView {
    view! {
        <Head>
            <Controls />
        </Head>
        <NeedsYou />
        <Outcome />
        <Course />
    }
}

/// The run's name and settings; the children are what can be done.
#[component]
pub fn Head(children: Children) -> impl IntoView {
    let app = use_app();
    let name = Memo::new(move |_| {
        app.run.with(|run| run.started.as_ref().map(|started| started.name.clone())).unwrap_or_else(|| "Run".into())
    });
    let words = Memo::new(move |_| app.run.with(|run| run.started.as_ref().map(|s| setting(s))).unwrap_or_default());
    view! {
        <PageHead title=name words=words>
            {children()}
        </PageHead>
    }
}

/// How the run goes, or went: what its screens show of it, now and in the past.
#[component]
pub fn Course() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let chart = Memo::new(move |_| app.run.with(|run| score_chart(run, CHART_HEIGHT)));
    let has_chart = Memo::new(move |_| chart.with(Option::is_some));
    let drawn = Signal::derive(move || chart.get().unwrap_or_default());
    let score_rows = move || drawn.with(|chart| chart.dots().into_iter().map(score_row).collect_view());
    let is_check = Memo::new(move |_| app.run.with(RunView::is_check));
    let search = move || {
        view! {
            <section class="card">
                <header>
                    <h2>"Score"</h2>
                    <Legend />
                </header>
                {move || {
                    if has_chart.get() {
                        let open = move |version| here.go(links::candidate(version));
                        view! {
                            <ScoreChartView chart=drawn open=open />
                            <Twin
                                testid="score-table"
                                label="Scores"
                                columns=&["Prompt", "Score", "Questions", "When", "Calls before"]
                                numbers=&["Calls before"]
                                rows=score_rows
                            />
                        }
                            .into_any()
                    } else {
                        view! { <p class="muted">"The chart begins when the first prompt has been scored."</p> }.into_any()
                    }
                }}
            </section>
            <Beam />
            <LineageCard />
            {move || (!has_chart.get()).then(|| view! { <BestPrompt /> <Problems /> })}
        }
    };
    // Tables and the prompt's text want the whole width, once there is something to fill the column above them.
    let wide = move || {
        view! {
            <Decisions />
            <Summary />
            <StoppedEarlier />
            <RejectedEdits />
            {move || has_chart.get().then(|| view! { <BestPrompt /> })}
        }
    };
    view! {
        <section class="card">
            <Steps />
        </section>
        {move || {
            (!is_check.get())
                .then(|| {
                    view! {
                        <section class="card">
                            <Scores />
                        </section>
                    }
                })
        }}
        <div class="split" style="--side:23rem">
            <div class="stack" style="--gap:24px">
                <Later>
                    {move || if is_check.get() { view! { <BestPrompt /> }.into_any() } else { search().into_any() }}
                </Later>
            </div>
            <div class="run-side">
                <Later>
                    <Facts />
                    <BudgetCard />
                    <PricesCard />
                    {move || (has_chart.get() || is_check.get()).then(|| view! { <Problems /> })}
                    <Feed />
                </Later>
            </div>
        </div>
        <Later>{move || (!is_check.get()).then(wide)}</Later>
    }
}

fn score_row(dot: &Dot) -> impl IntoView + use<> {
    let scoring = dot.scoring;
    view! {
        <tr>
            <th scope="row">
                <a class="version" href=links::candidate(scoring.version).href()>
                    {scoring.version.to_string()}
                </a>
            </th>
            <td class="nowrap">{score_words(&scoring.score)}</td>
            <td>{dot.questions()}</td>
            <td>{dot.round()}</td>
            <td class="num">{thousands(scoring.at_call)}</td>
        </tr>
    }
}

/// The search, the agent and the models in one line.
fn setting(started: &RunStarted) -> String {
    let config = &started.config;
    if let Some(check) = &started.check {
        return checking(started, check);
    }
    let model = |role: ModelRole| {
        let model = config.models.of(role);
        match model.provider {
            Provider::Practice => format!("{} practice model", role.name()),
            _ => format!("{} {}", role.name(), model.name),
        }
    };
    let models = match is_simulated(config) {
        true => "simulated practice model".to_owned(),
        false => ModelRole::ALL.map(model).join(", "),
    };
    format!("{} · {} · {models}", config.method.name(), parameters(config))
}

/// The search's own parameters in short.
fn parameters(config: &RunConfig) -> String {
    let (apo, racing, protegi) = (&config.apo, &config.racing, &config.protegi);
    let rounds = count(config.rounds() as usize, "round");
    match config.method {
        Method::Apo => {
            let reproduced = if apo.reproduce_v0_3_0 { "v0.3.0 to the letter, " } else { "" };
            format!(
                "{reproduced}{rounds}, beam {}, branches {}, batches {} and {}",
                apo.beam_width, apo.branch_factor, apo.gradient_batch_size, apo.val_batch_size
            )
        }
        Method::Racing => {
            format!("at most {rounds}, {} each, patience {}", count(racing.children, "edit"), racing.patience)
        }
        Method::Protegi => format!(
            "{rounds}, beam {}, {} a prompt by {}",
            protegi.beam_width,
            count(protegi.evaluations_per_prompt, "evaluation"),
            protegi.selector.name()
        ),
    }
}

/// A check in one line: what is checked, and where it comes from.
fn checking(started: &RunStarted, check: &Check) -> String {
    let named = |model: &str| if model.is_empty() { "the practice model".to_owned() } else { model.to_owned() };
    format!(
        "{} of {}, found with {} on {}, checked with {} on {}",
        check.version,
        check.run,
        named(&check.model),
        check.dataset,
        named(&started.config.models.agent.name),
        started.dataset
    )
}

/// The state, and the buttons that change it.
#[component]
fn Controls() -> impl IntoView {
    let app = use_app();
    let state = Memo::new(move |_| app.run.with(|run| run.state));
    let pausing = RwSignal::new(false);
    Effect::new(move || {
        if state.get() != RunState::Running {
            pausing.set(false);
        }
    });
    let simulated = Memo::new(move |_| {
        app.run.with(|run| run.started.as_ref().is_some_and(|started| is_simulated(&started.config)))
    });
    view! {
        {move || {
            simulated
                .get()
                .then(|| {
                    view! {
                        <span class="badge" data-tone="warn" data-testid="simulated">
                            "Simulated model"
                        </span>
                    }
                })
        }}
        <span data-testid="run-state">
            <Status standing=Signal::derive(move || state.get().into()) words=Signal::derive(move || state.get().name().to_owned()) />
        </span>
        <span class="note" data-testid="spend">
            {move || app.run.with(RunView::money_words)}
        </span>
        {move || {
            pausing.get().then(|| view! { <span class="note">"Calls in flight are finished first"</span> })
        }}
        <a class="button" href=links::replay(1).href() data-testid="replay-open">
            <Icon glyph=Glyph::Back />
            "Replay"
        </a>
        {move || buttons(app, state.get(), pausing)}
    }
}

fn buttons(app: AppState, state: RunState, pausing: RwSignal<bool>) -> impl IntoView {
    let stop = move || {
        view! {
            <button class="button" data-kind="danger" type="button" data-testid="run-stop" on:click=move |_| app.stop()>
                <Icon glyph=Glyph::Stop />
                "Stop"
            </button>
        }
    };
    let resume = move || {
        if app.can_go_on.get() {
            view! {
                <button
                    class="button"
                    data-kind="primary"
                    type="button"
                    data-testid="run-resume"
                    on:click=move |_| app.resume()
                >
                    <Icon glyph=Glyph::Run />
                    "Resume"
                </button>
            }
            .into_any()
        } else {
            view! { <span class="note">"To go on, load this run's data again."</span> }.into_any()
        }
    };
    let another = move || {
        view! {
            <a class="button" href=links::new_run().href() data-testid="new-run">
                "New run"
            </a>
        }
    };
    match state {
        RunState::Running if app.is_elsewhere.get() => view! {
            <span class="note" data-testid="run-elsewhere">
                "Goes on in another tab; pause or stop it there"
            </span>
        }
        .into_any(),
        RunState::Running => view! {
            <button
                class="button"
                type="button"
                data-testid="run-pause"
                data-state=move || pausing.get().then_some("busy")
                disabled=move || pausing.get()
                on:click=move |_| {
                    pausing.set(true);
                    app.pause();
                }
            >
                {move || (!pausing.get()).then(|| view! { <Icon glyph=Glyph::Pause /> })}
                {move || if pausing.get() { "Pausing" } else { "Pause" }}
            </button>
            {stop()}
        }
        .into_any(),
        RunState::Paused | RunState::Stopped if app.is_read_only() => another().into_any(),
        RunState::Paused => (resume, stop()).into_any(),
        RunState::Stopped => (another(), resume).into_any(),
        RunState::Idle => ().into_any(),
        // A new one is begun from the bar.
        RunState::Finished => view! {
            <a class="button" data-kind="primary" href=Route::Results.href()>
                <Icon glyph=Glyph::Results />
                "See the results"
            </a>
        }
        .into_any(),
    }
}

#[component]
fn Legend() -> impl IntoView {
    let app = use_app();
    let batch = Memo::new(move |_| {
        app.run.with(|run| match &run.started {
            Some(started) if started.config.method == Method::Apo => {
                format!("batch of {}", started.config.apo.val_batch_size.min(started.splits.validation.len()))
            }
            Some(started) if started.config.method == Method::Racing => "a stretch of a race".to_owned(),
            _ => "a part of it".to_owned(),
        })
    });
    view! {
        <div class="legend">
            <span>
                <svg width="20" height="12" aria-hidden="true">
                    <line class="key-best" x1="0" x2="20" y1="6" y2="6"></line>
                    <circle class="dot-full" cx="10" cy="6" r="5"></circle>
                </svg>
                "all of validation"
            </span>
            <span>
                <svg width="10" height="12" aria-hidden="true">
                    <circle class="dot-mini" cx="5" cy="6" r="4"></circle>
                </svg>
                {move || batch.get()}
            </span>
            <span>
                <svg width="20" height="12" aria-hidden="true">
                    <line class="key-seed" x1="0" x2="20" y1="6" y2="6"></line>
                </svg>
                "seed"
            </span>
        </div>
    }
}
