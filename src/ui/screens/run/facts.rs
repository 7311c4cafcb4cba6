//! The run in numbers: seed and best score, rollouts, calls and tokens by role, time so far and time left.

use leptos::prelude::*;

use crate::{
    domain::{
        chat::ModelRole,
        config::{Provider, RunConfig},
        score::Score,
        usage::Usage,
    },
    ports::store::RunState,
    run::{
        forecast::{Outlook, Span},
        format::{count, dollars, duration, percent, short, thousands},
        view::RunView,
    },
    ui::{kit::spans::span_words, links, state::use_app},
};

/// Whether some role is simulated, so that scores say nothing about a real model.
pub fn is_simulated(config: &RunConfig) -> bool {
    ModelRole::ALL.into_iter().any(|role| config.models.of(role).provider == Provider::Practice)
}

/// Seed and best on all of validation.
#[component]
pub fn Scores() -> impl IntoView {
    let app = use_app();
    let seed = Memo::new(move |_| app.run.with(|run| run.seed_score()));
    let best = Memo::new(move |_| app.run.with(|run| (run.best, run.best_score())));
    let is_over = Memo::new(move |_| app.run.with(|run| run.state == RunState::Finished));
    let gain = move || {
        let (seed, best) = (seed.get()?, best.get().1?);
        let points = 100.0 * (share(&best) - share(&seed));
        Some(match points {
            points if points > 0.05 => format!("{points:+.1} points"),
            _ if is_over.get() => "no gain".to_owned(),
            _ => "no gain so far".to_owned(),
        })
    };
    view! {
        <dl class="facts run-scores" data-size="large" style="--min:11rem">
            <div>
                <dt>"Seed, all of validation"</dt>
                <dd>{move || score(seed.get(), "seed-score")}</dd>
            </div>
            <div>
                <dt>{move || if is_over.get() { "Best, all of validation" } else { "Best so far, all of validation" }}</dt>
                <dd>
                    {move || score(best.get().1, "best-score")} <small class="note">{move || gain().unwrap_or_default()}</small>
                </dd>
            </div>
            <div>
                <dt>"Best prompt"</dt>
                <dd>
                    {move || {
                        let version = best.get().0;
                        view! {
                            <a href=links::candidate(version).href() data-testid="best-version">
                                {version.to_string()}
                            </a>
                        }
                    }} <small class="note">{move || if best.get().0.0 == 0 { "the seed itself" } else { "see what changed" }}</small>
                </dd>
            </div>
        </dl>
    }
}

fn share(score: &Score) -> f64 {
    score.correct as f64 / score.planned.max(1) as f64
}

fn score(score: Option<Score>, testid: &'static str) -> impl IntoView {
    match score {
        Some(score) => {
            let missing = score.missing();
            let note = (missing > 0).then(|| view! { <small class="note">{format!("{missing} no answer")}</small> });
            view! {
                <span data-testid=testid data-correct=score.correct data-total=score.planned>
                    {percent(&score)}
                </span>
                {note}
            }
            .into_any()
        }
        None => view! {
            <span class="muted" data-testid=testid>
                "–"
            </span>
            <small class="note">"not scored yet"</small>
        }
        .into_any(),
    }
}

/// Progress, calls, tokens and time.
#[component]
pub fn Facts() -> impl IntoView {
    let app = use_app();
    let done = Memo::new(move |_| app.run.with(|run| run.rollouts.len()));
    let planned = Memo::new(move |_| app.run.with(|run| run.rollouts_planned()));
    let elapsed = Memo::new(move |_| app.run.with(|run| duration(run.active_ms)));
    let cost = Memo::new(move |_| app.run.with(RunView::money_words));
    let outlook = Memo::new(move |_| app.run.with(|run| run.outlook()));
    let is_over = Memo::new(move |_| app.run.with(|run| run.state == RunState::Finished));
    let whole = move || outlook.get().filter(|_| !is_over.get());
    let speed = move || outlook.with(|outlook| outlook.as_ref()?.tokens_per_second);
    let left = Memo::new(move |_| {
        app.run.with(|run| match (run.state, run.remaining_ms()) {
            (RunState::Finished, _) => "done".to_owned(),
            (_, Some(left)) => format!("about {}", duration(left)),
            (_, None) => "known after the first calls".to_owned(),
        })
    });
    view! {
        <section class="card" data-testid="facts">
            <header>
                <h2>"Progress"</h2>
                <p>
                    {move || match is_over.get() {
                        true => "done".to_owned(),
                        false => format!("{:.0} %", 100.0 * done.get() as f64 / planned.get().max(1) as f64),
                    }}
                </p>
            </header>
            <div class="stack" style="--gap:12px">
                <div class="spend">
                    <b data-testid="rollouts-done">{move || thousands(done.get() as u64)}</b>
                    <span class="note">
                        "of " <span data-testid="rollouts-planned">{move || thousands(planned.get() as u64)}</span> " rollouts planned"
                    </span>
                </div>
                <progress max=move || planned.get().max(1) prop:value=move || if is_over.get() { planned.get().max(1) } else { done.get() } as f64 aria-label="Rollouts done"></progress>
                <table class="table" data-plain="">
                    <thead>
                        <tr>
                            <th scope="col">"Model"</th>
                            <th scope="col" class="num">
                                "Calls"
                            </th>
                            <th scope="col" class="num">
                                "Tokens in"
                            </th>
                            <th scope="col" class="num">
                                "out"
                            </th>
                        </tr>
                    </thead>
                    <tbody>{ModelRole::ALL.map(|role| view! { <RoleRow role=role /> }).into_iter().collect_view()}</tbody>
                </table>
                <dl class="pairs">
                    <dt>"Time so far"</dt>
                    <dd data-testid="elapsed">{move || elapsed.get()}</dd>
                    <dt>"Time left"</dt>
                    <dd data-testid="time-left">{move || left.get()}</dd>
                    {move || {
                        speed()
                            .map(|speed| {
                                view! {
                                    <dt>"Speed of the model in the page"</dt>
                                    <dd data-testid="speed">{format!("{speed:.1} tokens a second")}</dd>
                                }
                            })
                    }}
                    <dt>"Cost so far"</dt>
                    <dd data-testid="cost">{move || cost.get()}</dd>
                </dl>
                {move || whole().map(|whole| view! { <Whole whole=whole /> })}
            </div>
        </section>
    }
}

/// What the run will have taken when it is over, once some of it was measured.
#[component]
fn Whole(whole: Outlook) -> impl IntoView {
    (whole.measured > 0).then(|| {
        let (calls, tokens) = (whole.calls(), whole.tokens());
        let Outlook { usd, ms, measured, .. } = whole;
        let rows = [
            ("calls", "Calls", Some(calls), span_words(calls, |calls| thousands(calls.round() as u64))),
            ("tokens", "Tokens", tokens, words_or(tokens, "not told", |tokens| short(tokens as u64))),
            ("money", "Money", usd, words_or(usd, "price unknown", dollars)),
            ("time", "Time", ms, words_or(ms, "–", duration)),
        ];
        let row = |(name, label, span, words): (&'static str, &'static str, Option<Span>, String)| {
            view! {
                <dt>{label}</dt>
                <dd data-testid=format!("whole-{name}") data-p50=span.map(|span| span.p50) data-p90=span.map(|span| span.p90)>
                    {words}
                </dd>
            }
        };
        view! {
            <p class="small">
                <b>"The whole run"</b>
                {format!(", foreseen from {}", count(measured as usize, "rollout"))}
            </p>
            <dl class="pairs">{rows.map(row).into_iter().collect_view()}</dl>
        }
    })
}

fn words_or(span: Option<Span>, unknown: &str, words: fn(f64) -> String) -> String {
    span.map_or_else(|| unknown.to_owned(), |span| span_words(span, words))
}

#[component]
fn RoleRow(role: ModelRole) -> impl IntoView {
    let app = use_app();
    let usage = Memo::new(move |_| app.run.with(|run| *run.usage.of(role)));
    let name = match role {
        ModelRole::Agent => "Agent",
        ModelRole::Critic => "Critic",
        ModelRole::Editor => "Editor",
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="num">
                <span data-testid=format!("calls-{}", role.name())>{move || thousands(usage.get().calls)}</span>
                {move || {
                    let cached = usage.get().cached_calls;
                    (cached > 0)
                        .then(|| {
                            view! {
                                <small class="note" data-testid=format!("cached-{}", role.name())>
                                    {format!(" ({cached} cached)")}
                                </small>
                            }
                        })
                }}
            </td>
            <td
                class="num"
                data-testid=format!("tokens-in-{}", role.name())
                data-value=move || usage.get().input_tokens
            >
                {move || tokens(&usage.get(), usage.get().input_tokens)}
            </td>
            <td
                class="num"
                data-testid=format!("tokens-out-{}", role.name())
                data-value=move || usage.get().output_tokens
            >
                {move || tokens(&usage.get(), usage.get().output_tokens)}
            </td>
        </tr>
    }
}

/// Tokens as far as the provider reported them.
fn tokens(usage: &Usage, tokens: u64) -> String {
    match usage.unmetered_calls {
        // Lost calls told nothing either.
        unmetered if unmetered > 0 && unmetered == usage.paid_calls() + usage.lost_calls => "not told".into(),
        0 => short(tokens),
        _ => format!("≥ {}", short(tokens)),
    }
}
