//! The store in IndexedDB. Records are JSON text, as in an export; databases are bytes. Two tabs which write the same run find
//! out: a number is used once.

pub(super) mod idb;
mod journal;
mod space;

use futures::future::FutureExt;
use js_sys::{Array, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbDatabase;

pub use space::{Space, is_persistent, persist, space};

use crate::{
    domain::{
        dataset::Dataset,
        event::Entry,
        id::{DatasetId, DbId, RunId},
    },
    ports::store::{DatasetSummary, Pieces, RunStore, RunSummary, StoreError, Stored},
};
use idb::{Access, answer, begin, beginning_with, committed, failure, key, store};
use journal::JOURNAL;

/// The database's name in this origin.
pub const NAME: &str = "promptbeam";

const VERSION: u32 = 1;
const DATASETS: &str = "datasets";
const DATABASES: &str = "databases";
const RUNS: &str = "runs";
const SETTINGS: &str = "settings";
const STORES: &[&str] = &[DATASETS, DATABASES, JOURNAL, RUNS, SETTINGS];

/// A store that outlives the page.
pub struct IndexedDbStore {
    database: IdbDatabase,
}

impl IndexedDbStore {
    /// Opens the store `name`, usually `NAME`. `Blocked` if the browser does not let the page store data, `Unreadable` if
    /// a newer version of the page has written it.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        idb::open(name, VERSION, STORES).await.map(|database| Self { database })
    }

    async fn get(&self, from: &str, key: &JsValue) -> Result<Option<JsValue>, StoreError> {
        let transaction = begin(&self.database, &[from], Access::Read)?;
        let request = store(&transaction, from)?.get(key).map_err(|error| failure(&error))?;
        let value = answer(&request).await?;
        Ok(Some(value).filter(|value| !value.is_undefined()))
    }

    async fn all<T: DeserializeOwned>(&self, from: &str, range: &JsValue) -> Result<Vec<T>, StoreError> {
        let transaction = begin(&self.database, &[from], Access::Read)?;
        let request = store(&transaction, from)?.get_all_with_key(range).map_err(|error| failure(&error))?;
        answer(&request).await?.unchecked_into::<Array>().iter().map(|value| decode(&value)).collect()
    }

    async fn put(&self, into: &str, key: &str, value: &JsValue) -> Result<(), StoreError> {
        let transaction = begin(&self.database, &[into], Access::Write)?;
        store(&transaction, into)?.put_with_key(value, &key.into()).map_err(|error| failure(&error))?;
        committed(&transaction).await
    }

    /// Deletes `id` from one store and everything whose key begins with it from another.
    async fn delete(&self, id: &str, from: &str, parts: &str) -> Result<(), StoreError> {
        let transaction = begin(&self.database, &[from, parts], Access::Write)?;
        store(&transaction, from)?.delete(&id.into()).map_err(|error| failure(&error))?;
        store(&transaction, parts)?.delete(&beginning_with(id)?).map_err(|error| failure(&error))?;
        committed(&transaction).await
    }
}

impl Drop for IndexedDbStore {
    fn drop(&mut self) {
        self.database.close();
    }
}

impl RunStore for IndexedDbStore {
    fn save_dataset<'a>(&'a self, dataset: &'a Dataset, files: &'a [(DbId, Vec<u8>)]) -> Stored<'a, ()> {
        async move {
            let transaction = begin(&self.database, &[DATASETS, DATABASES], Access::Write)?;
            let id = JsValue::from_str(dataset.id.as_str());
            store(&transaction, DATASETS)?.put_with_key(&encode(dataset)?, &id).map_err(|error| failure(&error))?;
            let databases = store(&transaction, DATABASES)?;
            for (db, bytes) in files {
                let key = key(&[&id, &JsValue::from_str(db.as_str())]);
                databases.put_with_key(&Uint8Array::from(bytes.as_slice()), &key).map_err(|error| failure(&error))?;
            }
            committed(&transaction).await
        }
        .boxed_local()
    }

    fn dataset<'a>(&'a self, id: &'a DatasetId) -> Stored<'a, Option<Dataset>> {
        async move { self.get(DATASETS, &id.as_str().into()).await?.map(|value| decode(&value)).transpose() }
            .boxed_local()
    }

    fn datasets(&self) -> Stored<'_, Vec<DatasetSummary>> {
        async move {
            let datasets: Vec<Dataset> = self.all(DATASETS, &JsValue::UNDEFINED).await?;
            let summary = |dataset: Dataset| DatasetSummary {
                examples: dataset.examples.len(),
                bytes: dataset.databases.iter().map(|file| file.bytes).sum(),
                id: dataset.id,
                name: dataset.name,
            };
            Ok(datasets.into_iter().map(summary).collect())
        }
        .boxed_local()
    }

    fn database<'a>(&'a self, dataset: &'a DatasetId, db: &'a DbId) -> Stored<'a, Option<Vec<u8>>> {
        async move {
            let key = key(&[&dataset.as_str().into(), &db.as_str().into()]);
            Ok(self.get(DATABASES, &key).await?.map(|bytes| Uint8Array::new(&bytes).to_vec()))
        }
        .boxed_local()
    }

    fn delete_dataset<'a>(&'a self, id: &'a DatasetId) -> Stored<'a, ()> {
        self.delete(id.as_str(), DATASETS, DATABASES).boxed_local()
    }

    fn append<'a>(&'a self, run: &'a RunId, entries: &'a [Entry]) -> Stored<'a, ()> {
        journal::append(&self.database, run, entries).boxed_local()
    }

    fn save_journal<'a>(&'a self, run: &'a RunId, pieces: &'a mut dyn Pieces) -> Stored<'a, bool> {
        journal::save(&self.database, run, pieces).boxed_local()
    }

    fn journal_from<'a>(&'a self, run: &'a RunId, seq: u64) -> Stored<'a, Vec<Entry>> {
        journal::read_from(&self.database, run, seq).boxed_local()
    }

    fn save_summary<'a>(&'a self, summary: &'a RunSummary) -> Stored<'a, ()> {
        async move { self.put(RUNS, summary.id.as_str(), &encode(summary)?).await }.boxed_local()
    }

    fn runs(&self) -> Stored<'_, Vec<RunSummary>> {
        async move {
            let mut runs: Vec<RunSummary> = self.all(RUNS, &JsValue::UNDEFINED).await?;
            runs.sort_by(|a, b| b.started_at.total_cmp(&a.started_at));
            Ok(runs)
        }
        .boxed_local()
    }

    fn delete_run<'a>(&'a self, run: &'a RunId) -> Stored<'a, ()> {
        self.delete(run.as_str(), RUNS, JOURNAL).boxed_local()
    }

    fn setting<'a>(&'a self, name: &'a str) -> Stored<'a, Option<String>> {
        async move { self.get(SETTINGS, &name.into()).await?.map(|value| text(&value)).transpose() }.boxed_local()
    }

    fn save_setting<'a>(&'a self, name: &'a str, json: &'a str) -> Stored<'a, ()> {
        async move { self.put(SETTINGS, name, &json.into()).await }.boxed_local()
    }

    fn clear(&self) -> Stored<'_, ()> {
        async move {
            let transaction = begin(&self.database, STORES, Access::Write)?;
            for name in STORES {
                store(&transaction, name)?.clear().map_err(|error| failure(&error))?;
            }
            committed(&transaction).await
        }
        .boxed_local()
    }
}

fn encode(value: &impl Serialize) -> Result<JsValue, StoreError> {
    serde_json::to_string(value)
        .map(|json| JsValue::from_str(&json))
        .map_err(|error| StoreError::Failed { message: error.to_string() })
}

fn decode<T: DeserializeOwned>(value: &JsValue) -> Result<T, StoreError> {
    read(&text(value)?)
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Unreadable { message: error.to_string() })
}

fn text(value: &JsValue) -> Result<String, StoreError> {
    value.as_string().ok_or_else(|| StoreError::Unreadable { message: "a record is no text".into() })
}
