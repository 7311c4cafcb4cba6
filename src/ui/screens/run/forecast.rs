//! The forecast with the button: what a run will take as far as it can be known, or what is missing to know it.

mod figures;

use std::collections::HashMap;

use leptos::{prelude::*, task::spawn_local};

use self::figures::Figures;
use crate::{
    domain::{
        chat::ModelRole,
        config::RunConfig,
        id::{DatasetId, DbId},
        usage::Usage,
    },
    ports::store::RunState,
    run::{
        forecast::{Course, Done, Measured, Outlook, Plan, Workload},
        format::count,
    },
    text2sql::schema::table_info,
    ui::{
        kit::{Glyph, Icon},
        screens::{
            need::{DataAtHand, data_at_hand},
            run::{
                facts::is_simulated,
                search::{is_of_method, label},
            },
        },
        state::{AppState, PREFLIGHT, use_app},
    },
};

/// Databases larger than this together are not opened for an estimate.
const LOOKED_INTO: u64 = 60_000_000;
/// Rollouts beyond which a forecast says no more.
const COUNTED: f64 = 1e9;

/// The card with the forecast and the start. What is missing for a forecast stands in its place.
#[component]
pub fn Forecast() -> impl IntoView {
    let app = use_app();
    let config = Memo::new(move |_| app.effective_config());
    let plan = Memo::new(move |_| config.with(plan_of));
    let schemas = schema_lengths(app);
    let outlook =
        Memo::new(move |_| plan.get().map(|plan| config.with(|config| outlook_of(app, config, &plan, schemas))));
    let simulated = move || config.with(is_simulated);
    let basis = move || match outlook.with(|outlook| outlook.as_ref().map_or(0, |outlook| outlook.measured)) {
        0 => "If every edit succeeds".to_owned(),
        measured => format!("Middle to 1 in 10, from {} of the run before", count(measured as usize, "rollout")),
    };
    let lacking = Memo::new(move |_| lacking(app, plan.with(Option::is_some)));
    let head = move || {
        if simulated() {
            return view! {
                <span class="badge" data-tone="warn">
                    "Simulated model"
                </span>
            }
            .into_any();
        }
        lacking.get().is_none().then(|| view! { <p>{basis}</p> }).into_any()
    };
    view! {
        <section class="card forecast" aria-labelledby="forecast-title" data-testid="forecast">
            <header>
                <h2 id="forecast-title">"Forecast"</h2>
                {head}
            </header>
            {move || match lacking.get() {
                Some(words) => view! {
                    <p class="small muted" data-testid="forecast-lacks">
                        {words}
                    </p>
                }
                .into_any(),
                None => view! { <Figures config=config plan=plan outlook=outlook schemas=schemas /> }.into_any(),
            }}
            <footer>
                <StartButtons />
            </footer>
        </section>
    }
}

/// Why there is nothing to reckon with, and what a forecast will say.
fn lacking(app: AppState, has_plan: bool) -> Option<&'static str> {
    match data_at_hand(app) {
        DataAtHand::None => Some(
            "Data first. With questions loaded, this says what a run will take before it starts: rollouts, calls, tokens, time \
             and money.",
        ),
        DataAtHand::Databases => Some("Questions first: type some on Data. The forecast is reckoned from them."),
        DataAtHand::Questions if app.splits().is_err() => {
            Some("The split first: it is larger than the data. Change it on Data.")
        }
        DataAtHand::Questions => {
            (!has_plan).then_some("Reckoned again as soon as the settings that are marked can be used.")
        }
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

/// Start, and measuring first, with the reason beside them when they cannot.
#[component]
fn StartButtons() -> impl IntoView {
    let app = use_app();
    let reason = Memo::new(move |_| hindrance(app));
    let rollouts = Memo::new(move |_| plan_of(&app.effective_config()).map(|plan| plan.rollouts()));
    let words = move |verb: &str| match rollouts.get().filter(|_| reason.with(Option::is_none)) {
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

/// The first thing that keeps a run from starting.
fn hindrance(app: AppState) -> Option<String> {
    if app.run.with(|run| run.state == RunState::Running) {
        return Some("A run is under way. Pause or stop it first.".into());
    }
    match data_at_hand(app) {
        DataAtHand::None => return Some("A run needs questions. Load data first.".into()),
        DataAtHand::Databases => return Some("A run needs questions. Type some on Data first.".into()),
        DataAtHand::Questions => {}
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
