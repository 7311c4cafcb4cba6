//! The evaluation cache in IndexedDB, in a database of its own: it can be cleared, fail or be missing without touching runs,
//! and tabs of an older page are not put out by a newer version of their database. Answers are JSON text. Every change is one
//! transaction, which other tabs see whole or not at all, and what does not fit goes in the transaction that finds it.

use std::{cell::Cell, rc::Rc};

use futures::future::{FutureExt, try_join};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbObjectStore};

use super::store::idb::{self, Access, answer, begin, beginning_with, committed, failure, key};
use crate::{
    domain::chat::ChatAnswer,
    ports::{
        answers::{AnswerCache, AnswerKey, CacheSize, Kept, MOST_BYTES, json_of, surplus},
        clock::Clock,
        store::{StoreError, Stored},
    },
};

/// The database's name in this origin.
pub const NAME: &str = "promptbeam-answers";

const VERSION: u32 = 1;
/// Its keys are (key of the request, bytes of the answer, when it was last used), so that what goes first is known without
/// reading the answers. Keys of older pages have two parts.
const STORE: &str = "answers";

/// Milliseconds after which another use of an answer is written down.
const NOTED_AFTER: f64 = 3_600_000.0;

/// A cache that outlives the page.
pub struct IndexedDbAnswers {
    database: IdbDatabase,
    clock: Rc<dyn Clock>,
    most_bytes: u64,
    /// Bytes that may still be put before the size is to be looked at again: other tabs put answers too.
    unseen: Cell<u64>,
}

impl IndexedDbAnswers {
    /// Opens the cache `name`, usually `NAME`. `Blocked` if the browser does not let the page store data.
    pub async fn open(name: &str, clock: Rc<dyn Clock>) -> Result<Self, StoreError> {
        let database = idb::open(name, VERSION, &[STORE]).await?;
        Ok(Self { database, clock, most_bytes: MOST_BYTES, unseen: Cell::new(0) })
    }

    /// The same with at most so many bytes.
    pub fn bounded(mut self, most_bytes: u64) -> Self {
        self.most_bytes = most_bytes;
        self
    }

    /// Writes an answer down as used now, instead of what was there.
    fn write(&self, store: &IdbObjectStore, request: &AnswerKey, json: &str) -> Result<(), StoreError> {
        store.delete(&beginning_with(request.as_str())?).map_err(|error| failure(&error))?;
        let (bytes, now) = (JsValue::from_f64(json.len() as f64), JsValue::from_f64(self.clock.now()));
        let key = key(&[&request.as_str().into(), &bytes, &now]);
        store.put_with_key(&json.into(), &key).map_err(|error| failure(&error))?;
        Ok(())
    }

    /// Takes out what does not fit, if it is time to look at that.
    async fn make_room(&self, store: &IdbObjectStore, added: u64) -> Result<(), StoreError> {
        if let Some(left) = self.unseen.get().checked_sub(added) {
            self.unseen.set(left);
            return Ok(());
        }
        let request = store.get_all_keys().map_err(|error| failure(&error))?;
        let kept: Vec<Kept<JsValue>> = answer(&request).await?.unchecked_into::<Array>().iter().map(kept).collect();
        for key in surplus(kept, self.most_bytes) {
            store.delete(&key).map_err(|error| failure(&error))?;
        }
        self.unseen.set(self.most_bytes / 32);
        Ok(())
    }
}

impl Drop for IndexedDbAnswers {
    fn drop(&mut self) {
        self.database.close();
    }
}

/// What a key says of its answer.
fn kept(key: JsValue) -> Kept<JsValue> {
    let parts: &Array = key.unchecked_ref();
    let number = |at: u32| parts.get(at).as_f64().unwrap_or_default();
    Kept { bytes: number(1) as u64, used_at: number(2), key }
}

impl AnswerCache for IndexedDbAnswers {
    fn get<'a>(&'a self, key: &'a AnswerKey) -> Stored<'a, Option<ChatAnswer>> {
        async move {
            let transaction = begin(&self.database, &[STORE], Access::Read)?;
            let (range, store) = (beginning_with(key.as_str())?, idb::store(&transaction, STORE)?);
            let named = store.get_all_keys_with_key(&range).map_err(|error| failure(&error))?;
            let value = store.get(&range).map_err(|error| failure(&error))?;
            let (named, value) = try_join(answer(&named), answer(&value)).await?;
            let named = named.unchecked_into::<Array>().get(0);
            let Some(json) = value.as_string() else { return Ok(None) };
            if self.clock.now() - kept(named).used_at >= NOTED_AFTER {
                // An answer whose use is not noted goes earlier, and is asked for again.
                let noting = begin(&self.database, &[STORE], Access::Write)?;
                self.write(&idb::store(&noting, STORE)?, key, &json)?;
            }
            Ok(serde_json::from_str(&json).ok())
        }
        .boxed_local()
    }

    fn put<'a>(&'a self, request: &'a AnswerKey, answer: &'a ChatAnswer) -> Stored<'a, ()> {
        async move {
            let json = json_of(answer)?;
            let transaction = begin(&self.database, &[STORE], Access::Write)?;
            let store = idb::store(&transaction, STORE)?;
            self.write(&store, request, &json)?;
            self.make_room(&store, json.len() as u64).await?;
            committed(&transaction).await
        }
        .boxed_local()
    }

    fn size(&self) -> Stored<'_, CacheSize> {
        async move {
            let transaction = begin(&self.database, &[STORE], Access::Read)?;
            let request = idb::store(&transaction, STORE)?.get_all_keys().map_err(|error| failure(&error))?;
            let keys = answer(&request).await?.unchecked_into::<Array>();
            Ok(CacheSize { answers: keys.length() as usize, bytes: keys.iter().map(|key| kept(key).bytes).sum() })
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
