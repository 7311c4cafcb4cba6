//! The held-out verdict: a word, a sentence, and the paired counts that it rests on.

use leptos::prelude::*;

use crate::{
    domain::{id::Version, score::Score},
    run::{
        format::{count, p_value, percent},
        verdict::{Paired, Verdict},
    },
};

/// Seed against best on questions that the search never saw; the children are what to do next.
#[component]
pub fn VerdictCard(
    verdict: Verdict,
    paired: Paired,
    best: Version,
    seed_score: Score,
    best_score: Score,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (name, word) = match verdict {
        Verdict::Better { p } => ("better", format!("Better, {}", p_value(p))),
        Verdict::NotProven { p } => ("unproven", format!("Not proven, {}", p_value(p))),
        Verdict::Worse { p } => ("worse", format!("Worse, {}: keep the seed", p_value(p))),
        Verdict::Unchanged => ("unproven", "No better prompt found".into()),
    };
    let asked = seed_score.planned;
    let counted = format!(
        "{best} is right on {} of {asked} held-out questions, the seed on {}. The search never saw them.",
        best_score.correct, seed_score.correct
    );
    let meaning = match verdict {
        Verdict::Better { .. } => "",
        Verdict::NotProven { .. } => {
            " A difference like this comes up by chance too often; more held-out questions could settle it."
        }
        Verdict::Worse { .. } => " On new questions it does worse than the prompt that the run began with.",
        Verdict::Unchanged => "",
    };
    let words = match verdict {
        Verdict::Unchanged => format!(
            "The run ended with the prompt that it began with, which is right on {} of {asked} held-out questions. Try a \
             stronger critic and editor, more rounds, or questions on which the seed fails more often.",
            seed_score.correct
        ),
        _ => format!("{counted}{meaning}"),
    };
    let missing = (paired.missing > 0).then(|| {
        let left_out = count(paired.missing, "question");
        view! { <p class="note">{format!("{left_out} without an answer from one of the two: in none of these counts.")}</p> }
    });
    view! {
        <section class="verdict" data-verdict=name aria-labelledby="verdict-word" data-testid="verdict">
            <div>
                <h2 class="verdict-word" id="verdict-word">
                    {word}
                </h2>
                <p>{words}</p>
                {children.map(|children| view! { <div class="row">{children()}</div> })}
            </div>
            <div class="stack" style="--gap:16px">
                {(verdict != Verdict::Unchanged).then(|| parts(paired))} <dl class="facts" style="--min:9rem">
                    <div>
                        <dt>"Seed, held-out"</dt>
                        <dd
                            data-testid="heldout-seed-score"
                            data-correct=seed_score.correct
                            data-total=seed_score.planned
                        >
                            {percent(&seed_score)}
                        </dd>
                    </div>
                    <div>
                        <dt>{format!("{best}, held-out")}</dt>
                        <dd
                            data-testid="heldout-best-score"
                            data-correct=best_score.correct
                            data-total=best_score.planned
                        >
                            {percent(&best_score)}
                        </dd>
                    </div>
                </dl> {missing}
            </div>
        </section>
    }
}

/// What stands in the verdict's place when no questions were kept apart.
#[component]
pub fn NoVerdict(#[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <section class="verdict" data-verdict="unproven" aria-labelledby="verdict-word" data-testid="verdict">
            <div>
                <h2 class="verdict-word" id="verdict-word">
                    "No held-out questions"
                </h2>
                <p>
                    "The scores below were measured on the questions that chose the winner, so luck is in them. Keep some questions apart on Data for a verdict."
                </p>
                {children.map(|children| view! { <div class="row">{children()}</div> })}
            </div>
        </section>
    }
}

/// The four ways in which two prompts can agree or differ on a question, as a bar with its key.
fn parts(paired: Paired) -> impl IntoView {
    let parts = [
        ("quiet", "both right", paired.both_right),
        ("ok", "fixed", paired.fixed),
        ("bad", "broke", paired.broken),
        ("strong", "both wrong", paired.both_wrong),
    ];
    let label = parts.map(|(_, words, number)| format!("{number} {words}")).join(", ");
    let bar = parts.into_iter().filter(|(_, _, number)| *number > 0);
    view! {
        <div class="parts">
            <div class="parts-bar" role="img" aria-label=label>
                {bar
                    .map(|(part, _, number)| view! { <i data-part=part style=format!("--n:{number}")></i> })
                    .collect_view()}
            </div>
            <ul class="parts-key">
                {parts
                    .into_iter()
                    .map(|(part, words, number)| {
                        view! {
                            <li>
                                <i data-part=part></i>
                                {words}
                                " "
                                <b>{number}</b>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}
