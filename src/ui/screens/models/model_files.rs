//! Getting a model's file for llama.cpp: from a disk, from an address, or one that is proposed; and downloads that can go on.

use leptos::prelude::*;

use crate::{
    browser::model_files::{Partial, Step},
    ports::{
        chat::{
            download::Offer,
            model_file::{SUGGESTED, Suggested, name_of},
        },
        files::FileError,
    },
    run::format::bytes,
    ui::{
        kit::{Banner, DropZone, Standing, Status, TextField, Tone, drop::Given},
        state::{Adding, use_app},
    },
};

/// The section on model files, while some role wants one.
#[component]
pub fn ModelFiles() -> impl IntoView {
    let app = use_app();
    let is_wanted = Memo::new(move |_| app.uses_in_page());
    let give = move |given: Given| match given {
        Ok(files) => files.into_iter().next().into_iter().for_each(|file| app.add_model_file(file)),
        Err(error) => failed(app.local.adding, &error),
    };
    move || {
        is_wanted.get().then(|| {
            view! {
                <section data-testid="model-files">
                    <div class="section-head">
                        <h2>"Model files"</h2>
                        <p>"GGUF files, kept in this browser until you delete them in Settings"</p>
                    </div>
                    <div class="stack" style="--gap:16px">
                        <DropZone
                            title="Drop a .gguf file here"
                            words="It is checked and copied into the browser's own storage: after a reload it is still there."
                            testid="gguf"
                            give=Callback::new(give)
                            one=true
                        />
                        <State />
                        <Partials />
                        <div class="half">
                            <Suggestions />
                            <Address />
                        </div>
                    </div>
                </section>
            }
        })
    }
}

fn failed(adding: RwSignal<Adding>, error: &FileError) {
    adding.set(Adding::Failed(error.to_string()));
}

/// What is being added, what was, or why not.
#[component]
fn State() -> impl IntoView {
    let app = use_app();
    let close = move |_| app.local.adding.set(Adding::Idle);
    move || match app.local.adding.get() {
        Adding::Idle => None,
        Adding::Asking => Some(
            view! {
                <p role="status" data-testid="model-adding">
                    <Status standing=Standing::Running words="Asking for the file's size" />
                </p>
            }
            .into_any(),
        ),
        Adding::Offered(offer) => Some(view! { <Offered offer=offer /> }.into_any()),
        Adding::Working { name, step, can_pause } => {
            Some(view! { <Working name=name step=step can_pause=can_pause /> }.into_any())
        }
        Adding::Added(file) => Some(
            view! {
                <div class="stack" style="--gap:4px" role="status" data-testid="model-added">
                    <Status standing=Standing::Done words=format!("{} is here, {}", file.name, bytes(file.bytes)) />
                    <p class="note" style="overflow-wrap:anywhere">{format!("SHA-256 {}", file.sha256)}</p>
                </div>
            }
            .into_any(),
        ),
        Adding::Failed(words) => Some(
            view! {
                <Banner tone=Tone::Bad title="The model was not added" words=words testid="model-error">
                    <button class="button" type="button" on:click=close>
                        "Close"
                    </button>
                </Banner>
            }
            .into_any(),
        ),
    }
}

/// What a server offers: how large it is, before anything is fetched.
#[component]
fn Offered(offer: Offer) -> impl IntoView {
    let app = use_app();
    let size = offer.bytes.map_or_else(|| "of unknown size: the server does not say".to_owned(), bytes);
    let hash = match offer.sha256 {
        Some(_) => "Its SHA-256 is compared when it is here.",
        None => "No SHA-256 was given: it is shown when the file is here, and compared with nothing.",
    };
    let name = name_of(&offer.url);
    view! {
        <div class="card" data-testid="model-offer">
            <p>
                <b>{name}</b>
                {format!(", {size}. ")}
                <span class="muted">{hash}</span>
            </p>
            <div class="row">
                <button
                    class="button"
                    data-kind="primary"
                    type="button"
                    data-testid="model-fetch"
                    on:click=move |_| app.fetch_model(offer.clone(), None)
                >
                    {offer.bytes.map_or_else(|| "Download".to_owned(), |size| format!("Download {}", bytes(size)))}
                </button>
                <button class="button" type="button" on:click=move |_| app.local.adding.set(Adding::Idle)>
                    "Not now"
                </button>
            </div>
        </div>
    }
}

#[component]
fn Working(name: String, step: Option<Step>, can_pause: bool) -> impl IntoView {
    let app = use_app();
    let (words, done, of) = match step {
        None => (format!("Looking at {name}"), 0, None),
        Some(Step::Checking { done, of }) => (format!("Reading again what is here of {name}"), done, Some(of)),
        Some(Step::Taking { here, of }) => {
            (format!("{} {name}", if can_pause { "Fetching" } else { "Copying" }), here, of)
        }
    };
    let amount = match (done, of) {
        (0, _) => String::new(),
        (done, Some(of)) => format!(", {} of {}", bytes(done), bytes(of)),
        (done, None) => format!(", {}", bytes(done)),
    };
    view! {
        <div class="stack" style="--gap:8px" data-testid="model-adding">
            <div class="row" data-justify="between">
                <span role="status">
                    <Status standing=Standing::Running words=format!("{words}{amount}") />
                </span>
                {can_pause
                    .then(|| {
                        view! {
                            <button
                                class="button"
                                data-size="small"
                                type="button"
                                data-testid="model-pause"
                                on:click=move |_| app.pause_fetching()
                            >
                                "Pause"
                            </button>
                        }
                    })}
            </div>
            {of.map(|of| view! { <progress aria-label="Bytes that are here" max=of.max(1) prop:value=done as f64></progress> })}
        </div>
    }
}

/// Downloads that were paused or broken off.
#[component]
fn Partials() -> impl IntoView {
    let app = use_app();
    let is_working = Memo::new(move |_| app.local.adding.with(|adding| matches!(adding, Adding::Working { .. })));
    let row = move |partial: Partial| {
        let (resumed, discarded) = (partial.clone(), partial.clone());
        let here = match partial.offer.bytes {
            Some(of) => format!("{} of {} are here", bytes(partial.here), bytes(of)),
            None => format!("{} are here", bytes(partial.here)),
        };
        view! {
            <div>
                <dt>{name_of(&partial.offer.url)} <small class="note">{here}</small></dt>
                <dd class="row">
                    <button
                        class="button"
                        data-size="small"
                        type="button"
                        data-testid="model-resume"
                        on:click=move |_| app.fetch_model(resumed.offer.clone(), Some(resumed.clone()))
                    >
                        "Resume the download"
                    </button>
                    <button
                        class="button"
                        data-size="small"
                        type="button"
                        data-testid="model-discard"
                        on:click=move |_| app.discard_partial(discarded.clone())
                    >
                        "Discard"
                    </button>
                </dd>
            </div>
        }
    };
    move || {
        let partial = app.local.partial.get();
        (!partial.is_empty() && !is_working.get()).then(|| {
            view! {
                <dl class="setting-rows card" data-testid="model-partials">
                    {partial.into_iter().map(row).collect_view()}
                </dl>
            }
        })
    }
}

/// An address, and the hash that the file should have.
#[component]
fn Address() -> impl IntoView {
    let app = use_app();
    let (url, sha256) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    view! {
        <form
            class="card stack"
            on:submit=move |event| {
                event.prevent_default();
                app.ask_for_model(url.get_untracked(), sha256.get_untracked());
            }
        >
            <h3>"From an address"</h3>
            <TextField
                label="Address of a .gguf file"
                testid="model-url"
                value=url
                set=move |typed| url.set(typed)
                kind="url"
                placeholder="https://…/model.gguf"
                hint="The host that you name here is the only one that is asked."
            />
            <TextField
                label="SHA-256, if you know it"
                testid="model-sha256"
                value=sha256
                set=move |typed| sha256.set(typed)
                hint="The file is then refused if it is another one."
            />
            <div class="row">
                <button
                    class="button"
                    type="submit"
                    data-testid="model-ask"
                    prop:disabled=move || url.with(|url| url.trim().is_empty())
                >
                    "Look how large it is"
                </button>
            </div>
        </form>
    }
}

/// Models that fit into a page and write SQL.
#[component]
fn Suggestions() -> impl IntoView {
    let app = use_app();
    let row = move |model: &'static Suggested| {
        let label = format!("Download, {}: {}", bytes(model.bytes), model.name);
        view! {
            <li class="stack" style="--gap:4px">
                <b>{model.name}</b>
                <span class="note">
                    {format!("{} licence, from huggingface.co", model.licence)}
                </span>
                <p class="small">{model.words}</p>
                <div class="row">
                    <button
                        class="button"
                        data-size="small"
                        type="button"
                        aria-label=label
                        on:click=move |_| app.ask_for_model(model.url.to_owned(), model.sha256.to_owned())
                    >
                        {format!("Download, {}", bytes(model.bytes))}
                    </button>
                </div>
            </li>
        }
    };
    view! {
        <section class="card stack">
            <h3>"Suggested for SQL"</h3>
            <ul class="stack" style="--gap:16px">
                {SUGGESTED.iter().map(row).collect_view()}
            </ul>
            <p class="note">
                "Speed depends on the machine: test the connection to see tokens a second. On one thread of a rented machine a model of 98 MB read 6 to 12 and wrote 6 to 9 tokens a second, and larger ones take longer in proportion; a request with a schema has 500 tokens and more. Threads and a graphics card (WebGPU) help, by how much was not measured. Critic and editor may well be another provider's models."
            </p>
        </section>
    }
}
