//! What a run's models cost, which can be set right while it stands still: what was spent is reckoned anew.

use leptos::prelude::*;

use crate::{
    domain::{
        budget::{Price, Prices},
        chat::ModelRole,
    },
    ports::store::RunState,
    run::view::RunView,
    ui::{
        kit::{NumberField, OptionalNumber},
        state::{AppState, use_app},
    },
};

/// The roles that one model plays.
#[derive(Clone, PartialEq)]
struct Played {
    model: String,
    roles: Vec<ModelRole>,
}

/// The models that are asked at an endpoint, and so may cost something, each with its roles.
fn played(run: &RunView) -> Vec<Played> {
    let Some(started) = &run.started else { return vec![] };
    let models = &started.config.models;
    let mut all: Vec<Played> = Vec::new();
    for role in ModelRole::ALL.into_iter().filter(|role| !models.of(*role).provider.is_here()) {
        // The temperature is no part of what is paid for.
        let place = |role: ModelRole| {
            let model = models.of(role);
            (model.provider, model.url.trim().to_owned(), model.name.trim().to_owned())
        };
        match all.iter_mut().find(|known| place(known.roles[0]) == place(role)) {
            Some(known) => known.roles.push(role),
            None => all.push(Played { model: models.of(role).name.clone(), roles: vec![role] }),
        }
    }
    all
}

/// The prices of a run that stands still, and the button that sets others.
#[component]
pub fn PricesCard() -> impl IntoView {
    let app = use_app();
    let is_still = Memo::new(move |_| app.run.with(|run| matches!(run.state, RunState::Paused | RunState::Stopped)));
    let models = Memo::new(move |_| app.run.with(played));
    let prices = Memo::new(move |_| app.run.with(RunView::prices));
    let draft = RwSignal::new(prices.get_untracked());
    Effect::new(move || draft.set(prices.get()));
    let is_usable = move || draft.with(|draft| ModelRole::ALL.into_iter().all(|role| draft.of(role).is_plausible()));
    move || {
        (is_still.get() && app.can_go_on.get() && models.with(|models| !models.is_empty())).then(|| {
            view! {
                <section class="card" data-testid="prices">
                    <header>
                        <h2>"Prices"</h2>
                        <p>"US dollars for a million tokens"</p>
                    </header>
                    <div class="stack" style="--gap:12px">
                        {models.get().into_iter().map(|played| fields(app, played, draft)).collect_view()}
                        <div class="row">
                            <button
                                class="button"
                                data-size="small"
                                type="button"
                                data-testid="change-prices"
                                disabled=move || draft.get() == prices.get() || !is_usable()
                                on:click=move |_| app.change_prices(draft.get_untracked())
                            >
                                "Change the prices"
                            </button>
                            <span class="note">"Empty: unknown. They hold for the calls so far too."</span>
                        </div>
                    </div>
                </section>
            }
        })
    }
}

/// One model's two prices, and how its calls so far are priced.
fn fields(app: AppState, played: Played, draft: RwSignal<Prices>) -> impl IntoView {
    let Played { model, roles } = played;
    let first = roles[0];
    let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
    let label = format!("{}: {model}", names.join(", "));
    let side =
        |words: &'static str, end: &'static str, get: fn(&Price) -> Option<f64>, set: fn(&mut Price, Option<f64>)| {
            let roles = roles.clone();
            let value = Signal::derive(move || OptionalNumber(draft.with(|draft| get(&draft.of(first)))));
            let error = Signal::derive(move || {
                let is_plausible =
                    draft.with(|draft| Price { input: get(&draft.of(first)), output: None }.is_plausible());
                (!is_plausible).then(|| "Must be 0 or more.".to_owned())
            });
            view! {
                <NumberField<OptionalNumber>
                    label=words
                    testid=format!("run-price-{end}-{}", first.name())
                    value=value
                    set=move |number: OptionalNumber| {
                        draft.update(|draft| roles.iter().for_each(|role| set(draft.of_mut(*role), number.0)));
                    }
                    error=error
                    unit="$"
                    fraction=true
                />
            }
        };
    let shown = roles.clone();
    let how = Memo::new(move |_| app.run.with(|run| run.usage.billed(&shown).words()));
    view! {
        <div class="stack" style="--gap:6px">
            <p class="small">
                <b>{label}</b>
            </p>
            <div class="grid" style="--min:5rem">
                {side("Price in", "input", |price| price.input, |price, value| price.input = value)}
                {side("Price out", "output", |price| price.output, |price, value| price.output = value)}
            </div>
            <p class="note" data-testid=format!("priced-{}", first.name())>
                {move || format!("{}.", how.get())}
            </p>
        </div>
    }
}
