//! Candidate: a prompt's text and what changed in it, the critique that led to it, its scores and its rollouts.

mod change;
mod critique;
mod descent;
mod rollouts;
mod turns;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use self::{change::Change, critique::Critique, descent::Descent, rollouts::Rollouts, turns::Turns};
use super::need::NeedsRun;
use crate::{
    domain::{candidate::Origin, id::Version, rollout::Purpose, score::Score},
    run::{
        format::{count, percent, score_words},
        verdict::{Verdict, headline},
        view::RunView,
    },
    ui::{
        kit::{Empty, Glyph, Icon, PageHead},
        links,
        route::{Route, use_here},
        state::{AppState, use_app},
    },
};

/// The screen; the version is in the URL, the best if it names none.
#[component]
pub fn CandidateScreen() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let named = here.query("version");
    let version = Memo::new(move |_| {
        app.run.with(|run| {
            let version = named.with(|name| links::version(name.as_deref())).unwrap_or_else(|| run.recommended());
            run.candidate(version).map(|_| version)
        })
    });
    move || {
        match version.get() {
        Some(version) => view! { <OneCandidate version=version /> }.into_any(),
        None if app.run.with(|run| run.candidates.is_empty()) => view! {
            <PageHead title="Prompt of a run" />
            <NeedsRun
                glyph=Glyph::Prompt
                title="No prompt of a run yet"
                words="Each prompt that a run tries opens here: what changed in it and why, its scores and its rollouts."
            />
        }
        .into_any(),
        None => view! {
            <PageHead title="Prompt of a run" />
            <Empty
                glyph=Glyph::Prompt
                title="No such prompt"
                words="The run on the screens has no prompt with this number. All that it has stand on Results."
            >
                <a class="button" data-kind="primary" href=Route::Results.href()>
                    "Go to Results"
                </a>
            </Empty>
        }
        .into_any(),
    }
    }
}

/// What the head says.
#[derive(Clone, PartialEq)]
struct Head {
    is_best: bool,
    parent: Option<Version>,
    round: u32,
    /// The version and the run that a checked prompt comes from.
    checked: Option<(Version, String)>,
    words: usize,
    rules: usize,
    text: String,
}

fn head(run: &RunView, version: Version) -> Option<Head> {
    let candidate = &run.candidate(version)?.candidate;
    Some(Head {
        is_best: version == run.best,
        parent: candidate.parent(),
        round: candidate.round(),
        checked: match (&candidate.origin, run.started.as_ref().and_then(|started| started.check.as_ref())) {
            (Origin::Checked { version }, Some(check)) => Some((*version, check.run.clone())),
            _ => None,
        },
        words: candidate.template.words(),
        rules: candidate.template.rules(),
        text: candidate.template.as_str().to_owned(),
    })
}

#[component]
fn OneCandidate(version: Version) -> impl IntoView {
    let app = use_app();
    let head = Memo::new(move |_| app.run.with(|run| head(run, version)));
    let name = move || {
        let badge = match (head.with(|head| head.as_ref().is_some_and(|head| head.is_best)), version) {
            (true, _) => Some((Some("accent"), "Best")),
            (false, Version::SEED) => Some((None, "Seed")),
            _ => None,
        };
        view! {
            {version.to_string()}
            " "
            {badge.map(|(tone, words)| view! { <span class="badge" data-tone=tone>{words}</span> })}
        }
    };
    let words = move || {
        head.get().map(|head| {
            let length = format!("{}, {}", count(head.words, "word"), count(head.rules, "rule"));
            match head.parent {
                _ if head.checked.is_some() => {
                    let from = head.checked.map(|(version, run)| format!("{version} of the run {run} · {length}"));
                    view! { {from} }.into_any()
                }
                Some(parent) => view! {
                    {format!("Round {}, edited from ", head.round)}
                    <a href=links::candidate(parent).href()>{parent.to_string()}</a>
                    {format!(" · {length}")}
                }
                .into_any(),
                None => view! { {format!("The prompt that the run began with · {length}")} }.into_any(),
            }
        })
    };
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=Route::Results.href()>"Results"</a>
            <span>{version.to_string()}</span>
        </nav>
        <div class="page-head">
            <div>
                <h1>{name}</h1>
                <p>{words}</p>
            </div>
            <div class="page-actions">
                <CopyButton text=Signal::derive(move || head.get().map(|head| head.text).unwrap_or_default()) />
                <a class="button" href=links::ask(version).href() data-testid="ask-prompt">
                    "Ask it a question"
                </a>
                <SeedButton version=version text=Signal::derive(move || head.get().map(|head| head.text).unwrap_or_default()) />
                {(version != Version::SEED && !app.run.with_untracked(RunView::is_check))
                    .then(|| {
                        view! {
                            <a class="button" href=links::check(version).href() data-testid="check-prompt">
                                "Check elsewhere"
                            </a>
                        }
                    })}
                <button
                    class="button"
                    type="button"
                    data-testid="save-prompt"
                    on:click=move |_| app.save_candidate(version)
                >
                    <Icon glyph=Glyph::Export />
                    "Save as .md"
                </button>
            </div>
        </div>
        <section class="card">
            <Scores version=version />
        </section>
        <div class="split" style="--side:24rem">
            <Change version=version />
            <div class="stack" style="--gap:24px">
                <Critique version=version />
                <Descent version=version />
            </div>
        </div>
        <Turns version=version />
        <Rollouts version=version />
    }
}

/// Copies the prompt; says so in place, or what to do if the browser refuses.
#[component]
fn CopyButton(text: Signal<String>) -> impl IntoView {
    let said = RwSignal::new("Copy prompt");
    let copy = move |_| {
        let promise = window().navigator().clipboard().write_text(&text.get_untracked());
        spawn_local(async move {
            let words =
                if JsFuture::from(promise).await.is_ok() { "Copied" } else { "Not allowed here: select the text" };
            said.try_set(words);
        });
    };
    view! {
        <button class="button" type="button" data-testid="copy-prompt" on:click=copy>
            <Icon glyph=Glyph::File />
            <span role="status">{move || said.get()}</span>
        </button>
    }
}

/// Makes the prompt the seed of the next run.
#[component]
fn SeedButton(version: Version, text: Signal<String>) -> impl IntoView {
    let app = use_app();
    let is_worse = Memo::new(move |_| app.run.with(|run| version == run.best && version != run.recommended()));
    let is_seed = Memo::new(move |_| app.config.with(|config| config.agent.seed().as_str() == text.get()));
    move || {
        if is_seed.get() {
            view! {
                <a class="button" href=Route::Prompt.href() data-testid="is-seed">
                    "Is the seed of the next run"
                </a>
            }
            .into_any()
        } else {
            view! {
                <button
                    class="button"
                    type="button"
                    data-testid="use-as-seed"
                    on:click=move |_| use_as_seed(app, text.get_untracked())
                >
                    {move || if is_worse.get() { "Use as seed although worse" } else { "Use as seed" }}
                </button>
            }
            .into_any()
        }
    }
}

/// The text goes into the prompt that the run optimized, which becomes the optimized one of the draft.
fn use_as_seed(app: AppState, text: String) {
    let node = app.run.with_untracked(|run| run.started.as_ref().map(|started| started.config.agent.optimized));
    app.config.update(|config| {
        let node = node.unwrap_or(config.agent.optimized);
        if config.agent.nodes().contains(&node) {
            config.agent.optimized = node;
        }
        config.agent.template_mut(config.agent.optimized).0 = text;
    });
}

/// A score with what stands below it.
#[derive(Clone, PartialEq)]
struct Told {
    name: String,
    score: Option<Score>,
    note: String,
}

fn scores(run: &RunView, version: Version) -> Vec<Told> {
    let Some(candidate) = run.candidate(version) else { return Vec::new() };
    let seed =
        |purpose| run.candidate(Version::SEED).and_then(|seed| seed.score(purpose)).map(|score| score_words(&score));
    let against_seed = |purpose| {
        let paired = run.paired(Version::SEED, version, purpose);
        seed(purpose).map(|seed| format!("seed {seed}, fixed {}, broke {}", paired.fixed, paired.broken))
    };
    let held_out = candidate.score(Purpose::HeldOut);
    let verdict = match run.held_out() {
        Some((_, Verdict::Unchanged)) | None => String::new(),
        Some((_, verdict)) => format!(". {}", headline(verdict)),
    };
    let is_seed = version == Version::SEED;
    let note = |purpose, score: Option<Score>, extra: &str, absent: &str| match (score, is_seed) {
        (None, _) => absent.to_owned(),
        (Some(_), true) => "what the others are measured against".to_owned(),
        (Some(_), false) => against_seed(purpose).map(|words| format!("{words}{extra}")).unwrap_or_default(),
    };
    let validation = candidate.score(Purpose::Validation);
    let mut told = vec![
        Told {
            name: "Held-out".into(),
            score: held_out,
            note: note(Purpose::HeldOut, held_out, &verdict, "only the seed and the best are checked"),
        },
        Told {
            name: "Validation".into(),
            score: validation,
            note: note(Purpose::Validation, validation, "", "only a round's leader is scored on all of it"),
        },
    ];
    let mut train = Score::default();
    for rollout in run.rollouts_of(version).filter(|rollout| rollout.purpose == Purpose::Train) {
        train.planned += 1;
        train.finished += usize::from(rollout.outcome.is_finished());
        train.correct += usize::from(rollout.outcome.is_right());
        train.no_answer += usize::from(rollout.outcome.is_finished() && rollout.outcome.reward().is_none());
    }
    if let Some(scored) = candidate.scores.iter().rev().find(|scored| scored.purpose == Purpose::Batch) {
        told.push(Told {
            name: format!("Batch of round {}", scored.round),
            score: Some(scored.score),
            note: "used to choose, not to report".into(),
        });
    }
    if train.planned > 0 {
        let note = "rollouts for the critic, repeats among them".into();
        told.push(Told { name: "Train".into(), score: Some(train), note });
    }
    told
}

#[component]
fn Scores(version: Version) -> impl IntoView {
    let app = use_app();
    let scores = Memo::new(move |_| app.run.with(|run| scores(run, version)));
    let one = |told: Told| {
        view! {
            <div>
                <dt>{told.name}</dt>
                <dd>
                    {told.score.map_or("–".to_owned(), |score| percent(&score))} <small class="note">{told.note}</small>
                </dd>
            </div>
        }
    };
    view! {
        <dl class="facts scores" style="--min:12rem" data-testid="candidate-scores">
            {move || scores.get().into_iter().map(one).collect_view()}
        </dl>
    }
}
