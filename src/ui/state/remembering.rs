//! Keys that somebody wants remembered on this device. The vault has them, each for one origin; a remembered key is filled
//! in where that origin stands, and taken out of its field when another takes its place.

use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{
    browser::vault::{Vault, VaultError},
    domain::{chat::ModelRole, endpoint::origin},
    ports::chat::key::ApiKey,
};

impl AppState {
    /// Reads for which origins there are keys, and from then on fills them in.
    pub(super) fn recall_keys(self) {
        spawn_local(async move {
            // A browser that keeps nothing has nothing to recall; what it lacks is said when somebody asks for it.
            if let Ok(vault) = Vault::open().await
                && let Ok(origins) = vault.origins().await
            {
                self.remembered.set(origins);
            }
        });
        let origins = Memo::new(move |_| ModelRole::ALL.map(|role| self.origin_of(role)));
        Effect::new(move |before: Option<[String; 3]>| {
            let (now, remembered) = (origins.get(), self.remembered.get());
            for (at, role) in ModelRole::ALL.into_iter().enumerate() {
                let left = before.as_ref().map(|before| &before[at]).filter(|left| **left != now[at]);
                if left.is_some_and(|left| remembered.contains(left)) {
                    // It belongs to the origin that it was remembered for.
                    self.keys.update(|keys| *keys.of_mut(role) = ApiKey::default());
                }
                if remembered.contains(&now[at]) {
                    self.fill_in(role, now[at].clone());
                }
            }
            now
        });
    }

    fn fill_in(self, role: ModelRole, origin: String) {
        if self.keys.with_untracked(|keys| !keys.of(role).is_empty()) {
            return;
        }
        spawn_local(async move {
            let recalled = async { Vault::open().await?.recall(&origin).await }.await;
            let is_wanted = || {
                untrack(|| self.origin_of(role)) == origin && self.keys.with_untracked(|keys| keys.of(role).is_empty())
            };
            match recalled {
                Ok(Some(key)) if is_wanted() => self.keys.update(|keys| *keys.of_mut(role) = key),
                Ok(_) => {}
                Err(error) => self.tell(&error),
            }
        });
    }

    /// The origin of a role's endpoint; empty without one.
    pub fn origin_of(self, role: ModelRole) -> String {
        self.config.with(|config| origin(&config.models.of(role).url).to_owned())
    }

    /// Whether the key for a role's endpoint is remembered on this device.
    pub fn is_remembered(self, role: ModelRole) -> bool {
        let origin = self.origin_of(role);
        self.remembered.with(|remembered| remembered.contains(&origin))
    }

    /// Remembers a role's key for its endpoint's origin, as it stands in its field; an empty one is forgotten.
    pub fn remember_key(self, role: ModelRole) {
        let origin = untrack(|| self.origin_of(role));
        let key = self.keys.with_untracked(|keys| keys.of(role).clone());
        if key.is_empty() || !key.is_sendable() || origin.is_empty() {
            return self.forget_key(origin);
        }
        self.in_vault(async move |vault| vault.remember(&origin, &key).await);
    }

    /// Forgets the key for an origin. What stands in a field stays there until the page is closed.
    pub fn forget_key(self, origin: String) {
        self.in_vault(async move |vault| vault.forget(&origin).await);
    }

    /// Forgets all remembered keys.
    pub(super) fn forget_all_keys(self) {
        self.in_vault(async move |vault| vault.forget_all().await);
    }

    fn in_vault(self, change: impl AsyncFnOnce(&Vault) -> Result<(), VaultError> + 'static) {
        spawn_local(async move {
            let changed = async {
                let vault = Vault::open().await?;
                change(&vault).await?;
                vault.origins().await
            };
            match changed.await {
                Ok(origins) => self.remembered.set(origins),
                Err(error) => self.tell(&error),
            }
        });
    }
}
