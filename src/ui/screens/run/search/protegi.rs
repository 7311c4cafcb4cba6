//! The parameters of ProTeGi.

use leptos::prelude::*;

use super::{number, whole};
use crate::{
    domain::protegi::Selector,
    run::protegi_words::sentence_case,
    ui::{
        kit::{CheckField, SelectField},
        state::use_app,
    },
};

/// The fields.
#[component]
pub fn Protegi() -> impl IntoView {
    let app = use_app();
    let selectors: Vec<(String, String)> =
        Selector::ALL.map(|selector| (selector.name().to_owned(), sentence_case(selector.name()))).to_vec();
    let set = move |name: String| {
        if let Some(selector) = Selector::ALL.into_iter().find(|selector| selector.name() == name) {
            app.config.update(|config| config.protegi.selector = selector);
        }
    };
    view! {
        <div class="grid" style="--min:8rem">
            {number(
                app,
                "protegi.rounds",
                "Critique, edit, evaluate, select: so many times",
                None,
                |c| c.protegi.rounds,
                |c, v| c.protegi.rounds = v,
            )}
            {whole(
                app,
                "protegi.beam_width",
                "Prompts kept after each round",
                |c| c.protegi.beam_width,
                |c, v| c.protegi.beam_width = v,
            )}
            {whole(
                app,
                "protegi.minibatch",
                "Training questions for each parent",
                |c| c.protegi.minibatch,
                |c, v| c.protegi.minibatch = v,
            )}
            {whole(
                app,
                "protegi.errors_per_critique",
                "Wrong answers that the critic sees",
                |c| c.protegi.errors_per_critique,
                |c, v| c.protegi.errors_per_critique = v,
            )}
            {whole(
                app,
                "protegi.critiques_per_parent",
                "And as many edits",
                |c| c.protegi.critiques_per_parent,
                |c, v| c.protegi.critiques_per_parent = v,
            )}
            {whole(
                app,
                "protegi.paraphrases",
                "And of the parent itself",
                |c| c.protegi.paraphrases,
                |c, v| c.protegi.paraphrases = v,
            )}
            {whole(
                app,
                "protegi.max_children",
                "Drawn from edits and paraphrases",
                |c| c.protegi.max_children,
                |c, v| c.protegi.max_children = v,
            )}
            {whole(
                app,
                "protegi.evaluations_per_prompt",
                "On average; the selector spreads them",
                |c| c.protegi.evaluations_per_prompt,
                |c, v| c.protegi.evaluations_per_prompt = v,
            )}
            <SelectField
                label="Selector"
                testid="protegi.selector"
                options=selectors
                value=Signal::derive(move || app.config.with(|config| config.protegi.selector.name().to_owned()))
                set=set
                hint="How a round's evaluations are spread"
            />
            {move || {
                let is_bound = app.config.with(|config| matches!(config.protegi.selector, Selector::Ucb | Selector::UcbE));
                is_bound
                    .then(|| {
                        view! {
                            {number(
                                app,
                                "protegi.exploration",
                                "Weight of a bound's width, 0 to 10",
                                None,
                                |c| c.protegi.exploration,
                                |c, v| c.protegi.exploration = v,
                            )}
                            {whole(
                                app,
                                "protegi.prompts_per_step",
                                "Those with the highest bounds",
                                |c| c.protegi.prompts_per_step,
                                |c, v| c.protegi.prompts_per_step = v,
                            )}
                            {whole(
                                app,
                                "protegi.questions_per_step",
                                "Further questions for each of them",
                                |c| c.protegi.questions_per_step,
                                |c, v| c.protegi.questions_per_step = v,
                            )}
                        }
                    })
            }}
        </div>
        <CheckField
            label="Ask for a repair once"
            testid="protegi.repair_edits"
            value=Signal::derive(move || app.config.with(|config| config.protegi.repair_edits))
            set=move |on| app.config.update(|config| config.protegi.repair_edits = on)
            note="The editor is told of the fault in an edit that was rejected; the original does not."
        />
    }
}
