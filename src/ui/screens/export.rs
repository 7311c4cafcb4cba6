//! Export: five ordinary files, what is in each, that no key is, and a look into them. Runs and settings come back in here.

use std::rc::Rc;

use leptos::prelude::*;

use crate::{
    domain::{chat::ModelRole, id::Version},
    ports::{files::InputFile, store::RunState},
    run::{
        export::Export,
        format::{bytes, count},
    },
    text2sql::preview::cut,
    ui::{
        kit::{Banner, Empty, Glyph, PageHead, Tone, drop::files_of, template_spans},
        route::{Route, use_here},
        state::{AppState, ExportKind, use_app},
    },
};

/// Characters of a file that the preview shows.
const PREVIEW: usize = 6_000;

const KINDS: [ExportKind; 7] = [
    ExportKind::PromptMd,
    ExportKind::PromptJson,
    ExportKind::WinnerMd,
    ExportKind::WinnerJson,
    ExportKind::ResultsCsv,
    ExportKind::Run,
    ExportKind::Settings,
];

/// The name of a kind in a URL and in its test id.
fn slug(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::PromptMd => "prompt-md",
        ExportKind::PromptJson => "prompt-json",
        ExportKind::WinnerMd => "winner-md",
        ExportKind::WinnerJson => "winner-json",
        ExportKind::ResultsCsv => "results-csv",
        ExportKind::Run => "run",
        ExportKind::Settings => "settings",
    }
}

fn ending(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::PromptMd | ExportKind::WinnerMd => ".md",
        ExportKind::PromptJson | ExportKind::WinnerJson | ExportKind::Settings => ".json",
        ExportKind::ResultsCsv => ".csv",
        ExportKind::Run => ".jsonl",
    }
}

/// All files, in the order of `KINDS`; `None` for those that there is nothing for.
type Files = [Option<Made>; KINDS.len()];

/// A file as far as the screen shows it.
#[derive(Clone, PartialEq)]
struct Made {
    kind: ExportKind,
    name: String,
    size: u64,
    beginning: String,
    is_cut: bool,
    holds_key: bool,
}

fn made(app: AppState, kind: ExportKind) -> Option<Made> {
    let Export { name, content, .. } = app.export_preview(kind)?;
    let holds_key = app.keys.with(|keys| {
        ModelRole::ALL.into_iter().any(|role| {
            let key = keys.of(role);
            !key.is_empty() && content.contains(key.reveal())
        })
    });
    let is_cut = content.chars().nth(PREVIEW).is_some();
    Some(Made { kind, name, size: content.len() as u64, beginning: cut(&content, PREVIEW), is_cut, holds_key })
}

/// The screen.
#[component]
pub fn ExportScreen() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    // Files are made when the screen opens and when the run changes its state, not with every answer of a run under way.
    let state = Memo::new(move |_| (app.run.with(|run| run.state), app.run_id.get()));
    let files = Memo::new(move |_| {
        state.track();
        app.config.track();
        untrack(|| KINDS.map(|kind| made(app, kind)))
    });
    let recommended = Memo::new(move |_| app.run.with(|run| (run.recommended(), run.best)));
    let has_run = Memo::new(move |_| state.get().0 != RunState::Idle);
    let chosen = here.query("file");
    let shown = Memo::new(move |_| {
        let slug_of = chosen.get().unwrap_or_default();
        let wanted = KINDS.into_iter().find(|kind| slug(*kind) == slug_of);
        let otherwise = if has_run.get() { ExportKind::PromptMd } else { ExportKind::Settings };
        let wanted = wanted.unwrap_or(otherwise);
        files.with(|files| files.iter().flatten().find(|made| made.kind == wanted).cloned())
    });
    view! {
        <PageHead title="Export" words="Ordinary files. Each run and each settings file can be opened here again, by you or by a colleague." />
        {move || keys_banner(app, &files.get())}
        {move || {
            (!has_run.get())
                .then(|| {
                    view! {
                        <Empty
                            glyph=Glyph::Export
                            title="Nothing of a run to export yet"
                            words="Start a run, or open one that someone sent you. A stopped run can be exported as it is."
                        >
                            <a class="button" data-kind="primary" href=Route::Run.href()>
                                "Go to Run"
                            </a>
                        </Empty>
                    }
                })
        }}
        <div class="split" style="--side:26rem">
            <div class="stack" style="--gap:24px">
                <section class="card" data-flush="">
                    <ul class="exports">
                        {move || entry(
                            app,
                            files,
                            "Prompt",
                            prompt_words(recommended.get()),
                            "Text · scores with counts · verdict · the seed · model names",
                            &[ExportKind::PromptMd, ExportKind::PromptJson],
                        )}
                        {move || {
                            is_overruled(recommended.get())
                                .then(|| {
                                    entry(
                                        app,
                                        files,
                                        "The winner, all the same",
                                        "What the search chose, although it is worse on held-out questions.",
                                        "The same as above; the file's name and the choice in it say so",
                                        &[ExportKind::WinnerMd, ExportKind::WinnerJson],
                                    )
                                })
                        }}
                        {entry(
                            app,
                            files,
                            "Results",
                            "One row for each question and prompt, for a spreadsheet.",
                            "Question · gold and predicted SQL · right or wrong · kind of failure · the run's verdict as last row",
                            &[ExportKind::ResultsCsv],
                        )}
                        {entry(
                            app,
                            files,
                            "Run",
                            "Everything that happened, in order. Opened here it shows the same screens.",
                            "Settings · questions · every answer · every score. Databases are not inside",
                            &[ExportKind::Run],
                        )}
                        {entry(
                            app,
                            files,
                            "Settings",
                            "The settings of the run, to start another like it.",
                            "Search · agent and prompts · models and endpoints · split",
                            &[ExportKind::Settings],
                        )}
                    </ul>
                </section>
                <OpenFiles />
            </div>
            <Preview shown=shown has_winner=Signal::derive(move || is_overruled(recommended.get())) />
        </div>
    }
}

/// Whether the verdict keeps the winner back.
fn is_overruled((recommended, best): (Version, Version)) -> bool {
    recommended != best
}

fn prompt_words(choice: (Version, Version)) -> &'static str {
    match choice {
        choice if is_overruled(choice) => {
            "The original, because the winner is worse on held-out questions. As text, ready to be used; or with the scores and the verdict."
        }
        _ => {
            "The best prompt's text with its placeholders, ready to be used; or with its scores, the verdict and where it came from."
        }
    }
}

fn keys_banner(app: AppState, files: &Files) -> impl IntoView + use<> {
    let number = app.keys.with(|keys| ModelRole::ALL.into_iter().filter(|role| !keys.of(*role).is_empty()).count());
    let holding: Vec<String> =
        files.iter().flatten().filter(|made| made.holds_key).map(|made| made.name.clone()).collect();
    if !holding.is_empty() {
        let words = format!(
            "The key that you entered stands in {}. It must have been part of a prompt or an answer: do not share the file, and replace the key.",
            holding.join(", ")
        );
        return view! { <Banner tone=Tone::Bad title="A key is in these files" words=words testid="keys-checked" /> }
            .into_any();
    }
    let words = match number {
        0 => "Keys are kept apart from runs and settings; no file has a place for one.".to_owned(),
        number => format!(
            "Keys are kept apart from runs and settings. Checked just now: all files were searched for {} that you entered.",
            count(number, "key")
        ),
    };
    view! { <Banner tone=Tone::Good title="No key is in any of these files" words=words testid="keys-checked" /> }
        .into_any()
}

fn entry(
    app: AppState,
    files: Memo<Files>,
    title: &'static str,
    words: &'static str,
    inside: &'static str,
    kinds: &'static [ExportKind],
) -> impl IntoView {
    let here = use_here();
    let button = move |kind: ExportKind| {
        let size = Memo::new(move |_| {
            files.with(|files| files.iter().flatten().find(|made| made.kind == kind).map(|made| bytes(made.size)))
        });
        // The best prompt is what most people came for.
        let primary = (kind == ExportKind::PromptMd).then_some("primary");
        view! {
            <button
                class="button"
                data-kind=move || primary.filter(|_| size.get().is_some())
                type="button"
                data-testid=format!("export-{}", slug(kind))
                disabled=move || size.with(Option::is_none)
                on:click=move |_| {
                    here.select("file", slug(kind));
                    app.export(kind);
                }
            >
                {format!("Save {}", ending(kind))}
                <span class="size">{move || size.get()}</span>
            </button>
        }
    };
    view! {
        <li>
            <div>
                <h2>{title}</h2>
                <p>{words}</p>
                <p class="note">{inside}</p>
            </div>
            <div class="row">{kinds.iter().map(|kind| button(*kind)).collect_view()}</div>
        </li>
    }
}

/// Opening what was exported.
#[component]
fn OpenFiles() -> impl IntoView {
    let app = use_app();
    view! {
        <section class="card">
            <header>
                <h2>"Open a file"</h2>
                <p>"Nothing leaves this browser"</p>
            </header>
            <div class="grid" style="--min:14rem">
                {opener(
                    "import-run",
                    "A run (.jsonl)",
                    "Shows the same screens, without a model.",
                    ".jsonl,.json,.txt",
                    Callback::new(move |file: Rc<dyn InputFile>| app.import_run(file)),
                )}
                {opener(
                    "import-settings",
                    "Settings (.json)",
                    "Replaces the settings of the next run; keys stay.",
                    ".json",
                    Callback::new(move |file: Rc<dyn InputFile>| app.import_settings(file)),
                )}
            </div>
        </section>
    }
}

fn opener(
    testid: &'static str,
    label: &'static str,
    hint: &'static str,
    accept: &'static str,
    open: Callback<Rc<dyn InputFile>>,
) -> impl IntoView {
    let changed = move |event: leptos::ev::Event| {
        if let Some(file) = files_of(&event).into_iter().next() {
            open.run(file);
        }
    };
    let id = format!("f-{testid}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id type="file" accept=accept data-testid=testid on:change=changed />
            <span class="field-hint">{hint}</span>
        </div>
    }
}

/// The beginning of a file, with a tab for each.
#[component]
fn Preview(shown: Memo<Option<Made>>, #[prop(into)] has_winner: Signal<bool>) -> impl IntoView {
    let here = use_here();
    let kind = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|made| made.kind)));
    let tab = move |of: ExportKind| {
        let words = match of {
            ExportKind::Settings => "Settings",
            ExportKind::WinnerMd => "Winner .md",
            ExportKind::WinnerJson => "Winner .json",
            of => ending(of),
        };
        view! {
            <a
                href=move || here.location().with("file", slug(of)).href()
                aria-current=move || (kind.get() == Some(of)).then_some("true")
            >
                {words}
            </a>
        }
    };
    let content = move || {
        let made = shown.get()?;
        let text = match made.kind {
            ExportKind::PromptMd | ExportKind::WinnerMd => template_spans(&made.beginning).into_any(),
            _ => made.beginning.into_any(),
        };
        let left =
            made.is_cut.then(|| view! { <p class="note">{format!("The beginning of {}.", bytes(made.size))}</p> });
        Some(view! {
            <div class="pad-l stack" style="--gap:8px">
                <p class="note">{made.name}", as it will be saved"</p>
                <pre class="code preview" tabindex="0">{text}</pre>
                {left}
            </div>
        })
    };
    view! {
        <section class="card" data-flush="" data-testid="export-preview">
            <header class="tab-head">
                <nav class="tabs" aria-label="File to look into">
                    {move || {
                        let there = |kind: &ExportKind| match kind {
                            ExportKind::WinnerMd | ExportKind::WinnerJson => has_winner.get(),
                            _ => true,
                        };
                        KINDS.into_iter().filter(there).map(tab).collect_view()
                    }}
                </nav>
            </header>
            {content}
        </section>
    }
}
