//! The critique that led to a prompt, and the rollouts that it was written on.

use leptos::prelude::*;

use crate::{
    domain::id::{StepId, Version},
    run::{
        format::count,
        inspect::evidence,
        rounds::changed_lines,
        view::{Mark, RunView},
    },
    ui::{links, screens::run::outcome, state::use_app},
};

/// What the card says.
#[derive(Clone, PartialEq)]
struct Told {
    text: String,
    parent: Option<Version>,
    /// The rollouts that the critic saw.
    seen: Vec<(String, StepId, Mark)>,
    new_lines: usize,
}

fn told(run: &RunView, version: Version) -> Option<Told> {
    let text = run.candidate(version)?.critique.clone()?;
    let critique = run.rounds.iter().flat_map(|round| &round.critiques).find(|known| known.text == text);
    let seen = critique.map(|critique| {
        let rollouts = evidence(run, critique);
        rollouts.iter().map(|r| (r.example.to_string(), r.step.clone(), Mark::from(&r.outcome))).collect()
    });
    let (parent, seen) = (critique.map(|critique| critique.parent), seen.unwrap_or_default());
    Some(Told { text, parent, seen, new_lines: changed_lines(run, version).len() })
}

/// The card; nothing for a prompt without a critique.
#[component]
pub fn Critique(version: Version) -> impl IntoView {
    let app = use_app();
    let told = Memo::new(move |_| app.run.with(|run| told(run, version)));
    move || {
        let Told { text, parent, seen, new_lines } = told.get()?;
        let source = parent.map(|parent| format!("on {parent}, after {}", count(seen.len(), "rollout")));
        let one = |(example, step, mark): (String, StepId, Mark)| {
            view! {
                <a href=links::rollout(&step).href() class="seen">
                    <i class="cell" data-outcome=outcome(mark)></i>
                    {example}
                    <span class="vh">{format!(", {}", mark.words())}</span>
                </a>
            }
        };
        let seen = (!seen.is_empty()).then(|| {
            view! {
                <p class="seen-head note">"It was written on"</p>
                <p class="row seen-row">{seen.into_iter().map(one).collect_view()}</p>
            }
        });
        let edited = (new_lines > 0).then(|| format!("The editor made {} of it.", count(new_lines, "new line")));
        Some(view! {
            <section class="card" data-testid="critique">
                <header>
                    <h2>"The critique that led here"</h2>
                    <p>{source}</p>
                </header>
                <div class="text critique">{text}</div>
                <footer>{seen} {edited.map(|words| view! { <p>{words}</p> })}</footer>
            </section>
        })
    }
}
