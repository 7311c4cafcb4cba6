//! Charts as plain inline SVG; their geometry is computed and tested in `run::chart`.

pub mod score;

pub use score::ScoreChartView;
