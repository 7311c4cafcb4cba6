//! How the questions are divided, with the result at once and what it can prove.

use leptos::prelude::*;

use super::proof::Proof;
use crate::{
    domain::dataset::{SplitError, SplitMethod, SplitPlan, Splits},
    run::format::thousands,
    ui::{
        kit::{Glyph, Icon, NumberField, SelectField},
        state::{AppState, use_app},
    },
};

const FIRST_N: &str = "first_n";
const STRATIFIED: &str = "stratified";

/// The split's settings and their result.
#[component]
pub fn SplitForm() -> impl IntoView {
    let app = use_app();
    let plan = Memo::new(move |_| app.config.with(|config| config.split.clone()));
    let splits = Memo::new(move |_| app.splits());
    let method = move || match plan.get().method {
        SplitMethod::FirstN => FIRST_N.to_owned(),
        SplitMethod::Stratified => STRATIFIED.to_owned(),
    };
    let set_method = move |name: String| {
        let method = if name == FIRST_N { SplitMethod::FirstN } else { SplitMethod::Stratified };
        app.config.update(|config| config.split.method = method);
    };
    let fault = move || {
        splits.get().err().map(|error| {
            view! {
                <p class="field-error" role="alert" data-testid="split-error">
                    <Icon glyph=Glyph::Alert />
                    <span>{error.to_string()}</span>
                </p>
            }
        })
    };
    let options = vec![
        (STRATIFIED.to_owned(), "Seeded, by database".to_owned()),
        (FIRST_N.to_owned(), "First N, next M, next K".to_owned()),
    ];
    view! {
        <section>
            <div class="section-head">
                <h2>"Split"</h2>
                {move || splits.get().is_ok().then(|| view! { <p>"No question is in two parts."</p> })}
            </div>
            <div class="card">
                <div class="split-form">
                    <div class="stack">{move || result(app, splits.get())}</div>
                    <div class="stack">
                        <SelectField
                            label="Method"
                            testid="split-method"
                            options=options
                            value=Signal::derive(method)
                            set=set_method
                        />
                        <div class="row split-fields">
                            <Size
                                label="Train"
                                testid="split-train"
                                get=|plan| plan.train
                                set=|plan, number| plan.train = number
                            />
                            <Size
                                label="Validation"
                                testid="split-validation"
                                get=|plan| plan.validation
                                set=|plan, number| plan.validation = number
                            />
                            <Size
                                label="Held-out"
                                testid="split-heldout"
                                get=|plan| plan.held_out
                                set=|plan, number| plan.held_out = number
                            />
                            <NumberField<u64>
                                label="Seed"
                                testid="split-seed"
                                value=Signal::derive(move || plan.get().seed)
                                set=move |seed| app.config.update(|config| config.split.seed = seed)
                                disabled=Signal::derive(move || plan.get().method == SplitMethod::FirstN)
                            />
                        </div>
                        {fault}
                    </div>
                </div>
                <footer>{move || view! { <Proof held_out=plan.get().held_out /> }}</footer>
            </div>
        </section>
    }
}

/// The size of one part.
#[component]
fn Size(
    label: &'static str,
    testid: &'static str,
    get: fn(&SplitPlan) -> usize,
    set: fn(&mut SplitPlan, usize),
) -> impl IntoView {
    let app = use_app();
    view! {
        <NumberField<usize>
            label=label
            testid=testid
            value=Signal::derive(move || app.config.with(|config| get(&config.split)))
            set=move |number| app.config.update(|config| set(&mut config.split, number))
        />
    }
}

fn result(app: AppState, splits: Result<Splits, SplitError>) -> impl IntoView {
    let Ok(splits) = splits else {
        return view! { <p class="small muted">"The split is shown here as soon as it can be made."</p> }.into_any();
    };
    let all = app.dataset.with(|dataset| dataset.as_ref().map_or(0, |dataset| dataset.examples.len()));
    let (train, validation, held_out) = (splits.train.len(), splits.validation.len(), splits.held_out.len());
    let parts = [
        ("quiet", "Train", train, "shown to the critic"),
        ("half", "Validation", validation, "picks the winner"),
        ("accent", "Held-out", held_out, "used once, for the verdict"),
        ("unused", "Not used", all - train - validation - held_out, ""),
    ];
    let shown = || parts.into_iter().filter(|(_, _, number, _)| *number > 0);
    let bars = shown().map(|(part, _, number, _)| view! { <i data-part=part style=format!("--n:{number}")></i> });
    let keys = shown().map(|(part, name, number, note)| {
        view! {
            <li>
                <i data-part=part></i>
                {name}
                " "
                <b>{thousands(number as u64)}</b>
                " "
                <span class="note">{note}</span>
            </li>
        }
    });
    view! {
        <div class="parts">
            <div class="parts-bar" data-size="tall">
                {bars.collect_view()}
            </div>
            <ul class="parts-key" data-testid="split-result">
                {keys.collect_view()}
            </ul>
        </div>
    }
    .into_any()
}
