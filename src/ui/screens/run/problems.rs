//! What got in the way: each cause once, how often, what it did to the run, and where it is mended.

use leptos::prelude::*;

use crate::{
    browser::{clock::offset_minutes, page_origin},
    domain::problem::Effect,
    ports::store::RunState,
    run::{
        format::{clock_time, count},
        remedy::{self, Contact, Remedy, RemedyPlace},
        view::{ProblemView, RunView},
    },
    ui::{
        kit::{Banner, Causes, Glyph, Icon, Tone},
        route::Route,
        state::use_app,
    },
};

/// A problem in words.
#[derive(Clone, PartialEq)]
struct Told {
    remedy: Remedy,
    effect: Effect,
    role: &'static str,
    times: usize,
    last_at: f64,
    over: bool,
}

fn told(run: &RunView, problem: &ProblemView) -> Told {
    let page = page_origin();
    let contact = match (&run.started, problem.role) {
        (Some(started), Some(role)) => Contact::of(started.config.models.of(role), &page),
        _ => Contact::default(),
    };
    Told {
        remedy: remedy::of(&problem.problem, contact),
        effect: problem.effect,
        role: problem.role.map_or("", |role| role.name()),
        times: problem.times,
        last_at: problem.last_at,
        over: problem.over,
    }
}

/// The problem that holds a paused run up, above everything else.
#[component]
pub fn NeedsYou() -> impl IntoView {
    let app = use_app();
    let holding = Memo::new(move |_| {
        app.run.with(|run| {
            let holds = |problem: &&ProblemView| problem.effect == Effect::Paused && !problem.over;
            let problem = run.problems.iter().rev().find(holds)?;
            (run.state == RunState::Paused).then(|| told(run, problem))
        })
    });
    move || {
        holding.get().map(|told| {
            let Remedy { title, words, remedy, place, .. } = told.remedy;
            view! {
                <Banner
                    tone=Tone::Bad
                    title=format!("Paused: {title}")
                    words=format!("{words} {remedy} Nothing was scored from it, and everything so far is kept.")
                    testid="paused-by"
                >
                    {place.and_then(place_link)}
                </Banner>
            }
        })
    }
}

/// All problems, newest first.
#[component]
pub fn Problems() -> impl IntoView {
    let app = use_app();
    let problems =
        Memo::new(move |_| app.run.with(|run| run.problems.iter().rev().map(|p| told(run, p)).collect::<Vec<_>>()));
    let is_over = Memo::new(move |_| app.run.with(|run| run.state == RunState::Finished));
    view! {
        <section class="card" data-flush="" data-testid="problems">
            <header>
                <h2>
                    "Problems "
                    {move || {
                        let number = problems.with(Vec::len);
                        (number > 0).then(|| view! { <span class="count">{count(number, "cause")}</span> })
                    }}
                </h2>
                <p>
                    {move || match (problems.with(Vec::is_empty), is_over.get()) {
                        (true, true) => "None",
                        (true, false) => "None so far",
                        (false, _) => "None counts as a wrong answer",
                    }}
                </p>
            </header>
            <ul class="problems">{move || problems.get().into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

fn line(told: Told) -> impl IntoView {
    let (tone, glyph) = match (told.over, told.effect) {
        (true, _) => (Some("quiet"), Glyph::Check),
        (false, Effect::Paused) => (Some("bad"), Glyph::Cross),
        (false, Effect::Retried | Effect::Noted) => (None, Glyph::Alert),
    };
    let effect = match told.effect {
        Effect::Retried => "Each call waited and was tried again.",
        Effect::Paused => "It paused the run; nothing was scored from it.",
        Effect::Noted => "Nothing failed.",
    };
    let at = clock_time(told.last_at, offset_minutes(told.last_at));
    let when = match told.effect {
        Effect::Noted => format!("since {at}"),
        Effect::Retried | Effect::Paused => format!("{}, last {at}", count(told.times, "time")),
    };
    let who = if told.role.is_empty() { String::new() } else { format!("{}, ", told.role) };
    let Remedy { title, words, remedy, causes, place } = told.remedy;
    let advice = (!told.over).then(|| {
        view! {
            {match causes.len() {
                0 | 1 => view! { <p>{remedy}</p> }.into_any(),
                _ => view! { <Causes causes=causes /> }.into_any(),
            }}
            {place.and_then(place_link).map(|link| view! { <div class="row">{link}</div> })}
        }
    });
    view! {
        <li data-tone=tone>
            <Icon glyph=glyph />
            <b>{title}</b>
            <span class="note">{who} {when}</span>
            <p>{words} " " {effect}</p>
            {advice}
        </li>
    }
}

fn place_link(place: RemedyPlace) -> Option<AnyView> {
    let (route, words) = match place {
        RemedyPlace::Data => (Route::Data, "Go to Data"),
        RemedyPlace::Models => (Route::Models, "Go to Models"),
        RemedyPlace::Settings => (Route::Settings, "Go to Settings"),
        // The button is on this screen already.
        RemedyPlace::Run => return None,
    };
    Some(
        view! {
            <a class="button" data-size="small" href=route.href()>
                {words}
            </a>
        }
        .into_any(),
    )
}
