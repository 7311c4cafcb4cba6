//! sql.js, SQLite compiled to WebAssembly, as it is used inside the worker. It is loaded from beside the worker's script.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Error, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::DedicatedWorkerGlobalScope;

use super::words;
use crate::{
    domain::sql::{QueryError, QueryLimits, ResultTable, Value},
    text2sql::connection::Connection,
};

const SCRIPT: &str = "./sql-wasm-browser.js";

/// Reading only; what a query needs beside the file stays in memory and below a limit, of which SQLite is told in bytes.
const SETTINGS: &str = "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; \
    PRAGMA hard_heap_limit = 536870912;";

/// What SQLite says when it reaches that limit. sql.js passes on its messages only, not its codes.
const OUT_OF_MEMORY: [&str; 2] = ["out of memory", "string or blob too big"];

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = initSqlJs)]
    fn init_sql_js(config: &Object) -> Result<Promise, JsValue>;

    type Database;
    #[wasm_bindgen(method, catch)]
    fn prepare(this: &Database, sql: &str) -> Result<Statement, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn run(this: &Database, sql: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &Database) -> Result<(), JsValue>;

    type Statement;
    #[wasm_bindgen(method, catch)]
    fn step(this: &Statement) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Statement, parameters: &JsValue, options: &Object) -> Result<Array, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getBlob)]
    fn get_blob(this: &Statement, column: u32) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getColumnNames)]
    fn get_column_names(this: &Statement) -> Result<Array, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn free(this: &Statement) -> Result<bool, JsValue>;
}

/// The loaded library.
pub(super) struct SqlJs {
    database_class: Function,
    crash: Rc<RefCell<Option<String>>>,
}

impl SqlJs {
    /// Loads sql.js into this worker.
    pub(super) async fn load() -> Result<Self, JsValue> {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        scope.import_scripts_1(SCRIPT)?;
        let config = Object::new();
        // SQLite's own functions only: sql.js' older additions are not in any other SQLite.
        Reflect::set(&config, &"useOldExtensionFunctions".into(), &JsValue::FALSE)?;
        let library = JsFuture::from(init_sql_js(&config)?).await?;
        let database_class = Reflect::get(&library, &"Database".into())?.dyn_into()?;
        Ok(Self { database_class, crash: Rc::default() })
    }

    /// Opens a database file for reading. An error is SQLite's word on a file that is no database.
    pub(super) fn open(&self, file: &Uint8Array) -> Result<SqlJsConnection, QueryError> {
        let sqlite_error = |message: String| QueryError::Sqlite { message };
        if file.length() == 0 {
            return Err(sqlite_error("the file is empty".into()));
        }
        without_write_ahead_log(file);
        let arguments = Array::new();
        arguments.push(file);
        let database = Reflect::construct(&self.database_class, &arguments).map_err(|e| sqlite_error(words(&e)))?;
        // Integers as BigInt, which holds all 64 bits.
        let options = Object::new();
        Reflect::set(&options, &"useBigInt".into(), &JsValue::TRUE).map_err(|e| sqlite_error(words(&e)))?;
        let mut connection =
            SqlJsConnection { database: database.unchecked_into(), options, crash: Rc::clone(&self.crash) };
        connection.database.run(SETTINGS).map_err(|error| connection.query_error(&error, 0))?;
        // SQLite looks at a file only when something is asked of it.
        connection.run("SELECT count(*) FROM sqlite_master", &QueryLimits::default())?;
        Ok(connection)
    }

    /// Why SQLite broke down since it was loaded, if it did. It cannot be trusted any more then.
    pub(super) fn crash(&self) -> Option<String> {
        self.crash.borrow().clone()
    }
}

/// An open database; closed, and its memory given back, when dropped.
pub(super) struct SqlJsConnection {
    database: Database,
    options: Object,
    crash: Rc<RefCell<Option<String>>>,
}

impl Connection for SqlJsConnection {
    fn run(&mut self, sql: &str, limits: &QueryLimits) -> Result<ResultTable, QueryError> {
        let failed = |error: JsValue| self.query_error(&error, limits.bytes);
        let statement = Prepared(self.database.prepare(sql).map_err(failed)?);
        let names = statement.0.get_column_names().map_err(failed)?;
        let columns: Vec<String> = names.iter().map(|name| name.as_string().unwrap_or_default()).collect();
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while statement.0.step().map_err(failed)? {
            if rows.len() == limits.rows {
                return Err(QueryError::TooManyRows { limit: limits.rows });
            }
            let cells = statement.0.get(&JsValue::NULL, &self.options).map_err(failed)?;
            let mut row = Vec::with_capacity(columns.len());
            for (column, cell) in (0..).zip(cells.iter()) {
                let value = statement.value(column, cell).map_err(failed)?;
                bytes += size(&value);
                row.push(value);
            }
            if bytes > limits.bytes {
                return Err(QueryError::TooLarge { limit: limits.bytes });
            }
            rows.push(row);
        }
        Ok(ResultTable { columns, total_rows: rows.len(), rows })
    }
}

impl SqlJsConnection {
    fn query_error(&self, error: &JsValue, byte_limit: usize) -> QueryError {
        let message = words(error);
        // SQLite's refusals come as plain errors; anything else is a trap in its WebAssembly.
        let is_refusal = error.dyn_ref::<Error>().is_none_or(|error| error.name() == "Error");
        if !is_refusal {
            *self.crash.borrow_mut() = Some(message.clone());
        }
        if OUT_OF_MEMORY.contains(&message.as_str()) {
            return QueryError::TooLarge { limit: byte_limit };
        }
        QueryError::Sqlite { message }
    }
}

impl Drop for SqlJsConnection {
    fn drop(&mut self) {
        // A database that cannot be closed is left behind; the worker lives on.
        self.database.close().ok();
    }
}

/// A prepared statement, finalized when dropped.
struct Prepared(Statement);

impl Prepared {
    fn value(&self, column: u32, cell: JsValue) -> Result<Value, JsValue> {
        if let Some(number) = cell.as_f64() {
            return Ok(Value::Real(number));
        }
        if let Some(text) = cell.as_string() {
            // The mark of bytes that are no UTF-8: the bytes themselves tell which ones.
            if !text.contains('\u{fffd}') {
                return Ok(Value::Text(text));
            }
            let bytes = self.0.get_blob(column)?.to_vec();
            return Ok(Value::Text(bytes.utf8_chunks().map(|chunk| chunk.valid()).collect()));
        }
        if cell.is_bigint() {
            return i64::try_from(cell).map(Value::Integer);
        }
        Ok(match cell.dyn_ref::<Uint8Array>() {
            Some(blob) => Value::Blob { blob: blob.to_vec() },
            None => Value::Null,
        })
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // What it returns is the error of the last step, which was reported there.
        self.0.free().ok();
    }
}

/// Bytes of a value as the limits count them.
fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob { blob } => blob.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 8,
    }
}

/// A file that says it has a write-ahead log cannot be opened without shared memory. Its log is not here, so the file is
/// all there is, and the header may as well say so (bytes 18 and 19: the formats for writing and reading).
fn without_write_ahead_log(file: &Uint8Array) {
    for at in [18, 19] {
        if file.length() >= 100 && file.get_index(at) == 2 {
            file.set_index(at, 1);
        }
    }
}
