//! The forecast: rollouts and where they go, calls by role, tokens and time as far as they can be known, and the button.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{config::RunConfig, id::DatasetId},
    ports::store::RunState,
    run::{
        forecast::{Plan, calls_per_rollout, input_tokens},
        format::{count, duration, short, thousands},
    },
    text2sql::schema::table_info,
    ui::{
        kit::{Glyph, Icon},
        screens::run::{facts::is_simulated, search::label},
        state::{AppState, use_app},
    },
};

/// Databases larger than this together are not opened for an estimate.
const LOOKED_INTO: u64 = 60_000_000;
/// Rollouts beyond which a forecast says no more.
const COUNTED: f64 = 1e9;

/// The card with the forecast and the start.
#[component]
pub fn Forecast() -> impl IntoView {
    let app = use_app();
    let config = Memo::new(move |_| app.effective_config());
    let plan = Memo::new(move |_| config.with(plan_of));
    let schema_chars = mean_schema(app);
    let simulated = move || config.with(is_simulated);
    let time = move || match pace(app, &config.get()).zip(plan.get()) {
        Some((ms, plan)) => {
            (format!("about {}", duration(ms * plan.rollouts() as f64)), "at the pace of the run before")
        }
        None => ("–".to_owned(), "known after the first calls"),
    };
    let expansions = move || plan.get().map_or("–".to_owned(), |plan| thousands(plan.expansions as u64));
    let agent_calls = move || {
        let per = config.with(|config| calls_per_rollout(&config.agent));
        let Some(rollouts) = plan.get().map(|plan| plan.rollouts()) else { return "–".to_owned() };
        let (least, most) = (thousands((rollouts * per.start()) as u64), thousands((rollouts * per.end()) as u64));
        if per.start() == per.end() { least } else { format!("{least} to {most}") }
    };
    let tokens = move || {
        let (plan, question, schema) = (plan.get()?, mean_question(app)?, schema_chars.get()?);
        Some(config.with(|config| input_tokens(&plan, config, question, schema)))
    };
    view! {
        <section class="card forecast" aria-labelledby="forecast-title" data-testid="forecast">
            <header>
                <h2 id="forecast-title">"Forecast"</h2>
                {move || {
                    if simulated() {
                        view! {
                            <span class="badge" data-tone="warn">
                                "Simulated model"
                            </span>
                        }
                            .into_any()
                    } else {
                        view! { <p>"If every edit succeeds"</p> }.into_any()
                    }
                }}
            </header>
            <dl class="facts" data-size="large" style="--min:9rem">
                <div>
                    <dt>"Rollouts"</dt>
                    <dd data-testid="forecast-rollouts">
                        {move || rollouts_of(plan.get())} <small class="note">"runs of the agent on one question"</small>
                    </dd>
                </div>
                <div>
                    <dt>"Time"</dt>
                    <dd data-testid="forecast-time">{move || time().0} <small class="note">{move || time().1}</small></dd>
                </div>
            </dl>
            <dl class="facts" style="--min:5rem">
                <div>
                    <dt>"Agent calls"</dt>
                    <dd data-testid="forecast-calls-agent">{agent_calls}</dd>
                </div>
                <div>
                    <dt>"Critic calls"</dt>
                    <dd data-testid="forecast-calls-critic">{move || expansions()}</dd>
                </div>
                <div>
                    <dt>"Editor calls"</dt>
                    <dd data-testid="forecast-calls-editor">{move || expansions()}</dd>
                </div>
                <div>
                    <dt>"Input tokens"</dt>
                    <dd>{move || tokens().map_or("–".to_owned(), |tokens| format!("about {}", short(tokens)))}</dd>
                </div>
            </dl>
            <div class="parts">
                <h3>"Where the rollouts go"</h3>
                {move || plan.get().map(parts)}
            </div>
            <footer>
                <StartButton />
            </footer>
        </section>
    }
}

fn parts(plan: Plan) -> impl IntoView {
    let parts = [
        ("accent", "Seed and leaders on all of validation", plan.seed + plan.leaders),
        ("half", "Children on validation batches", plan.children),
        ("strong", "Train batches and re-scored parents", plan.train + plan.incumbents),
        ("quiet", "Held-out check, seed and best", plan.held_out),
    ];
    let bar = parts.into_iter().filter(|(_, _, number)| *number > 0);
    view! {
        <div class="parts-bar" aria-hidden="true">
            {bar.map(|(part, _, number)| view! { <i data-part=part style=format!("--n:{number}")></i> }).collect_view()}
        </div>
        <ul class="parts-list">
            {parts
                .into_iter()
                .map(|(part, words, number)| {
                    view! {
                        <li>
                            <i data-part=part></i>
                            {words}
                            <b>{thousands(number as u64)}</b>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// Start, with the reason beside it when it cannot.
#[component]
fn StartButton() -> impl IntoView {
    let app = use_app();
    let reason = Memo::new(move |_| hindrance(app));
    let rollouts = Memo::new(move |_| plan_of(&app.effective_config()).map(|plan| plan.rollouts()));
    let words = move |verb: &str| match rollouts.get() {
        Some(rollouts) => format!("{verb}, {}", count(rollouts, "rollout")),
        None => verb.to_owned(),
    };
    let simulated = move || is_simulated(&app.effective_config());
    view! {
        <p class="vh" data-testid="run-state">
            {move || match app.run.with(|run| run.state) {
                RunState::Running => RunState::Running.name(),
                _ => RunState::Idle.name(),
            }}
        </p>
        <button
            class="button"
            data-kind="primary"
            data-wide=""
            type="button"
            data-testid="run-start"
            data-state=move || app.starting.get().then_some("busy")
            disabled=move || reason.with(Option::is_some) || app.starting.get()
            aria-describedby="start-note"
            on:click=move |_| app.start()
        >
            {move || (!app.starting.get()).then(|| view! { <Icon glyph=Glyph::Run /> })}
            {move || match (app.starting.get(), simulated()) {
                (true, _) => "Reading the databases".to_owned(),
                (false, true) => words("Start the simulated run"),
                (false, false) => words("Start"),
            }}
        </button>
        <p class="note" id="start-note" data-testid="start-note">
            {move || {
                reason
                    .get()
                    .unwrap_or_else(|| "You can pause or stop at any time. Nothing is asked twice.".to_owned())
            }}
        </p>
    }
}

/// The plan, if its settings can be used and it stays within what can be counted.
fn plan_of(config: &RunConfig) -> Option<Plan> {
    let (apo, split) = (&config.apo, &config.split);
    let sizes =
        [apo.gradient_batch_size, apo.val_batch_size, apo.beam_width, apo.branch_factor, apo.beam_rounds as usize];
    if sizes.iter().any(|size| !(1..=1000).contains(size)) {
        return None;
    }
    let edits = apo.beam_rounds as f64 * apo.beam_width as f64 * apo.branch_factor as f64;
    let each = (apo.gradient_batch_size + apo.val_batch_size) as f64;
    let questions = split.validation as f64 * (1.0 + f64::from(apo.beam_rounds)) + 2.0 * split.held_out as f64;
    (edits * each + questions < COUNTED).then(|| Plan::of(config))
}

fn rollouts_of(plan: Option<Plan>) -> String {
    plan.map_or("–".to_owned(), |plan| thousands(plan.rollouts() as u64))
}

/// The first thing that keeps a run from starting.
fn hindrance(app: AppState) -> Option<String> {
    if app.run.with(|run| run.state == RunState::Running) {
        return Some("A run is under way. Pause or stop it first.".into());
    }
    if let Err(error) = app.splits() {
        return Some(error.to_string());
    }
    let faults = app.faults();
    if faults.is_empty() && plan_of(&app.effective_config()).is_none() {
        return Some("That is more than a billion rollouts. Make the search smaller.".into());
    }
    let first = faults.first()?;
    let place = match first.field.as_str() {
        "prompt" | "optimized" | "max_turns" => "On Prompt: ",
        "concurrency" | "call_timeout" => "On Models: ",
        field if field.contains('.') => "On Models: ",
        field => return Some(format!("{}: {}", label(field), first.words)),
    };
    Some(format!("{place}{}", first.words))
}

/// Mean length of the questions in characters.
fn mean_question(app: AppState) -> Option<f64> {
    app.dataset.with(|dataset| {
        let examples = &dataset.as_ref()?.examples;
        let chars: usize = examples.iter().map(|example| example.question.chars().count()).sum();
        (!examples.is_empty()).then(|| chars as f64 / examples.len() as f64)
    })
}

/// Mean length of what the agent is told about a database, in characters; `None` until it is known, or if the databases
/// are too large to be opened for that alone.
fn mean_schema(app: AppState) -> RwSignal<Option<f64>> {
    let mean = RwSignal::new(None);
    Effect::new(move |seen: Option<Option<DatasetId>>| {
        let dataset = app.dataset.get();
        let id = dataset.as_ref().map(|dataset| dataset.id.clone());
        if seen.as_ref() == Some(&id) {
            return id;
        }
        mean.set(None);
        let Some(dataset) = dataset else { return id };
        if dataset.databases.iter().map(|file| file.bytes).sum::<u64>() > LOOKED_INTO {
            return id;
        }
        spawn_local(async move {
            let (mut chars, mut read) = (0, 0);
            for file in &dataset.databases {
                if let Ok(schema) = app.describe(file.db.clone()).await {
                    chars += table_info(&schema).chars().count();
                    read += 1;
                }
            }
            let is_current = app.dataset.with_untracked(|now| now.as_ref().is_some_and(|now| now.id == dataset.id));
            if read > 0 && is_current {
                mean.try_set(Some(chars as f64 / f64::from(read)));
            }
        });
        id
    });
    mean
}

/// Milliseconds a rollout, from the run on the screens if that had the same agent and model.
fn pace(app: AppState, config: &RunConfig) -> Option<f64> {
    app.run.with(|run| {
        let before = &run.started.as_ref()?.config;
        let same = before.models == config.models
            && before.agent.kind == config.agent.kind
            && before.concurrency == config.concurrency;
        let done = run.rollouts.len();
        (same && done >= 20).then(|| run.active_ms / done as f64)
    })
}
