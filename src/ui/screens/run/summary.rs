//! What each round brought, in a table as in the seed article, and the best prompt's text.

use leptos::prelude::*;

use crate::{
    domain::id::Version,
    run::{
        format::{percent, score_words},
        rounds::{RoundSummary, summary},
        view::RunView,
    },
    ui::{kit::template_spans, links, state::use_app},
};

/// New lines of a prompt that the table shows.
const LINES: usize = 3;

/// The table by rounds.
#[component]
pub fn Summary() -> impl IntoView {
    let app = use_app();
    let rows = Memo::new(move |_| app.run.with(summary));
    view! {
        <section class="card" data-flush="" data-below="">
            <header>
                <h2>"Round by round"</h2>
                <p>"The best prompt after each, on all of validation"</p>
            </header>
            <div class="table-wrap">
                <table class="table" data-stack="" data-testid="summary-table">
                    <thead>
                        <tr>
                            <th scope="col">"Round"</th>
                            <th scope="col">"Best"</th>
                            <th scope="col">"Validation"</th>
                            <th scope="col">"What changed"</th>
                            <th scope="col" class="num">
                                "Words"
                            </th>
                            <th scope="col" class="num">
                                "Rules"
                            </th>
                        </tr>
                    </thead>
                    <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(row: RoundSummary) -> impl IntoView {
    let name = if row.round == 0 { "Seed".to_owned() } else { format!("Round {}", row.round) };
    let score = row.score.map_or("not scored".to_owned(), |score| score_words(&score));
    let changed = changed(&row);
    view! {
        <tr data-round=row.round>
            <th scope="row" data-third="first" class="nowrap">
                {name}
            </th>
            <td data-third="first" data-label="Best">
                <a class="version" href=links::candidate(row.best).href()>
                    {row.best.to_string()}
                </a>
            </td>
            <td data-third="first" data-label="Validation" class="nowrap">
                {score}
            </td>
            <td data-main="" data-label="What changed">
                {changed}
            </td>
            <td class="num" data-third="" data-label="Words">
                {row.words}
            </td>
            <td class="num" data-third="" data-label="Rules">
                {row.rules}
            </td>
        </tr>
    }
}

fn changed(row: &RoundSummary) -> AnyView {
    if row.round == 0 {
        return view! { <span class="muted">"The prompt that the run began with"</span> }.into_any();
    }
    if let Some((version, score)) = row.refused {
        return view! { <span class="muted">{format!("Nothing: {version} came to {} and is not better", percent(&score))}</span> }
            .into_any();
    }
    if !row.is_new {
        return view! { <span class="muted">"Nothing: no new prompt came to the end of the round"</span> }.into_any();
    }
    if row.changed.is_empty() {
        return view! { <span class="muted">"Words within lines; no new line"</span> }.into_any();
    }
    let more = row.changed.len().saturating_sub(LINES);
    let lines = row.changed.iter().take(LINES).map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    view! {
        <ul class="changed">{lines}</ul>
        {(more > 0)
            .then(|| {
                view! {
                    <a class="note" href=links::candidate(row.best).href()>
                        {format!("and {more} more")}
                    </a>
                }
            })}
    }
    .into_any()
}

/// The text of the prompt to take: the best so far, or the original after "worse".
#[component]
pub fn BestPrompt() -> impl IntoView {
    let app = use_app();
    let best = Memo::new(move |_| {
        app.run.with(|run| {
            let (taken, is_kept) = (run.recommended(), run.recommended() != run.best);
            Some((taken, is_kept, run.candidate(taken)?.candidate.template.as_str().to_owned()))
        })
    });
    move || {
        best.get().map(|(version, is_kept, text)| {
            let title = match version {
                _ if is_kept => "Prompt to keep: the original".to_owned(),
                _ if app.run.with_untracked(RunView::is_check) => format!("The checked prompt: {version}"),
                Version::SEED => "Best prompt: the seed".to_owned(),
                _ => format!("Best prompt: {version}"),
            };
            view! {
                <section class="card" data-below="">
                    <header>
                        <h2>{title}</h2>
                        <p>
                            <a href=links::candidate(version).href()>"What changed, and why"</a>
                        </p>
                    </header>
                    <div class="text best-text" data-testid="best-prompt" role="region" aria-label="Its text" tabindex="0">
                        {template_spans(&text)}
                    </div>
                </section>
            }
        })
    }
}
