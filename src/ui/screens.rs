//! The screens, one file each, with a folder for their parts.

pub mod candidate;
pub mod check;
pub mod data;
pub mod example;
pub mod export;
pub mod home;
pub mod models;
pub mod need;
pub mod playground;
pub mod prompt;
pub mod results;
pub mod run;
pub mod scores;
pub mod settings;
