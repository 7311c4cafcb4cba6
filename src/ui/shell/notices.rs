//! Banners that concern the whole page: what went wrong with the last action, and storage that will not last.

use leptos::prelude::*;

use crate::ui::{
    kit::{Banner, Tone},
    state::{Storage, use_app},
};

/// The banners above a screen, if any.
#[component]
pub fn Notices() -> impl IntoView {
    let app = use_app();
    let notice = move || {
        app.notice.get().map(|words| {
            view! {
                <Banner tone=Tone::Bad title=words testid="notice">
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
    view! {
        {notice}
        {storage}
    }
}
