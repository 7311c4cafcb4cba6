//! Export: every file that a run can leave as, what is in each, that no key is, and a look into them. Runs and settings come back
//! in here.

mod keys;
mod making;
mod open;
mod preview;

use leptos::prelude::*;

use self::{
    keys::KeysChecked,
    making::{Files, files},
    open::OpenFiles,
    preview::Preview,
};
use crate::{
    ports::store::RunState,
    run::{
        export::{files::FileKind, piece::Library, training::TrainingFile},
        format::{bytes, count, unbroken},
    },
    ui::{
        kit::{Empty, Glyph, PageHead},
        route::{Route, use_here},
        state::{AppState, use_app},
    },
};

/// A group of files with what is in them.
struct Group {
    title: &'static str,
    words: &'static str,
    inside: &'static str,
    /// Each with what its button says.
    kinds: &'static [(FileKind, &'static str)],
    /// The name of a zip of them all, where one is offered.
    zip: Option<&'static str>,
}

/// Keeps the room of a size that is not known yet: nothing moves from under the pointer when the file is there.
const ROOM: &str = "00.0 kB";

/// The winner of a search that the held-out questions found worse than the original.
const WINNER: Group = Group {
    title: "The winner, all the same",
    words: "What the search chose, although it is worse on held-out questions. The files above and the code below hold the original.",
    inside: "The same as above; the file's name and the choice in it say so",
    kinds: &[(FileKind::WinnerMd, "Save .md"), (FileKind::WinnerJson, "Save .json")],
    zip: None,
};

const GROUPS: [Group; 7] = [
    Group {
        title: "Prompt",
        words: "The prompt that the run recommends: its text with placeholders, ready to be used; or with scores, verdict and where it came from.",
        inside: "Text · scores with counts · verdict · the seed · model names",
        kinds: &[(FileKind::PromptMd, "Save .md"), (FileKind::PromptJson, "Save .json")],
        zip: None,
    },
    Group {
        title: "In your code",
        words: "The whole agent with the prompt in one Python file: give it a key, a SQLite file and a question, and it prints the SQL.",
        inside: "Prompts · endpoint and model name · schema, check and rewrite as here. The key comes from OPENAI_API_KEY",
        kinds: &[
            (FileKind::Piece(Library::LangGraph), "LangGraph / LangChain"),
            (FileKind::Piece(Library::Dspy), "DSPy"),
            (FileKind::Piece(Library::OpenAi), "OpenAI SDK"),
            (FileKind::Piece(Library::AgentLightning), "Agent Lightning"),
        ],
        zip: None,
    },
    Group {
        title: "Report",
        words: "One page to read without this app: verdict, chart, what changed, fixed and broken questions.",
        inside: "One .html file, no scripts, loads nothing, prints well",
        kinds: &[(FileKind::Report, "Save .html")],
        zip: None,
    },
    Group {
        title: "Results",
        words: "One row for each question and prompt, for a spreadsheet.",
        inside: "Question · gold and predicted SQL · right or wrong · kind of failure · the run's verdict as last row",
        kinds: &[(FileKind::ResultsCsv, "Save .csv")],
        zip: None,
    },
    Group {
        title: "Run",
        words: "Everything that happened, in order. Opened here it shows the same screens, and leaves again byte for byte the same.",
        inside: "Settings · questions · every answer · every score. Databases are not inside",
        kinds: &[(FileKind::Run, "Save .jsonl")],
        zip: None,
    },
    Group {
        title: "Training data",
        words: "For weight training elsewhere (VERL, TRL, Agent Lightning). Held-out questions are in tasks and rollouts only, so that they can judge what was trained.",
        inside: "Questions · rollouts with every message · right answers · pairs of right and wrong · single calls with their reward",
        kinds: &[
            (FileKind::Training(TrainingFile::Tasks), "tasks"),
            (FileKind::Training(TrainingFile::Rollouts), "rollouts"),
            (FileKind::Training(TrainingFile::Sft), "sft"),
            (FileKind::Training(TrainingFile::Preferences), "preferences"),
            (FileKind::Training(TrainingFile::Triplets), "triplets"),
        ],
        zip: Some("training-data"),
    },
    Group {
        title: "Settings",
        words: "The settings of the run, to start another like it.",
        inside: "Search · agent and prompts · models and endpoints · split",
        kinds: &[(FileKind::Settings, "Save .json")],
        zip: None,
    },
];

/// The screen.
#[component]
pub fn ExportScreen() -> impl IntoView {
    let app = use_app();
    // Files are made when the screen opens and when the run changes its state, not with every answer of a run under way.
    let state = Memo::new(move |_| (app.run.with(|run| run.state), app.run_id.get()));
    let changes = Signal::derive(move || {
        state.track();
        app.config.track();
    });
    let files = files(app, changes);
    let has_run = Memo::new(move |_| state.get().0 != RunState::Idle);
    let is_overruled = Memo::new(move |_| app.run.with(|run| run.recommended() != run.best));
    let entries = move || {
        let [prompt, others @ ..] = GROUPS;
        let winner = is_overruled.get().then(|| entry(app, files, WINNER));
        let others = others.map(|group| entry(app, files, group)).into_iter().collect_view();
        (entry(app, files, prompt), winner, others)
    };
    let nothing = move || {
        (!has_run.get()).then(|| {
            view! {
                <Empty
                    glyph=Glyph::Export
                    title="No run to export yet"
                    words="Only settings can be saved now. Start a run, or open one that someone sent you. A stopped run can be exported as it is."
                >
                    <a class="button" data-kind="primary" href=Route::Run.href()>
                        "Go to Run"
                    </a>
                </Empty>
            }
        })
    };
    view! {
        <PageHead title="Export" words="Ordinary files. Each run and each settings file can be opened here again, by you or by a colleague.">
            <button
                class="button"
                type="button"
                data-testid="export-all"
                disabled=move || !has_run.get()
                on:click=move |_| app.export_zip("everything", &FileKind::ALL)
            >
                "Save everything, .zip"
            </button>
        </PageHead>
        <KeysChecked files=files />
        {nothing}
        <div class="split" style="--side:26rem">
            <div class="stack" style="--gap:24px">
                <section class="card" data-flush="">
                    <ul class="exports">{entries}</ul>
                </section>
                <OpenFiles />
            </div>
            <Preview files=files has_run=has_run />
        </div>
    }
}

fn entry(app: AppState, files: RwSignal<Files>, group: Group) -> impl IntoView {
    let Group { title, words, inside, kinds, zip } = group;
    let zip = zip.map(|name| {
        let all: Vec<FileKind> = kinds.iter().map(|(kind, _)| *kind).collect();
        let is_there = move || files.with(|files| kinds.iter().any(|(kind, _)| files.of(*kind).is_some()));
        view! {
            <button
                class="button"
                type="button"
                data-testid=format!("export-{name}")
                disabled=move || !is_there()
                on:click=move |_| app.export_zip(name, &all)
            >
                "All, .zip"
                <span class="size">{count(kinds.len(), "file")}</span>
            </button>
        }
    });
    view! {
        <li>
            <div>
                <h2>{title}</h2>
                <p>{words}</p>
                <p class="note">{unbroken(inside)}</p>
            </div>
            <div class="row">{kinds.iter().map(|(kind, label)| button(app, files, *kind, label)).collect_view()} {zip}</div>
        </li>
    }
}

fn button(app: AppState, files: RwSignal<Files>, kind: FileKind, label: &'static str) -> impl IntoView {
    let here = use_here();
    let size = Memo::new(move |_| {
        files.with(|files| {
            let made = files.of(kind)?;
            // Lines say more of a training file than bytes do.
            let is_training = matches!(kind, FileKind::Training(_));
            Some(made.rows.filter(|_| is_training).map_or_else(|| bytes(made.size), |rows| count(rows, "line")))
        })
    });
    let is_coming = move || size.with(Option::is_none) && !files.with(|files| files.is_done);
    // The prompt is what most people came for.
    let primary = (kind == FileKind::PromptMd).then_some("primary");
    view! {
        <button
            class="button"
            data-kind=move || primary.filter(|_| size.get().is_some())
            type="button"
            data-testid=format!("export-{}", kind.slug())
            disabled=move || size.with(Option::is_none)
            on:click=move |_| {
                here.select("file", kind.slug());
                app.export(kind);
            }
        >
            {label}
            <span class="size" data-wait=move || is_coming().then_some("")>
                {move || size.get().or_else(|| is_coming().then(|| ROOM.to_owned()))}
            </span>
        </button>
    }
}
