//! Floor 6, the page.

pub mod state;
