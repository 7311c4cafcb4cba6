//! Any two prompts on a split: their scores and the paired counts.

use leptos::prelude::*;

use super::choice::Choice;
use crate::{
    domain::id::Version,
    run::{
        format::count,
        results::{SplitChoice, Tally, rows, turned},
        verdict::{Paired, mcnemar},
        view::RunView,
    },
    ui::{
        kit::{Segmented, SelectField},
        route::use_here,
        state::use_app,
    },
};

/// What the card says.
#[derive(Clone, PartialEq)]
struct Comparison {
    before: (Version, Tally),
    after: (Version, Tally),
    paired: Paired,
}

fn comparison(run: &RunView, split: SplitChoice, before: Version, after: Version) -> Comparison {
    let tally = |version| {
        let mut tally = Tally::default();
        let cells = rows(run, split, &[version]).into_iter().filter_map(|row| row.cells[0]);
        cells.for_each(|cell| tally.take(cell.mark));
        (version, tally)
    };
    let (_, paired) = turned(run, split, before, after);
    Comparison { before: tally(before), after: tally(after), paired }
}

/// Right of judged, and without an answer.
fn in_words(tally: Tally) -> String {
    match (tally.judged, tally.missing) {
        (0, 0) => "not run".into(),
        (judged, missing) => {
            let share = 100.0 * tally.right as f64 / judged.max(1) as f64;
            let left_out = if missing > 0 { format!(", {missing} no answer") } else { String::new() };
            format!("{share:.1} % ({}/{judged}){left_out}", tally.right)
        }
    }
}

/// The card.
#[component]
pub fn Compare(choice: Choice) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let split = choice.part(|query| query.split);
    let (before, after) = (choice.part(|query| query.before), choice.part(|query| query.after));
    let compared = Memo::new(move |_| app.run.with(|run| comparison(run, split.get(), before.get(), after.get())));
    let versions = Memo::new(move |_| app.run.with(|run| (run.candidates.len() as u32, run.best)));
    let options = Signal::derive(move || {
        let (number, best) = versions.get();
        (0..number)
            .map(Version)
            .map(|version| {
                let note = match version {
                    Version::SEED => " · seed",
                    version if version == best => " · best",
                    _ => "",
                };
                (version.to_string(), format!("{version}{note}"))
            })
            .collect::<Vec<_>>()
    });
    let sizes = app.run.with_untracked(|run| {
        run.started.as_ref().map_or((0, 0), |started| (started.splits.held_out.len(), started.splits.train.len()))
    });
    let is_check = app.run.with_untracked(RunView::is_check);
    let mut splits = vec![(SplitChoice::Validation.slug(), "Validation")];
    if sizes.0 > 0 {
        splits.push((SplitChoice::HeldOut.slug(), "Held-out"));
    }
    splits.push((SplitChoice::Train.slug(), "Train"));
    if is_check {
        // Nothing else was asked.
        splits.retain(|(slug, _)| *slug == SplitChoice::HeldOut.slug());
    }
    let chosen_split = move |slug: String| {
        let slug = if slug == SplitChoice::Validation.slug() { "" } else { &slug };
        here.select("split", slug);
    };
    view! {
        <section class="card compare" aria-label="Comparison">
            <SelectField
                label="Compare"
                testid="compare-against"
                options=options
                value=Signal::derive(move || before.get().to_string())
                set=move |version: String| here.select("against", &version)
            />
            <SelectField
                label="with"
                testid="compare-candidate"
                options=options
                value=Signal::derive(move || after.get().to_string())
                set=move |version: String| here.select("candidate", &version)
            />
            <div class="field">
                <span class="label">"on"</span>
                <Segmented
                    label="Split"
                    testid="results-split"
                    options=splits
                    value=Signal::derive(move || split.get().slug().to_owned())
                    set=chosen_split
                />
            </div>
            <dl class="facts" data-testid="paired">{move || facts(compared.get())}</dl>
            <p class="note">{move || note(split.get(), &compared.get(), sizes.0 > 0)}</p>
        </section>
    }
}

fn facts(compared: Comparison) -> impl IntoView {
    let Comparison { before, after, paired } = compared;
    let fact = |name: String, value: String, testid: &'static str| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd data-testid=testid>{value}</dd>
            </div>
        }
    };
    view! {
        {fact(before.0.to_string(), in_words(before.1), "compare-before")}
        {fact(after.0.to_string(), in_words(after.1), "compare-after")}
        {fact("Fixed".into(), paired.fixed.to_string(), "compare-fixed")}
        {fact("Broke".into(), paired.broken.to_string(), "compare-broke")}
        {fact("Both right".into(), paired.both_right.to_string(), "compare-both-right")}
        {fact("Both wrong".into(), paired.both_wrong.to_string(), "compare-both-wrong")}
    }
}

fn note(split: SplitChoice, compared: &Comparison, has_held_out: bool) -> String {
    let paired = compared.paired;
    let both = paired.judged();
    let on = format!("Both were judged on {}.", count(both, "question"));
    match split {
        SplitChoice::HeldOut if both > 0 => {
            let p = crate::run::format::p_value(mcnemar(paired.fixed, paired.broken));
            format!("{on} Exact paired test: {p}.")
        }
        SplitChoice::HeldOut => {
            "Only the seed and the best are run on held-out questions, at the end of the run.".into()
        }
        SplitChoice::Validation => {
            let verdict = if has_held_out { ": that is in the held-out verdict" } else { "" };
            format!("{on} The search chose its best on these questions, so no p‑value here{verdict}.")
        }
        SplitChoice::Train => {
            format!("{on} Training questions feed the critic; each prompt sees only small batches of them.")
        }
    }
}
