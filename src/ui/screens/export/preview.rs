//! The beginning of a file, as it will be saved.

use leptos::prelude::*;

use super::making::{Files, Made};
use crate::{
    run::{
        export::files::{FileKind, offered},
        format::{bytes, count, unbroken},
    },
    ui::{
        kit::{SelectField, template_spans},
        route::use_here,
        state::use_app,
    },
};

/// One of the files, chosen in the URL.
#[component]
pub fn Preview(files: RwSignal<Files>, has_run: Memo<bool>) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let chosen = here.query("file");
    let kind = Memo::new(move |_| {
        let slug = chosen.get().unwrap_or_default();
        let otherwise = if has_run.get() { FileKind::PromptMd } else { FileKind::Settings };
        FileKind::ALL.into_iter().find(|kind| kind.slug() == slug).unwrap_or(otherwise)
    });
    let shown = Memo::new(move |_| files.with(|files| files.of(kind.get()).cloned()));
    // Those that will be there, from the start: a list that grows would close under the pointer.
    let options = Memo::new(move |_| {
        let option = |kind: FileKind| (kind.slug().to_owned(), kind.title().to_owned());
        let is_there = has_run.get();
        let of_run = app.run.with(|run| offered(run).map(option).collect::<Vec<_>>());
        if is_there { of_run } else { vec![option(FileKind::Settings)] }
    });
    let content = move || match shown.get() {
        Some(made) => file(made).into_any(),
        None if files.with(|files| files.is_done) => {
            view! { <p class="pad-l muted">"There is nothing to put into this file yet."</p> }.into_any()
        }
        None => view! { <p class="pad-l muted">"Being made"</p> }.into_any(),
    };
    view! {
        <section class="card export-look" data-flush="" data-testid="export-preview">
            <header class="preview-head">
                <SelectField
                    label="A look into"
                    testid="preview-file"
                    options=options
                    value=Signal::derive(move || kind.get().slug().to_owned())
                    set=move |slug: String| here.select("file", &slug)
                />
            </header>
            {content}
        </section>
    }
}

fn file(made: Made) -> impl IntoView {
    let rows =
        made.kind.rows().zip(made.rows).map(|(what, rows)| format!(", {}", count(rows, what))).unwrap_or_default();
    let about = format!("{}, {}{rows}, as it will be saved", made.name, bytes(made.size));
    let left = made.is_cut.then(|| view! { <p class="note">"Only the beginning is shown."</p> });
    let is_empty = made.beginning.is_empty();
    let text = match made.kind {
        FileKind::PromptMd | FileKind::WinnerMd => template_spans(&made.beginning).into_any(),
        _ => made.beginning.into_any(),
    };
    let content = if is_empty {
        view! { <p class="muted">{empty_words(made.kind)}</p> }.into_any()
    } else {
        view! {
            <pre class="code preview" tabindex="0">
                {text}
            </pre>
        }
        .into_any()
    };
    view! {
        <div class="pad-l stack" style="--gap:8px">
            <p class="note">{unbroken(&about)}</p>
            {content}
            {left}
        </div>
    }
}

fn empty_words(kind: FileKind) -> &'static str {
    use crate::run::export::training::TrainingFile;
    match kind {
        FileKind::Training(TrainingFile::Preferences) => {
            "Empty: no question was answered both right and wrong outside the held-out split."
        }
        FileKind::Training(_) => "Empty: this run has no rollout that belongs in here yet.",
        _ => "Empty.",
    }
}
