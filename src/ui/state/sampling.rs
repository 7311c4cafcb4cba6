//! The built-in sample: its data with the practice model, and settings that show something in a few seconds. What is the
//! user's own is asked about first.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use super::{AppState, Importing};
use crate::{
    browser::assets::{AssetError, fetch_asset},
    domain::{config::RunConfig, dataset::Dataset, prompt::PromptTemplate},
    ports::files::{InputFile, MemoryFile},
    run::{
        import::ImportChoice,
        sample::{Mine, Replaced, sample_config, settled},
    },
};

const SAMPLE: &str = "sample";
pub(super) const SAMPLE_NAME: &str = "Sample";
const SAMPLE_FILES: &[&str] = &[
    "dev.json",
    "tables.json",
    "database/bike_workshop/bike_workshop.sqlite",
    "database/farm_market/farm_market.sqlite",
    "database/lending_library/lending_library.sqlite",
];

/// How far the sample is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sampling {
    #[default]
    None,
    /// It is being read. How that goes is told by `importing`.
    Wanted,
    /// It would take the place of this, which is the user's own.
    Asking(Replaced),
    Loaded,
}

impl AppState {
    /// Loads the sample, or asks first what is to become of what the user typed and chose.
    pub fn want_sample(self) {
        self.sampling(async move {
            let sample = samples_settings().await?;
            let other = |dataset: &Rc<Dataset>| dataset.id.as_str() != SAMPLE;
            let data = self.dataset.with_untracked(|dataset| dataset.as_ref().is_some_and(other));
            let replaced = self.config.with_untracked(|draft| Replaced::of(draft, &sample, data));
            if replaced.is_nothing() {
                return self.load_sample(sample, Mine::Stays).await;
            }
            self.sample.set(Sampling::Asking(replaced));
            self.importing.set(Importing::Idle);
            Ok(())
        });
    }

    /// Loads the sample after the question.
    pub fn take_sample(self, mine: Mine) {
        self.sampling(async move { self.load_sample(samples_settings().await?, mine).await });
    }

    /// Leaves everything as it is.
    pub fn decline_sample(self) {
        self.sample.set(Sampling::None);
    }

    fn sampling(self, work: impl Future<Output = Result<(), AssetError>> + 'static) {
        self.sample.set(Sampling::Wanted);
        self.importing.set(Importing::Reading("the sample".into()));
        spawn_local(async move {
            if let Err(error) = work.await {
                self.sample.set(Sampling::None);
                self.importing.set(Importing::Failed(error.to_string()));
            }
        });
    }

    async fn load_sample(self, sample: RunConfig, mine: Mine) -> Result<(), AssetError> {
        let mut files: Vec<Rc<dyn InputFile>> = Vec::new();
        for path in SAMPLE_FILES {
            let path = format!("{SAMPLE}/{path}");
            let content = fetch_asset(&path).await?;
            files.push(Rc::new(MemoryFile { path, content }));
        }
        let fit = |_: &Dataset| {
            let config = self.config.with_untracked(|draft| settled(draft, &sample, mine));
            if config.models == sample.models {
                self.models_same.set(true);
            }
            self.config.set(config);
        };
        let choice = ImportChoice { dataset: Some(SAMPLE.into()), ..ImportChoice::default() };
        self.load(files, choice, fit).await;
        let is_there = self.importing.with_untracked(|importing| *importing == Importing::Idle);
        self.sample.set(if is_there { Sampling::Loaded } else { Sampling::None });
        Ok(())
    }
}

async fn samples_settings() -> Result<RunConfig, AssetError> {
    let seed = fetch_asset(&format!("{SAMPLE}/seed_prompt.md")).await?;
    Ok(sample_config(PromptTemplate(String::from_utf8_lossy(&seed).trim_end().to_owned())))
}
