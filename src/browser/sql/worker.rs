//! The worker's end: opens databases, runs and compares there, and says how it went. Started by `bin/sql_worker.rs`.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::messages::{Ask, Reply, Request, Said, Work};
use crate::{
    browser::{
        sqljs::{SqlJs, SqlJsConnection},
        words,
    },
    domain::{
        id::DbId,
        sql::{QueryError, QueryLimits, ResultTable},
    },
    text2sql::{
        connection::Connection,
        judge::{GoldFailed, judge_against, run_gold},
        kept_results::{KeptResults, Recent},
        preview::{PREVIEW_CELL, PREVIEW_ROWS, preview},
        schema::describe,
        sql_tokens::guard,
    },
};

/// Databases that are kept open, and their bytes; the one that was used last always stays. A database of the test suite has
/// up to a hundred files, and every verdict goes through them.
const OPEN_DATABASES: usize = 128;
const OPEN_BYTES: usize = 512 << 20;

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
        kept: KeptResults::default(),
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
    kept: KeptResults,
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
                self.kept.forget(&db);
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
            Work::Query { db, sql, limits, preview_rows } => {
                let result = guard(&sql).and_then(|()| self.kept.over(&db, connection).run(&sql, &limits));
                Reply::Queried(result.map(|table| preview(&table, preview_rows, PREVIEW_CELL)))
            }
            Work::Judge { db, predicted, gold, options, limits } => {
                let mut gold_ran = false;
                let mut running = Announced { connection, before: Some(|| gold_ran = true) };
                let gold = match run_gold(&mut self.kept.over(&db, &mut running), &gold, options, &limits) {
                    Ok(gold) => gold,
                    Err(GoldFailed(error)) => return Reply::Judged(Err(error)),
                };
                let shown = || preview(&gold.table, PREVIEW_ROWS, PREVIEW_CELL);
                let mut say_gold = Some(|| say(&Said::Reply { id, reply: Reply::GoldDone { preview: shown() } }));
                if gold_ran && let Some(say_gold) = say_gold.take() {
                    say_gold();
                }
                let mut running = Announced { connection, before: say_gold };
                let connection = &mut self.kept.over(&db, &mut running);
                Reply::Judged(Ok(judge_against(connection, &predicted, &gold, options, &limits)))
            }
        }
    }
}

/// A connection on which something is called, once, before a statement is really run.
struct Announced<'a, F> {
    connection: &'a mut SqlJsConnection,
    before: Option<F>,
}

impl<F: FnOnce()> Connection for Announced<'_, F> {
    fn run(&mut self, sql: &str, limits: &QueryLimits) -> Result<ResultTable, QueryError> {
        if let Some(before) = self.before.take() {
            before();
        }
        self.connection.run(sql, limits)
    }
}
