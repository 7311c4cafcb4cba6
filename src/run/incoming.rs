//! An exported run on its way into a store: each piece is read, folded and handed over in one task.

use super::{
    export::{ReadError, Reading},
    view::RunView,
};
use crate::{
    domain::{event::Entry, id::RunId},
    ports::store::{Piece, Pieces, RunStore},
};

/// Entries of a piece: some twenty milliseconds of reading and folding.
const PIECE: usize = 2_000;

/// A run that was read from a file and stored.
pub struct Received {
    pub entries: Vec<Entry>,
    pub view: RunView,
}

/// Reads the text of a run file and stores its journal as that of `run`; in words why it could not, and then nothing of it is
/// stored.
pub async fn take_in(text: &str, run: &RunId, store: &dyn RunStore) -> Result<Received, String> {
    let mut incoming = Incoming { reading: Reading::of(text), view: RunView::default(), error: None };
    let stored = store.save_journal(run, &mut incoming).await;
    let Incoming { reading, view, error } = incoming;
    if let Some(error) = error {
        return Err(error.to_string());
    }
    stored.map_err(|error| error.to_string())?;
    Ok(Received { entries: reading.finish(), view })
}

struct Incoming<'a> {
    reading: Reading<'a>,
    view: RunView,
    error: Option<ReadError>,
}

impl Pieces for Incoming<'_> {
    fn next_piece(&mut self) -> Piece<'_> {
        let begun = self.reading.entries().len();
        match self.reading.go_on(PIECE) {
            Ok(Some(lines)) => {
                let entries = &self.reading.entries()[begun..];
                entries.iter().for_each(|entry| self.view.apply(entry));
                Piece::Entries { entries, lines }
            }
            Ok(None) => Piece::End,
            Err(error) => {
                self.error = Some(error);
                Piece::BrokenOff
            }
        }
    }
}
