//! Floor 2, text to SQL: the agent, the judging of results and the reading of datasets. Pure and synchronous.

pub mod archive;
pub mod connection;
pub mod schema;
pub mod spider;
pub mod sqlite_file;
