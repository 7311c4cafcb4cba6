//! Models: keys in memory, the ports made from the settings, testing a connection.

use std::rc::Rc;

use leptos::prelude::*;

use super::AppState;
use crate::{
    browser::{
        assets::fetch_asset,
        chat::{
            HttpModel, TIMEOUT_MS, built_in::BuiltInModel, in_page::InPageModel, list_models, look_up_price,
            test_connection, test_here,
        },
        page_origin,
        permission::permission_for,
    },
    domain::{
        chat::{Adjustment, ModelRole},
        config::{ModelConfig, Provider, RunConfig},
        endpoint::{origin, reach},
        problem::ChatError,
    },
    ports::chat::{ChatModel, key::ApiKey, practice::PracticeModel},
    run::{
        context::Models,
        remedy::{self, Contact, Permission, Remedy},
    },
};

/// The keys, one for each role. They live as long as the page.
#[derive(Clone, Default, PartialEq)]
pub struct Keys {
    pub agent: ApiKey,
    pub critic: ApiKey,
    pub editor: ApiKey,
}

impl Keys {
    /// One role's key.
    pub fn of(&self, role: ModelRole) -> &ApiKey {
        match role {
            ModelRole::Agent => &self.agent,
            ModelRole::Critic => &self.critic,
            ModelRole::Editor => &self.editor,
        }
    }

    /// One role's key, to be changed.
    pub fn of_mut(&mut self, role: ModelRole) -> &mut ApiKey {
        match role {
            ModelRole::Agent => &mut self.agent,
            ModelRole::Critic => &mut self.critic,
            ModelRole::Editor => &mut self.editor,
        }
    }
}

/// A model that has answered a test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tested {
    /// How long it took, in milliseconds.
    pub elapsed_ms: f64,
    /// What of the settings the model does not take.
    pub adjusted: Vec<Adjustment>,
}

/// The words for a call that failed, with what the browser says about servers near by.
async fn remedy_of(error: &ChatError, config: &ModelConfig) -> Remedy {
    let permission = match error {
        ChatError::Network => permission_for(reach(&config.url)).await,
        _ => Permission::Unknown,
    };
    remedy::of_chat(error, Contact { permission, ..Contact::of(config, &page_origin()) })
}

impl AppState {
    /// Asks a role's model for one short answer.
    pub async fn test_connection(self, role: ModelRole) -> Result<Tested, Remedy> {
        let config = untrack(|| self.effective_config()).models.of(role).clone();
        if config.provider == Provider::Practice {
            return match self.practice_book().await {
                Ok(_) => Ok(Tested::default()),
                Err(error) => Err(remedy::of_chat(&error, Contact::default())),
            };
        }
        let clock = self.clock();
        let start = clock.now();
        let tested = match self.here(&config, 0, TIMEOUT_MS) {
            Some(model) => test_here(&*model, config.temperature).await,
            None => test_connection(&self.http(role, &config), config.temperature).await,
        };
        let adjusted = match tested {
            Ok(adjusted) => adjusted,
            Err(error) => return Err(remedy_of(&error, &config).await),
        };
        Ok(Tested { elapsed_ms: clock.now() - start, adjusted })
    }

    /// The models that a role's endpoint offers.
    pub async fn list_models(self, role: ModelRole) -> Result<Vec<String>, Remedy> {
        let config = untrack(|| self.effective_config()).models.of(role).clone();
        let listed = list_models(&config, &self.key(role, &config), &*self.clock()).await;
        match listed {
            Ok(names) => Ok(names),
            Err(error) => Err(remedy_of(&error, &config).await),
        }
    }

    /// Looks the price of a role's model up in the public list and sets it. Whether it is there.
    pub async fn look_up_price(self, role: ModelRole) -> Result<bool, Remedy> {
        let model = untrack(|| self.config.with(|config| config.models.of(role).clone()));
        let found = look_up_price(model.provider.behind(&model.url), &model.name, &*self.clock()).await;
        let list = ModelConfig { provider: Provider::OpenRouter, url: "https://openrouter.ai".into(), ..model.clone() };
        let price = found.map_err(|error| remedy::of_chat(&error, Contact::of(&list, &page_origin())))?;
        let is_same = self.config.with_untracked(|config| config.models.of(role).name == model.name);
        if let Some(price) = price.filter(|_| is_same) {
            self.config.update(|config| config.models.of_mut(role).price = price);
        }
        Ok(price.is_some())
    }

    /// The run's settings with the URLs of the draft where provider and model are the same: an endpoint may have moved.
    pub(super) fn with_present_endpoints(self, config: &RunConfig) -> RunConfig {
        let (mut config, draft) = (config.clone(), untrack(|| self.effective_config()));
        for role in ModelRole::ALL {
            let (model, present) = (config.models.of_mut(role), draft.models.of(role));
            if model.provider == present.provider && model.name == present.name {
                model.url.clone_from(&present.url);
            }
        }
        config.call_timeout = draft.call_timeout;
        config
    }

    /// The ports to the three models of a run.
    pub(super) async fn models(self, config: &RunConfig) -> Result<Models, ChatError> {
        Ok(Models {
            agent: self.model(config, ModelRole::Agent).await?,
            critic: self.model(config, ModelRole::Critic).await?,
            editor: self.model(config, ModelRole::Editor).await?,
        })
    }

    async fn model(self, config: &RunConfig, role: ModelRole) -> Result<Rc<dyn ChatModel>, ChatError> {
        let model = config.models.of(role);
        match model.provider {
            Provider::Practice => {
                let json = self.practice_book().await?;
                let practice = PracticeModel::from_json(&json, config.seed)
                    .map_err(|error| ChatError::Misconfigured { detail: error.to_string() })?;
                Ok(Rc::new(practice))
            }
            _ => {
                let timeout_ms = (config.call_timeout * 1000.0) as u32;
                let here = self.here(model, config.seed, timeout_ms);
                Ok(here.unwrap_or_else(|| Rc::new(self.http(role, model).with_timeout_ms(timeout_ms))))
            }
        }
    }

    /// A model that answers in this browser; `None` for one with an address.
    fn here(self, model: &ModelConfig, seed: u64, timeout_ms: u32) -> Option<Rc<dyn ChatModel>> {
        let (inner, clock) = (self.inner(), self.clock());
        match model.provider {
            Provider::InPage => {
                Some(Rc::new(InPageModel::new(Rc::clone(&inner.local.engine), model, seed, clock, timeout_ms)))
            }
            Provider::BuiltIn => {
                Some(Rc::new(BuiltInModel::new(Rc::clone(&inner.local.built_in), model, clock, timeout_ms)))
            }
            _ => None,
        }
    }

    fn http(self, role: ModelRole, model: &ModelConfig) -> HttpModel {
        HttpModel::new(model, self.key(role, model), self.clock(), self.inner().capabilities.clone())
    }

    /// A role's key. It goes to no other endpoint than the one that stands beside it in the settings.
    fn key(self, role: ModelRole, model: &ModelConfig) -> ApiKey {
        let from = if self.models_same.get_untracked() { ModelRole::Agent } else { role };
        let beside = self.config.with_untracked(|config| config.models.of(from).url.clone());
        if origin(&beside) == origin(&model.url) {
            self.keys.with_untracked(|keys| keys.of(from).clone())
        } else {
            ApiKey::default()
        }
    }

    async fn practice_book(self) -> Result<Rc<str>, ChatError> {
        if let Some(json) = self.inner().practice.borrow().clone() {
            return Ok(json);
        }
        let bytes = fetch_asset("sample/practice.json").await.map_err(|_| ChatError::Network)?;
        let json: Rc<str> = String::from_utf8_lossy(&bytes).into();
        *self.inner().practice.borrow_mut() = Some(Rc::clone(&json));
        Ok(json)
    }
}
