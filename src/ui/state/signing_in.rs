//! A key from OpenRouter by signing in there.

use leptos::prelude::*;

use super::AppState;
use crate::{
    browser::{
        chat::exchange_code,
        sign_in::{ask, new_sign_in},
    },
    domain::{chat::ModelRole, provider::Provider},
    ports::chat::sign_in::SignInError,
};

impl AppState {
    /// Has the user agree to a key that may spend `cap` US dollars at most, and gives it to every role at OpenRouter.
    pub async fn sign_in(self, cap: Option<f64>) -> Result<(), SignInError> {
        let sign_in = new_sign_in()?;
        let code = ask(&sign_in, cap).await?;
        let key = exchange_code(&sign_in, &code, &*self.clock()).await?;
        let is_there = |role: &ModelRole| {
            self.config.with_untracked(|config| {
                let model = config.models.of(*role);
                model.provider.behind(&model.url) == Provider::OpenRouter
            })
        };
        self.keys.update(|keys| {
            ModelRole::ALL.into_iter().filter(is_there).for_each(|role| *keys.of_mut(role) = key.clone());
        });
        Ok(())
    }
}
