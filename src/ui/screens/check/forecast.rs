//! What a check takes, and the button that starts it, with the reason beside it when it cannot.

use leptos::prelude::*;

use crate::{
    domain::{
        budget::Price,
        config::RunConfig,
        dataset::Splits,
        id::{DbId, Version},
        usage::Usage,
    },
    ports::store::RunState,
    run::{
        check,
        forecast::{Course, Done, Measured, Outlook, Workload},
        format::{count, dollars, duration, short, thousands},
    },
    ui::{
        kit::{Glyph, Icon, spans::span_words},
        screens::run::schema_lengths,
        state::{AppState, Asked, CheckPlan, use_app},
    },
};

/// The card.
#[component]
pub fn Forecast(version: Version, asked: RwSignal<Asked>, number: RwSignal<usize>) -> impl IntoView {
    let app = use_app();
    let plan = Memo::new(move |_| app.check_plan(asked.get(), number.get()));
    let schemas = schema_lengths(app);
    let outlook = Memo::new(move |_| {
        let schema = |db: &DbId| schemas.with(|lengths| lengths.as_ref().and_then(|lengths| lengths.get(db).copied()));
        plan.with(|plan| plan.as_ref().map(|plan| outlook_of(app, plan, schema)))
    });
    let of = move |words: fn(&Outlook) -> Option<String>| {
        move || outlook.with(|outlook| outlook.as_ref().and_then(words)).unwrap_or_else(|| "–".to_owned())
    };
    let rollouts = Memo::new(move |_| plan.with(|plan| plan.as_ref().map_or(0, |plan| 2 * plan.questions.len())));
    let money = move || {
        let free = plan.with(|plan| plan.as_ref().is_some_and(|plan| plan.config.models.agent.cost() == Price::FREE));
        match outlook.with(|outlook| outlook.as_ref().and_then(|outlook| outlook.usd)) {
            _ if free => "$0.00".to_owned(),
            Some(usd) => span_words(usd, dollars),
            None => "known after the first calls, if the price is".to_owned(),
        }
    };
    let reason = Memo::new(move |_| hindrance(app, plan.get().as_ref()));
    view! {
        <section class="card forecast" aria-labelledby="check-forecast" data-testid="check-forecast">
            <header>
                <h2 id="check-forecast">"Forecast"</h2>
            </header>
            <dl class="facts" style="--min:7rem">
                <div>
                    <dt>"Rollouts"</dt>
                    <dd data-testid="check-rollouts">
                        {move || thousands(rollouts.get() as u64)} <small class="note">"both prompts, each question"</small>
                    </dd>
                </div>
                <div>
                    <dt>"Calls"</dt>
                    <dd data-testid="check-calls">
                        {of(|outlook| Some(span_words(outlook.agent_calls, |calls| thousands(calls.round() as u64))))}
                    </dd>
                </div>
                <div>
                    <dt>"Tokens in"</dt>
                    <dd>
                        {of(|outlook| {
                            let tokens = outlook.input_tokens;
                            (tokens.p50 > 0.0).then(|| span_words(tokens, |tokens| short(tokens as u64)))
                        })}
                    </dd>
                </div>
                <div>
                    <dt>"Tokens out"</dt>
                    <dd>{of(|outlook| Some(span_words(outlook.output_tokens?, |tokens| short(tokens as u64))))}</dd>
                </div>
                <div>
                    <dt>"Time"</dt>
                    <dd>
                        {of(|outlook| {
                            Some(outlook.ms.map_or("known after the first calls".to_owned(), |ms| span_words(ms, duration)))
                        })}
                    </dd>
                </div>
                <div>
                    <dt>"Money"</dt>
                    <dd>{money}</dd>
                </div>
            </dl>
            <footer>
                <button
                    class="button"
                    data-kind="primary"
                    data-wide=""
                    type="button"
                    data-testid="check-start"
                    data-state=move || app.starting.get().then_some("busy")
                    disabled=move || reason.with(Option::is_some) || app.starting.get()
                    aria-describedby="check-note"
                    on:click=move |_| app.start_check(version, asked.get_untracked(), number.get_untracked())
                >
                    {move || (!app.starting.get()).then(|| view! { <Icon glyph=Glyph::Run /> })}
                    {move || {
                        if app.starting.get() {
                            "Reading the databases".to_owned()
                        } else {
                            format!("Check, {}", count(rollouts.get(), "rollout"))
                        }
                    }}
                </button>
                <p class="note" id="check-note" data-testid="check-note">
                    {move || {
                        reason
                            .get()
                            .unwrap_or_else(|| {
                                "A run of its own, under the caps of the next run: it can be paused, resumed and exported. The run that it checks stays on Home."
                                    .to_owned()
                            })
                    }}
                </p>
            </footer>
        </section>
    }
}

/// What the check will take, by its texts and, with the run's own model and agent, by what that run was measured to take.
fn outlook_of(app: AppState, plan: &CheckPlan, schema: impl Fn(&DbId) -> Option<usize>) -> Outlook {
    let config: &RunConfig = &plan.config;
    let held_out = plan.questions.iter().map(|example| example.id.clone()).collect();
    let splits = Splits { held_out, ..Splits::default() };
    let workload = Workload::new(config, &splits, &plan.questions, schema);
    app.run.with(|run| {
        let of_run = run.started.as_ref().map(|started| &started.config.models.agent);
        let nothing = Measured::default();
        let is_same = of_run.is_some_and(|model| model.is_same_model(&config.models.agent));
        let measured = if is_same { run.measured() } else { &nothing };
        let (done, usage) = (Done::default(), [Usage::default(); 3]);
        let plan = check::plan(plan.questions.len());
        Course { config, plan: &plan, workload: &workload, done, measured, usage, active_ms: 0.0 }.outlook()
    })
}

/// The first thing that keeps the check from starting.
fn hindrance(app: AppState, plan: Option<&CheckPlan>) -> Option<String> {
    if app.run.with(|run| run.state == RunState::Running) {
        return Some("A run is under way. Pause or stop it first.".into());
    }
    let Some(plan) = plan else { return Some("Load data first.".into()) };
    if plan.unseen == 0 {
        return Some("There is no question that the search did not see. Load others on Data.".into());
    }
    if plan.questions.is_empty() {
        return Some("Ask at least 1 question.".into());
    }
    let fault = plan.config.validate().into_iter().next()?;
    Some(format!("{}: {}", fault.field, fault.words))
}
