//! What running every gold query once has shown: those that fail, take too long or return nothing, with their reason.

use leptos::prelude::*;

use crate::{
    run::{
        format::{count, thousands},
        gold::{GoldCheck, GoldFinding, GoldKind},
    },
    ui::{
        kit::{Standing, Status},
        route::use_here,
        state::{GoldState, use_app},
    },
};

/// Queries of one kind that are listed with their reason; the table of questions has all.
const LISTED: usize = 100;
/// The filter in the URL, also of the table of questions.
pub const PROBLEM: &str = "gold";

/// The check's progress, then what it found.
#[component]
pub fn GoldQueries() -> impl IntoView {
    let app = use_app();
    let start = move |words: &'static str| {
        view! {
            <button class="button" data-size="small" type="button" data-testid="gold-start" on:click=move |_| app.check_gold()>
                {words}
            </button>
        }
    };
    let shown = move || match app.gold.get() {
        GoldState::Unknown => view! {
            <div class="row">
                <Status standing=Standing::Waiting words="Gold queries not checked" />
                {start("Check them")}
            </div>
        }
        .into_any(),
        GoldState::Checking { done, total } => {
            let words = format!("Checking the gold queries: {} of {}", thousands(done as u64), thousands(total as u64));
            view! {
                <Status standing=Standing::Running words=words />
                <progress aria-label="Gold queries checked" max=total prop:value=done as f64></progress>
            }
            .into_any()
        }
        GoldState::Failed(words) => view! {
            <div class="row">
                <Status standing=Standing::Failed words=format!("The check of the gold queries stopped: {words}") />
                {start("Check again")}
            </div>
        }
        .into_any(),
        GoldState::Checked(check) => view! { <Found check=(*check).clone() /> }.into_any(),
    };
    let any = Memo::new(move |_| app.dataset.with(|dataset| dataset.as_ref().is_some_and(|d| !d.examples.is_empty())));
    move || {
        any.get().then(|| {
            view! {
                <div class="gold" data-testid="gold-check">
                    {shown}
                </div>
            }
        })
    }
}

#[component]
fn Found(check: GoldCheck) -> impl IntoView {
    let app = use_app();
    let standing = if check.findings.is_empty() { Standing::Done } else { Standing::Warning };
    let stopping = check.findings.iter().filter(|found| found.fault.kind().stops_runs()).count();
    let all = stopping == check.total;
    let kinds = GoldKind::ALL.into_iter().map(|kind| one_kind(&check, kind)).collect_view();
    view! {
        <h3 class="row">
            <Status standing=standing words=check.words() />
        </h3>
        {kinds}
        {(stopping > 0 && !all)
            .then(|| {
                view! {
                    <div class="row">
                        <button
                            class="button"
                            data-size="small"
                            type="button"
                            data-testid="gold-leave-out"
                            on:click=move |_| app.leave_out_broken_gold()
                        >
                            {format!("Leave out {}", count(stopping, "question"))}
                        </button>
                        <span class="note">"A run pauses at a gold query without a result. Or correct the file and load it again."</span>
                    </div>
                }
            })}
    }
}

fn one_kind(check: &GoldCheck, kind: GoldKind) -> impl IntoView + use<> {
    let found: Vec<&GoldFinding> = check.of(kind).collect();
    (!found.is_empty()).then(|| {
        let more = found.len().saturating_sub(LISTED);
        let rows = found.iter().take(LISTED).map(|found| one(found)).collect_view();
        let summary = format!(
            "{} {}",
            thousands(found.len() as u64),
            if found.len() == 1 { kind.words() } else { kind.words_of_several() }
        );
        let advice = (kind == GoldKind::NoRows)
            .then_some("Every answer without rows counts as right on these questions, whatever it asks for.");
        let here = use_here();
        let href = move || here.location().with(PROBLEM, kind.name()).href();
        view! {
            <details class="not-needed" data-testid=format!("gold-{}", kind.name())>
                <summary class="small">{summary}</summary>
                {advice.map(|words| view! { <p class="note">{words}</p> })}
                <ul class="small muted">{rows}</ul>
                {(more > 0).then(|| view! { <p class="note">{format!("And {} more.", thousands(more as u64))}</p> })}
                <a class="small" href=href>
                    "Show them among the questions"
                </a>
            </details>
        }
    })
}

fn one(found: &GoldFinding) -> impl IntoView + use<> {
    let on = found.file.as_ref().map(|file| format!(" on {file}")).unwrap_or_default();
    view! {
        <li>
            <code>{found.example.to_string()}</code>
            {format!("{on}: {}.", found.fault)}
        </li>
    }
}
