//! Whether the three models can be reached, as far as it was tried with the settings as they are now.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{budget::Price, chat::ModelRole, config::ModelConfig},
    run::remedy::Remedy,
    ui::state::{AppState, Tested},
};

/// What is known of one role's connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Connection {
    #[default]
    NotTested,
    Testing,
    Answered(Tested),
    Failed(Remedy),
}

/// The connections of the three roles and the models that their endpoints list.
#[derive(Clone, Copy)]
pub struct Connections {
    app: AppState,
    states: [RwSignal<Connection>; 3],
    listed: [RwSignal<Vec<String>>; 3],
}

impl Connections {
    /// Nothing tested yet. A change of a role's settings makes it untested again.
    pub fn new(app: AppState) -> Self {
        let connections = Self {
            app,
            states: std::array::from_fn(|_| RwSignal::new(Connection::NotTested)),
            listed: std::array::from_fn(|_| RwSignal::new(Vec::new())),
        };
        for role in ModelRole::ALL {
            let settings = Memo::new(move |_| {
                // What it costs has nothing to do with whether it answers.
                let model = ModelConfig { price: Price::default(), ..app.effective_config().models.of(role).clone() };
                let key = app.keys.with(|keys| keys.of(role).clone());
                (model, key)
            });
            Effect::new(move || {
                settings.track();
                connections.state(role).set(Connection::NotTested);
            });
            let address = Memo::new(move |_| settings.with(|(model, _)| (model.provider, model.url.clone())));
            Effect::new(move || {
                address.track();
                connections.listed(role).set(Vec::new());
            });
        }
        connections
    }

    /// One role's connection.
    pub fn state(self, role: ModelRole) -> RwSignal<Connection> {
        self.states[index(role)]
    }

    /// The models that one role's endpoint lists; empty until it was asked.
    pub fn listed(self, role: ModelRole) -> RwSignal<Vec<String>> {
        self.listed[index(role)]
    }

    /// Asks a role's model for a short answer.
    pub fn test(self, role: ModelRole) {
        let state = self.state(role);
        state.set(Connection::Testing);
        spawn_local(async move {
            let answer = self.app.test_connection(role).await;
            // The screen may be gone, or the settings changed under the test.
            if state.try_get_untracked() != Some(Connection::Testing) {
                return;
            }
            state.set(match answer {
                Ok(tested) => Connection::Answered(tested),
                Err(remedy) => Connection::Failed(remedy),
            });
        });
    }

    /// Asks a role's endpoint which models it has.
    pub fn list(self, role: ModelRole) {
        spawn_local(async move {
            match self.app.list_models(role).await {
                Ok(names) => drop(self.listed(role).try_set(names)),
                Err(remedy) => drop(self.state(role).try_set(Connection::Failed(remedy))),
            }
        });
    }
}

fn index(role: ModelRole) -> usize {
    match role {
        ModelRole::Agent => 0,
        ModelRole::Critic => 1,
        ModelRole::Editor => 2,
    }
}
