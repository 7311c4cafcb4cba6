//! Journals as records. A record holds consecutive entries, a line each, under (run, number of the first): read in one
//! piece, a hundred records take an eighth of the time of their fifty thousand entries. What a run appends stands an entry to
//! a record until a whole block of them is behind it, and is packed then, in the transaction of the entry that follows.

use std::ops::RangeInclusive;

use js_sys::{Array, JsString};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{IdbCursor, IdbCursorDirection, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest};

use super::{
    encode, idb,
    idb::{Access, answer, begin, committed, failure, key, numbered, numbered_from},
    read, text,
};
use crate::{
    domain::{event::Entry, id::RunId},
    ports::store::{Piece, Pieces, StoreError},
};

/// The object store that holds them.
pub(super) const JOURNAL: &str = "journal";

/// Entries of a record that is packed: about a third of a megabyte.
const BLOCK: u64 = 500;
/// Entries that are read in one task: some twenty milliseconds, so that the page stays awake.
const AT_ONCE: usize = 2_500;
/// Records that are asked for before it is known how many entries a record has.
const FIRST_RECORDS: usize = 1;

/// Adds entries after all others, in one transaction. `Conflict`, and nothing added, if the journal is already that far. One
/// that is given up once it was polled is added all the same.
pub(super) async fn append(database: &IdbDatabase, run: &RunId, entries: &[Entry]) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
    let transaction = begin(database, &[JOURNAL], Access::WriteStrictly)?;
    let journal = idb::store(&transaction, JOURNAL)?;
    // An entry whose number is used may stand in a record under another number, and then adding it would not fail. But the
    // newest entry always has a record of its own.
    let further = journal.get_key(&numbered_from(run.as_str(), first.seq)?).map_err(|error| failure(&error))?;
    let (asked, written) = (further.clone(), transaction.clone());
    let refuse = Closure::once_into_js(move || {
        if is_found(&asked) {
            // It may have been aborted already, by an entry that could not be added.
            written.abort().ok();
        }
    });
    further.set_onsuccess(Some(refuse.unchecked_ref()));
    for entry in entries {
        let added = journal.add_with_key(&encode(entry)?, &key_of(run, entry.seq));
        added.map_err(|error| failure(&error))?;
    }
    let told = |error| if is_found(&further) { StoreError::Conflict } else { error };
    for end in blocks_ended_by(first.seq..=last.seq) {
        pack(&journal, run, end).await.map_err(told)?;
    }
    committed(&transaction).await.map_err(told)
}

/// Stores the journal of a new run in one transaction, a record for each of its pieces; whether it did not break off.
pub(super) async fn save(database: &IdbDatabase, run: &RunId, pieces: &mut dyn Pieces) -> Result<bool, StoreError> {
    let transaction = begin(database, &[JOURNAL], Access::Write)?;
    let journal = idb::store(&transaction, JOURNAL)?;
    let mut adding = None;
    loop {
        let (first, lines) = match pieces.next_piece() {
            Piece::Entries { entries, lines } => (entries[0].seq, JsValue::from_str(&lines)),
            Piece::End => break,
            Piece::BrokenOff => {
                transaction.abort().map_err(|error| failure(&error))?;
                return Ok(false);
            }
        };
        let added = journal.add_with_key(&lines, &key_of(run, first)).map_err(|error| failure(&error))?;
        // The transaction stays open as long as something of it is under way.
        if let Some(before) = adding.replace(added) {
            answer(&before).await?;
        }
    }
    committed(&transaction).await?;
    Ok(true)
}

/// The entries from number `seq` on, in order.
pub(super) async fn read_from(database: &IdbDatabase, run: &RunId, seq: u64) -> Result<Vec<Entry>, StoreError> {
    let transaction = begin(database, &[JOURNAL], Access::Read)?;
    let journal = idb::store(&transaction, JOURNAL)?;
    let ask = |from: u64, records: usize| {
        let range = numbered_from(run.as_str(), from)?;
        journal.get_all_with_key_and_limit(&range, records as u32).map_err(|error| failure(&error))
    };
    let begun = if seq == 0 { 0 } else { record_of(&journal, run, seq).await?.unwrap_or(seq) };
    let (mut entries, mut records) = (Vec::new(), FIRST_RECORDS);
    let mut asked = Some(ask(begun, records)?);
    while let Some(request) = asked.take() {
        let batch = answer(&request).await?.unchecked_into::<Array>();
        let batch: Vec<String> = batch.iter().map(|record| text(&record)).collect::<Result<_, _>>()?;
        // The next records come while these are read.
        if batch.len() == records
            && let Some(last) = batch.last().and_then(|record| record.lines().last())
        {
            let lines: usize = batch.iter().map(|record| record.lines().count()).sum();
            records = (AT_ONCE * batch.len() / lines.max(1)).clamp(1, AT_ONCE);
            asked = Some(ask(read::<Entry>(last)?.seq + 1, records)?);
        }
        for line in batch.iter().flat_map(|record| record.lines()) {
            entries.push(read::<Entry>(line)?);
        }
    }
    entries.drain(..entries.partition_point(|entry| entry.seq < seq));
    Ok(entries)
}

/// The ends of the blocks of which `added` holds the first entry behind them.
fn blocks_ended_by(added: RangeInclusive<u64>) -> impl Iterator<Item = u64> {
    added.filter(|seq| *seq > 0 && seq.is_multiple_of(BLOCK))
}

/// Joins the records of the block that ends before number `end`. Their texts never enter the program's memory.
async fn pack(journal: &IdbObjectStore, run: &RunId, end: u64) -> Result<(), StoreError> {
    let block = numbered(run.as_str(), end - BLOCK..end)?;
    let first = journal.get_key(&block).map_err(|error| failure(&error))?;
    let records = journal.get_all_with_key(&block).map_err(|error| failure(&error))?;
    let records = answer(&records).await?.unchecked_into::<Array>();
    if records.length() < 2 {
        return Ok(());
    }
    let first = first.result().map_err(|error| failure(&error))?;
    journal.delete(&block).map_err(|error| failure(&error))?;
    let joined: JsString = records.join("\n");
    journal.add_with_key(&joined, &first).map_err(|error| failure(&error))?;
    Ok(())
}

/// The number of the record that holds entry `seq`, if there is any up to it.
async fn record_of(journal: &IdbObjectStore, run: &RunId, seq: u64) -> Result<Option<u64>, StoreError> {
    let up_to = IdbKeyRange::bound(&key_of(run, 0), &key_of(run, seq)).map_err(|error| failure(&error))?;
    let newest = journal.open_key_cursor_with_range_and_direction(&up_to, IdbCursorDirection::Prev);
    let found = answer(&newest.map_err(|error| failure(&error))?).await?;
    let Some(cursor) = found.dyn_ref::<IdbCursor>() else { return Ok(None) };
    let key = cursor.key().map_err(|error| failure(&error))?;
    Ok(key.unchecked_into::<Array>().get(1).as_f64().map(|number| number as u64))
}

fn key_of(run: &RunId, seq: u64) -> Array {
    key(&[&JsValue::from_str(run.as_str()), &JsValue::from_f64(seq as f64)])
}

/// Whether a request for a key has found one.
fn is_found(request: &IdbRequest) -> bool {
    request.result().is_ok_and(|key| !key.is_undefined())
}
