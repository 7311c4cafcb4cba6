//! What the run would have ended with at a part of its calls, beside what it ended with.

use leptos::prelude::*;

use crate::{
    domain::score::Score,
    run::{
        format::{score_words, thousands},
        replay::reached_with,
        stopped::{Stop, since_words, stops},
    },
    ui::{
        links,
        state::{AppState, use_app},
    },
};

/// The table; nothing while the run goes on.
#[component]
pub fn StoppedEarlier() -> impl IntoView {
    let app = use_app();
    let all = Memo::new(move |_| app.run.with(|run| (stops(run), since_words(run))));
    move || {
        let (stops, since) = all.get();
        let end = stops.last()?.clone();
        let rows = stops.into_iter().map(|stop| row(app, stop, &end)).collect_view();
        Some(view! {
            <section class="card" data-flush="" data-below="" data-testid="stopped">
                <header>
                    <h2>"Had it stopped earlier"</h2>
                    <p>"The best prompt at a part of the calls"</p>
                </header>
                <div class="table-wrap">
                    <table class="table" data-stack="" data-testid="stopped-table">
                        <thead>
                            <tr>
                                <th scope="col">"Of the calls"</th>
                                <th scope="col" class="num">
                                    "Calls"
                                </th>
                                <th scope="col">"Best then"</th>
                                <th scope="col">"Validation"</th>
                                <th scope="col">"Held-out"</th>
                                <th scope="col">"Beside the end"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <footer>
                    <p>{since}</p>
                    <p class="note">
                        "Validation chose these prompts, so luck is in its scores. The held-out questions are asked of the seed and the winner alone."
                    </p>
                </footer>
            </section>
        })
    }
}

fn row(app: AppState, stop: Stop, end: &Stop) -> impl IntoView + use<> {
    let beside = stop.beside(end);
    let at = app.with_journal(|entries| reached_with(entries, stop.calls));
    let name = if stop.percent == end.percent { "All".to_owned() } else { format!("{} %", stop.percent) };
    view! {
        <tr data-percent=stop.percent>
            <th scope="row" data-third="first" class="nowrap">
                <a href=links::replay(at).href()>{name}</a>
            </th>
            <td class="num" data-third="first" data-label="Calls">
                {thousands(stop.calls)}
            </td>
            <td data-third="first" data-label="Best then">
                <a class="version" href=links::candidate(stop.best).href()>
                    {stop.best.to_string()}
                </a>
            </td>
            <td data-third="" data-label="Validation" class="nowrap">
                {score(stop.validation, "not scored yet")}
            </td>
            <td data-third="" data-label="Held-out" class="nowrap">
                {score(stop.held_out, "not asked")}
            </td>
            <td data-third="" data-label="Beside the end">
                {beside}
            </td>
        </tr>
    }
}

fn score(score: Option<Score>, absent: &'static str) -> AnyView {
    match score {
        Some(score) => score_words(&score).into_any(),
        None => view! { <span class="muted">{absent}</span> }.into_any(),
    }
}
