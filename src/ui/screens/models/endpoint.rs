//! Where a role's answers come from: provider, address, key and model.

use leptos::prelude::*;

use super::{
    built_in::BuiltInFields, connection::Connections, in_page::InPageFields, key::KeyField, price::PriceFields,
    sign_in::SignInFields,
};
use crate::{
    domain::{
        budget::Price,
        chat::ModelRole,
        config::{ModelConfig, Provider},
        endpoint::origin,
        provider::{HERE, PRESETS},
    },
    ports::chat::key::ApiKey,
    run::format::count,
    ui::{
        faults::fault_of,
        kit::{SelectField, TextField},
        state::use_app,
    },
};

/// Provider, address, key and model.
#[component]
pub fn EndpointFields(role: ModelRole, connections: Connections) -> impl IntoView {
    let app = use_app();
    let name = role.name();
    let change = move |with: &dyn Fn(&mut ModelConfig)| app.config.update(|config| with(config.models.of_mut(role)));
    let provider = Memo::new(move |_| app.config.with(|config| config.models.of(role).provider));
    let here = HERE.iter().map(|(_, id, name)| ((*id).to_owned(), (*name).to_owned()));
    let providers: Vec<_> =
        here.chain(PRESETS.iter().map(|preset| (preset.id.to_owned(), preset.name.to_owned()))).collect();
    let choose = move |id: String| {
        let Some(chosen) = Provider::of_id(&id) else { return };
        let before = app.config.with_untracked(|config| config.models.of(role).clone());
        let known = chosen.preset().map_or("", |preset| preset.url);
        let url = if known.is_empty() { before.url.clone() } else { known.to_owned() };
        let comes_or_goes = |provider: Provider| provider.is_here() && provider != Provider::Practice;
        let moves = origin(&url) != origin(&before.url) || comes_or_goes(chosen) != comes_or_goes(before.provider);
        if moves {
            // A key belongs to one provider and must not go to another.
            app.keys.update(|keys| *keys.of_mut(role) = ApiKey::default());
        }
        change(&|model| {
            model.provider = chosen;
            model.url.clone_from(&url);
            if moves {
                model.name.clear();
                model.sha256.clear();
                if chosen == Provider::BuiltIn {
                    model.name = "the browser's model".into();
                }
                // So does a price.
                model.price = Price::default();
            }
        });
    };
    let details = move || {
        match provider.get() {
        Provider::Practice => view! {
            <p class="small muted">
                "Simulates a model by fixed rules, without a network. It knows only the questions of the sample; your own data need a real model."
            </p>
        }
        .into_any(),
        Provider::InPage => view! { <InPageFields role=role /> }.into_any(),
        Provider::BuiltIn => view! { <BuiltInFields /> }.into_any(),
        provider => view! { <Address role=role provider=provider connections=connections /> }.into_any(),
    }
    };
    view! {
        <SelectField
            label="Provider"
            testid=format!("model-{name}-provider")
            options=providers
            value=Signal::derive(move || provider.get().id().to_owned())
            set=choose
        />
        {details}
    }
}

/// What a provider with a network behind it needs.
#[component]
fn Address(role: ModelRole, provider: Provider, connections: Connections) -> impl IntoView {
    let app = use_app();
    let name = role.name();
    let change = move |with: &dyn Fn(&mut ModelConfig)| app.config.update(|config| with(config.models.of_mut(role)));
    let url = Memo::new(move |_| app.config.with(|config| config.models.of(role).url.clone()));
    let note = Signal::derive(move || {
        let behind = url.with(|url| provider.behind(url));
        behind.preset().map(|preset| preset.note.to_owned()).filter(|note| !note.is_empty())
    });
    let listed = connections.listed(role);
    let list_id = format!("listed-{name}");
    let listed_words = Signal::derive(move || match listed.with(Vec::len) {
        0 => None,
        number => Some(format!("{} listed by the endpoint; type to choose.", count(number, "model"))),
    });
    let options = move || listed.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view();
    view! {
        <TextField
            label="Base URL"
            testid=format!("model-{name}-url")
            value=url
            set=move |url: String| change(&|model| model.url.clone_from(&url))
            kind="url"
            placeholder="https://api.example.com/v1"
            hint=note
            error=fault_of(app, format!("{name}.url"))
        />
        <KeyField role=role provider=provider />
        {(provider == Provider::OpenRouter).then(|| view! { <SignInFields role=role /> })}
        <div class="with-action">
            <TextField
                label="Model"
                testid=format!("model-{name}-name")
                value=Signal::derive(move || app.config.with(|config| config.models.of(role).name.clone()))
                set=move |name: String| {
                    change(&|model| {
                        model.name.clone_from(&name);
                        model.price = Price::default();
                    });
                }
                list=list_id.clone()
                hint=listed_words
                error=fault_of(app, format!("{name}.name"))
            />
            <button
                class="button"
                type="button"
                data-testid=format!("model-{name}-list")
                on:click=move |_| connections.list(role)
            >
                "List models"
            </button>
        </div>
        <datalist id=list_id>{options}</datalist>
        <PriceFields role=role />
    }
}
