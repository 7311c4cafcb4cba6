//! The store in IndexedDB. Every test opens a database of its own name and empties it first.

use js_sys::Promise;
use promptbeam::{
    browser::store::{IndexedDbStore, space},
    domain::{
        dataset::{DatabaseFile, Dataset, Example},
        event::{Entry, Event},
        id::RunId,
        sql::Value,
    },
    ports::store::{Piece, Pieces, RunState, RunStore, RunSummary, StoreError},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{IdbDatabase, IdbRequest};

async fn empty_store(name: &str) -> IndexedDbStore {
    let store = IndexedDbStore::open(name).await.unwrap();
    store.clear().await.unwrap();
    store
}

fn dataset() -> Dataset {
    let example = Example {
        id: "q0001".into(),
        db: "shop".into(),
        question: "Wie viele Stühle?".into(),
        evidence: None,
        gold: "SELECT count(*) FROM chair".into(),
        hardness: None,
        file_id: None,
    };
    let file = DatabaseFile { db: "shop".into(), bytes: 3, others: vec!["shop/shop_2.sqlite".into()] };
    Dataset {
        id: "d1".into(),
        name: "Möbel".into(),
        examples: vec![example],
        databases: vec![file],
        ..Dataset::default()
    }
}

fn entry(seq: u64) -> Entry {
    Entry { seq, at: 1.5, event: Event::RunResumed }
}

/// Entries to be stored a hundred at a time, and whether they come to their end.
struct InPieces<'a>(&'a [Entry], bool);

impl Pieces for InPieces<'_> {
    fn next_piece(&mut self) -> Piece<'_> {
        let (entries, rest) = self.0.split_at(self.0.len().min(100));
        self.0 = rest;
        if entries.is_empty() {
            return if self.1 { Piece::End } else { Piece::BrokenOff };
        }
        let lines: Vec<String> = entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
        Piece::Entries { entries, lines: lines.join("\n").into() }
    }
}

#[wasm_bindgen_test]
async fn a_journal_that_is_stored_whole_reads_and_grows_like_any_other() {
    let store = empty_store("whole journal").await;
    let (run, other) = (RunId::from("run-1"), RunId::from("run-2"));
    let entries: Vec<Entry> = (0..1203).map(entry).collect();
    assert_eq!(store.save_journal(&run, &mut InPieces(&entries, true)).await, Ok(true));
    store.append(&other, &[entry(0)]).await.unwrap();
    assert_eq!(store.journal(&run).await.unwrap(), entries);
    assert_eq!(store.journal_from(&run, 1203).await.unwrap(), []);
    store.append(&run, &[entry(1203), entry(1204)]).await.unwrap();
    assert_eq!(store.journal_from(&run, 1203).await.unwrap(), [entry(1203), entry(1204)]);
    assert_eq!(store.journal(&run).await.unwrap().len(), 1205);
    assert_eq!(store.save_journal(&run, &mut InPieces(&entries, true)).await, Err(StoreError::Conflict));
    // More than is read at once, in records of either kind.
    store.append(&run, &(1205..4321).map(entry).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(store.journal(&run).await.unwrap(), (0..4321).map(entry).collect::<Vec<_>>());
    assert_eq!(store.journal_from(&run, 2001).await.unwrap(), (2001..4321).map(entry).collect::<Vec<_>>());
    store.delete_run(&run).await.unwrap();
    assert_eq!(store.journal(&run).await.unwrap(), []);
    // And what breaks off leaves nothing behind.
    assert_eq!(store.save_journal(&run, &mut InPieces(&entries, false)).await, Ok(false));
    assert_eq!(store.journal(&run).await.unwrap(), []);
    assert_eq!(store.save_journal(&run, &mut InPieces(&entries[..1], true)).await, Ok(true));
}

#[wasm_bindgen_test]
async fn a_journal_that_grew_entry_by_entry_is_packed_and_reads_the_same_from_any_number() {
    let store = empty_store("packed journal").await;
    let run = RunId::from("run-1");
    let entries: Vec<Entry> = (0..1603).map(entry).collect();
    for group in entries.chunks(7) {
        store.append(&run, group).await.unwrap();
    }
    assert_eq!(records("packed journal").await, 3 + 103);
    assert_eq!(store.journal(&run).await.unwrap(), entries);
    for seq in [1, 499, 500, 501, 1499, 1500, 1602, 1603] {
        assert_eq!(store.journal_from(&run, seq).await.unwrap(), entries[seq as usize..], "from {seq}");
    }
    store.delete_run(&run).await.unwrap();
    assert_eq!(records("packed journal").await, 0);
}

#[wasm_bindgen_test]
async fn a_number_that_another_tab_has_used_is_a_conflict_also_when_it_is_packed() {
    let store = empty_store("packed conflict").await;
    let run = RunId::from("run");
    store.append(&run, &[entry(0), entry(1)]).await.unwrap();
    let other_tab = IndexedDbStore::open("packed conflict").await.unwrap();
    other_tab.append(&run, &(2..501).map(entry).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(records("packed conflict").await, 2);
    assert_eq!(store.append(&run, &[entry(2)]).await, Err(StoreError::Conflict));
    assert_eq!(store.append(&run, &(2..1001).map(entry).collect::<Vec<_>>()).await, Err(StoreError::Conflict));
    assert_eq!(store.journal(&run).await.unwrap(), (0..501).map(entry).collect::<Vec<_>>());
    store.append(&run, &[entry(501)]).await.unwrap();
}

/// How many records the journals of a database take.
async fn records(database: &str) -> u32 {
    let opening = web_sys::window().unwrap().indexed_db().unwrap().unwrap().open(database).unwrap();
    let database: IdbDatabase = done(&opening).await.unchecked_into();
    let journals = database.transaction_with_str("journal").unwrap().object_store("journal").unwrap();
    let count = done(&journals.count().unwrap()).await.as_f64().unwrap();
    database.close();
    count as u32
}

async fn done(request: &IdbRequest) -> JsValue {
    let promise = Promise::new(&mut |resolve, _| request.set_onsuccess(Some(&resolve)));
    JsFuture::from(promise).await.unwrap();
    request.result().unwrap()
}

#[wasm_bindgen_test]
async fn a_dataset_and_its_databases_are_there_after_reopening() {
    let store = empty_store("dataset").await;
    store.save_dataset(&dataset(), &[("shop".into(), vec![0, 255, 7])]).await.unwrap();
    drop(store);

    let store = IndexedDbStore::open("dataset").await.unwrap();
    assert_eq!(store.dataset(&"d1".into()).await.unwrap(), Some(dataset()));
    assert_eq!(store.database(&"d1".into(), &"shop".into()).await.unwrap(), Some(vec![0, 255, 7]));
    assert_eq!(store.database(&"d1".into(), &"other".into()).await.unwrap(), None);
    let listed = store.datasets().await.unwrap();
    assert_eq!((listed.len(), listed[0].examples, listed[0].bytes), (1, 1, 3));

    store.delete_dataset(&"d1".into()).await.unwrap();
    assert_eq!(store.dataset(&"d1".into()).await.unwrap(), None);
    assert_eq!(store.database(&"d1".into(), &"shop".into()).await.unwrap(), None);
}

#[wasm_bindgen_test]
async fn journals_keep_their_order_and_stay_apart() {
    let store = empty_store("journals").await;
    let (one, ten) = (RunId::from("run-1"), RunId::from("run-10"));
    store.append(&one, &(0..12).map(entry).collect::<Vec<_>>()).await.unwrap();
    store.append(&one, &[entry(12)]).await.unwrap();
    store.append(&ten, &[entry(0)]).await.unwrap();
    let numbers: Vec<u64> = store.journal(&one).await.unwrap().iter().map(|entry| entry.seq).collect();
    assert_eq!(numbers, (0..13).collect::<Vec<_>>());

    store.delete_run(&one).await.unwrap();
    assert!(store.journal(&one).await.unwrap().is_empty());
    assert_eq!(store.journal(&ten).await.unwrap(), [entry(0)]);
}

#[wasm_bindgen_test]
async fn a_number_that_another_tab_has_used_is_a_conflict_and_nothing_of_the_batch_is_kept() {
    let store = empty_store("conflict").await;
    let other_tab = IndexedDbStore::open("conflict").await.unwrap();
    let run = RunId::from("run");
    other_tab.append(&run, &[entry(0), entry(1)]).await.unwrap();
    assert_eq!(store.append(&run, &[entry(2), entry(1)]).await, Err(StoreError::Conflict));
    assert_eq!(store.journal(&run).await.unwrap().len(), 2);
    store.append(&run, &[entry(2)]).await.unwrap();
}

#[wasm_bindgen_test]
async fn an_append_that_is_given_up_is_written_all_the_same() {
    let store = empty_store("given-up").await;
    let run = RunId::from("run");
    let entries = [entry(0)];
    // Polled once, so that the transaction has begun, then dropped.
    assert!(futures::FutureExt::now_or_never(store.append(&run, &entries)).is_none());
    assert_eq!(store.journal(&run).await.unwrap(), entries);
}

#[wasm_bindgen_test]
async fn runs_are_listed_newest_first() {
    let store = empty_store("runs").await;
    for (id, started_at) in [("old", 1.0), ("new", 2.0)] {
        let summary = RunSummary { id: id.into(), started_at, state: RunState::Paused, ..RunSummary::default() };
        store.save_summary(&summary).await.unwrap();
    }
    let ids: Vec<_> = store.runs().await.unwrap().iter().map(|run| run.id.to_string()).collect();
    assert_eq!(ids, ["new", "old"]);
}

#[wasm_bindgen_test]
async fn settings_are_kept_until_everything_is_cleared() {
    let store = empty_store("settings").await;
    let value = serde_json::to_string(&Value::Integer(i64::MAX)).unwrap();
    store.save_setting("theme", &value).await.unwrap();
    assert_eq!(store.setting("theme").await.unwrap(), Some(value));
    store.clear().await.unwrap();
    assert_eq!(store.setting("theme").await.unwrap(), None);
}

#[wasm_bindgen_test]
async fn the_browser_says_how_much_room_there_is() {
    let space = space().await.unwrap();
    assert!(space.quota > space.used);
}
