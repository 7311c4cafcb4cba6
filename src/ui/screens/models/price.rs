//! What a role's model costs: typed, or looked up in a public list on request.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{budget::Price, chat::ModelRole},
    ports::chat::prices,
    ui::{
        faults::fault_of,
        kit::{NumberField, OptionalNumber},
        state::use_app,
    },
};

/// The price's two fields, with the look-up where the list may have it.
#[component]
pub fn PriceFields(role: ModelRole) -> impl IntoView {
    let app = use_app();
    let name = role.name();
    let told = RwSignal::new(None::<String>);
    let looking = RwSignal::new(false);
    let model = Memo::new(move |_| {
        let model = app.config.with(|config| config.models.of(role).clone());
        (model.provider.behind(&model.url), model.name)
    });
    Effect::new(move || {
        model.track();
        told.set(None);
    });
    let side = move |words: &'static str,
                     testid: &'static str,
                     get: fn(&Price) -> Option<f64>,
                     set: fn(&mut Price, Option<f64>)| {
        view! {
            <NumberField<OptionalNumber>
                label=words
                testid=format!("model-{name}-price-{testid}")
                value=Signal::derive(move || OptionalNumber(app.config.with(|config| get(&config.models.of(role).price))))
                set=move |number: OptionalNumber| {
                    app.config.update(|config| set(&mut config.models.of_mut(role).price, number.0));
                }
                error=fault_of(app, format!("{name}.price_{testid}"))
                unit="$"
                fraction=true
            />
        }
    };
    let look_up = move |_| {
        looking.set(true);
        told.set(None);
        spawn_local(async move {
            let found = app.look_up_price(role).await;
            // The screen may be gone.
            if looking.try_set(false).is_some() {
                return;
            }
            told.set(Some(match found {
                Ok(true) => "Found. Check it against your contract.".to_owned(),
                Ok(false) => "OpenRouter's list does not have this model: type its price.".to_owned(),
                Err(remedy) => format!("{} Type the price, or try again later.", remedy.words),
            }));
        });
    };
    view! {
        <div class="stack" style="--gap:8px">
            <div class="grid" style="--min:7rem">
                {side("Price in", "input", |price| price.input, |price, value| price.input = value)}
                {side("Price out", "output", |price| price.output, |price, value| price.output = value)}
            </div>
            <p class="field-hint" role="status" data-testid=format!("model-{name}-price-note")>
                {move || {
                    told.get()
                        .unwrap_or_else(|| {
                            "US dollars for a million tokens; 0 for a model of your own. Empty: unknown, so no cost is shown.".to_owned()
                        })
                }}
            </p>
            {move || {
                let (provider, name_of_model) = model.get();
                (prices::knows(provider) && !name_of_model.trim().is_empty())
                    .then(|| {
                        view! {
                            <button
                                class="button"
                                data-size="small"
                                type="button"
                                data-testid=format!("model-{name}-price-look-up")
                                data-state=move || looking.get().then_some("busy")
                                prop:disabled=move || looking.get()
                                on:click=look_up
                            >
                                "Look the price up at openrouter.ai"
                            </button>
                        }
                    })
            }}
        </div>
    }
}
