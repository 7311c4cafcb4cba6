//! Three ways to begin: the sample, one's own data, somebody's run file.

use leptos::{prelude::*, task::spawn_local};

use crate::ui::{
    kit::{Banner, Glyph, Icon, Tone, drop::files_of},
    route::{Route, use_here},
    state::{Importing, Sampling, use_app},
};

/// The three starts. Each leads on when what it opens is there, and says in place why it is not.
#[component]
pub fn Starts() -> impl IntoView {
    let app = use_app();
    let here = use_here();
    let loading = RwSignal::new(false);
    Effect::new(move || {
        // Whoever went elsewhere meanwhile is left there.
        if loading.get() && app.sample.get() == Sampling::Loaded && here.is_at(Route::Home) {
            here.go(Route::Run);
        }
    });
    let start = move |_| {
        app.want_sample();
        loading.set(true);
    };
    let opening = RwSignal::new(None);
    Effect::new(move || {
        let shown = app.run_id.get();
        if opening.get().is_some_and(|before| before != shown) {
            // Its results are drawn in a task of their own, but before a frame shows it in the list.
            spawn_local(async move {
                app.next_turn().await;
                if here.is_at(Route::Home) {
                    here.go(Route::Results);
                }
            });
        }
    });
    let open = move |event| {
        if let Some(file) = files_of(&event).into_iter().next() {
            opening.set(Some(app.run_id.get_untracked()));
            app.import_run(file);
        }
    };
    let failed = move || match app.importing.get() {
        Importing::Failed(words) if loading.get() => {
            Some(view! { <Banner tone=Tone::Bad title="The sample could not be loaded" words=words /> })
        }
        _ => None,
    };
    let sample_words = move || match app.importing.get() {
        Importing::Reading(what) if loading.get() => format!("Reading {what}"),
        _ => "72 questions on three databases and a practice model. No key, well under a minute.".to_owned(),
    };
    view! {
        <div class="grid" style="--min:17rem">
            <button class="card start" type="button" data-testid="start-sample" on:click=start>
                <Icon glyph=Glyph::Run />
                <span>
                    <b class="h3">"Try the sample"</b>
                    <span class="p">{sample_words}</span>
                </span>
            </button>
            <a class="card start" href=Route::Data.href() data-testid="start-data">
                <Icon glyph=Glyph::Data />
                <div>
                    <h3>"Bring your data"</h3>
                    <p>"SQLite files with questions and gold SQL, or a Spider or BIRD zip."</p>
                </div>
            </a>
            <label class="card start">
                <Icon glyph=Glyph::File />
                <span>
                    <b class="h3">"Open a run file"</b>
                    <span class="p">"A .jsonl run that someone sent you. See all of it, without a key."</span>
                </span>
                <input class="vh" type="file" accept=".jsonl" data-testid="open-run-file" on:change=open />
            </label>
        </div>
        {failed}
    }
}
