//! The worker's end: opens databases, runs and compares there, and says how it went. Started by `bin/sql_worker.rs`.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::messages::{Ask, Reply, Request, Said, Work};
use crate::{
    browser::{
        sqljs::{SqlJs, SqlJsConnection, size},
        words,
    },
    domain::{
        id::DbId,
        sql::{JudgeOptions, QueryError, QueryLimits},
    },
    text2sql::{
        connection::Connection,
        judge::{GoldFailed, GoldResult, judge_against, run_gold},
        preview::{PREVIEW_CELL, PREVIEW_ROWS, preview},
        schema::describe,
        sql_tokens::guard,
    },
};

/// Databases that are kept open, and their bytes; the one that was used last always stays. A database of the test suite has
/// up to a hundred files, and every verdict goes through them.
const OPEN_DATABASES: usize = 128;
const OPEN_BYTES: usize = 512 << 20;

/// Gold results that are kept, and their bytes.
const GOLD_RESULTS: usize = 2048;
const GOLD_BYTES: usize = 64 << 20;

/// Loads sql.js, then answers the page until it ends the worker.
pub fn start() {
    console_error_panic_hook::set_once();
    spawn_local(async {
        match SqlJs::load().await {
            Ok(sqljs) => serve(sqljs),
            Err(error) => say(&Said::Failed { message: words(&error) }),
        }
    });
}

fn serve(sqljs: SqlJs) {
    let engine = Rc::new(RefCell::new(Engine {
        sqljs,
        databases: Recent::new(OPEN_DATABASES, OPEN_BYTES),
        golds: Recent::new(GOLD_RESULTS, GOLD_BYTES),
    }));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts: Array = event.data().unchecked_into();
        let text = parts.get(0).as_string().unwrap_or_default();
        match serde_json::from_str::<Request<Ask>>(&text) {
            Ok(Request { id, ask }) => {
                let reply = engine.borrow_mut().answer(id, ask, &parts.get(1));
                say(&Said::Reply { id, reply });
            }
            Err(error) => say(&Said::Failed { message: error.to_string() }),
        }
    });
    scope().set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    say(&Said::Ready);
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn say(said: &Said) {
    // Every message is plain data, and the page only stops listening by ending the worker.
    if let Ok(json) = serde_json::to_string(said) {
        scope().post_message(&JsValue::from_str(&json)).ok();
    }
}

struct Engine {
    sqljs: SqlJs,
    databases: Recent<DbId, SqlJsConnection>,
    golds: Recent<GoldKey, GoldResult>,
}

#[derive(Clone, PartialEq)]
struct GoldKey {
    db: DbId,
    gold: String,
    options: JudgeOptions,
}

impl Engine {
    fn answer(&mut self, id: u32, ask: Ask, file: &JsValue) -> Reply {
        let reply = match ask {
            Ask::Open(db) => self.open(db, &Uint8Array::new(file)),
            Ask::Do(work) => self.carry_out(id, work),
        };
        match self.sqljs.crash() {
            Some(message) => Reply::Crashed { message },
            None => reply,
        }
    }

    fn open(&mut self, db: DbId, file: &Uint8Array) -> Reply {
        match self.sqljs.open(file) {
            Ok(connection) => {
                self.databases.insert(db, connection, file.length() as usize);
                Reply::Opened
            }
            Err(error) => Reply::NotOpened { error },
        }
    }

    fn carry_out(&mut self, id: u32, work: Work) -> Reply {
        let Some(connection) = self.databases.get(work.db()) else { return Reply::NeedsDatabase };
        match work {
            Work::Describe { .. } => Reply::Described(describe(connection)),
            Work::Query { sql, limits, preview_rows, .. } => {
                let result = guard(&sql).and_then(|()| connection.run(&sql, &limits));
                Reply::Queried(result.map(|table| preview(&table, preview_rows, PREVIEW_CELL)))
            }
            Work::Judge { db, predicted, gold, options, limits } => {
                let gold = match gold_result(&mut self.golds, connection, GoldKey { db, gold, options }, &limits) {
                    Ok(gold) => gold,
                    Err(error) => return Reply::Judged(Err(error)),
                };
                let shown = preview(&gold.table, PREVIEW_ROWS, PREVIEW_CELL);
                say(&Said::Reply { id, reply: Reply::GoldDone { preview: shown } });
                Reply::Judged(Ok(judge_against(connection, &predicted, gold, options, &limits)))
            }
        }
    }
}

fn gold_result<'a>(
    golds: &'a mut Recent<GoldKey, GoldResult>,
    connection: &mut SqlJsConnection,
    key: GoldKey,
    limits: &QueryLimits,
) -> Result<&'a mut GoldResult, QueryError> {
    if golds.get(&key).is_none() {
        let GoldKey { gold, options, .. } = &key;
        let result = run_gold(connection, gold, *options, limits).map_err(|GoldFailed(error)| error)?;
        // A cell takes some bytes beside those of its text.
        let cells = result.table.rows.iter().flatten();
        let bytes = cells.map(|value| size(value) + size_of_val(value)).sum();
        golds.insert(key.clone(), result, bytes);
    }
    golds.get(&key).ok_or_else(|| QueryError::Sqlite { message: "the gold result was lost".into() })
}

/// What was used last, up to a number and a sum of bytes; the newest stays whatever its size.
struct Recent<K, V> {
    /// The least recently used first.
    entries: Vec<(K, V, usize)>,
    most: usize,
    most_bytes: usize,
}

impl<K: PartialEq, V> Recent<K, V> {
    fn new(most: usize, most_bytes: usize) -> Self {
        Self { entries: Vec::new(), most, most_bytes }
    }

    fn get(&mut self, key: &K) -> Option<&mut V> {
        let at = self.entries.iter().position(|(known, ..)| known == key)?;
        self.entries[at..].rotate_left(1);
        self.entries.last_mut().map(|(_, value, _)| value)
    }

    fn insert(&mut self, key: K, value: V, bytes: usize) {
        self.entries.retain(|(known, ..)| *known != key);
        self.entries.push((key, value, bytes));
        let bytes = |entries: &[(K, V, usize)]| entries.iter().map(|(_, _, bytes)| bytes).sum::<usize>();
        while self.entries.len() > 1 && (self.entries.len() > self.most || bytes(&self.entries) > self.most_bytes) {
            self.entries.remove(0);
        }
    }
}
