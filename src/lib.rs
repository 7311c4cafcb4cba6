//! Promptbeam: automatic prompt optimization for text-to-SQL agents, in one static web page.
//!
//! The pipeline:
//!
//! 1. [`run::import`] reads the user's files into a [`domain::dataset::Dataset`]; `split` divides its questions.
//! 2. [`run::optimize::prepare`] checks the settings and reads the schemas: the result begins the journal.
//! 3. [`apo::run`] searches: parents on training batches, critiques, edits, scores, beam, best. It is pure decisions over
//!    [`apo::world::World`]; all chance comes from [`apo::sampler::Sampler`].
//! 4. [`run::context`] is that world over the [`ports`]: the [`text2sql::agent`] writes SQL, the engine judges it with
//!    [`text2sql::judge`], one limit orders all calls, and every fact goes into [`run::journal`] before it is used.
//! 5. [`run::view::RunView`] folds the journal into what the screens show; exports are written from the same.
//!
//! Modules stand in the order of the floors, and an import only ever points to a lower one: `domain`, then `apo` and
//! `text2sql`, `ports`, `run`, and for wasm32 only `browser` and `ui`.

pub mod domain;

pub mod apo;
pub mod text2sql;

pub mod ports;

pub mod run;

#[cfg(target_arch = "wasm32")]
pub mod browser;

#[cfg(target_arch = "wasm32")]
pub mod ui;

/// Reading a journal makes many small pieces: the allocator that Rust brings for wasm32 took a sixth of the time of it.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
