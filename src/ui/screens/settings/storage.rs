//! How much is stored, how many answers are cached, whether the browser may throw it away, and whether it has the page itself.

use leptos::{prelude::*, task::spawn_local};

use super::cached::CachedAnswers;
use crate::{
    browser::offline::Offline,
    run::format::{bytes, unbroken},
    ui::{
        kit::{Standing, Status},
        state::{Storage, use_app},
    },
};

/// The card on storage.
#[component]
pub fn StorageCard() -> impl IntoView {
    let app = use_app();
    let asked = RwSignal::new(0_u32);
    let refused = RwSignal::new(false);
    let estimate = LocalResource::new(move || {
        asked.track();
        app.runs.track();
        app.datasets.track();
        app.storage_estimate()
    });
    let is_temporary = move || app.is_temporary();
    let status = move || match (app.storage.get(), estimate.get().flatten()) {
        (Storage::Temporary(_), _) => Some((Standing::Failed, "Not stored")),
        (_, Some((.., true))) => Some((Standing::Done, "Kept until you delete it")),
        (_, Some((.., false))) => Some((Standing::Warning, "Not persistent")),
        (_, None) => None,
    };
    let used = move || estimate.get().flatten().map(|(used, quota, _)| (used, quota));
    let meter = move || {
        used().filter(|(_, quota)| *quota > 0).map(|(used, quota)| {
            let share = format!("--v:{:.2}%", (100.0 * used as f64 / quota as f64).clamp(0.5, 100.0));
            view! {
                <span class="meter">
                    <i style=share></i>
                </span>
            }
        })
    };
    let words = move || {
        let size = match used() {
            Some((used, quota)) => format!("{} used of {} that the browser allows. ", bytes(used), bytes(quota)),
            None => "This browser does not say how much is used. ".into(),
        };
        let promise = match (app.storage.get(), estimate.get().flatten()) {
            (Storage::Temporary(error), _) => {
                return format!("{error} Everything here lasts until the page is closed.");
            }
            (_, Some((.., true))) => "The browser keeps it until you delete it.",
            _ => "It may delete this when the disk is nearly full. Ask it to keep the data, or export your runs.",
        };
        unbroken(&format!("{size}{promise}"))
    };
    let offline = move || match app.offline.get() {
        Offline::NotYet => "The page itself is being stored, to open without a network.",
        Offline::Kept => "The page itself is stored too and opens without a network; your browser can install it.",
        Offline::Newer => {
            "The page itself is stored and opens without a network. A new version of it waits to be used."
        }
        Offline::Impossible => {
            "This browser, or the address, does not let the page be stored: it needs a network to open."
        }
    };
    let ask = move |_| {
        spawn_local(async move {
            let kept = app.persist().await;
            refused.try_set(!kept);
            asked.try_update(|asked| *asked += 1);
        });
    };
    let is_persistent = move || estimate.get().flatten().is_some_and(|(.., persisted)| persisted);
    view! {
        <section class="card storage">
            <header>
                <h2>"Storage"</h2>
                {move || status().map(|(standing, words)| view! { <Status standing=standing words=words /> })}
            </header>
            {meter}
            <p class="small muted storage-words" data-testid="storage-used">
                {words}
            </p>
            {move || {
                refused
                    .get()
                    .then(|| {
                        view! {
                            <p class="small" role="status">
                                "The browser did not agree. Most agree for pages that are bookmarked, installed or often used; until then, export what you need."
                            </p>
                        }
                    })
            }}
            <CachedAnswers changed=asked />
            <p class="small muted" data-testid="offline-state">
                {offline}
            </p>
            {move || {
                (!is_temporary() && !is_persistent())
                    .then(|| {
                        view! {
                            <footer class="row">
                                <button
                                    class="button"
                                    data-kind="primary"
                                    type="button"
                                    data-testid="storage-persist"
                                    on:click=ask
                                >
                                    "Ask to keep the data"
                                </button>
                            </footer>
                        }
                    })
            }}
        </section>
    }
}
