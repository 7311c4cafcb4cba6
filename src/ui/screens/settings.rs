//! Settings: whether the browser may delete the data, how the page looks, and clearing up.

mod cached;
mod clear;
mod model_files;
mod storage;
mod stored;

use leptos::prelude::*;

use self::{
    clear::ClearData,
    model_files::StoredModels,
    storage::StorageCard,
    stored::{StoredDatasets, StoredKeys},
};
use crate::ui::{
    kit::{PageHead, Segmented},
    look::{Look, Motion, Theme},
};

/// The screen.
#[component]
pub fn SettingsScreen() -> impl IntoView {
    view! {
        <PageHead title="Settings" words="For this browser only." />
        <div class="settings">
            <div class="stack">
                <StorageCard />
                <LookCard />
            </div>
            <div class="stack">
                <StoredKeys />
                <StoredDatasets />
                <StoredModels />
                <ClearData />
            </div>
        </div>
    }
}

#[component]
fn LookCard() -> impl IntoView {
    let look = expect_context::<Look>();
    view! {
        <section class="card">
            <header>
                <h2>"Look"</h2>
            </header>
            <dl class="setting-rows">
                <div>
                    <dt>"Theme"</dt>
                    <dd>
                        <Segmented
                            label="Theme"
                            testid="theme"
                            options=vec![("system", "As the system"), ("light", "Light"), ("dark", "Dark")]
                            value=Signal::derive(move || look.theme.get().name().to_owned())
                            set=move |name: String| look.theme.set(Theme::named(&name))
                        />
                    </dd>
                </div>
                <div>
                    <dt>"Motion"</dt>
                    <dd>
                        <Segmented
                            label="Motion"
                            testid="motion"
                            options=vec![("system", "As the system"), ("reduced", "Reduced")]
                            value=Signal::derive(move || look.motion.get().name().to_owned())
                            set=move |name: String| look.motion.set(Motion::named(&name))
                        />
                    </dd>
                </div>
            </dl>
        </section>
    }
}
