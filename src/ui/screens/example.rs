//! Example: one rollout with everything behind its verdict: both queries, both results, the difference, every message,
//! and what each call took.

mod neighbours;

use leptos::prelude::*;

use self::neighbours::{Neighbours, Siblings};
use super::need::NeedsRun;
use crate::{
    domain::{
        id::StepId,
        rollout::{Judgement, Outcome, Rollout},
    },
    run::{export::purpose_name, format::usage_words, inspect::Inspected, results::SplitChoice, view::Mark},
    ui::{
        kit::{Empty, Glyph, Icon, Judged, PageHead, Tone, Transcript},
        links,
        route::{Route, use_here},
        state::use_app,
    },
};

/// The screen; the rollout's step is in the URL.
#[component]
pub fn ExampleScreen() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let named = here.query("step");
    let step = Memo::new(move |_| {
        let step = StepId::from(named.get()?);
        app.run.with(|run| run.rollout(&step).map(|_| step.clone()))
    });
    move || match step.get() {
        Some(step) => view! { <OneRollout step=step /> }.into_any(),
        None if app.run.with(|run| run.rollouts.is_empty()) => view! {
            <PageHead title="Example" />
            <NeedsRun
                glyph=Glyph::Results
                title="No rollout yet"
                words="Each answer of a run opens here, with both queries, both results and every message."
            />
        }
        .into_any(),
        None => view! {
            <PageHead title="Example" />
            <Empty
                glyph=Glyph::Results
                title="No rollout chosen"
                words="Each question on Results opens here, with both queries, both results and every message."
            >
                <a class="button" data-kind="primary" href=Route::Results.href()>
                    "Go to Results"
                </a>
            </Empty>
        }
        .into_any(),
    }
}

#[component]
fn OneRollout(step: StepId) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let Some(inspected) = app.run.with_untracked(|run| Inspected::of(run, &step)) else {
        return view! { <PageHead title="Example" words="This rollout's question is not part of the run's file." /> }
            .into_any();
    };
    let usage = inspected.usage();
    let Inspected { rollout, example, calls } = inspected;
    let facts =
        [Some(example.db.to_string()), example.hardness.clone(), Some(purpose_name(rollout.purpose).to_owned())];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let taken = usage_words(calls.len(), &usage);
    let evidence = example.evidence.clone().filter(|words| !words.trim().is_empty());
    let (split, id) = (SplitChoice::of(rollout.purpose), example.id.clone());
    let back = move || links::results(&here.location(), split.slug(), id.as_str()).href();
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=back data-testid="back-to-results">
                "Results"
            </a>
            <a href=links::candidate(rollout.version).href()>{rollout.version.to_string()}</a>
            <span>{format!("Question {}", example.id)}</span>
        </nav>
        <div class="page-head">
            <div>
                <h1 class="question">{example.question.clone()}</h1>
                <p>{facts}</p>
                {evidence.map(|words| view! { <p>{format!("Hint: {words}")}</p> })}
            </div>
            <Neighbours step=step.clone() />
        </div>
        <Siblings step=step />
        {verdict(&rollout)}
        <Judged
            name=rollout.version.to_string()
            query=rollout.query().unwrap_or_default()
            judgement=judgement_of(&rollout)
            gold_sql=example.gold.clone()
        />
        <section>
            <div class="section-head">
                <h2>"Messages"</h2>
                <p data-testid="rollout-usage">{taken}</p>
            </div>
            <div class="stack" style="--gap:8px" data-testid="messages">
                <Transcript calls=calls />
            </div>
        </section>
    }
    .into_any()
}

fn judgement_of(rollout: &Rollout) -> Option<Judgement> {
    match &rollout.outcome {
        Outcome::Judged(judgement) => Some(judgement.clone()),
        Outcome::NoAnswer { .. } | Outcome::Unfinished => None,
    }
}

/// The verdict in one banner.
fn verdict(rollout: &Rollout) -> impl IntoView + use<> {
    let (tone, title, words) = match &rollout.outcome {
        Outcome::Judged(judgement) if rollout.outcome.is_right() => {
            (Tone::Good, "Right: both queries give the same result".to_owned(), judgement.difference.clone())
        }
        Outcome::Judged(judgement) => {
            let kind = judgement.diagnosis.map_or("the results differ", |diagnosis| diagnosis.words());
            (Tone::Bad, format!("Wrong: {kind}"), judgement.difference.clone())
        }
        Outcome::NoAnswer { reason } => {
            let words = reason.words();
            (Tone::Warn, "No answer".into(), format!("{words} It has no score, and is not counted as wrong."))
        }
        Outcome::Unfinished => {
            (Tone::Warn, "Not done in time".into(), "The batch's time limit came first. It has no score.".into())
        }
    };
    let glyph = match tone {
        Tone::Good => Glyph::Check,
        Tone::Bad => Glyph::Cross,
        Tone::Plain | Tone::Warn => Glyph::Alert,
    };
    // The page's content, not news: nothing here is to be read out by itself, as a `Banner` is.
    view! {
        <div class="banner" data-tone=tone.name() data-testid="difference" data-outcome=outcome_name(rollout)>
            <Icon glyph=glyph />
            <div>
                <strong>{title}</strong>
                {(!words.is_empty()).then(|| view! { <p>{words}</p> })}
            </div>
        </div>
    }
}

fn outcome_name(rollout: &Rollout) -> &'static str {
    match Mark::from(&rollout.outcome) {
        Mark::Right => "right",
        Mark::Wrong => "wrong",
        Mark::NoAnswer => "no answer",
        Mark::Unfinished => "unfinished",
    }
}
