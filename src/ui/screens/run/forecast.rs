//! The forecast: rollouts and where they go, calls by role, tokens and time as far as they can be known, and the button.

use std::collections::HashMap;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{
        budget::Price,
        chat::ModelRole,
        config::RunConfig,
        id::{DatasetId, DbId},
        usage::Usage,
    },
    ports::store::RunState,
    run::{
        forecast::{Course, Done, Measured, Outlook, Plan, Workload},
        format::{count, dollars, duration, short, thousands},
    },
    text2sql::schema::table_info,
    ui::{
        kit::{Glyph, Icon, spans::span_words},
        screens::run::{
            facts::is_simulated,
            search::{is_of_method, label},
        },
        state::{AppState, PREFLIGHT, use_app},
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
    let schemas = schema_lengths(app);
    let outlook =
        Memo::new(move |_| plan.get().map(|plan| config.with(|config| outlook_of(app, config, &plan, schemas))));
    let simulated = move || config.with(is_simulated);
    let calls = move |of: fn(&Plan) -> usize| plan.get().map_or("–".to_owned(), |plan| thousands(of(&plan) as u64));
    let of = move |words: fn(&Outlook) -> Option<String>| {
        move || outlook.with(|outlook| outlook.as_ref().and_then(words)).unwrap_or_else(|| "–".to_owned())
    };
    let is_measured = move || outlook.with(|outlook| outlook.as_ref().is_some_and(|outlook| outlook.measured > 0));
    let basis = move || match outlook.with(|outlook| outlook.as_ref().map_or(0, |outlook| outlook.measured)) {
        0 => "If every edit succeeds".to_owned(),
        measured => format!("Middle to 1 in 10, from {} of the run before", count(measured as usize, "rollout")),
    };
    let money = move || config.with(|config| money_words(outlook.get().as_ref(), config));
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
                        view! { <p>{basis}</p> }.into_any()
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
                    <dd data-testid="forecast-time">
                        {of(|outlook| Some(span_words(outlook.ms?, duration)))}
                        <small class="note">
                            {move || match outlook.with(|outlook| outlook.as_ref().and_then(|known| known.tokens_per_second)) {
                                Some(speed) => format!("as the run before, at {speed:.1} tokens a second"),
                                None if is_measured() => "as the run before".into(),
                                None => "known after the first calls".into(),
                            }}
                        </small>
                    </dd>
                </div>
            </dl>
            <dl class="facts" style="--min:6rem">
                <div>
                    <dt>"Agent calls"</dt>
                    <dd data-testid="forecast-calls-agent">
                        {of(|outlook| Some(span_words(outlook.agent_calls, |calls| thousands(calls.round() as u64))))}
                    </dd>
                </div>
                <div>
                    <dt>"Critic calls"</dt>
                    <dd data-testid="forecast-calls-critic">{move || calls(|plan| plan.expansions)}</dd>
                </div>
                <div>
                    <dt>"Editor calls"</dt>
                    <dd data-testid="forecast-calls-editor">{move || calls(|plan| plan.edits)}</dd>
                </div>
                <div>
                    <dt>"Tokens in"</dt>
                    <dd data-testid="forecast-tokens-in">
                        {move || {
                            let known = outlook.get().filter(|_| schemas.with(Option::is_some));
                            known.map_or("–".to_owned(), |outlook| short(outlook.input_tokens.p50 as u64))
                        }} <small class="note">{move || if is_measured() { "" } else { "by the texts" }}</small>
                    </dd>
                </div>
                <div>
                    <dt>"Tokens out"</dt>
                    <dd data-testid="forecast-tokens-out">
                        {of(|outlook| Some(span_words(outlook.output_tokens?, |tokens| short(tokens as u64))))}
                    </dd>
                </div>
                <div>
                    <dt>"Money"</dt>
                    <dd data-testid="forecast-money">{move || money().0} <small class="note">{move || money().1}</small></dd>
                </div>
            </dl>
            <div class="parts">
                <h3>"Where the rollouts go"</h3>
                {move || plan.get().map(parts)}
            </div>
            <footer>
                <StartButtons />
            </footer>
        </section>
    }
}

/// What the run to come will take, by its texts and by what the run on the screens was measured to take with the same models.
fn outlook_of(
    app: AppState,
    config: &RunConfig,
    plan: &Plan,
    schemas: RwSignal<Option<HashMap<DbId, usize>>>,
) -> Outlook {
    let workload = app.dataset.with(|dataset| {
        let (Some(dataset), Ok(splits)) = (dataset.as_ref(), app.splits()) else { return Workload::default() };
        schemas.with(|lengths| {
            let of = |db: &DbId| lengths.as_ref().and_then(|lengths| lengths.get(db).copied());
            Workload::new(config, &splits, &dataset.examples, of)
        })
    });
    app.run.with(|run| {
        let before = run.started.as_ref().map(|started| &started.config);
        let same = before.is_some_and(|before| {
            ModelRole::ALL.into_iter().all(|role| before.models.of(role).is_same_model(config.models.of(role)))
                && before.agent.kind == config.agent.kind
                && before.agent.max_turns == config.agent.max_turns
        });
        let nothing = Measured::default();
        let measured = if same { run.measured() } else { &nothing };
        let (done, usage) = (Done::default(), [Usage::default(); 3]);
        Course { config, plan, workload: &workload, done, measured, usage, active_ms: 0.0 }.outlook()
    })
}

/// Money, and what it rests on or why it is not known.
fn money_words(outlook: Option<&Outlook>, config: &RunConfig) -> (String, &'static str) {
    let Some(outlook) = outlook else { return ("–".into(), "") };
    let prices = ModelRole::ALL.map(|role| config.models.of(role).cost());
    match outlook.usd {
        _ if prices.iter().all(|price| *price == Price::FREE) => ("$0.00".into(), "nothing is paid"),
        Some(usd) => (span_words(usd, dollars), ""),
        None if prices.iter().any(|price| price.known().is_none()) => ("unknown".into(), "set the prices on Models"),
        None => {
            let least = prices[0].of(outlook.input_tokens.p50, 0.0).map_or_else(|| "–".to_owned(), dollars);
            (format!("over {least}"), "for tokens in alone")
        }
    }
}

fn parts(plan: Plan) -> impl IntoView {
    let parts = [
        ("accent", "Seed and leaders on all of validation", plan.seed + plan.leaders),
        ("half", "Children on validation questions", plan.children),
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

/// Start, and measuring first, with the reason beside them when they cannot.
#[component]
fn StartButtons() -> impl IntoView {
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
        <button
            class="button"
            data-wide=""
            type="button"
            data-testid="run-preflight"
            disabled=move || reason.with(Option::is_some) || app.starting.get()
            aria-describedby="start-note"
            on:click=move |_| app.start_preflight()
        >
            {format!("Start with {PREFLIGHT} rollouts, then pause")}
        </button>
        <p class="note" id="start-note" data-testid="start-note">
            {move || {
                reason
                    .get()
                    .unwrap_or_else(|| {
                        format!(
                            "After {PREFLIGHT} rollouts it is known what the whole run takes; going on pays for nothing twice. You can pause or stop at any time.",
                        )
                    })
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
        "max_calls" | "max_tokens" | "max_usd" => "Budget: ",
        field if field.contains('.') && !is_of_method(field) => "On Models: ",
        field => return Some(format!("{}: {}", label(field), first.words)),
    };
    Some(format!("{place}{}", first.words))
}

/// Lengths of what the agent is told about each database, in characters; `None` until they are known, or if the databases are
/// too large to be opened for that alone.
pub fn schema_lengths(app: AppState) -> RwSignal<Option<HashMap<DbId, usize>>> {
    let lengths = RwSignal::new(None);
    Effect::new(move |seen: Option<Option<DatasetId>>| {
        let dataset = app.dataset.get();
        let id = dataset.as_ref().map(|dataset| dataset.id.clone());
        if seen.as_ref() == Some(&id) {
            return id;
        }
        lengths.set(None);
        let Some(dataset) = dataset else { return id };
        if dataset.databases.iter().map(|file| file.bytes).sum::<u64>() > LOOKED_INTO {
            return id;
        }
        spawn_local(async move {
            let mut found = HashMap::new();
            for file in &dataset.databases {
                if let Ok(schema) = app.describe(file.db.clone()).await {
                    found.insert(file.db.clone(), table_info(&schema).chars().count());
                }
            }
            let is_current = app.dataset.with_untracked(|now| now.as_ref().is_some_and(|now| now.id == dataset.id));
            if !found.is_empty() && is_current {
                lengths.try_set(Some(found));
            }
        });
        id
    });
    lengths
}
