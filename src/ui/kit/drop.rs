//! Giving files to the page: dropped, or chosen as files or as a folder. Nothing leaves the browser.

use std::rc::Rc;

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::{Glyph, Icon};
use crate::{
    browser::files::{chosen, dropped},
    ports::files::{FileError, InputFile},
};

/// Files that were given, or why they could not be taken.
pub type Given = Result<Vec<Rc<dyn InputFile>>, FileError>;

/// The files of a file input's event; the input is emptied, so that the same file can be chosen again.
pub fn files_of(event: &ev::Event) -> Vec<Rc<dyn InputFile>> {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
        return Vec::new();
    };
    let files = input.files().map(|list| chosen(&list)).unwrap_or_default();
    input.set_value("");
    files
}

/// A drop zone with its two buttons (test ids `<testid>-files` and `<testid>-folder`), or with one for a single file.
#[component]
pub fn DropZone(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] words: String,
    testid: &'static str,
    give: Callback<Given>,
    /// Takes one file.
    #[prop(optional)]
    one: bool,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let take = move |files: Vec<Rc<dyn InputFile>>| {
        if !files.is_empty() {
            give.run(Ok(files));
        }
    };
    let drag = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let Some(transfer) = event.data_transfer() else { return };
        let files = dropped(&transfer);
        spawn_local(async move { give.run(files.await) });
    };
    let heading = move || if over.get() { "Let go to read the files".to_owned() } else { title.get() };
    view! {
        <div
            class="drop"
            data-state=move || over.get().then_some("over")
            on:dragenter=drag
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <Icon glyph=Glyph::Data />
            <div>
                <b>{heading}</b>
                <p>{words}</p>
            </div>
            <div class="row">
                <label class="button file-button">
                    {if one { "Choose a file" } else { "Choose files" }}
                    <input
                        class="vh"
                        type="file"
                        multiple=!one
                        data-testid=format!("{testid}-files")
                        on:change=move |event| take(files_of(&event))
                    />
                </label>
                {(!one)
                    .then(|| {
                        view! {
                            <label class="button file-button">
                                "Choose a folder"
                                <input
                                    class="vh"
                                    type="file"
                                    prop:webkitdirectory=true
                                    data-testid=format!("{testid}-folder")
                                    on:change=move |event| take(files_of(&event))
                                />
                            </label>
                        }
                    })}
            </div>
        </div>
    }
}
