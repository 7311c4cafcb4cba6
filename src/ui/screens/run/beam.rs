//! The newest round's prompts on the same questions: which are kept, and where they fail.

use leptos::prelude::*;

use crate::{
    domain::search::Method,
    ports::store::RunState,
    run::{
        format::{count, percent},
        rounds::{BatchCard, Look, Marks, batch_cards},
        view::Mark,
    },
    ui::{
        kit::{ShowAll, shown},
        links,
        state::use_app,
    },
};

/// The cards of the newest round; nothing before the first.
#[component]
pub fn Beam() -> impl IntoView {
    let app = use_app();
    let cards = Memo::new(move |_| app.run.with(batch_cards));
    let round = Memo::new(move |_| app.run.with(|run| run.rounds.last().map(|round| round.round)));
    let all = RwSignal::new(false);
    let state = Memo::new(move |_| app.run.with(|run| run.state));
    let method = Memo::new(move |_| {
        app.run.with(|run| run.started.as_ref().map(|started| started.config.method).unwrap_or_default())
    });
    let title = move || if method.get() == Method::Racing { "Race" } else { "Beam" };
    let words = move || {
        cards.with(|cards| {
            let size = count(cards.first().map_or(0, |card| card.size), "validation question");
            let prompts = count(cards.len(), "prompt");
            match method.get() {
                // Not everybody is asked as much: the better, the more.
                Method::Racing | Method::Protegi => format!("{prompts} on up to {size}, in one order"),
                Method::Apo => format!("{prompts} on the same {size}"),
            }
        })
    };
    move || {
        let number = round.get()?;
        Some(view! {
            <section data-testid="beam">
                <div class="section-head">
                    <h2>{format!("{}, round {number}", title())}</h2>
                    <p>{words}</p>
                </div>
                <div class="grid beam" style="--min:max(15rem, 34%);--gap:12px">
                    <For
                        each=move || {
                            cards.with(|cards| cards.iter().map(|card| card.version).take(shown(all)).collect::<Vec<_>>())
                        }
                        key=|version| *version
                        children=move |version| {
                            let card = Memo::new(move |_| {
                                cards.with(|cards| cards.iter().find(|card| card.version == version).cloned())
                            });
                            move || card.get().map(|card| one(card, state.get()))
                        }
                    />
                </div>
                <ShowAll all=all number=Signal::derive(move || cards.with(Vec::len)) what="prompts" />
            </section>
        })
    }
}

fn one(card: BatchCard, run: RunState) -> impl IntoView {
    let right = card.marks.iter().filter(|mark| **mark == Mark::Right).count();
    let missing = card.marks.iter().filter(|mark| matches!(mark, Mark::NoAnswer | Mark::Unfinished)).count();
    let standing = match card.score {
        Some(score) => {
            let (share, counts) = percent(&score)
                .split_once(" (")
                .map_or((percent(&score), String::new()), |(a, b)| (a.to_owned(), format!("({b}")));
            view! {
                <b>
                    {share} " " <span class="count">{counts}</span>
                </b>
            }
            .into_any()
        }
        None if card.marks.is_empty() => view! {
            <span class="status" data-state="waiting">
                "Waiting"
            </span>
        }
        .into_any(),
        None => {
            let state = if run == RunState::Running { "running" } else { "waiting" };
            view! {
                <span class="status" data-state=state>
                    {format!("{right} of {} right", card.marks.len())}
                </span>
            }
            .into_any()
        }
    };
    let badge = match (card.is_best, card.in_beam && card.score.is_some()) {
        (true, _) => view! {
            <span class="badge" data-tone="accent">
                {if run == RunState::Finished { "Best" } else { "Best so far" }}
            </span>
        }
        .into_any(),
        (false, true) => view! { <span class="badge">"In beam"</span> }.into_any(),
        (false, false) => ().into_any(),
    };
    let from = match (card.parent, card.changed) {
        (None, _) => "The seed.".to_owned(),
        (Some(parent), Some(line)) => format!("From {parent}: {line}"),
        (Some(parent), None) => format!("From {parent}: no new line."),
    };
    let missing = (missing > 0).then(|| format!(" {missing} no answer."));
    view! {
        <article class="card beam-card" data-state=card.is_best.then_some("best")>
            <header>
                <h3>
                    <a class="version" href=links::candidate(card.version).href()>
                        {card.version.to_string()}
                    </a>
                    " "
                    {badge}
                </h3>
                {standing}
            </header>
            {drawing(Marks::of(&card.marks, card.size))}
            <p>{from} {missing}</p>
        </article>
    }
}

/// The marks; what they come to stands beside them in figures.
fn drawing(Marks { width, height, paths }: Marks) -> impl IntoView {
    let paths = paths.map(|(look, squares, signs)| {
        let outcome = match look {
            Look::Right => Some(outcome(Mark::Right)),
            Look::Wrong => Some(outcome(Mark::Wrong)),
            Look::Missing => Some(outcome(Mark::NoAnswer)),
            Look::Open => None,
        };
        view! {
            <g data-outcome=outcome>
                <path d=squares></path>
                <path data-sign="" d=signs></path>
            </g>
        }
    });
    view! {
        <svg
            class="marks"
            viewBox=format!("0 0 {width} {height}")
            style=format!("--width:{width}px")
            aria-hidden="true"
        >
            {paths.into_iter().collect_view()}
        </svg>
    }
}

/// A mark as the stylesheet knows it.
pub fn outcome(mark: Mark) -> &'static str {
    match mark {
        Mark::Right => "right",
        Mark::Wrong => "wrong",
        Mark::NoAnswer | Mark::Unfinished => "error",
    }
}
