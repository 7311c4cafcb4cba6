//! Any two prompts on a split: their scores and the paired counts.

use leptos::prelude::*;

use super::choice::Choice;
use crate::{
    domain::id::Version,
    run::{
        format::count,
        results::{SplitChoice, rows},
        verdict::{Paired, mcnemar},
        view::{Mark, RunView},
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
    before: (Version, Counts),
    after: (Version, Counts),
    paired: Paired,
}

/// Right of judged, and without an answer.
#[derive(Clone, Copy, Default, PartialEq)]
struct Counts {
    right: usize,
    judged: usize,
    missing: usize,
}

impl Counts {
    fn words(self) -> String {
        match (self.judged, self.missing) {
            (0, 0) => "not run".into(),
            (judged, missing) => {
                let share = 100.0 * self.right as f64 / judged.max(1) as f64;
                let left_out = if missing > 0 { format!(", {missing} no answer") } else { String::new() };
                format!("{share:.1} % ({}/{judged}){left_out}", self.right)
            }
        }
    }
}

fn comparison(run: &RunView, split: SplitChoice, before: Version, after: Version) -> Comparison {
    let (mut counts, mut paired) = ([Counts::default(); 2], Paired::default());
    for row in rows(run, split, &[before, after]) {
        for (counts, cell) in counts.iter_mut().zip(&row.cells) {
            match cell.as_ref().map(|cell| cell.mark) {
                Some(Mark::Right) => {
                    counts.right += 1;
                    counts.judged += 1;
                }
                Some(Mark::Wrong) => counts.judged += 1,
                Some(_) => counts.missing += 1,
                None => {}
            }
        }
        if let [Some(first), Some(second)] = &row.cells[..] {
            paired.count(first.is_right(), second.is_right());
        }
    }
    Comparison { before: (before, counts[0]), after: (after, counts[1]), paired }
}

/// The card.
#[component]
pub fn Compare(choice: Choice) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let compared = Memo::new(move |_| {
        app.run.with(|run| comparison(run, choice.split.get(), choice.before.get(), choice.after.get()))
    });
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
                value=Signal::derive(move || choice.before.get().to_string())
                set=move |version: String| here.select("against", &version)
            />
            <SelectField
                label="with"
                testid="compare-candidate"
                options=options
                value=Signal::derive(move || choice.after.get().to_string())
                set=move |version: String| here.select("candidate", &version)
            />
            <div class="field">
                <span class="label">"on"</span>
                <Segmented
                    label="Split"
                    testid="results-split"
                    options=splits
                    value=Signal::derive(move || choice.split.get().slug().to_owned())
                    set=chosen_split
                />
            </div>
            <dl class="facts" data-testid="paired">{move || facts(compared.get())}</dl>
            <p class="note">{move || note(choice.split.get(), &compared.get())}</p>
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
        {fact(before.0.to_string(), before.1.words(), "compare-before")}
        {fact(after.0.to_string(), after.1.words(), "compare-after")}
        {fact("Fixed".into(), paired.fixed.to_string(), "compare-fixed")}
        {fact("Broke".into(), paired.broken.to_string(), "compare-broke")}
    }
}

fn note(split: SplitChoice, compared: &Comparison) -> String {
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
            format!(
                "{on} The search chose its best on these questions, so no p-value here: that is in the held-out verdict."
            )
        }
        SplitChoice::Train => {
            format!("{on} Training questions feed the critic; each prompt sees only small batches of them.")
        }
    }
}
