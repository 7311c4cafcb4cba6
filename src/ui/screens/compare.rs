//! Compare runs: what each came to and took, in which settings they differ, and their best prompts on shared held-out questions.

mod figures;
mod pairs;
mod settings;

use std::rc::Rc;

use leptos::prelude::*;

use self::{figures::Figures, pairs::Pairs, settings::Settings};
use crate::{
    domain::id::RunId,
    run::{
        comparison::{MOST, Side, caveats},
        format::count,
    },
    ui::{
        kit::{Banner, Empty, Glyph, PageHead, Tone},
        route::{Route, use_here},
        state::use_app,
    },
};

/// The runs that could be read, in the order of the URL.
pub type Sides = Rc<Vec<(RunId, Side)>>;

/// What came of reading the runs of the URL.
#[derive(Clone)]
struct Read {
    sides: Sides,
    /// Why others are not there, in words.
    missing: Vec<String>,
}

/// The runs that a URL names, each once.
fn named(runs: Option<&str>) -> Vec<RunId> {
    let mut ids: Vec<RunId> = Vec::new();
    for name in runs.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let id = RunId::from(name);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The screen; the runs are in the URL.
#[component]
pub fn CompareScreen() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let runs = here.query("runs");
    let read = LocalResource::new(move || {
        let ids = runs.with(|runs| named(runs.as_deref()));
        async move {
            let (mut sides, mut missing) = (Vec::new(), Vec::new());
            if ids.len() > MOST {
                missing.push(format!(
                    "At most {MOST} runs are compared at once: the last {} are left out.",
                    ids.len() - MOST
                ));
            }
            for id in ids.into_iter().take(MOST) {
                match app.read_side(&id).await {
                    Ok(Some(side)) => sides.push((id, side)),
                    Ok(None) => missing.push(format!(
                        "No run {id} is stored in this browser: it was deleted, or the link comes from another browser."
                    )),
                    Err(error) => missing.push(format!("The run {id} cannot be compared. {error}")),
                }
            }
            Read { sides: Rc::new(sides), missing }
        }
    });
    let has_sides = move || read.get().is_some_and(|read| read.sides.len() > 1);
    view! {
        <PageHead title="Compare runs" words="What each run came to and what it took, in which settings they differ, and which best prompt is better.">
            {move || {
                has_sides()
                    .then(|| {
                        view! {
                            <a class="button" href=Route::Home.href()>
                                "Choose others"
                            </a>
                        }
                    })
            }}
        </PageHead>
        {move || match read.get() {
            Some(read) => shown(read, app.runs.with(Vec::len)).into_any(),
            None => view! { <p class="muted" role="status">"Reading the runs"</p> }.into_any(),
        }}
    }
}

fn shown(read: Read, stored: usize) -> impl IntoView {
    let Read { sides, missing } = read;
    let gone = (!missing.is_empty()).then(|| {
        let title = format!("{} not shown", count(missing.len(), "run"));
        view! { <Banner tone=Tone::Warn title=title words=missing.join(" ") testid="compare-missing" /> }
    });
    let content = match sides.len() {
        0 | 1 => {
            view! {
                <Empty
                    glyph=Glyph::Results
                    title="Two runs make a comparison"
                    words=match stored {
                        0 | 1 => "Each run that you start or open is kept on Home. As soon as there are two, tick them there.",
                        _ => "Tick two or more of the runs on Home, then compare them.",
                    }
                >
                    <a class="button" data-kind="primary" href=Route::Home.href()>
                        "Go to Home"
                    </a>
                </Empty>
            }
            .into_any()
        }
        _ => {
            let of: Vec<&Side> = sides.iter().map(|(_, side)| side).collect();
            let told = caveats(&of);
            let told = (!told.is_empty()).then(|| {
                let lines = told.into_iter().map(|words| view! { <li>{words}</li> }).collect_view();
                view! {
                    <section class="card" data-testid="compare-caveats">
                        <header>
                            <h2>"Before you compare"</h2>
                        </header>
                        <ul class="changed">{lines}</ul>
                    </section>
                }
            });
            view! {
                <Figures sides=sides.clone() />
                {told}
                <Pairs sides=sides.clone() />
                <Settings sides=sides />
            }
            .into_any()
        }
    };
    view! {
        {gone}
        {content}
    }
}
