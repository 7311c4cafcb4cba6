//! Making the files in the background, one after another, so that the screen shows sizes and beginnings without holding
//! the page up. Of each file only its beginning is kept.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::{chat::ModelRole, id::RunId},
    run::export::{Export, files::FileKind, secrets::key_like},
    text2sql::preview::cut,
    ui::state::AppState,
};

/// Characters of a file that the preview shows.
const PREVIEW: usize = 6_000;

/// A file as far as the screen shows it.
#[derive(Clone, PartialEq)]
pub struct Made {
    pub kind: FileKind,
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Lines of a file that has one for each thing.
    pub rows: Option<usize>,
    pub beginning: String,
    pub is_cut: bool,
    /// Whether a key that was entered stands in it.
    pub holds_key: bool,
    /// How something in it begins that looks like a key.
    pub looks_like_key: Option<&'static str>,
}

/// The files that are made so far.
#[derive(Clone, Default, PartialEq)]
pub struct Files {
    pub made: Vec<Made>,
    /// Whether no more are to come.
    pub is_done: bool,
}

impl Files {
    /// One of them.
    pub fn of(&self, kind: FileKind) -> Option<&Made> {
        self.made.iter().find(|made| made.kind == kind)
    }

    /// Takes what was made of a kind, which may be nothing, for what there was.
    fn put(&mut self, kind: FileKind, made: Option<Made>) {
        let at = self.made.iter().position(|known| known.kind == kind);
        match (at, made) {
            (Some(at), Some(made)) => self.made[at] = made,
            (Some(at), None) => drop(self.made.remove(at)),
            (None, Some(made)) => self.made.push(made),
            (None, None) => (),
        }
    }
}

/// The files, made anew whenever `changes` does. Those of the same run stay until theirs are there: their buttons can be pressed
/// all the while.
pub fn files(app: AppState, changes: Signal<()>) -> RwSignal<Files> {
    let files = RwSignal::new(Files::default());
    let generation = StoredValue::new(0_u32);
    Effect::new(move |before: Option<Option<RunId>>| {
        changes.track();
        let mine = generation.with_value(|known| known.wrapping_add(1));
        generation.set_value(mine);
        let run = app.run_id.get();
        files.update(|files| match before {
            Some(before) if before == run => files.is_done = false,
            _ => *files = Files::default(),
        });
        spawn_local(async move {
            for kind in FileKind::ALL {
                // Others get a turn, and the screen may have been left meanwhile.
                TimeoutFuture::new(0).await;
                if generation.try_get_value() != Some(mine) {
                    return;
                }
                let made = untrack(|| made(app, kind));
                files.update(|files| files.put(kind, made));
            }
            files.update(|files| files.is_done = true);
        });
        run
    });
    files
}

fn made(app: AppState, kind: FileKind) -> Option<Made> {
    let Export { name, content, .. } = app.export_preview(kind)?;
    let holds_key = app.keys.with(|keys| {
        ModelRole::ALL.into_iter().any(|role| {
            let key = keys.of(role);
            !key.is_empty() && content.contains(key.reveal())
        })
    });
    Some(Made {
        kind,
        name,
        size: content.len() as u64,
        rows: kind.rows().map(|_| content.bytes().filter(|byte| *byte == b'\n').count()),
        beginning: cut(&content, PREVIEW),
        is_cut: content.chars().nth(PREVIEW).is_some(),
        holds_key,
        looks_like_key: key_like(&content),
    })
}
