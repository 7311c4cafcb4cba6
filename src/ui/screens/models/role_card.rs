//! One role's model: where it is, which it is, and whether it answers.

use leptos::prelude::*;

use super::{
    connection::{Connection, Connections},
    key::KeyField,
    presets::{PRESETS, preset_of},
};
use crate::{
    domain::{
        chat::ModelRole,
        config::{ModelConfig, Provider},
    },
    ports::chat::key::ApiKey,
    run::format::{count, duration},
    ui::{
        faults::fault_of,
        kit::{Glyph, Icon, NumberField, OptionalNumber, SelectField, Standing, Status, TextField},
        state::{AppState, use_app},
    },
};

const PRACTICE: &str = "practice";
const OPEN_AI_COMPATIBLE: &str = "open_ai_compatible";

/// The card of a role. Critic and editor have little on it while they share the agent's model.
#[component]
pub fn RoleCard(role: ModelRole, connections: Connections) -> impl IntoView {
    let app = use_app();
    let (title, words) = match role {
        ModelRole::Agent => ("Agent", "Writes the SQL. Most of the calls."),
        ModelRole::Critic => ("Critic", "Reads rollouts, says what went wrong."),
        ModelRole::Editor => ("Editor", "Rewrites the prompt under the critique."),
    };
    let shares = Memo::new(move |_| role != ModelRole::Agent && app.models_same.get());
    let connection = connections.state(role);
    let heading_id = format!("m-{}", role.name());
    let standing = move || match connection.get() {
        Connection::NotTested => (Standing::Waiting, "Not tested"),
        Connection::Testing => (Standing::Running, "Testing"),
        Connection::Answered(_) => (Standing::Done, "Connected"),
        Connection::Failed(_) => (Standing::Failed, "Cannot connect"),
    };
    let status = move || {
        (!shares.get()).then(|| {
            let (standing, words) = standing();
            view! { <Status standing=standing words=words /> }
        })
    };
    let settings = move || {
        if shares.get() {
            return view! { <p class="small">"Uses the agent's model."</p> }.into_any();
        }
        view! { <Endpoint role=role connections=connections /> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby=heading_id.clone()>
            <header>
                <h2 id=heading_id.clone()>{title}</h2>
                {status}
            </header>
            <p class="note role">{words}</p>
            <div class="stack">
                {settings}
                <Temperature role=role />
            </div>
            {move || (!shares.get()).then(|| view! { <TestFooter role=role connections=connections /> })}
        </section>
    }
}

/// Provider, address, key and model.
#[component]
fn Endpoint(role: ModelRole, connections: Connections) -> impl IntoView {
    let app = use_app();
    let name = role.name();
    let model = move || app.config.with(|config| config.models.of(role).clone());
    let change = move |with: &dyn Fn(&mut ModelConfig)| app.config.update(|config| with(config.models.of_mut(role)));
    let provider = Memo::new(move |_| model().provider);
    let providers = vec![
        (PRACTICE.to_owned(), "Practice model (simulated)".to_owned()),
        (OPEN_AI_COMPATIBLE.to_owned(), "OpenAI-compatible endpoint".to_owned()),
    ];
    let set_provider = move |name: String| {
        let provider = if name == PRACTICE { Provider::Practice } else { Provider::OpenAiCompatible };
        change(&|model| model.provider = provider);
    };
    let provider_name = move || match provider.get() {
        Provider::Practice => PRACTICE.to_owned(),
        Provider::OpenAiCompatible => OPEN_AI_COMPATIBLE.to_owned(),
    };
    let url = Memo::new(move |_| model().url);
    let presets: Vec<_> = std::iter::once((String::new(), "Another address".to_owned()))
        .chain(PRESETS.iter().map(|preset| (preset.url.to_owned(), preset.name.to_owned())))
        .collect();
    let set_preset = move |preset: String| {
        if preset.is_empty() || preset == url.get_untracked() {
            return;
        }
        change(&|model| model.url.clone_from(&preset));
        // A key belongs to one provider and must not go to another.
        app.keys.update(|keys| *keys.of_mut(role) = ApiKey::default());
    };
    let note = Signal::derive(move || {
        url.with(|url| preset_of(url).map(|preset| preset.note.to_owned()).filter(|note| !note.is_empty()))
    });
    let listed = connections.listed(role);
    let list_id = format!("listed-{name}");
    let listed_words = Signal::derive(move || match listed.with(Vec::len) {
        0 => None,
        number => Some(format!("{} listed by the endpoint; type to choose.", count(number, "model"))),
    });
    let details = move || {
        if provider.get() == Provider::Practice {
            return view! {
                <p class="small muted">
                    "Simulates a model for the built-in sample, by fixed rules and without a network. It knows only the sample's questions."
                </p>
            }
            .into_any();
        }
        let list_id = list_id.clone();
        view! {
            <SelectField
                label="Endpoint"
                testid=format!("model-{name}-preset")
                options=presets.clone()
                value=Signal::derive(move || {
                    url.with(|url| preset_of(url).map(|preset| preset.url.to_owned()).unwrap_or_default())
                })
                set=set_preset
            />
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
            <KeyField role=role />
            <div class="with-action">
                <TextField
                    label="Model"
                    testid=format!("model-{name}-name")
                    value=Signal::derive(move || model().name)
                    set=move |name: String| change(&|model| model.name.clone_from(&name))
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
            <datalist id=list_id>
                {move || listed.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
            </datalist>
        }
        .into_any()
    };
    view! {
        <SelectField
            label="Provider"
            testid=format!("model-{name}-provider")
            options=providers
            value=Signal::derive(provider_name)
            set=set_provider
        />
        {details}
    }
}

#[component]
fn Temperature(role: ModelRole) -> impl IntoView {
    let app = use_app();
    let hint = Signal::derive(move || match role {
        ModelRole::Agent => "Empty: the model's own default.".to_owned(),
        ModelRole::Critic | ModelRole::Editor => {
            let shared = app.config.with(|config| config.apo.diversity_temperature);
            format!("Empty: diversity_temperature, {shared}.")
        }
    });
    view! {
        <NumberField<OptionalNumber>
            label="Temperature"
            testid=format!("model-{}-temperature", role.name())
            value=Signal::derive(move || OptionalNumber(app.config.with(|config| config.models.of(role).temperature)))
            set=move |number: OptionalNumber| {
                app.config.update(|config| config.models.of_mut(role).temperature = number.0);
            }
            hint=hint
            error=fault_of(app, format!("{}.temperature", role.name()))
            fraction=true
        />
    }
}

/// The test's button, and what it found: an answer, or the cause with its remedy.
#[component]
fn TestFooter(role: ModelRole, connections: Connections) -> impl IntoView {
    let app = use_app();
    let connection = connections.state(role);
    let button = move |words: &'static str| {
        view! {
            <button
                class="button"
                data-size="small"
                type="button"
                data-testid=format!("model-{}-test", role.name())
                data-state=move || (connection.get() == Connection::Testing).then_some("busy")
                prop:disabled=move || connection.get() == Connection::Testing
                on:click=move |_| connections.test(role)
            >
                {words}
            </button>
        }
    };
    let result = format!("model-{}-result", role.name());
    move || match connection.get() {
        Connection::Failed(remedy) => view! {
            <footer class="diagnosis" data-tone="bad" role="alert" data-testid=result.clone()>
                <b class="row" style="--gap:6px">
                    <Icon glyph=Glyph::Cross />
                    {remedy.title}
                </b>
                <p>{remedy.words}</p>
                <p>{remedy.remedy}</p>
                {button("Test again")}
            </footer>
        }
        .into_any(),
        state => view! {
            <footer class="row" data-justify="between">
                <span role="status" data-testid=result.clone()>
                    {words_of(app, role, &state)}
                </span>
                {button("Test connection")}
            </footer>
        }
        .into_any(),
    }
}

fn words_of(app: AppState, role: ModelRole, state: &Connection) -> String {
    let is_practice = app.config.with(|config| config.models.of(role).provider) == Provider::Practice;
    match state {
        Connection::Testing => "Asking for one word".into(),
        Connection::Answered(_) if is_practice => "Ready".into(),
        Connection::Answered(ms) => format!("Answered in {}", duration(*ms)),
        Connection::NotTested | Connection::Failed(_) => "Test it before you start.".into(),
    }
}
