//! Promptbeam: automatic prompt optimization for text-to-SQL agents, in one static web page.

pub mod apo;
#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod domain;
pub mod ports;
pub mod run;
pub mod text2sql;
#[cfg(target_arch = "wasm32")]
pub mod ui;
