//! Floor 4, the running of an optimization and what surrounds it: reading what users bring, and later the run itself,
//! its journal and its views.

pub mod import;
