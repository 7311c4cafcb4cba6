//! The parameters of APO.

use leptos::prelude::*;

use super::{number, whole};
use crate::ui::{kit::CheckField, state::use_app};

/// The fields.
#[component]
pub fn Apo() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="grid" style="--min:8rem">
            {number(
                app,
                "beam_rounds",
                "Critique, edit, score, select: so many times",
                None,
                |c| c.apo.beam_rounds,
                |c, v| c.apo.beam_rounds = v,
            )}
            {whole(app, "beam_width", "Prompts kept after each round", |c| c.apo.beam_width, |c, v| c.apo.beam_width = v)}
            {whole(
                app,
                "branch_factor",
                "Edits tried for each kept prompt",
                |c| c.apo.branch_factor,
                |c, v| c.apo.branch_factor = v,
            )}
            {whole(
                app,
                "gradient_batch_size",
                "Training questions behind each critique",
                |c| c.apo.gradient_batch_size,
                |c, v| c.apo.gradient_batch_size = v,
            )}
            {whole(
                app,
                "val_batch_size",
                "Questions that a round's prompts are compared on",
                |c| c.apo.val_batch_size,
                |c, v| c.apo.val_batch_size = v,
            )}
        </div>
        <CheckField
            label="Score the seed on all of validation first"
            testid="run_initial_validation"
            value=Signal::derive(move || app.config.with(|config| config.apo.run_initial_validation))
            set=move |on| app.config.update(|config| config.apo.run_initial_validation = on)
            note="Without it, the first round's winner counts as better whatever the seed is worth."
        />
        <CheckField
            label="Ask for a repair once"
            testid="repair_edits"
            value=Signal::derive(move || app.config.with(|config| config.apo.repair_edits))
            set=move |on| app.config.update(|config| config.apo.repair_edits = on)
            note="The editor is told of the fault in an edit that was rejected; the original does not."
        />
        <CheckField
            label="Reproduce v0.3.0 to the letter"
            testid="reproduce_v0_3_0"
            value=Signal::derive(move || app.config.with(|config| config.apo.reproduce_v0_3_0))
            set=move |on| app.config.update(|config| config.apo.reproduce_v0_3_0 = on)
            note="Late rollouts leave the score, an empty critique copies its parent, and edits are not checked for placeholders."
        />
    }
}
