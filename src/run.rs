//! Floor 4, the running of an optimization: the search's world over the ports, the journal, pause and stop, and
//! everything that is derived from a journal.

pub mod cache;
pub mod chart;
pub mod check;
pub mod compare_cells;
pub mod comparison;
pub mod context;
pub mod control;
pub mod decisions;
pub mod diff;
pub mod export;
pub mod forecast;
pub mod format;
pub mod gold;
pub mod import;
pub mod inspect;
pub mod journal;
pub mod limit;
pub mod lineage;
pub mod meter;
pub mod optimize;
pub mod predictions;
pub mod protegi_words;
pub mod racing_words;
pub mod rating;
pub mod remedy;
pub mod results;
pub mod retry;
pub mod rounds;
pub mod shared;
pub mod sql_diff;
pub mod verdict;
pub mod view;
