//! SQLite for the page: a pool of workers, each with sql.js, that run and compare. A statement cannot be interrupted, so one
//! that exceeds its time costs its worker, which is ended and replaced. A worker that dies gets its call run once more
//! elsewhere; dying twice of the same call is a failure of the engine.

mod link;
mod messages;
mod pool;
pub mod worker;

use std::{cell::OnceCell, collections::BTreeMap, rc::Rc};

use futures::{
    channel::oneshot,
    future::{FutureExt, LocalBoxFuture},
};
use js_sys::Uint8Array;
use wasm_bindgen_futures::spawn_local;

use crate::{
    domain::{
        id::{DatasetId, DbId},
        rollout::{Execution, Judgement},
        sql::{QueryError, QueryLimits, ResultTable},
    },
    ports::{
        clock::Clock,
        deadlines::Deadlines,
        sql::{Comparison, QueryResult, SqlEngine, SqlError, judge_on_all},
        store::RunStore,
    },
    text2sql::{diagnosis::diagnose_error, schema::Schema},
};
use link::{Death, SqlWorker};
use messages::{Ask, Reply, Work};
use pool::{Permit, Pool};

const MOST_WORKERS: usize = 4;
/// With a single one, an endless statement would hold up everybody until its time limit.
const FEWEST_WORKERS: usize = 2;

/// Milliseconds for a worker to come up, to open a database and to read a schema.
const START_MS: u32 = 30_000;
const OPEN_MS: u32 = 60_000;
const DESCRIBE_MS: u32 = 60_000;

/// The databases of one dataset, read from the store when they are first asked for. Workers are started as they are needed,
/// one per core, two to four, and end with the engine.
pub struct SqlWorkers {
    inner: Rc<Inner>,
}

struct Inner {
    store: Rc<dyn RunStore>,
    dataset: DatasetId,
    /// The databases that have several files; read from the store when a verdict first asks.
    several: OnceCell<BTreeMap<DbId, Vec<DbId>>>,
    deadlines: Deadlines,
    pool: Rc<Pool>,
}

impl SqlWorkers {
    /// An engine for the databases of `dataset` in `store`.
    pub fn new(store: Rc<dyn RunStore>, dataset: DatasetId, clock: Rc<dyn Clock>) -> Self {
        let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
        let pool = Pool::new((cores as usize).clamp(FEWEST_WORKERS, MOST_WORKERS));
        Self {
            inner: Rc::new(Inner { store, dataset, several: OnceCell::new(), deadlines: Deadlines::on(clock), pool }),
        }
    }

    /// Waits for a worker and has `work` done there. A caller that goes away while it is done leaves it to end by itself, or
    /// by its time limit.
    async fn done(&self, work: Work) -> Result<Reply, SqlError> {
        let permit = self.inner.pool.acquire(&work).await;
        let (sender, done) = oneshot::channel();
        let inner = Rc::clone(&self.inner);
        spawn_local(async move {
            sender.send(inner.carry_out(permit, work).await).ok();
        });
        done.await.unwrap_or_else(|_| Err(engine("the call was lost")))
    }
}

impl SqlEngine for SqlWorkers {
    fn describe<'a>(&'a self, db: &'a DbId) -> LocalBoxFuture<'a, Result<Schema, SqlError>> {
        async move {
            match self.done(Work::Describe { db: db.clone() }).await? {
                Reply::Described(Ok(schema)) => Ok(schema),
                Reply::Described(Err(error)) => Err(unreadable(db, error.to_string())),
                other => Err(unexpected(&other)),
            }
        }
        .boxed_local()
    }

    fn query<'a>(
        &'a self,
        db: &'a DbId,
        sql: &'a str,
        limits: QueryLimits,
        preview_rows: usize,
    ) -> LocalBoxFuture<'a, QueryResult> {
        async move {
            match self.done(Work::Query { db: db.clone(), sql: sql.to_owned(), limits, preview_rows }).await? {
                Reply::Queried(result) => Ok(result),
                other => Err(unexpected(&other)),
            }
        }
        .boxed_local()
    }

    fn judge<'a>(&'a self, comparison: Comparison<'a>) -> LocalBoxFuture<'a, Result<Judgement, SqlError>> {
        async move {
            let Comparison { db, predicted, gold, options, limits } = comparison;
            let files = self.inner.files_of(db).await?;
            judge_on_all(&files, async |file| {
                let (db, predicted, gold) = (file.clone(), predicted.to_owned(), gold.to_owned());
                match self.done(Work::Judge { db, predicted, gold, options, limits }).await? {
                    Reply::Judged(result) => result.map_err(|error| SqlError::Gold { error, file: None }),
                    other => Err(unexpected(&other)),
                }
            })
            .await
        }
        .boxed_local()
    }
}

impl Inner {
    /// The ids of all files of a database.
    async fn files_of(&self, db: &DbId) -> Result<Vec<DbId>, SqlError> {
        if self.several.get().is_none() {
            let stored = self.store.dataset(&self.dataset).await.map_err(|error| unreadable(db, error.to_string()))?;
            let dataset = stored.unwrap_or_default();
            let several = dataset.databases.iter().filter(|file| !file.others.is_empty());
            // Whoever asked at the same time has found the same.
            self.several.set(several.map(|file| (file.db.clone(), dataset.files_of(&file.db))).collect()).ok();
        }
        let known = self.several.get().and_then(|several| several.get(db).cloned());
        Ok(known.unwrap_or_else(|| vec![db.clone()]))
    }

    async fn carry_out(&self, mut permit: Permit, work: Work) -> Result<Reply, SqlError> {
        let mut died = None;
        for _ in 0..2 {
            match self.attempt(&mut permit, &work).await {
                Ok(outcome) => return outcome,
                Err(death) => {
                    permit.end_worker();
                    died = Some(death);
                }
            }
        }
        Err(engine(died.map_or_else(String::new, |death| death.message)))
    }

    /// One try. The outer error is the worker's death.
    async fn attempt(&self, permit: &mut Permit, work: &Work) -> Result<Result<Reply, SqlError>, Death> {
        let too_slow = |what: &str| Death { message: format!("it did not {what} in time") };
        let worker =
            self.deadlines.within(START_MS, permit.worker()).await.unwrap_or_else(|| Err(too_slow("start")))?;
        if !worker.opened.contains(work.db())
            && let Err(error) = self.open(worker, work.db()).await?
        {
            return Ok(Err(error));
        }
        worker.ask(Ask::Do(work.clone()), None)?;
        let limit_ms = work.limit_ms();
        let mut gold = None;
        loop {
            match self.deadlines.within(limit_ms, worker.reply()).await.transpose()? {
                Some(Reply::GoldDone { preview }) => gold = Some(preview),
                // The worker has closed it in the meantime to make room.
                Some(Reply::NeedsDatabase) => {
                    if let Err(error) = self.open(worker, work.db()).await? {
                        return Ok(Err(error));
                    }
                    worker.ask(Ask::Do(work.clone()), None)?;
                }
                Some(Reply::Crashed { message }) => {
                    permit.end_worker();
                    return Ok(work.stopped_by(QueryError::Sqlite { message }, gold));
                }
                Some(reply) => return Ok(Ok(reply)),
                None => {
                    permit.end_worker();
                    return Ok(work.stopped_by(QueryError::Timeout { limit_ms }, gold));
                }
            }
        }
    }

    /// Has a worker open a database. The inner error is the database's.
    async fn open(&self, worker: &mut SqlWorker, db: &DbId) -> Result<Result<(), SqlError>, Death> {
        let bytes = match self.store.database(&self.dataset, db).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Err(unreadable(db, "its file is not stored here"))),
            Err(error) => return Ok(Err(unreadable(db, error.to_string()))),
        };
        worker.ask(Ask::Open(db.clone()), Some(&Uint8Array::from(bytes.as_slice())))?;
        let too_slow = || Err(Death { message: format!("it did not open {db} in time") });
        match self.deadlines.within(OPEN_MS, worker.reply()).await.unwrap_or_else(too_slow)? {
            Reply::Opened => {
                worker.opened.insert(db.clone());
                Ok(Ok(()))
            }
            Reply::NotOpened { error } => Ok(Err(unreadable(db, error.to_string()))),
            Reply::Crashed { message } => Err(Death { message }),
            other => Ok(Err(unexpected(&other))),
        }
    }
}

impl Work {
    /// Milliseconds for each of its statements.
    fn limit_ms(&self) -> u32 {
        match self {
            Work::Describe { .. } => DESCRIBE_MS,
            Work::Query { limits, .. } | Work::Judge { limits, .. } => limits.time_ms,
        }
    }

    /// Its outcome when the statement that was running had to be stopped; `gold` if that was the predicted one.
    fn stopped_by(&self, error: QueryError, gold: Option<ResultTable>) -> Result<Reply, SqlError> {
        Ok(match (self, gold) {
            (Work::Describe { db }, _) => return Err(unreadable(db, error.to_string())),
            (Work::Query { .. }, _) => Reply::Queried(Err(error)),
            (Work::Judge { .. }, None) => Reply::Judged(Err(error)),
            (Work::Judge { .. }, Some(gold)) => {
                let difference = diagnose_error(&error);
                Reply::Judged(Ok(Judgement {
                    reward: 0.0,
                    diagnosis: Some(difference.diagnosis),
                    difference: difference.words,
                    predicted: Execution::Failed(error),
                    gold: Some(gold),
                }))
            }
        })
    }
}

fn unreadable(db: &DbId, message: impl Into<String>) -> SqlError {
    SqlError::Database { db: db.clone(), message: message.into() }
}

fn unexpected(reply: &Reply) -> SqlError {
    engine(format!("a worker answered {reply:?}"))
}

fn engine(message: impl Into<String>) -> SqlError {
    SqlError::Engine { message: message.into() }
}
