//! The runs that are stored here, newest first. A row ends in a verdict, not in a score.

use leptos::prelude::*;

use crate::{
    browser::clock::offset_minutes,
    domain::{
        id::{RunId, Version},
        score::Score,
    },
    ports::store::{RunState, RunSummary},
    run::{
        format::{date_time, percent, thousands},
        verdict::{Paired, Verdict, headline},
    },
    ui::{
        kit::{Confirm, Glyph, Icon, SearchField, Standing, Status},
        links,
        route::{Route, use_here},
        state::{AppState, use_app},
    },
};

/// The table of runs, with a search over their names and models.
#[component]
pub fn RecentRuns() -> impl IntoView {
    let app = use_app();
    let wanted = RwSignal::new(String::new());
    let doomed = RwSignal::new(None::<RunSummary>);
    let asking = RwSignal::new(false);
    let picked = RwSignal::new(Vec::<RunId>::new());
    let found = Memo::new(move |_| {
        let wanted = wanted.get().to_lowercase();
        let matches = |run: &RunSummary| format!("{} {}", run.name, model_words(run)).to_lowercase().contains(&wanted);
        app.runs.with(|runs| runs.iter().filter(|run| matches(run)).cloned().collect::<Vec<_>>())
    });
    let table = move || {
        let runs = found.get();
        if runs.is_empty() {
            return view! { <p class="pad-l muted">"No run has this in its name or model."</p> }.into_any();
        }
        let delete = Callback::new(move |run| {
            doomed.set(Some(run));
            asking.set(true);
        });
        let rows = runs.into_iter().map(|run| row(app, run, picked, delete)).collect_view();
        view! {
            <div class="table-wrap">
                <table class="table" data-stack="" data-rows="tall" data-testid="recent-runs">
                    <thead>
                        <tr>
                            <th>
                                <span class="vh">"Compare"</span>
                            </th>
                            <th>"Run"</th>
                            <th>"Validation, seed → best"</th>
                            <th>"Held-out verdict"</th>
                            <th class="num">"Rounds"</th>
                            <th class="num">"Calls"</th>
                            <th>"Date"</th>
                            <th>
                                <span class="vh">"Actions"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let name = Signal::derive(move || doomed.with(|run| run.as_ref().map(|run| run.name.clone()).unwrap_or_default()));
    let delete = move |()| {
        if let Some(run) = doomed.get_untracked() {
            app.delete_run(run.id);
        }
    };
    let content = move || {
        if app.runs.with(Vec::is_empty) {
            return view! {
                <NoRuns />
            }
            .into_any();
        }
        view! {
            <div class="card" data-flush="">
                {table}
            </div>
        }
        .into_any()
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Recent runs"</h2>
                {move || {
                    (app.runs.with(Vec::len) > 1)
                        .then(|| {
                            view! {
                                <div class="row">
                                    <Compare picked=picked />
                                    <SearchField label="Search runs" testid="runs-search" value=wanted set=move |words: String| wanted.set(words) />
                                </div>
                            }
                        })
                }}
            </div>
            {content}
            <Confirm
                open=asking
                title=Signal::derive(move || format!("Delete {}?", name.get()))
                words="Its prompts, scores and every answer are deleted from this browser. Export the run first to keep it."
                verb="Delete"
                keep="Keep it"
                testid="delete-run-confirm"
                confirm=delete
            />
        </section>
    }
}

/// The way to the comparison of the runs that are ticked.
#[component]
fn Compare(picked: RwSignal<Vec<RunId>>) -> impl IntoView {
    let app = use_app();
    // What was deleted since is not compared.
    let ids = Memo::new(move |_| {
        let stored = |id: &RunId| app.runs.with(|runs| runs.iter().any(|run| run.id == *id));
        picked.with(|ids| ids.iter().filter(|id| stored(id)).cloned().collect::<Vec<_>>())
    });
    move || match ids.with(Vec::len) {
        number @ (0 | 1) => {
            let words = if number == 0 { "Tick two or more to compare them" } else { "Tick one more to compare them" };
            view! { <span class="note">{words}</span> }.into_any()
        }
        number => view! {
            <a class="button" href=ids.with(|ids| links::compare(ids).href()) data-testid="compare-runs">
                <Icon glyph=Glyph::Results />
                {format!("Compare {number} runs")}
            </a>
        }
        .into_any(),
    }
}

fn row(app: AppState, run: RunSummary, picked: RwSignal<Vec<RunId>>, delete: Callback<RunSummary>) -> impl IntoView {
    let here = use_here();
    let place = if run.state == RunState::Finished { Route::Results } else { Route::Run };
    let id = run.id.clone();
    let open = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        app.open_run(id.clone());
        here.go(place);
    };
    let rounds = match run.state {
        _ if run.checks.is_some() => "–".to_owned(),
        RunState::Finished => run.rounds_done.to_string(),
        _ => format!("{} of {}", run.rounds_done, run.rounds_planned),
    };
    let date = date_time(run.started_at, offset_minutes(run.started_at));
    let (day, minute) = date.split_once(' ').unwrap_or((&date, ""));
    let name = run.name.clone();
    let is_picked = {
        let id = run.id.clone();
        move || picked.with(|ids| ids.contains(&id))
    };
    let pick = {
        let id = run.id.clone();
        move |is_wanted: bool| {
            picked.update(|ids| {
                ids.retain(|known| *known != id);
                if is_wanted {
                    ids.push(id.clone());
                }
            });
        }
    };
    view! {
        <tr>
            <td class="row-pick">
                <input
                    type="checkbox"
                    aria-label=format!("Compare {name}")
                    prop:checked=is_picked
                    on:change=move |event| pick(event_target_checked(&event))
                />
            </td>
            <td data-main="">
                <a href=place.href() on:click=open>
                    <b>{run.name.clone()}</b>
                </a>
                <div class="note">{model_words(&run)}</div>
            </td>
            <td data-label="Validation">{validation(&run)}</td>
            <td data-label="Verdict">{verdict(&run)}</td>
            <td class="num" data-third="" data-label="Rounds">
                {rounds}
            </td>
            <td class="num" data-third="" data-label="Calls">
                {thousands(run.calls)}
            </td>
            <td data-third="" data-label="Date">
                <time>
                    <span class="nowrap">{day.to_owned()}</span>
                    " "
                    <span class="nowrap">{minute.to_owned()}</span>
                </time>
            </td>
            <td class="row-action">
                <button
                    class="button"
                    data-kind="quiet"
                    data-size="small"
                    type="button"
                    aria-label=format!("Delete {name}")
                    on:click=move |_| delete.run(run.clone())
                >
                    "Delete"
                </button>
            </td>
        </tr>
    }
}

fn model_words(run: &RunSummary) -> String {
    if run.model.is_empty() { "Practice model (simulated)".into() } else { run.model.clone() }
}

fn validation(run: &RunSummary) -> impl IntoView + use<> {
    if let Some(version) = run.checks {
        return view! { <span class="muted">{format!("Check of {version}")}</span> }.into_any();
    }
    let (Some(seed), Some(best)) = (run.seed_score, run.best_score) else {
        return view! { <span class="muted">"Not scored yet"</span> }.into_any();
    };
    let share = |score: &Score| percent(score).split(" (").next().unwrap_or_default().to_owned();
    let counts = |score: &Score| format!("{}/{}", score.correct, score.planned);
    let so_far = if run.state == RunState::Finished { "" } else { " so far" };
    view! {
        {share(&seed)}
        " → "
        <b>{share(&best)}</b>
        <div class="note">{format!("{} → {}{so_far}", counts(&seed), counts(&best))}</div>
    }
    .into_any()
}

fn verdict(run: &RunSummary) -> impl IntoView + use<> {
    let (fixed, broken) = (run.held_out_fixed, run.held_out_broken);
    let (standing, words) = match (run.state, run.seed_held_out, run.best_held_out) {
        (RunState::Finished, ..) if run.best_version == Version::SEED => {
            (Standing::Unproven, headline(Verdict::Unchanged))
        }
        (RunState::Finished, Some(_), Some(_)) => match (Paired { fixed, broken, ..Paired::default() }).verdict() {
            verdict @ Verdict::Better { .. } => (Standing::Done, headline(verdict)),
            verdict @ Verdict::Worse { .. } => (Standing::Failed, headline(verdict)),
            verdict => (Standing::Unproven, headline(verdict)),
        },
        (RunState::Finished, ..) => (Standing::Waiting, "No held-out questions".into()),
        (state, ..) => (state.into(), format!("{}, not checked", capital(state.name()))),
    };
    let counts = match (run.seed_held_out, run.best_held_out) {
        (Some(seed), Some(best)) if run.best_version != Version::SEED => Some(format!(
            "{}/{} → {}/{} · fixed {fixed}, broke {broken}",
            seed.correct, seed.planned, best.correct, best.planned
        )),
        _ => None,
    };
    view! {
        <Status standing=standing words=words />
        {counts.map(|counts| view! { <div class="note">{counts}</div> })}
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The steps of the work: where each is, and what it is for.
const STEPS: [(Route, &str); 5] = [
    (Route::Data, "Questions with the SQL that is right, and their databases. Some are held back for the end."),
    (Route::Prompt, "The prompt that you use today. The run tries to beat it."),
    (Route::Models, "One writes the SQL, one says what went wrong, one mends the prompt. They may be the same."),
    (Route::Run, "What it will take is said before it starts. Stop and resume it when you like."),
    (Route::Results, "Better, not proven or worse, on the questions held back; and every answer behind it."),
];

/// What a run is, for who has made none.
#[component]
fn NoRuns() -> impl IntoView {
    let step = |(route, words): (Route, &'static str)| {
        view! {
            <li>
                <a href=route.href()>{route.title()}</a>
                <p>{words}</p>
            </li>
        }
    };
    view! {
        <div class="empty">
            <Icon glyph=Glyph::Results />
            <b>"No runs yet"</b>
            <p>"Each run that you start or open is kept here, with its verdict. It takes five steps:"</p>
            <ol class="grid empty-steps" style="--min:9rem">
                {STEPS.map(step).collect_view()}
            </ol>
        </div>
    }
}
