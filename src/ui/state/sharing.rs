//! Runs of somebody else, from a file or a link: stored and shown, and left as they are until they are taken over.

use leptos::{prelude::*, task::spawn_local};

use super::AppState;
use crate::{
    browser::shared::fetch,
    domain::id::RunId,
    ports::store::RunSummary,
    run::{
        export::{LeftOut, Looked},
        incoming::{Received, take_in},
        shared::SharedRun,
    },
};

/// Lines of a run file that are looked at in one task: some ten milliseconds.
const LINES_AT_ONCE: usize = 2_000;
/// Milliseconds after which a run is certainly drawn.
const SHOWN_MS: f64 = 500.0;

impl AppState {
    /// Fetches a shared run, which the user has agreed to, and shows it; in words why it could not be.
    pub async fn open_shared(self, run: &SharedRun) -> Result<(), String> {
        self.notice.set(None);
        self.inner().opened.clone().await;
        let text = fetch(run, &*self.clock()).await.map_err(|error| error.to_string())?;
        self.stop();
        self.until_idle().await;
        self.take_in(text).await.map_err(|words| format!("{} from {}: {words}", run.file_name(), run.host()))
    }

    /// Stores and shows a run that was exported. Its dataset is found again if it is here.
    pub(super) async fn take_in(self, text: String) -> Result<(), String> {
        let id = RunId::from(format!("run-{:.0}", self.clock().now()));
        let store = self.store();
        let Received { entries, mut view } = take_in(&text, &id, &*store).await?;
        view.settle();
        let dataset = self.dataset_like(&entries);
        let known = RunSummary { id: id.clone(), dataset, received: true, read_only: true, ..RunSummary::default() };
        store.save_summary(&view.summary(known)).await.map_err(|error| error.to_string())?;
        self.refresh_runs().await.map_err(|error| error.to_string())?;
        // The list is drawn in one task, the run in another.
        self.next_turn().await;
        self.show(id.clone(), entries, view);
        spawn_local(self.tell_left_out(text, id));
        Ok(())
    }

    /// Says what of a run's file is neither shown nor exported again, if there is anything and the run is still on the screens.
    async fn tell_left_out(self, text: String, id: RunId) {
        let mut left_out = LeftOut::of(&text);
        self.clock().sleep(SHOWN_MS).await;
        loop {
            self.next_turn().await;
            if self.run_id.get_untracked().as_ref() != Some(&id) {
                return;
            }
            match left_out.go_on(&self.inner().entries.borrow(), LINES_AT_ONCE) {
                Looked::Further => {}
                Looked::Nothing => return,
                Looked::Found(line) => {
                    return self.notice.set(Some(format!(
                        "The run is open, but its file was written by a newer version of this page: line {line} says something that \
                         is not known here. It is left out of what you see and of what you export. Keep the file, and reload the \
                         page to get the new version."
                    )));
                }
            }
        }
    }

    /// Whether the run on the screens is somebody else's, and only looked at.
    pub fn is_read_only(self) -> bool {
        let here = self.run_id.get();
        self.runs.with(|runs| runs.iter().any(|run| Some(&run.id) == here.as_ref() && run.read_only))
    }

    /// Makes the run on the screens the user's own, to go on with.
    pub fn take_over(self) {
        let Some(id) = self.run_id.get_untracked() else { return };
        let known = self.runs.with_untracked(|runs| runs.iter().find(|run| run.id == id).cloned());
        let Some(known) = known else { return };
        spawn_local(async move {
            let taken = RunSummary { read_only: false, ..known };
            let listed = match self.store().save_summary(&taken).await {
                Ok(()) => self.refresh_lists().await,
                Err(error) => Err(error),
            };
            if let Err(error) = listed {
                self.tell(&error);
            }
        });
    }
}
