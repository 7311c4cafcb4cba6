//! Floor 4, the running of an optimization: the search's world over the ports, the journal, pause and stop, and
//! everything that is derived from a journal.

pub mod compare_cells;
pub mod context;
pub mod control;
pub mod export;
pub mod forecast;
pub mod format;
pub mod import;
pub mod journal;
pub mod limit;
pub mod optimize;
pub mod remedy;
pub mod retry;
pub mod verdict;
pub mod view;
