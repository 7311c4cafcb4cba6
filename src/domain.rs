//! Floor 1, the words: what every other floor talks about. Plain data, pure functions, no time, no chance, no IO.

pub mod agent;
pub mod budget;
pub mod candidate;
pub mod chat;
pub mod config;
pub mod dataset;
pub mod endpoint;
pub mod event;
pub mod id;
pub mod problem;
pub mod prompt;
pub mod protegi;
pub mod provider;
pub mod racing;
pub mod rng;
pub mod rollout;
pub mod score;
pub mod search;
pub mod sql;
pub mod usage;
