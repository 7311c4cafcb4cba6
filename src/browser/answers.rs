//! The evaluation cache in IndexedDB, in a database of its own: it can be cleared, fail or be missing without touching runs,
//! and tabs of an older page are not put out by a newer version of their database. Answers are JSON text.

use futures::future::FutureExt;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbDatabase;

use super::store::idb::{self, Access, answer, begin, beginning_with, committed, failure, key};
use crate::{
    domain::chat::ChatAnswer,
    ports::{
        answers::{AnswerCache, AnswerKey, CacheSize, json_of},
        store::{StoreError, Stored},
    },
};

/// The database's name in this origin.
pub const NAME: &str = "promptbeam-answers";

const VERSION: u32 = 1;
/// Its keys are (key of the request, bytes of the answer), so that the size is known without reading the answers.
const STORE: &str = "answers";

/// A cache that outlives the page.
pub struct IndexedDbAnswers {
    database: IdbDatabase,
}

impl IndexedDbAnswers {
    /// Opens the cache `name`, usually `NAME`. `Blocked` if the browser does not let the page store data.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        idb::open(name, VERSION, &[STORE]).await.map(|database| Self { database })
    }
}

impl Drop for IndexedDbAnswers {
    fn drop(&mut self) {
        self.database.close();
    }
}

impl AnswerCache for IndexedDbAnswers {
    fn get<'a>(&'a self, key: &'a AnswerKey) -> Stored<'a, Option<ChatAnswer>> {
        async move {
            let transaction = begin(&self.database, &[STORE], Access::Read)?;
            let range = beginning_with(key.as_str())?;
            let request = idb::store(&transaction, STORE)?.get(&range).map_err(|error| failure(&error))?;
            let json = answer(&request).await?.as_string();
            Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
        }
        .boxed_local()
    }

    fn put<'a>(&'a self, request: &'a AnswerKey, answer: &'a ChatAnswer) -> Stored<'a, ()> {
        async move {
            let json = json_of(answer)?;
            let transaction = begin(&self.database, &[STORE], Access::Write)?;
            let store = idb::store(&transaction, STORE)?;
            store.delete(&beginning_with(request.as_str())?).map_err(|error| failure(&error))?;
            let key = key(&[&request.as_str().into(), &JsValue::from_f64(json.len() as f64)]);
            store.put_with_key(&json.into(), &key).map_err(|error| failure(&error))?;
            committed(&transaction).await
        }
        .boxed_local()
    }

    fn size(&self) -> Stored<'_, CacheSize> {
        async move {
            let transaction = begin(&self.database, &[STORE], Access::Read)?;
            let request = idb::store(&transaction, STORE)?.get_all_keys().map_err(|error| failure(&error))?;
            let keys = answer(&request).await?.unchecked_into::<Array>();
            let bytes = |key: JsValue| key.unchecked_into::<Array>().get(1).as_f64().unwrap_or_default() as u64;
            Ok(CacheSize { answers: keys.length() as usize, bytes: keys.iter().map(bytes).sum() })
        }
        .boxed_local()
    }

    fn clear(&self) -> Stored<'_, ()> {
        async move {
            let transaction = begin(&self.database, &[STORE], Access::Write)?;
            idb::store(&transaction, STORE)?.clear().map_err(|error| failure(&error))?;
            committed(&transaction).await
        }
        .boxed_local()
    }
}
