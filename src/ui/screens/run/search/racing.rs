//! The parameters of paired racing.

use leptos::prelude::*;

use super::{number, whole};
use crate::ui::{kit::CheckField, state::use_app};

/// The fields.
#[component]
pub fn Racing() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="grid" style="--min:8rem">
            {number(
                app,
                "racing.rounds",
                "At most; patience mostly ends it before",
                None,
                |c| c.racing.rounds,
                |c, v| c.racing.rounds = v,
            )}
            {number(
                app,
                "racing.patience",
                "Rounds without a better prompt that end it",
                None,
                |c| c.racing.patience,
                |c, v| c.racing.patience = v,
            )}
            {whole(
                app,
                "racing.children",
                "Edits that race the best prompt in a round",
                |c| c.racing.children,
                |c, v| c.racing.children = v,
            )}
            {whole(
                app,
                "racing.traces",
                "Training questions asked until some fail",
                |c| c.racing.traces,
                |c, v| c.racing.traces = v,
            )}
            {whole(
                app,
                "racing.failures",
                "To the critic, of different kinds",
                |c| c.racing.failures,
                |c, v| c.racing.failures = v,
            )}
            {whole(
                app,
                "racing.guards",
                "Right answers that must stay right",
                |c| c.racing.guards,
                |c, v| c.racing.guards = v,
            )}
        </div>
        <CheckField
            label="Ask for a repair once"
            testid="racing.repair_edits"
            value=Signal::derive(move || app.config.with(|config| config.racing.repair_edits))
            set=move |on| app.config.update(|config| config.racing.repair_edits = on)
            note="The editor is told of the fault in an edit that was rejected."
        />
    }
}
