//! The held-out verdict: a word, a sentence, and the paired counts that it rests on.

use leptos::prelude::*;

use crate::run::{
    format::{count, percent, points},
    verdict::{Evidence, Paired, Told},
};

/// Seed against best on questions that the search never saw; the children are what to do next.
#[component]
pub fn VerdictCard(told: Told, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let name = match told.verdict {
        "better" => "better",
        "worse" => "worse",
        _ => "unproven",
    };
    view! {
        <section class="verdict" data-verdict=name aria-labelledby="verdict-word" data-testid="verdict">
            <div>
                <h2 class="verdict-word" id="verdict-word">
                    {told.headline.clone()}
                </h2>
                <p>{told.paragraph()}</p>
                {children.map(|children| view! { <div class="row">{children()}</div> })}
            </div>
            {told.evidence.map(|evidence| numbers(evidence, told.verdict == "unchanged"))}
        </section>
    }
}

/// The counts, the two scores, and the gain with its interval.
fn numbers(evidence: Evidence, is_unchanged: bool) -> impl IntoView {
    let Evidence { best, original_score, best_score, paired, .. } = evidence;
    let gain = (!is_unchanged).then(|| {
        view! {
            <div>
                <dt>"Gain"</dt>
                <dd data-testid="heldout-gain">
                    {points(evidence.gain)}
                    {evidence.interval_words().map(|words| view! { <small class="note">{words}</small> })}
                </dd>
            </div>
        }
    });
    let missing = (paired.missing > 0).then(|| {
        let left_out = count(paired.missing, "question");
        view! { <p class="note">{format!("{left_out} without an answer from one of the two: in none of these counts.")}</p> }
    });
    view! {
        <div class="stack" style="--gap:16px">
            {(!is_unchanged).then(|| view! { <PairedParts paired=paired fixed="fixed" broken="broke" /> })} <dl class="facts" style="--min:9rem">
                <div>
                    <dt>"Original, held-out"</dt>
                    <dd
                        data-testid="heldout-seed-score"
                        data-correct=original_score.correct
                        data-total=original_score.planned
                    >
                        {percent(&original_score)}
                    </dd>
                </div>
                <div>
                    <dt>{format!("{best}, held-out")}</dt>
                    <dd data-testid="heldout-best-score" data-correct=best_score.correct data-total=best_score.planned>
                        {percent(&best_score)}
                    </dd>
                </div>
                {gain}
            </dl> {missing}
        </div>
    }
}

/// The four ways in which two prompts can agree or differ on a question, as a bar with its key. `fixed` and `broken` are the
/// words for what only the second and only the first has right.
#[component]
pub fn PairedParts(
    paired: Paired,
    #[prop(into)] fixed: String,
    #[prop(into)] broken: String,
    /// Of these two; good and bad, unless neither prompt is the original.
    #[prop(default = ["ok", "bad"])]
    tones: [&'static str; 2],
) -> impl IntoView {
    let parts = [
        ("quiet", "both right".to_owned(), paired.both_right),
        (tones[0], fixed, paired.fixed),
        (tones[1], broken, paired.broken),
        ("strong", "both wrong".to_owned(), paired.both_wrong),
    ];
    let label = parts.clone().map(|(_, words, number)| format!("{number} {words}")).join(", ");
    let bar = parts.clone().into_iter().filter(|(_, _, number)| *number > 0);
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
