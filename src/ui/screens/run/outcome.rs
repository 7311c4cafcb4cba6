//! What came of a run: the verdict, and what to do now. After "worse" that is to keep the original.

use leptos::prelude::*;

use crate::{
    domain::id::Version,
    run::verdict::told,
    ui::{kit::VerdictCard, links, route::Route, state::use_app},
};

/// The verdict card with its actions; nothing before the held-out check.
#[component]
pub fn Outcome(
    /// Only what it was, with nothing to do now.
    #[prop(optional)]
    past: bool,
) -> impl IntoView {
    let app = use_app();
    let outcome = Memo::new(move |_| app.run.with(|run| told(run).map(|told| (told, run.best, run.is_check()))));
    let is_received = Memo::new(move |_| app.is_received());
    move || {
        let (told, best, is_check) = outcome.get()?;
        if past {
            return Some(view! { <VerdictCard told=told /> }.into_any());
        }
        let (keep, verdict) = (told.keep, told.verdict);
        let check = (best != Version::SEED && !is_check).then(|| {
            view! {
                <a class="button" href=links::check(best).href() data-testid="check-prompt">
                    {move || if is_received.get() { "Verify on your own data" } else { "Check elsewhere" }}
                </a>
            }
        });
        let card = view! {
            <VerdictCard told=told>
                {actions(verdict, keep, best)}
                {check}
            </VerdictCard>
        };
        Some(card.into_any())
    }
}

fn actions(verdict: &'static str, keep: Version, best: Version) -> impl IntoView {
    let take = match keep {
        _ if keep != best => "Keep the original".to_owned(),
        Version::SEED => "Export the original".to_owned(),
        _ => format!("Take {best}"),
    };
    let read = (best != Version::SEED).then(|| {
        let words = if keep == best { "Read what changed".to_owned() } else { format!("Look at {best}") };
        view! {
            <a class="button" href=links::candidate(best).href()>
                {words}
            </a>
        }
    });
    let split = (verdict == "not_checked").then(|| {
        view! {
            <a class="button" href=Route::Data.href()>
                "Change the split"
            </a>
        }
    });
    view! {
        <a class="button" href=Route::Export.href() data-testid="take-prompt">
            {take}
        </a>
        {read}
        {split}
    }
}
