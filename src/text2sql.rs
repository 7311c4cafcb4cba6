//! Floor 2, text to SQL: the agent, the judging of results and the reading of datasets. Pure and synchronous.

pub mod agent;
pub mod archive;
pub mod connection;
pub mod diagnosis;
pub mod dialect;
pub mod equivalence;
pub mod evidence;
pub mod exact_match;
pub mod extract_sql;
pub mod hardness;
pub mod judge;
pub mod kept_results;
pub mod practice;
pub mod preview;
pub mod schema;
pub mod spider;
pub mod sql_format;
pub mod sql_tokens;
pub mod sqlite_file;
