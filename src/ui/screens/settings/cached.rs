//! The answers that are kept over runs: how many, and clearing them.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    ports::answers::MOST_BYTES,
    run::format::{bytes, count, unbroken},
    ui::{kit::Confirm, state::use_app},
};

/// The row on cached answers. `changed` is raised when they were cleared.
#[component]
pub fn CachedAnswers(changed: RwSignal<u32>) -> impl IntoView {
    let app = use_app();
    let asking = RwSignal::new(false);
    let size = LocalResource::new(move || {
        changed.track();
        app.runs.track();
        app.storage.track();
        app.cached_answers()
    });
    let known = move || size.get().flatten();
    let words = move || {
        known().map(|size| match size.answers {
            0 => "none".to_owned(),
            answers => format!("{}, {}", count(answers, "answer"), bytes(size.bytes)),
        })
    };
    let clear = move |()| {
        spawn_local(async move {
            app.clear_cached_answers().await;
            changed.try_update(|changed| *changed += 1);
        });
    };
    view! {
        <dl class="setting-rows">
            <div>
                <dt>
                    "Cached answers: " <span data-testid="cached-answers">{words}</span>
                    <small class="note">
                        {unbroken(
                            &format!(
                                "For identical requests at temperature 0. At most {}: those used longest ago go first. Runs keep their own.",
                                bytes(MOST_BYTES),
                            ),
                        )}
                    </small>
                </dt>
                <dd>
                    <button
                        class="button"
                        data-size="small"
                        type="button"
                        data-testid="clear-cached"
                        disabled=move || known().is_none_or(|size| size.answers == 0)
                        on:click=move |_| asking.set(true)
                    >
                        "Clear cached answers"
                    </button>
                </dd>
            </div>
        </dl>
        <Confirm
            open=asking
            title="Clear the cached answers?"
            words="Identical requests of later runs are then asked and paid for again. Runs, datasets and settings stay."
            verb="Clear"
            keep="Keep them"
            testid="clear-cached-confirm"
            confirm=clear
        />
    }
}
