//! Charts as plain inline SVG; their geometry is computed and tested in `run::chart` and `run::lineage`.

pub mod lineage;
pub mod score;

pub use lineage::LineageTree;
pub use score::ScoreChartView;
