//! Example: one rollout with everything behind its verdict: both queries, both results, the difference, every message.

mod walk;

use std::rc::Rc;

use leptos::prelude::*;

use self::walk::{neighbours, siblings};
use crate::{
    domain::{
        dataset::Example,
        event::RunStarted,
        id::{StepId, Version},
        rollout::{Judgement, NoAnswer, Outcome, Rollout},
    },
    run::{
        export::purpose_name,
        forecast::rough_tokens,
        format::{count, thousands},
        view::Mark,
    },
    text2sql::agent::{Agent, Call},
    ui::{
        kit::{Empty, Glyph, Icon, Judged, Neighbour, PageHead, Standing, Status, Tone, Transcript},
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
    let app = use_app();
    let found = app.run.with_untracked(|run| {
        let (rollout, started) = (run.rollout(&step)?, run.started.as_ref()?);
        let example = started.examples.iter().find(|example| example.id == rollout.example)?;
        let template = &run.candidate(rollout.version)?.candidate.template;
        let calls = calls(started, example, rollout, &started.config.agent.with_optimized(template));
        Some((Rc::clone(rollout), example.clone(), calls))
    });
    let Some((rollout, example, calls)) = found else {
        return view! { <PageHead title="Example" words="This rollout's question is not part of the run's file." /> }
            .into_any();
    };
    let facts = [
        Some(example.db.to_string()),
        example.hardness.clone(),
        Some(purpose_name(rollout.purpose).to_owned()),
        Some(format!("question {}", example.id)),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let size: u64 = calls
        .iter()
        .map(|call| rough_tokens(&call.answer) + call.messages.iter().map(|m| rough_tokens(&m.content)).sum::<u64>())
        .sum();
    let calls_words = format!("{}, about {} tokens", count(calls.len(), "call"), thousands(size));
    let evidence = example.evidence.clone().filter(|words| !words.trim().is_empty());
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=Route::Results.href()>"Results"</a>
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
                <p>{calls_words}</p>
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

/// Every call of the rollout, rebuilt from its turns.
fn calls(
    started: &RunStarted,
    example: &Example,
    rollout: &Rollout,
    config: &crate::domain::agent::AgentConfig,
) -> Vec<Call> {
    let schema = started.schemas.iter().find(|schema| schema.db == example.db);
    let table_info = schema.map_or("", |schema| schema.table_info.as_str());
    Agent { config, example, table_info }.calls(&rollout.turns)
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
            let words = match reason {
                NoAnswer::Refused => "The model or its provider declined to answer this question.",
                NoAnswer::ContextTooLong => "The request does not fit the model's context.",
                NoAnswer::Truncated => "The answer was cut off at the token limit, also with twice the limit.",
            };
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

/// Links to the questions before and after, along the filter that the reader came with.
#[component]
fn Neighbours(step: StepId) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let around = move || {
        let location = here.location();
        app.run.with(|run| neighbours(run, &step, &location))
    };
    view! {
        <div class="page-actions">
            {move || {
                let location = here.location();
                let around = around();
                let to = |step: Option<StepId>| step.map(|step| location.clone().with("step", step.as_str()).href());
                let place = (around.number > 0).then(|| format!("{} of {}", around.at + 1, around.number));
                view! {
                    <span class="note">{place}</span>
                    <Neighbour href=to(around.previous) words="Previous" testid="previous" />
                    <Neighbour href=to(around.next) words="Next" testid="next" />
                }
            }}
        </div>
    }
}

/// What the other prompts made of the same question.
#[component]
fn Siblings(step: StepId) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let all = move || app.run.with(|run| (siblings(run, &step), run.best));
    let one = move |(version, step, mark, is_this): (Version, StepId, Mark, bool), best: Version| {
        let (standing, words) = match mark {
            Mark::Right => (Standing::Done, "Right"),
            Mark::Wrong => (Standing::Failed, "Wrong"),
            Mark::NoAnswer => (Standing::Warning, "No answer"),
            Mark::Unfinished => (Standing::Warning, "Not done"),
        };
        let name = match version {
            Version::SEED => " · seed",
            version if version == best => " · best",
            _ => "",
        };
        view! {
            <a
                href=move || here.location().with("step", step.as_str()).href()
                aria-current=is_this.then_some("true")
            >
                <b>{format!("{version}{name}")}</b>
                <Status standing=standing words=words />
            </a>
        }
    };
    view! {
        <nav class="verdict-tabs" aria-label="The same question by other prompts">
            {move || {
                let (all, best) = all();
                all.into_iter().map(|sibling| one(sibling, best)).collect_view()
            }}
        </nav>
    }
}
