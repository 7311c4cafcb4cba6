//! One role's model: where it is, which it is, and whether it answers.

use leptos::prelude::*;

use super::{
    connection::{Connection, Connections},
    endpoint::EndpointFields,
};
use crate::{
    domain::chat::{Adjustment, ModelRole},
    ports::chat::{
        capability::{Capability, TemperatureField},
        wire::Endpoint,
    },
    run::format::duration,
    ui::{
        faults::fault_of,
        kit::{Causes, Glyph, Icon, NumberField, OptionalNumber, Standing, Status},
        state::{AppState, Tested, use_app},
    },
};

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
        Connection::Failed(_) => (Standing::Failed, "Test failed"),
    };
    let status = move || {
        (!shares.get()).then(|| {
            let (standing, words) = standing();
            view! { <Status standing=standing words=words /> }
        })
    };
    let settings = move || (!shares.get()).then(|| view! { <EndpointFields role=role connections=connections /> });
    let whose = move || shares.get().then_some(" Uses the agent's model.");
    view! {
        <section class="card" aria-labelledby=heading_id.clone()>
            <header>
                <h2 id=heading_id.clone()>{title}</h2>
                {status}
            </header>
            <p class="note role">{words} {whose}</p>
            <div class="stack">
                {settings}
                <Temperature role=role />
            </div>
            {move || (!shares.get()).then(|| view! { <TestFooter role=role connections=connections /> })}
        </section>
    }
}

#[component]
fn Temperature(role: ModelRole) -> impl IntoView {
    let app = use_app();
    let hint = Signal::derive(move || {
        let empty = match role {
            ModelRole::Agent => "Empty: the model's own default.".to_owned(),
            ModelRole::Critic | ModelRole::Editor => {
                let shared = app.config.with(|config| config.apo.diversity_temperature);
                format!("Empty: the diversity temperature on Run, which is\u{a0}{shared}.")
            }
        };
        let model = app.effective_config().models.of(role).clone();
        match Capability::of(&Endpoint::of(&model)).temperature {
            _ if model.provider.is_simulated() => empty,
            TemperatureField::LeftOut => "This model takes no temperature but its own: it is left out.".into(),
            TemperatureField::UpTo(most) if most < 2.0 => format!("{empty} The provider's scale ends at {most}."),
            TemperatureField::UpTo(_) => empty,
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
                {match remedy.causes.len() {
                    0 | 1 => view! { <p>{remedy.remedy}</p> }.into_any(),
                    _ => view! {
                        <p>"What it may be, likeliest first:"</p>
                        <Causes causes=remedy.causes />
                    }
                    .into_any(),
                }}
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
    let is_practice = app.config.with(|config| config.models.of(role).provider.is_simulated());
    match state {
        Connection::Testing => "Asking for one word".into(),
        Connection::Answered(_) if is_practice => "Ready".into(),
        Connection::Answered(Tested { elapsed_ms, adjusted }) => {
            let mut words = format!("Answered in {}", duration(*elapsed_ms));
            for adjustment in adjusted {
                words.push_str(&match adjustment {
                    Adjustment::TemperatureLeftOut { .. } => ". It takes no temperature: that is left out".to_owned(),
                    Adjustment::TemperatureLowered { sent, .. } => format!(". It is asked with temperature {sent}"),
                    Adjustment::TokenLimitLeftOut { .. } => ". It takes no token limit: that is left out".to_owned(),
                });
            }
            words
        }
        Connection::NotTested | Connection::Failed(_) => "Test it before you start.".into(),
    }
}
