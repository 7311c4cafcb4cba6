//! The search's settings: one field for each parameter of APO, under its own name, with its fault in place.

use std::{fmt::Display, str::FromStr};

use leptos::prelude::*;

use crate::{
    domain::config::RunConfig,
    ui::{
        faults::fault_of,
        kit::{CheckField, NumberField},
        state::{AppState, use_app},
    },
};

/// The card with the settings.
#[component]
pub fn Search() -> impl IntoView {
    let app = use_app();
    let whole = |field, hint, get: fn(&RunConfig) -> usize, set: fn(&mut RunConfig, usize)| {
        number(app, field, hint, None, get, set)
    };
    view! {
        <section class="card">
            <header>
                <h2>"Search"</h2>
                <p>"APO as published in Agent Lightning v0.3.0"</p>
            </header>
            <div class="stack">
                <div class="grid" style="--min:8rem">
                    {number(
                        app,
                        "beam_rounds",
                        "Critique, edit, score, select: so many times",
                        None,
                        |c| c.apo.beam_rounds,
                        |c, v| c.apo.beam_rounds = v,
                    )}
                    {whole(
                        "beam_width",
                        "Prompts kept after each round",
                        |c| c.apo.beam_width,
                        |c, v| c.apo.beam_width = v,
                    )}
                    {whole(
                        "branch_factor",
                        "Edits tried for each kept prompt",
                        |c| c.apo.branch_factor,
                        |c, v| c.apo.branch_factor = v,
                    )}
                    {whole(
                        "gradient_batch_size",
                        "Training questions behind each critique",
                        |c| c.apo.gradient_batch_size,
                        |c, v| c.apo.gradient_batch_size = v,
                    )}
                    {whole(
                        "val_batch_size",
                        "Questions that a round's prompts are compared on",
                        |c| c.apo.val_batch_size,
                        |c, v| c.apo.val_batch_size = v,
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
                        "run-seed",
                        "The same seed draws the same batches",
                        None,
                        |c| c.seed,
                        |c, v| c.seed = v,
                    )}
                </div>
                <CheckField
                    label="Score the seed on all of validation first"
                    testid="run_initial_validation"
                    value=Signal::derive(move || app.config.with(|config| config.apo.run_initial_validation))
                    set=move |on| app.config.update(|config| config.apo.run_initial_validation = on)
                    note="Without it, the first round's winner counts as better whatever the seed is worth."
                />
                <CheckField
                    label="Reproduce v0.3.0 to the letter"
                    testid="reproduce_v0_3_0"
                    value=Signal::derive(move || app.config.with(|config| config.apo.reproduce_v0_3_0))
                    set=move |on| app.config.update(|config| config.apo.reproduce_v0_3_0 = on)
                    note="Late rollouts leave the score, an empty critique copies its parent, and edits are not checked for placeholders."
                />
            </div>
        </section>
    }
}

/// The words that stand above a field.
pub fn label(field: &str) -> &'static str {
    match field {
        "beam_rounds" => "Rounds",
        "beam_width" => "Beam width",
        "branch_factor" => "Branches",
        "gradient_batch_size" => "Train batch",
        "val_batch_size" => "Validation batch",
        "diversity_temperature" => "Diversity temperature",
        "rollout_batch_timeout" => "Batch time limit",
        "run-seed" => "Seed",
        _ => "Settings",
    }
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
    let fraction = matches!(field, "diversity_temperature" | "rollout_batch_timeout");
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
