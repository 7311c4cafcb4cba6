//! What the page knows: the draft of a run, the data, the run on the screens. Screens read signals and call methods;
//! everything durable goes through the store, everything about a run through its journal.

mod changing;
mod checking;
mod comparing;
mod data;
mod elsewhere;
mod files;
mod gold;
mod local;
mod models;
mod playground;
mod rating;
mod remembering;
mod replaying;
mod running;
mod sampling;
mod scoring;
mod sharing;
mod signing_in;
mod storage;
mod trying;
mod typed;

use std::{cell::RefCell, rc::Rc};

use futures::{
    FutureExt,
    channel::oneshot,
    future::{AbortHandle, LocalBoxFuture, Shared},
};
use leptos::prelude::*;

pub use self::{
    checking::{Asked, CheckPlan},
    data::Importing,
    gold::GoldState,
    local::{Adding, LocalModels},
    models::{Keys, Tested},
    playground::{Answered, Asker, Bench, Keeping, Playground, Ran},
    running::PREFLIGHT,
    sampling::Sampling,
    scoring::{Scores, Scoring},
    storage::Storage,
    trying::Tried,
};
use self::{local::LocalWork, running::Session};
use crate::{
    browser::{
        clock::BrowserClock,
        offline::{Offline, keep_page},
        sql::SqlWorkers,
    },
    domain::{
        config::{ConfigFault, RunConfig},
        dataset::{Dataset, SplitError, Splits, split},
        event::Entry,
        id::{DatasetId, RunId},
    },
    ports::{
        answers::{AnswerCache, MemoryAnswers},
        chat::capability::Capabilities,
        clock::Clock,
        files::InputFile,
        store::{DatasetSummary, MemoryStore, RunState, RunStore, RunSummary},
    },
    run::{import::ImportReport, view::RunView},
};

/// The page's state; a handle that is copied around.
#[derive(Clone, Copy)]
pub struct AppState {
    pub storage: RwSignal<Storage>,
    pub dataset: RwSignal<Option<Rc<Dataset>>, LocalStorage>,
    /// Report of the import that `dataset` came from, if it was made in this session.
    pub report: RwSignal<Option<Rc<ImportReport>>, LocalStorage>,
    pub importing: RwSignal<Importing>,
    /// How far the built-in sample is.
    pub sample: RwSignal<Sampling>,
    /// What is known about the gold queries of `dataset`.
    pub gold: RwSignal<GoldState, LocalStorage>,
    /// The draft; saved whenever it changes.
    pub config: RwSignal<RunConfig>,
    /// One model, the agent's, for all three roles.
    pub models_same: RwSignal<bool>,
    pub keys: RwSignal<Keys>,
    /// The origins whose keys are remembered on this device.
    pub remembered: RwSignal<Vec<String>>,
    /// Models in this browser.
    pub local: LocalModels,
    /// The run on the screens.
    pub run: RwSignal<RunView, LocalStorage>,
    pub run_id: RwSignal<Option<RunId>>,
    /// The run on the screens goes on in another tab; here it can only be looked at.
    pub is_elsewhere: RwSignal<bool>,
    /// The run on the screens is paused or stopped, the user's own, and its databases are here.
    pub can_go_on: Signal<bool>,
    /// Newest first.
    pub runs: RwSignal<Vec<RunSummary>>,
    pub datasets: RwSignal<Vec<DatasetSummary>>,
    /// What went wrong with the last action, in words.
    pub notice: RwSignal<Option<String>>,
    /// Why the last start was refused, by field.
    pub start_faults: RwSignal<Vec<ConfigFault>>,
    /// A file of predictions, scored on a dataset.
    pub scoring: RwSignal<Scoring, LocalStorage>,
    /// Questions that are asked outside any run.
    pub playground: Playground,
    /// A start is being prepared: schemas are read.
    pub starting: RwSignal<bool>,
    /// Whether the page opens without a network, and whether another build of it is here.
    pub offline: RwSignal<Offline>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

/// What is not for the screens.
struct Inner {
    store: RefCell<Rc<dyn RunStore>>,
    /// Answers over runs.
    answers: RefCell<Rc<dyn AnswerCache>>,
    clock: Rc<dyn Clock>,
    /// The SQL engine of the dataset it is named after.
    sql: RefCell<Option<(DatasetId, Rc<SqlWorkers>)>>,
    /// The files of the last import, for loading another of its question files.
    given: RefCell<Vec<Rc<dyn InputFile>>>,
    /// The dataset that was made of them.
    made: RefCell<Option<DatasetId>>,
    /// Ends the check of the gold queries that is under way.
    gold_check: RefCell<Option<AbortHandle>>,
    /// The journal of the run on the screens.
    entries: RefCell<Vec<Entry>>,
    session: RefCell<Option<Session>>,
    /// Held by each try of one example that is under way.
    trying: Rc<()>,
    practice: RefCell<Option<Rc<str>>>,
    /// What models take, as far as their refusals have told.
    capabilities: Capabilities,
    local: LocalWork,
    /// Gives up the scoring that is under way.
    scoring: RefCell<Option<AbortHandle>>,
    /// Done when it is known where data is kept: nothing may be stored before.
    opened: Shared<LocalBoxFuture<'static, ()>>,
}

/// The page's state from the context.
pub fn use_app() -> AppState {
    expect_context::<AppState>()
}

impl AppState {
    /// An empty state, provided as context; storage is opened in the background.
    pub fn provide() -> Self {
        let (sender, receiver) = oneshot::channel::<()>();
        let inner = Inner {
            opened: receiver.map(drop).boxed_local().shared(),
            store: RefCell::new(Rc::new(MemoryStore::default())),
            answers: RefCell::new(Rc::new(MemoryAnswers::default())),
            clock: Rc::new(BrowserClock::start()),
            sql: RefCell::default(),
            given: RefCell::default(),
            made: RefCell::default(),
            gold_check: RefCell::default(),
            entries: RefCell::default(),
            session: RefCell::default(),
            trying: Rc::default(),
            practice: RefCell::default(),
            capabilities: Capabilities::default(),
            local: LocalWork::default(),
            scoring: RefCell::default(),
        };
        let run: RwSignal<RunView, LocalStorage> = RwSignal::new_local(RunView::default());
        let runs = RwSignal::new(Vec::<RunSummary>::new());
        let run_id = RwSignal::new(None);
        let datasets = RwSignal::new(Vec::<DatasetSummary>::new());
        let can_go_on = Signal::derive(move || {
            let state = run.with(|run| run.state);
            let mine = |known: &&RunSummary| Some(&known.id) == run_id.get().as_ref() && !known.read_only;
            let dataset = runs.with(|runs| runs.iter().find(mine).map(|known| known.dataset.clone()));
            matches!(state, RunState::Paused | RunState::Stopped)
                && dataset.is_some_and(|id| datasets.with(|all| all.iter().any(|known| known.id == id)))
        });
        let app = Self {
            storage: RwSignal::new(Storage::Opening),
            dataset: RwSignal::new_local(None),
            report: RwSignal::new_local(None),
            importing: RwSignal::new(Importing::Idle),
            sample: RwSignal::new(Sampling::None),
            gold: RwSignal::new_local(GoldState::Unknown),
            config: RwSignal::new(RunConfig::recommended()),
            models_same: RwSignal::new(true),
            keys: RwSignal::new(Keys::default()),
            remembered: RwSignal::new(Vec::new()),
            local: LocalModels::default(),
            run,
            run_id,
            is_elsewhere: RwSignal::new(false),
            can_go_on,
            runs,
            datasets,
            notice: RwSignal::new(None),
            start_faults: RwSignal::new(Vec::new()),
            scoring: RwSignal::new_local(Scoring::Idle),
            playground: Playground::default(),
            starting: RwSignal::new(false),
            offline: RwSignal::new(Offline::default()),
            inner: StoredValue::new_local(Rc::new(inner)),
        };
        provide_context(app);
        app.open_storage(sender);
        app.recall_keys();
        app.watch_engine();
        keep_page(move |how| app.offline.set(how));
        // Nothing would be lost, but calls in flight would be paid for in vain.
        window_event_listener(leptos::ev::beforeunload, move |event| {
            if app.is_running() || app.is_trying() || app.playground.is_asking() {
                event.prevent_default();
            }
        });
        app
    }

    /// The splits as planned, or why they cannot be made.
    pub fn splits(self) -> Result<Splits, SplitError> {
        let plan = self.config.with(|config| config.split.clone());
        self.dataset.with(|dataset| split(dataset.as_ref().map_or(&[], |dataset| &dataset.examples), &plan))
    }

    /// Everything in the settings that keeps a run from starting.
    pub fn faults(self) -> Vec<ConfigFault> {
        self.effective_config().validate()
    }

    /// The draft with one model for all roles where that is wanted.
    pub fn effective_config(self) -> RunConfig {
        let mut config = self.config.get();
        if self.models_same.get() {
            let agent = config.models.agent.clone();
            // The temperature of critic and editor stays their own.
            for model in [&mut config.models.critic, &mut config.models.editor] {
                *model = crate::domain::config::ModelConfig { temperature: model.temperature, ..agent.clone() };
            }
        }
        config
    }

    fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    fn store(self) -> Rc<dyn RunStore> {
        Rc::clone(&self.inner().store.borrow())
    }

    fn answers(self) -> Rc<dyn AnswerCache> {
        Rc::clone(&self.inner().answers.borrow())
    }

    fn clock(self) -> Rc<dyn Clock> {
        Rc::clone(&self.inner().clock)
    }

    /// Ends with the thread's next turn: what comes after it is a task of its own.
    pub fn next_turn(self) -> impl Future<Output = ()> {
        self.clock().sleep(0.0)
    }

    fn tell(self, error: &impl ToString) {
        self.notice.set(Some(error.to_string()));
    }
}
