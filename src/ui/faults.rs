//! What is wrong with a setting, at the setting: faults of the draft, and those for which a start was refused.

use leptos::prelude::*;

use super::state::AppState;

/// The words for the fault of `field` (its name in `settings.json`), if it has one.
pub fn fault_of(app: AppState, field: impl Into<String>) -> Signal<Option<String>> {
    let field = field.into();
    Memo::new(move |_| {
        let mut faults = app.faults();
        faults.extend(app.start_faults.get());
        faults.into_iter().find(|fault| fault.field == field).map(|fault| fault.words)
    })
    .into()
}
