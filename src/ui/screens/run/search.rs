//! The choice of the search by its name, with the parameters of that one: each under its own name, with its fault in place.

mod apo;
mod protegi;
mod racing;

use std::{fmt::Display, str::FromStr};

use leptos::prelude::*;

use self::{apo::Apo, protegi::Protegi, racing::Racing};
use crate::{
    domain::{config::RunConfig, search::Method},
    ui::{
        faults::fault_of,
        kit::{NumberField, Segmented},
        state::{AppState, use_app},
    },
};

/// The card with the settings.
#[component]
pub fn Search() -> impl IntoView {
    let app = use_app();
    let method = Memo::new(move |_| app.config.with(|config| config.method));
    let set = move |name: String| {
        if let Some(method) = Method::ALL.into_iter().find(|method| slug(*method) == name) {
            app.config.update(|config| config.method = method);
        }
    };
    view! {
        <section class="card" data-testid="search">
            <header>
                <h2>"Search"</h2>
            </header>
            <div class="stack">
                <Segmented
                    label="Search"
                    testid="method"
                    options=Method::ALL.map(|method| (slug(method), method.name())).to_vec()
                    value=Signal::derive(move || slug(method.get()).to_owned())
                    set=set
                />
                <p class="small muted" data-testid="method-note">
                    {move || sentence(method.get())}
                </p>
                {move || match method.get() {
                    Method::Apo => view! { <Apo /> }.into_any(),
                    Method::Racing => view! { <Racing /> }.into_any(),
                    Method::Protegi => view! { <Protegi /> }.into_any(),
                }}
                <div class="grid" data-count="4" style="--min:8rem">
                    {number(
                        app,
                        "run-seed",
                        "The same seed draws the same batches",
                        None,
                        |c| c.seed,
                        |c, v| c.seed = v,
                    )}
                    {number(
                        app,
                        "diversity_temperature",
                        "For critic and editor, 0 to 2, unless theirs is set on Models",
                        None,
                        |c| c.apo.diversity_temperature,
                        |c, v| c.apo.diversity_temperature = v,
                    )}
                    {number(
                        app,
                        "rollout_batch_timeout",
                        "A batch of rollouts that takes longer pauses the run",
                        Some("seconds"),
                        |c| c.apo.rollout_batch_timeout,
                        |c, v| c.apo.rollout_batch_timeout = v,
                    )}
                    {number(
                        app,
                        "max_prompt_chars",
                        "A longer edit is rejected; a long seed may grow by half",
                        Some("characters"),
                        |c| c.max_prompt_chars,
                        |c, v| c.max_prompt_chars = v,
                    )}
                </div>
            </div>
        </section>
    }
}

/// The name of a method in test ids.
fn slug(method: Method) -> &'static str {
    match method {
        Method::Apo => "apo",
        Method::Racing => "racing",
        Method::Protegi => "protegi",
    }
}

/// What a search does and what it costs, in a sentence.
fn sentence(method: Method) -> &'static str {
    match method {
        Method::Apo => {
            "The algorithm of Agent Lightning v0.3.0, decision for decision: every edit is scored on a batch, each round's leader on all of validation. The one to choose for comparing with published results; it spends the most calls."
        }
        Method::Racing => {
            "New prompts race the best one on the same questions and are dropped as soon as they fall behind, so most calls go to prompts that may win; it stops when nothing better comes. Our own method, without a publication behind it."
        }
        Method::Protegi => {
            "The method of Pryzant et al. 2023: critiques of errors only, paraphrases of the edits, and a bandit that spreads a round's evaluations. The best of a round is measured on few questions, so luck plays a larger part."
        }
    }
}

/// The words that stand above a field.
pub fn label(field: &str) -> &'static str {
    match field {
        "beam_rounds" | "racing.rounds" | "protegi.rounds" => "Rounds",
        "beam_width" | "protegi.beam_width" => "Beam width",
        "branch_factor" => "Branches",
        "gradient_batch_size" => "Train batch",
        "val_batch_size" => "Validation batch",
        "diversity_temperature" => "Diversity temperature",
        "rollout_batch_timeout" => "Batch time limit",
        "run-seed" => "Seed",
        "max_prompt_chars" => "Longest prompt",
        "racing.patience" => "Patience",
        "racing.traces" => "Traces at a time",
        "racing.failures" => "Failures shown",
        "racing.guards" => "Guards shown",
        "racing.children" => "Edits a round",
        "protegi.minibatch" => "Train batch",
        "protegi.errors_per_critique" => "Errors a critique",
        "protegi.critiques_per_parent" => "Critiques a parent",
        "protegi.paraphrases" => "Paraphrases an edit",
        "protegi.max_children" => "Children a parent",
        "protegi.evaluations_per_prompt" => "Evaluations a prompt",
        "protegi.exploration" => "Exploration c",
        "protegi.prompts_per_step" => "Prompts a step",
        "protegi.questions_per_step" => "Questions a step",
        _ => "Settings",
    }
}

/// Whether a fault's field stands on this card although its name has a dot, as those on Models have.
pub fn is_of_method(field: &str) -> bool {
    field.starts_with("racing.") || field.starts_with("protegi.")
}

/// A field for a whole number.
fn whole(
    app: AppState,
    field: &'static str,
    hint: &'static str,
    get: fn(&RunConfig) -> usize,
    set: fn(&mut RunConfig, usize),
) -> impl IntoView {
    number(app, field, hint, None, get, set)
}

fn number<T>(
    app: AppState,
    field: &'static str,
    hint: &'static str,
    unit: Option<&'static str>,
    get: fn(&RunConfig) -> T,
    set: fn(&mut RunConfig, T),
) -> impl IntoView
where
    T: FromStr + Display + Clone + PartialEq + Send + Sync + 'static,
{
    let value = Signal::derive(move || app.config.with(get));
    let set = Callback::new(move |value: T| app.config.update(|config| set(config, value)));
    let fraction = matches!(field, "diversity_temperature" | "rollout_batch_timeout" | "protegi.exploration");
    let error = fault_of(app, field);
    match unit {
        Some(unit) => view! {
            <NumberField label=label(field) testid=field value=value set=set hint=hint error=error unit=unit fraction=fraction />
        }
        .into_any(),
        None => {
            view! { <NumberField label=label(field) testid=field value=value set=set hint=hint error=error fraction=fraction /> }
                .into_any()
        }
    }
}
