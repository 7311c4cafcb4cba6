//! One row for each prompt: what changed, how it scored, how long it is.

use leptos::prelude::*;

use super::{ViewSwitch, choice::Choice};
use crate::{
    domain::{id::Version, rollout::Purpose},
    run::{
        format::{percent, score_words},
        rounds::changed_lines,
        verdict::Paired,
        view::RunView,
    },
    ui::{kit::Parts, links, state::use_app},
};

/// A row.
#[derive(Clone, PartialEq)]
struct Row {
    version: Version,
    is_best: bool,
    changed: String,
    /// On all of validation, in words; else on a batch.
    validation: Result<(String, f64), String>,
    paired: Option<Paired>,
    held_out: Option<String>,
    words: usize,
}

fn rows(run: &RunView) -> Vec<Row> {
    let mut rows: Vec<Row> = run
        .candidates
        .iter()
        .map(|candidate| {
            let version = candidate.candidate.version;
            let full = candidate.score(Purpose::Validation);
            let batch = candidate.score(Purpose::Batch);
            Row {
                version,
                is_best: version == run.best,
                changed: match version {
                    Version::SEED => "The original".into(),
                    _ => changed_lines(run, version).into_iter().next().unwrap_or_else(|| "Words within lines".into()),
                },
                validation: match (full, batch) {
                    (Some(score), _) => {
                        Ok((score_words(&score), 100.0 * score.correct as f64 / score.planned.max(1) as f64))
                    }
                    (None, Some(score)) => Err(format!("batch only, {}", percent(&score))),
                    (None, None) => Err("not scored yet".into()),
                },
                paired: (full.is_some() && version != Version::SEED && run.seed_score().is_some())
                    .then(|| run.paired(Version::SEED, version, Purpose::Validation)),
                held_out: candidate.score(Purpose::HeldOut).map(|score| score_words(&score)),
                words: candidate.candidate.template.words(),
            }
        })
        .collect();
    let rank = |row: &Row| row.validation.as_ref().map_or(-1.0, |(_, share)| *share);
    rows.sort_by(|a, b| (b.is_best, rank(b)).partial_cmp(&(a.is_best, rank(a))).unwrap_or(std::cmp::Ordering::Equal));
    rows
}

/// The table of prompts.
#[component]
pub fn Candidates(choice: Choice) -> impl IntoView {
    let app = use_app();
    let rows = Memo::new(move |_| app.run.with(rows));
    view! {
        <section aria-label="Prompts">
            <div class="section-head view-head">
                <ViewSwitch choice=choice />
                <p>"The best of those that were scored on all of validation first, then the others by number"</p>
            </div>
            <div class="card" data-flush="">
                <div class="table-wrap">
                    <table class="table" data-stack="" data-testid="candidates-table">
                        <thead>
                            <tr>
                                <th scope="col">"Prompt"</th>
                                <th scope="col">"What changed"</th>
                                <th scope="col">"Validation"</th>
                                <th scope="col" class="num">
                                    "Fixed"
                                </th>
                                <th scope="col" class="num">
                                    "Broke"
                                </th>
                                <th scope="col">"Held-out"</th>
                                <th scope="col" class="num">
                                    "Words"
                                </th>
                            </tr>
                        </thead>
                        <tbody>{move || rows.get().into_iter().map(line).collect_view()}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
}

fn line(row: Row) -> impl IntoView {
    let badge = match (row.is_best, row.version) {
        (true, _) => Some((Some("accent"), "Best")),
        (false, Version::SEED) => Some((None, "Seed")),
        _ => None,
    };
    let badge = badge.map(|(tone, words)| view! { <span class="badge" data-tone=tone>{words}</span> });
    let validation = match row.validation {
        Ok((words, share)) => view! {
            {words}
            <span class="meter" data-tone=(!row.is_best).then_some("muted")>
                <i style=format!("--v:{share:.1}%")></i>
            </span>
        }
        .into_any(),
        Err(words) => view! {
            <span class="muted">
                <Parts words=words />
            </span>
        }
        .into_any(),
    };
    let number =
        |get: fn(&Paired) -> usize| row.paired.as_ref().map_or("–".to_owned(), |paired| get(paired).to_string());
    view! {
        <tr aria-selected=row.is_best.then_some("true")>
            <td data-main="" class="nowrap">
                <a class="version" href=links::candidate(row.version).href()>
                    {row.version.to_string()}
                </a>
                " "
                {badge}
            </td>
            <td data-main="">{row.changed}</td>
            <td data-label="Validation" class="nowrap">
                {validation}
            </td>
            <td class="num" data-third="" data-label="Fixed">
                {number(|paired| paired.fixed)}
            </td>
            <td class="num" data-third="" data-label="Broke">
                {number(|paired| paired.broken)}
            </td>
            <td data-label="Held-out" class="nowrap">{row.held_out.unwrap_or_else(|| "not run".into())}</td>
            <td class="num" data-third="" data-label="Words">
                {row.words}
            </td>
        </tr>
    }
}
