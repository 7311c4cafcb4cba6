//! A prompt's rollouts, each with its verdict and how the seed fared on the same question.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::{
    domain::{
        id::{ExampleId, StepId, Version},
        rollout::{Outcome, Purpose, Rollout},
    },
    run::{
        export::purpose_name,
        format::count,
        results::{SplitChoice, Turn},
        view::{Mark, RunView},
    },
    ui::{
        kit::{Standing, Status},
        links,
        route::use_here,
        state::use_app,
    },
};

/// Rows that are in the page until more are asked for.
const PAGE: usize = 25;

/// Which rollouts are listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    Wrong,
    Fixed,
    Broken,
    NoAnswer,
}

impl Wanted {
    const ALL: [Wanted; 5] = [Wanted::All, Wanted::Wrong, Wanted::Fixed, Wanted::Broken, Wanted::NoAnswer];

    fn slug(self) -> &'static str {
        match self {
            Wanted::All => "",
            Wanted::Wrong => "wrong",
            Wanted::Fixed => "fixed",
            Wanted::Broken => "broken",
            Wanted::NoAnswer => "no-answer",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Wanted::All => "All",
            Wanted::Wrong => "Wrong",
            Wanted::Fixed => "Fixed",
            Wanted::Broken => "Broken",
            Wanted::NoAnswer => "No answer",
        }
    }

    fn admits(self, line: &Line) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Wrong => line.mark == Mark::Wrong,
            Wanted::Fixed => line.turn == Some(Turn::Fixed),
            Wanted::Broken => line.turn == Some(Turn::Broken),
            Wanted::NoAnswer => matches!(line.mark, Mark::NoAnswer | Mark::Unfinished),
        }
    }
}

/// A rollout in the list.
#[derive(Clone, PartialEq)]
struct Line {
    step: StepId,
    mark: Mark,
    turn: Option<Turn>,
    example: String,
    question: String,
    why: &'static str,
    purpose: &'static str,
    turns: usize,
}

fn lines(run: &RunView, version: Version) -> Vec<Line> {
    let examples: &[_] = run.started.as_ref().map_or(&[], |started| &started.examples);
    let questions: HashMap<&ExampleId, &str> = examples.iter().map(|e| (&e.id, e.question.as_str())).collect();
    // The seed's newest verdict on a question, by split: a fix on training questions is no fix on validation.
    let mut seed: HashMap<(SplitChoice, &ExampleId), bool> = HashMap::new();
    for rollout in run.rollouts.iter().filter(|rollout| rollout.version == Version::SEED) {
        if rollout.outcome.reward().is_some() && rollout.purpose != Purpose::Batch {
            seed.insert((SplitChoice::of(rollout.purpose), &rollout.example), rollout.outcome.is_right());
        }
    }
    let line = |rollout: &Rollout| {
        let mark = Mark::from(&rollout.outcome);
        let before = seed.get(&(SplitChoice::of(rollout.purpose), &rollout.example));
        let turn = match (before, mark) {
            (Some(false), Mark::Right) => Some(Turn::Fixed),
            (Some(true), Mark::Wrong) => Some(Turn::Broken),
            _ => None,
        };
        let why = match &rollout.outcome {
            Outcome::Judged(judgement) => judgement.diagnosis.map_or("", |diagnosis| diagnosis.words()),
            Outcome::NoAnswer { .. } => "no answer",
            Outcome::Unfinished => "not done in time",
        };
        Line {
            step: rollout.step.clone(),
            mark,
            turn: turn.filter(|_| version != Version::SEED),
            example: rollout.example.to_string(),
            question: questions.get(&rollout.example).map(|text| (*text).to_owned()).unwrap_or_default(),
            why,
            purpose: purpose_name(rollout.purpose),
            turns: rollout.turns.len(),
        }
    };
    run.rollouts.iter().filter(|rollout| rollout.version == version).map(|rollout| line(rollout)).collect()
}

/// The list with its filters; the filter is in the URL.
#[component]
pub fn Rollouts(version: Version) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let all = Memo::new(move |_| app.run.with(|run| lines(run, version)));
    let slug = here.query("rollouts");
    let wanted = Memo::new(move |_| {
        let slug = slug.get().unwrap_or_default();
        Wanted::ALL.into_iter().find(|wanted| wanted.slug() == slug).unwrap_or(Wanted::All)
    });
    let listed = Memo::new(move |_| {
        all.with(|all| all.iter().filter(|line| wanted.get().admits(line)).cloned().collect::<Vec<_>>())
    });
    let room = RwSignal::new(PAGE);
    let filter = move |kind: Wanted| {
        view! {
            <a
                class="filter"
                href=move || here.location().with("rollouts", kind.slug()).href()
                aria-current=move || (wanted.get() == kind).then_some("true")
            >
                {kind.words()} " "
                <span class="count">
                    {move || all.with(|all| all.iter().filter(|line| kind.admits(line)).count())}
                </span>
            </a>
        }
    };
    let more = move || {
        let (room_now, number) = (room.get(), listed.with(Vec::len));
        (number > room_now).then(|| {
            view! {
                <button class="button" data-size="small" type="button" on:click=move |_| room.update(|room| *room += PAGE)>
                    {format!("Show {} more", (number - room_now).min(PAGE))}
                </button>
            }
        })
    };
    // The seed is what the others are measured against.
    let is_seed = version == Version::SEED;
    let offered =
        Wanted::ALL.into_iter().filter(move |kind| !is_seed || !matches!(kind, Wanted::Fixed | Wanted::Broken));
    let shown = move || {
        let number = listed.with(Vec::len);
        let words = count(number, "rollout");
        if number > room.get() { format!("{} of {words}", room.get()) } else { words }
    };
    view! {
        <section data-testid="rollouts">
            <div class="section-head">
                <h2>"Rollouts " <span class="count">{move || all.with(Vec::len)}</span></h2>
                {(!is_seed).then(|| view! { <p>"Fixed and broken: against the seed"</p> })}
                <nav class="row filters" aria-label="Filter">
                    {offered.map(filter).collect_view()}
                </nav>
            </div>
            <div class="card" data-flush="">
                <div class="table-wrap">
                    <table class="table" data-stack="">
                        <thead>
                            <tr>
                                <th scope="col">"Verdict"</th>
                                <th scope="col">"No."</th>
                                <th scope="col">"Question"</th>
                                <th scope="col">"Why"</th>
                                <th scope="col">"For"</th>
                                <th scope="col" class="num">
                                    "Turns"
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {move || {
                                listed.with(|lines| lines.iter().take(room.get()).cloned().map(row).collect_view())
                            }}
                        </tbody>
                    </table>
                </div>
                <footer class="pad row" data-justify="between">
                    <span>{shown}</span>
                    {more}
                </footer>
            </div>
        </section>
    }
}

fn row(line: Line) -> impl IntoView {
    let (standing, verdict) = match (line.turn, line.mark) {
        (Some(Turn::Fixed), _) => (Standing::Done, "Fixed"),
        (Some(Turn::Broken), _) => (Standing::Failed, "Broken"),
        (None, Mark::Right) => (Standing::Done, "Right"),
        (None, Mark::Wrong) => (Standing::Failed, "Wrong"),
        (None, Mark::NoAnswer) => (Standing::Warning, "No answer"),
        (None, Mark::Unfinished) => (Standing::Warning, "Not done"),
    };
    // Where a row becomes a block, what says nothing is left out.
    let is_plain = |plain: bool| plain.then_some("");
    view! {
        <tr>
            <td>
                <Status standing=standing words=verdict />
            </td>
            <td class="nowrap">{line.example}</td>
            <td data-main="">
                <a href=links::rollout(&line.step).href()>{line.question}</a>
            </td>
            <td data-label="Why" data-wide-only=is_plain(line.why.is_empty()) class="nowrap">
                {line.why}
            </td>
            <td data-label="For" class="nowrap">
                {line.purpose}
            </td>
            <td class="num" data-label="Turns" data-wide-only=is_plain(line.turns <= 1)>
                {line.turns}
            </td>
        </tr>
    }
}
