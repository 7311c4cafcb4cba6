//! Floor 3, the ports: six traits for the outside world, each in one file with its in-memory twin.
//! Object-safe, returning `LocalBoxFuture`: a page has one thread, and nothing here is `Send`.
//! Dropping a future cancels what it stands for.

pub mod answers;
pub mod chat;
pub mod clock;
pub mod deadlines;
pub mod files;
pub mod sql;
pub mod store;
