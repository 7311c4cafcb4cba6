//! Banners that concern the whole page: what went wrong with the last action, storage that will not last, and a new
//! version of the page.

use leptos::prelude::*;

use crate::{
    browser::offline::Offline,
    ports::store::RunState,
    run::format::first_sentence,
    ui::{
        kit::{Banner, Tone},
        state::{Storage, use_app},
    },
};

/// The banners above a screen, if any.
#[component]
pub fn Notices() -> impl IntoView {
    let app = use_app();
    let notice = move || {
        app.notice.get().map(|words| {
            let (title, others) = first_sentence(&words);
            view! {
                <Banner tone=Tone::Bad title=title.to_owned() words=others.to_owned() testid="notice">
                    <button class="button" type="button" data-testid="notice-close" on:click=move |_| app.notice.set(None)>
                        "Close"
                    </button>
                </Banner>
            }
        })
    };
    let storage = move || match app.storage.get() {
        Storage::Temporary(error) => Some(view! {
            <Banner
                tone=Tone::Warn
                title="Nothing is kept when this page is closed"
                words=format!("{error} Allow site data for this page and reload it to keep your work.")
                testid="storage-warning"
            />
        }),
        Storage::Opening | Storage::Ready => None,
    };
    let is_running = Memo::new(move |_| app.run.with(|run| run.state == RunState::Running));
    let newer = move || {
        (app.offline.get() == Offline::Newer).then(|| {
            view! {
                <Banner
                    tone=Tone::Plain
                    title="A new version of this page is here"
                    words="It is used when the page is opened again after all of its tabs were closed. Your data stays; a key that is not \
                           remembered is asked for again."
                    testid="new-version"
                >
                    {move || {
                        (!is_running.get())
                            .then(|| {
                                view! {
                                    <button
                                        class="button"
                                        type="button"
                                        data-testid="use-new-version"
                                        on:click=move |_| app.use_newer_build()
                                    >
                                        "Use it now"
                                    </button>
                                }
                            })
                    }}
                </Banner>
            }
        })
    };
    view! {
        {notice}
        {storage}
        {newer}
    }
}
