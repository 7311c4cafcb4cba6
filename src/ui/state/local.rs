//! Models in this browser: files that are kept for llama.cpp, what it does with them, and the browser's own model.

use std::{cell::RefCell, rc::Rc};

use futures::lock::Mutex;
use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{
    browser::{
        chat::{
            built_in,
            in_page::{EngineState, InPageEngine},
        },
        model_files::{self, Fetched, Partial, Pause, Step},
    },
    domain::{
        chat::ModelRole,
        config::{CONTEXT, ModelConfig, Provider},
    },
    ports::{
        chat::{
            built_in::Availability,
            download::Offer,
            in_page::Pace,
            model_file::{ModelFile, ModelFileError, hash_of, name_of},
        },
        files::InputFile,
    },
    run::remedy::{self, Contact},
};

/// Milliseconds between two words about how far it is.
const PROGRESS_MS: f64 = 100.0;

/// What is known of models in this browser.
#[derive(Clone, Copy)]
pub struct LocalModels {
    /// In alphabetical order.
    pub files: RwSignal<Vec<ModelFile>>,
    /// Downloads that can go on.
    pub partial: RwSignal<Vec<Partial>>,
    pub adding: RwSignal<Adding>,
    pub engine: RwSignal<EngineState>,
    /// How fast llama.cpp made its last answer.
    pub pace: RwSignal<Option<Pace>>,
    pub built_in: RwSignal<Availability>,
    /// How far the browser is with its own model, from 0 to 1.
    pub fetching_built_in: RwSignal<Option<f64>>,
    /// Why the browser did not fetch its model, in words.
    pub built_in_failed: RwSignal<Option<String>>,
}

impl Default for LocalModels {
    fn default() -> Self {
        Self {
            files: RwSignal::new(Vec::new()),
            partial: RwSignal::new(Vec::new()),
            adding: RwSignal::new(Adding::Idle),
            engine: RwSignal::new(EngineState::Asleep),
            pace: RwSignal::new(None),
            built_in: RwSignal::new(Availability::Unknown),
            fetching_built_in: RwSignal::new(None),
            built_in_failed: RwSignal::new(None),
        }
    }
}

/// How the adding of a model's file stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Adding {
    #[default]
    Idle,
    /// A server is asked for the size of a file.
    Asking,
    /// What a server offers, to be agreed to.
    Offered(Offer),
    Working {
        name: String,
        step: Option<Step>,
        can_pause: bool,
    },
    Added(ModelFile),
    /// Why not, in words.
    Failed(String),
}

/// What does the work; not for the screens.
#[derive(Default)]
pub(super) struct LocalWork {
    pub(super) engine: Rc<InPageEngine>,
    /// The browser's model answers one call at a time.
    pub(super) built_in: Rc<Mutex<()>>,
    pause: RefCell<Pause>,
}

impl AppState {
    /// Lets the screens see what llama.cpp does.
    pub(super) fn watch_engine(self) {
        let engine = Rc::clone(&self.inner().local.engine);
        let told = Rc::downgrade(&engine);
        engine.tell(move |state| {
            self.local.engine.set(state);
            if let Some(pace) = told.upgrade().and_then(|engine| engine.pace()) {
                self.local.pace.set(Some(pace));
            }
        });
    }

    /// Reads the lists of model files again.
    pub async fn refresh_model_files(self) {
        match model_files::list().await {
            Ok((files, partial)) => {
                self.local.files.set(files);
                self.local.partial.set(partial);
            }
            Err(error) => self.local.adding.set(Adding::Failed(error.to_string())),
        }
    }

    /// Keeps a file from a disk, and gives it to the roles that wait for one.
    pub fn add_model_file(self, file: Rc<dyn InputFile>) {
        let name = name_of(file.path());
        self.work(name.clone(), false, async move {
            let told = self.progress(name, false);
            let added = model_files::add(file, None, self.context_in_use(), &told).await?;
            Ok(Adding::Added(added))
        });
    }

    /// Asks for the size of the file at an address, of which a hash may be known.
    pub fn ask_for_model(self, url: String, sha256: String) {
        self.local.adding.set(Adding::Asking);
        spawn_local(async move {
            let offered = async { model_files::offer(Offer::of(&url, hash_of(&sha256)?)?).await };
            let adding = offered.await.map_or_else(|error| Adding::Failed(error.to_string()), Adding::Offered);
            self.local.adding.set(adding);
        });
    }

    /// Fetches what was offered, or goes on with what is here of it.
    pub fn fetch_model(self, offer: Offer, before: Option<Partial>) {
        let (name, pause) = (name_of(&offer.url), Pause::default());
        *self.inner().local.pause.borrow_mut() = pause.clone();
        self.work(name.clone(), true, async move {
            let told = self.progress(name, true);
            Ok(match model_files::fetch(offer, before, self.context_in_use(), &pause, &told).await? {
                Fetched::Whole(file) => Adding::Added(file),
                Fetched::Paused => Adding::Idle,
            })
        });
    }

    /// Pauses the download that is under way.
    pub fn pause_fetching(self) {
        self.inner().local.pause.borrow().ask();
    }

    /// Forgets what is here of a download.
    pub fn discard_partial(self, partial: Partial) {
        spawn_local(async move {
            if let Err(error) = model_files::discard(&partial).await {
                self.local.adding.set(Adding::Failed(error.to_string()));
            }
            self.refresh_model_files().await;
        });
    }

    /// Deletes a model's file; a model that is loaded goes with it.
    pub fn delete_model_file(self, sha256: String) {
        spawn_local(async move {
            self.inner().local.engine.unload().await;
            if let Err(error) = model_files::delete(&sha256).await {
                self.tell(&error);
            }
            self.refresh_model_files().await;
        });
    }

    /// Deletes all model files and what is here of downloads.
    pub(super) async fn delete_model_files(self) -> Result<(), ModelFileError> {
        self.pause_fetching();
        self.inner().local.engine.unload().await;
        model_files::delete_all().await?;
        self.local.adding.set(Adding::Idle);
        self.refresh_model_files().await;
        Ok(())
    }

    /// Gives a role a file.
    pub fn choose_model_file(self, role: ModelRole, file: Option<&ModelFile>) {
        self.config.update(|config| {
            let model = config.models.of_mut(role);
            model.name = file.map(|file| file.name.clone()).unwrap_or_default();
            model.sha256 = file.map(|file| file.sha256.clone()).unwrap_or_default();
        });
    }

    /// Asks the browser about its own model.
    pub async fn refresh_built_in(self) {
        self.local.built_in.set(built_in::availability().await);
    }

    /// Lets the browser fetch its own model; to be called on a click.
    pub fn fetch_built_in(self) {
        self.local.built_in_failed.set(None);
        self.local.fetching_built_in.set(Some(0.0));
        spawn_local(async move {
            let fetched = built_in::download(move |done| self.local.fetching_built_in.set(Some(done))).await;
            self.local.fetching_built_in.set(None);
            if let Err(error) = fetched {
                let remedy = remedy::of_chat(&error, Contact { provider: Provider::BuiltIn, ..Contact::default() });
                self.local.built_in_failed.set(Some(format!("{} {}", remedy.words, remedy.remedy)));
            }
            self.refresh_built_in().await;
        });
    }

    /// Whether some role's model runs inside the page.
    pub fn uses_in_page(self) -> bool {
        let config = self.effective_config();
        ModelRole::ALL.into_iter().any(|role| config.models.of(role).provider == Provider::InPage)
    }

    fn work(self, name: String, can_pause: bool, work: impl Future<Output = Result<Adding, ModelFileError>> + 'static) {
        self.local.adding.set(Adding::Working { name, step: None, can_pause });
        spawn_local(async move {
            let ended = work.await;
            self.refresh_model_files().await;
            if let Ok(Adding::Added(file)) = &ended {
                self.give_out(file);
            }
            self.local.adding.set(ended.unwrap_or_else(|error| Adding::Failed(error.to_string())));
        });
    }

    fn progress(self, name: String, can_pause: bool) -> impl Fn(Step) {
        let (clock, told_at) = (self.clock(), std::cell::Cell::new(0.0));
        move |step| {
            let now = clock.now();
            if now - told_at.get() > PROGRESS_MS {
                told_at.set(now);
                self.local.adding.set(Adding::Working { name: name.clone(), step: Some(step), can_pause });
            }
        }
    }

    /// Gives a new file to the roles that wait for one.
    fn give_out(self, file: &ModelFile) {
        for role in ModelRole::ALL {
            let waits = |model: &ModelConfig| model.provider == Provider::InPage && model.name.is_empty();
            if self.config.with_untracked(|config| waits(config.models.of(role))) {
                self.choose_model_file(role, Some(file));
            }
        }
    }

    /// The largest context that a role gives to a model inside the page.
    fn context_in_use(self) -> u32 {
        let config = untrack(|| self.effective_config());
        let of = |role| {
            let model = config.models.of(role);
            (model.provider == Provider::InPage).then(|| model.context.unwrap_or(CONTEXT))
        };
        ModelRole::ALL.into_iter().filter_map(of).max().unwrap_or(CONTEXT)
    }
}
