//! What came of a question: its SQL on the bench, or why there is none, and every message of every turn.

use leptos::prelude::*;

use super::{bench::BenchView, keep::Keep};
use crate::{
    run::{
        ask::{Asked, Ending},
        format::{duration, usage_words},
        remedy::{Remedy, RemedyPlace},
    },
    ui::{
        kit::{Causes, Glyph, Icon, Transcript},
        route::Route,
        state::use_app,
    },
};

/// From so many milliseconds on it is told how long a question took beside its calls.
const WAITED_MS: f64 = 500.0;

/// The question that is shown, if any.
#[component]
pub fn Answer() -> impl IntoView {
    let play = use_app().playground;
    // Only the bench of an answer changes, which its parts follow by themselves.
    let shown = Memo::new(move |_| play.shown.get());
    move || shown.get().map(|at| view! { <One at=at /> })
}

#[component]
fn One(at: usize) -> impl IntoView {
    let play = use_app().playground;
    let Some(answered) = untrack(|| play.answered(at)) else { return ().into_any() };
    let about = answered.about;
    let Asked { ending, calls, usage, elapsed_ms } = about.asked.clone();
    let has_bench = matches!(ending, Ending::Query(_));
    let facts = format!("{} · {} · {}", about.question.db, about.asker, about.model);
    // Waiting in line and between tries is no call's time.
    let waited = elapsed_ms - usage.busy_ms > WAITED_MS;
    let whole = if waited { format!(" · {} in all", duration(elapsed_ms)) } else { String::new() };
    let taken = format!("{}{whole}", usage_words(calls.len(), &usage));
    let messages = (!calls.is_empty()).then(|| {
        view! {
            <section>
                <div class="section-head">
                    <h2>"Messages"</h2>
                    <p data-testid="play-usage">{taken.clone()}</p>
                </div>
                <div class="stack" style="--gap:8px" data-testid="play-messages">
                    <Transcript calls=calls />
                </div>
            </section>
        }
    });
    let unanswered = messages.is_none().then(|| view! { <p class="note" data-testid="play-usage">{taken}</p> });
    view! {
        <section class="card" data-testid="play-answer">
            <header>
                <h2>{about.question.text.clone()}</h2>
                <p>{facts}</p>
            </header>
            <div class="stack" style="--gap:8px">
                {no_query(&ending, about.remedy.clone(), usage.lost_calls)} {unanswered} {has_bench.then(|| view! { <BenchView at=at /> })}
            </div>
        </section>
        {has_bench.then(|| view! { <Keep at=at /> })}
        {messages}
    }
    .into_any()
}

/// Why there is no query; `lost_calls` may be billed.
fn no_query(ending: &Ending, remedy: Option<Remedy>, lost_calls: u64) -> Option<AnyView> {
    let (title, words) = match ending {
        Ending::Query(_) => return None,
        Ending::Failed(_) => return remedy.map(|remedy| failed(remedy).into_any()),
        Ending::NoAnswer(reason) => ("No answer", format!("{} That is not a wrong answer.", reason.words())),
        Ending::Cancelled if lost_calls == 0 => ("Cancelled", "Nothing more was asked.".to_owned()),
        Ending::Cancelled => {
            ("Cancelled", "Nothing more was asked. A call that was under way may be billed.".to_owned())
        }
    };
    let view = view! {
        <div class="banner" data-tone="warn" role="status" data-testid="play-failed">
            <Icon glyph=Glyph::Alert />
            <div>
                <strong>{title}</strong>
                <p>{words}</p>
            </div>
        </div>
    };
    Some(view.into_any())
}

fn failed(remedy: Remedy) -> impl IntoView {
    let Remedy { title, words, remedy, causes, place } = remedy;
    let link = match place {
        Some(RemedyPlace::Data) => Some((Route::Data, "Go to Data")),
        Some(RemedyPlace::Models) => Some((Route::Models, "Go to Models")),
        Some(RemedyPlace::Settings) => Some((Route::Settings, "Go to Settings")),
        Some(RemedyPlace::Run) | None => None,
    };
    let advice = match causes.len() {
        0 | 1 => view! { <p>{remedy}</p> }.into_any(),
        _ => view! { <Causes causes=causes /> }.into_any(),
    };
    view! {
        <div class="banner" data-tone="bad" role="alert" data-testid="play-failed">
            <Icon glyph=Glyph::Cross />
            <div>
                <strong>{title}</strong>
                <p>{words}</p>
                {advice}
            </div>
            {link
                .map(|(route, words)| {
                    view! {
                        <div class="row">
                            <a class="button" href=route.href()>
                                {words}
                            </a>
                        </div>
                    }
                })}
        </div>
    }
}
