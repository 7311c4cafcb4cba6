//! The few steps of IndexedDB that the store takes, as futures over promises. A promise outlives a future that is dropped
//! in mid-transaction, so giving up a read or write never breaks the transaction it began.

use std::ops::Range;

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode,
    IdbVersionChangeEvent,
};

use crate::{browser::words, ports::store::StoreError};

/// What a transaction promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::browser) enum Access {
    Read,
    /// Written when the browser says so, which may be before the disk has it.
    Write,
    /// On the disk when it completes.
    WriteStrictly,
}

#[wasm_bindgen]
extern "C" {
    /// A database whose transactions can be given a durability, for which web-sys has no stable binding.
    #[wasm_bindgen(extends = IdbDatabase)]
    type DurableDatabase;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn transaction_with_options(
        this: &DurableDatabase,
        stores: &JsValue,
        mode: IdbTransactionMode,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
}

/// Opens the database `name`, creating each of `stores` that it lacks. It is closed when another tab needs a newer version.
pub(in crate::browser) async fn open(
    name: &str,
    version: u32,
    stores: &'static [&'static str],
) -> Result<IdbDatabase, StoreError> {
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or(StoreError::Blocked)?;
    let request = factory.open_with_u32(name, version).map_err(|_| StoreError::Blocked)?;
    let opening = request.clone();
    let on_upgrade = Closure::once(move || {
        let Ok(database) = opening.result().map(JsCast::unchecked_into::<IdbDatabase>) else { return };
        let existing = database.object_store_names();
        for store in stores.iter().filter(|store| !existing.contains(store)) {
            // A failure here fails the whole upgrade, which the request then reports.
            database.create_object_store(store).ok();
        }
    });
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let opened = answer(&request).await;
    request.set_onupgradeneeded(None);
    let database: IdbDatabase = match opened {
        Ok(database) => database.unchecked_into(),
        Err(StoreError::Full) => return Err(StoreError::Full),
        Err(_) if error_name(request.error().ok().flatten()).as_deref() == Some("VersionError") => {
            let message = "it was written by a newer version of this page; reload the page to get that version".into();
            return Err(StoreError::Unreadable { message });
        }
        Err(_) => return Err(StoreError::Blocked),
    };
    let close = Closure::<dyn Fn(IdbVersionChangeEvent)>::new(|event: IdbVersionChangeEvent| {
        if let Some(database) = event.target() {
            database.unchecked_into::<IdbDatabase>().close();
        }
    });
    // The listener lives as long as the connection, and that as long as the page.
    database.set_onversionchange(Some(close.into_js_value().unchecked_ref()));
    Ok(database)
}

/// Begins a transaction over `stores`.
pub(in crate::browser) fn begin(
    database: &IdbDatabase,
    stores: &[&str],
    access: Access,
) -> Result<IdbTransaction, StoreError> {
    let names = Array::new();
    for store in stores {
        names.push(&JsValue::from_str(store));
    }
    let mode = match access {
        Access::Read => IdbTransactionMode::Readonly,
        Access::Write | Access::WriteStrictly => IdbTransactionMode::Readwrite,
    };
    let options = Object::new();
    if access == Access::WriteStrictly {
        Reflect::set(&options, &"durability".into(), &"strict".into()).map_err(|error| failure(&error))?;
    }
    let database: &DurableDatabase = database.unchecked_ref();
    database.transaction_with_options(&names, mode, &options).map_err(|error| failure(&error))
}

/// One of a transaction's stores.
pub(in crate::browser) fn store(transaction: &IdbTransaction, name: &str) -> Result<IdbObjectStore, StoreError> {
    transaction.object_store(name).map_err(|error| failure(&error))
}

/// Waits for a request.
pub(in crate::browser) async fn answer(request: &IdbRequest) -> Result<JsValue, StoreError> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => request.result().map_err(|error| failure(&error)),
        Err(event) => Err(request.error().ok().flatten().map_or_else(|| failure(&event), |error| failure(&error))),
    }
}

/// Waits until a transaction is committed; a request that failed, or a full disk, aborts it.
pub(in crate::browser) async fn committed(transaction: &IdbTransaction) -> Result<(), StoreError> {
    let promise = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => Ok(()),
        Err(event) => Err(transaction.error().map_or_else(|| failure(&event), |error| failure(&error))),
    }
}

/// A key of several parts.
pub(in crate::browser) fn key(parts: &[&JsValue]) -> Array {
    let key = Array::new();
    for part in parts {
        key.push(part);
    }
    key
}

/// All keys of several parts that begin with `first`. Arrays sort after numbers and texts, so an empty one ends the range.
pub(in crate::browser) fn beginning_with(first: &str) -> Result<JsValue, StoreError> {
    let first = JsValue::from_str(first);
    IdbKeyRange::bound(&key(&[&first]), &key(&[&first, &Array::new()]))
        .map(JsValue::from)
        .map_err(|error| failure(&error))
}

/// All keys (`first`, number) whose number is `from` or more.
pub(in crate::browser) fn numbered_from(first: &str, from: u64) -> Result<JsValue, StoreError> {
    let first = JsValue::from_str(first);
    IdbKeyRange::bound(&key(&[&first, &JsValue::from_f64(from as f64)]), &key(&[&first, &Array::new()]))
        .map(JsValue::from)
        .map_err(|error| failure(&error))
}

/// All keys (`first`, number) whose number lies in `numbers`.
pub(in crate::browser) fn numbered(first: &str, numbers: Range<u64>) -> Result<JsValue, StoreError> {
    let at = |number: u64| key(&[&JsValue::from_str(first), &JsValue::from_f64(number as f64)]);
    IdbKeyRange::bound_with_lower_open_and_upper_open(&at(numbers.start), &at(numbers.end), false, true)
        .map(JsValue::from)
        .map_err(|error| failure(&error))
}

/// What went wrong, by the exception's name.
pub(in crate::browser) fn failure(error: &JsValue) -> StoreError {
    match error_name(error.dyn_ref::<DomException>().cloned()).as_deref() {
        Some("QuotaExceededError") => StoreError::Full,
        Some("ConstraintError") => StoreError::Conflict,
        Some("InvalidStateError" | "SecurityError") => StoreError::Blocked,
        _ => StoreError::Failed { message: words(error) },
    }
}

fn error_name(error: Option<DomException>) -> Option<String> {
    error.map(|error| error.name())
}
