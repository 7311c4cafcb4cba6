//! A link to somebody's run (`#run=<address>`): asks before anything is fetched, says from which host, and shows the run.

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    run::shared::{SharedError, SharedRun},
    ui::{
        kit::{Banner, Confirm, Tone},
        route::{Route, use_here},
        state::use_app,
    },
};

/// How far a shared run is.
#[derive(Clone, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    None,
    Asking(SharedRun),
    Fetching(SharedRun),
}

/// The question, and what comes of it.
#[component]
pub fn SharedLink() -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let stage = RwSignal::new(Stage::None);
    let asking = RwSignal::new(false);
    let notice = move |found: Option<Result<SharedRun, SharedError>>| {
        let Some(found) = found else { return };
        // The link has been read: whoever reloads or goes back is not asked again.
        here.select("", "");
        match found {
            Ok(run) => {
                stage.set(Stage::Asking(run));
                asking.set(true);
            }
            Err(error) => app.notice.set(Some(error.to_string())),
        }
    };
    notice(named());
    window_event_listener(ev::hashchange, move |_| notice(named()));
    // Every way out of the dialog but its button is a no.
    Effect::new(move || {
        if !asking.get() && matches!(stage.get_untracked(), Stage::Asking(_)) {
            stage.set(Stage::None);
        }
    });
    let fetch = move |()| {
        let Stage::Asking(run) = stage.get_untracked() else { return };
        stage.set(Stage::Fetching(run.clone()));
        spawn_local(async move {
            match app.open_shared(&run).await {
                Ok(()) => here.go(Route::Results),
                Err(words) => app.notice.set(Some(words)),
            }
            stage.set(Stage::None);
        });
    };
    let host = Signal::derive(move || match stage.get() {
        Stage::Asking(run) | Stage::Fetching(run) => run.host().to_owned(),
        Stage::None => String::new(),
    });
    let words = Signal::derive(move || match stage.get() {
        Stage::Asking(run) => {
            let running = app.is_running();
            let stopped =
                if running { " The run that is under way here is stopped first; it can be resumed." } else { "" };
            format!(
                "The link asks this page to fetch a run file from {}. That host learns your network address, and nothing else: no key, \
                 no cookie, and not where you are. The run is shown as it was recorded and stored in this browser.{stopped} \
                 Its whole address: {}",
                run.host(),
                run.url
            )
        }
        _ => String::new(),
    });
    view! {
        <Confirm
            open=asking
            title=Signal::derive(move || format!("Open the run at {}?", host.get()))
            words=words
            verb="Fetch and open it"
            keep="Do not fetch it"
            testid="shared-confirm"
            kind="primary"
            confirm=fetch
        />
        {move || {
            matches!(stage.get(), Stage::Fetching(_))
                .then(|| {
                    view! { <Banner tone=Tone::Plain title=format!("Fetching the run from {}", host.get_untracked()) testid="shared-fetching" /> }
                })
        }}
    }
}

fn named() -> Option<Result<SharedRun, SharedError>> {
    SharedRun::of_hash(&window().location().hash().unwrap_or_default())
}

/// What is said above a run that somebody else made.
#[component]
pub fn ReadOnly() -> impl IntoView {
    let (app, route) = (use_app(), use_here().route());
    let shown = move || {
        let concerns =
            matches!(route.get(), Route::Run | Route::Results | Route::Candidate | Route::Example | Route::Export);
        (concerns && app.is_read_only()).then(|| app.run.with(|run| run.state))
    };
    let shown = Memo::new(move |_| shown());
    move || {
        shown.get().map(|state| {
            let can_go_on = state != crate::ports::store::RunState::Finished;
            let words = if can_go_on {
                "Shown as it was recorded. Taken over, it can be resumed here: on your copy of its data, with your key and at your cost."
            } else {
                "Shown as it was recorded; nothing that you do here changes it. Its prompt can seed a run of your own."
            };
            view! {
                <Banner tone=Tone::Plain title="This run was opened from a file" words=words testid="read-only">
                    {can_go_on
                        .then(|| {
                            view! {
                                <button class="button" type="button" data-testid="take-over" on:click=move |_| app.take_over()>
                                    "Take it over"
                                </button>
                            }
                        })}
                </Banner>
            }
        })
    }
}
