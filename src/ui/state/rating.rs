//! How hard the questions of the current dataset are: found out when somebody looks at them, behind a run that is under way.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::run::rating::{Ratings, rate};

impl AppState {
    /// Rates the questions of the current dataset, and again whenever it changes, as long as the caller is there.
    pub fn ratings(self) -> RwSignal<Rc<Ratings>, LocalStorage> {
        let ratings = RwSignal::new_local(Rc::<Ratings>::default());
        Effect::new(move |_| {
            let Some(dataset) = self.dataset.get() else { return };
            let Some((_, sql)) = self.current() else { return };
            spawn_local(async move {
                let rated = rate(&dataset, &*sql, &*self.clock(), async || self.until_idle().await).await;
                // Another dataset has ratings of its own.
                if self.dataset.with_untracked(|current| current.as_ref().is_some_and(|now| Rc::ptr_eq(now, &dataset)))
                {
                    ratings.try_set(Rc::new(rated));
                }
            });
        });
        ratings
    }
}
