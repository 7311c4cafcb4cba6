//! The parts that all screens are made of, one file each. They take values, signals and callbacks; none knows `AppState`.

pub mod banner;
pub mod causes;
pub mod choice;
pub mod dialog;
pub mod drop;
pub mod empty;
pub mod field;
pub mod icon;
pub mod judged;
pub mod number;
pub mod page_head;
pub mod sheet;
pub mod sql;
pub mod status;
pub mod template_text;
pub mod transcript;
pub mod verdict;
pub mod windowed;

pub use banner::{Banner, Tone};
pub use causes::Causes;
pub use choice::{CheckField, Segmented, SelectField};
pub use dialog::Confirm;
pub use drop::DropZone;
pub use empty::Empty;
pub use field::{FieldNotes, TextField};
pub use icon::{Glyph, Icon};
pub use judged::Judged;
pub use number::{NumberField, OptionalNumber};
pub use page_head::PageHead;
pub use sheet::{CellMarks, Sheet, Side};
pub use sql::{Sql, sql_spans};
pub use status::{Standing, Status};
pub use template_text::template_spans;
pub use transcript::Transcript;
pub use verdict::{NoVerdict, VerdictCard};
pub use windowed::{Windowed, always};
