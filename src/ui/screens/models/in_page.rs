//! A role's model inside the page: which file, how much room, and what llama.cpp does at the moment.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::chat::in_page::EngineState,
    domain::{
        chat::ModelRole,
        config::{CONTEXT, LONGEST_ANSWER, ModelConfig},
    },
    ports::chat::{
        in_page::{Loaded, Pace},
        model_file::{MOST_MEMORY, ModelFile},
    },
    run::format::{bytes, count, thousands},
    ui::{
        faults::fault_of,
        kit::{NumberField, OptionalNumber, SelectField, Standing, Status},
        state::use_app,
    },
};

type Tokens = OptionalNumber<u32>;

/// File, context and longest answer.
#[component]
pub fn InPageFields(role: ModelRole) -> impl IntoView {
    let app = use_app();
    let name = role.name();
    spawn_local(app.refresh_model_files());
    let model = Memo::new(move |_| app.config.with(|config| config.models.of(role).clone()));
    let change = move |with: &dyn Fn(&mut ModelConfig)| app.config.update(|config| with(config.models.of_mut(role)));
    let file = Memo::new(move |_| {
        let sha256 = model.with(|model| model.sha256.clone());
        app.local.files.with(|files| files.iter().find(|file| file.sha256 == sha256).cloned())
    });
    // A file that the settings name and that is not here stays in the list, so that it is seen.
    let missing = move || file.with(Option::is_none) && model.with(|model| !model.name.is_empty());
    let options = Signal::derive(move || {
        let mut options = vec![(String::new(), "Choose a file".to_owned())];
        app.local.files.with(|files| {
            options.extend(
                files.iter().map(|file| (file.sha256.clone(), format!("{} ({})", file.name, bytes(file.bytes)))),
            );
        });
        if missing() {
            options.push(model.with(|model| (model.sha256.clone(), format!("{} (not here)", model.name))));
        }
        options
    });
    let choose = move |sha256: String| {
        let chosen = app.local.files.with_untracked(|files| files.iter().find(|file| file.sha256 == sha256).cloned());
        app.choose_model_file(role, chosen.as_ref());
    };
    let fault = fault_of(app, format!("{name}.name"));
    let error = MaybeProp::derive(move || {
        if missing() {
            return Some("This browser does not have this file. Add it below, or choose another.".to_owned());
        }
        fault.get()
    });
    let about = Signal::derive(move || file.with(|file| file.as_ref().map(about)));
    let room = Signal::derive(move || {
        let context = model.with(|model| model.context).unwrap_or(CONTEXT);
        let default = format!("Request and answer together. Empty: {}.", thousands(CONTEXT.into()));
        file.with(|file| Some(file.as_ref().map_or(default.clone(), |file| room(file, context, &default))))
    });
    let context_fault = fault_of(app, format!("{name}.context"));
    let too_large = MaybeProp::derive(move || {
        let context = model.with(|model| model.context).unwrap_or(CONTEXT);
        let needs = file.with(|file| file.as_ref().map_or(0, |file| file.memory(context)));
        let words = || format!("That needs about {} of memory, and a page has {}.", bytes(needs), bytes(MOST_MEMORY));
        context_fault.get().or_else(|| (needs > MOST_MEMORY).then(words))
    });
    view! {
        <p class="small muted">
            "llama.cpp runs a model's file in this page. Nothing leaves the browser, and one call is answered at a time: a role with many calls takes long."
        </p>
        <SelectField
            label="Model file"
            testid=format!("model-{name}-file")
            options=options
            value=Signal::derive(move || model.with(|model| model.sha256.clone()))
            set=choose
            hint=about
            error=error
        />
        <NumberField<Tokens>
            label="Context"
            testid=format!("model-{name}-context")
            value=Signal::derive(move || OptionalNumber(model.with(|model| model.context)))
            set=move |number: Tokens| change(&|model| model.context = number.0)
            hint=room
            error=too_large
            unit="tokens"
        />
        <NumberField<Tokens>
            label="Longest answer"
            testid=format!("model-{name}-max-tokens")
            value=Signal::derive(move || OptionalNumber(model.with(|model| model.max_tokens)))
            set=move |number: Tokens| change(&|model| model.max_tokens = number.0)
            hint=format!("A longer one counts as no answer. Empty: {}.", thousands(LONGEST_ANSWER.into()))
            error=fault_of(app, format!("{name}.max_tokens"))
            unit="tokens"
        />
        <Engine />
    }
}

fn about(file: &ModelFile) -> String {
    let gguf = &file.gguf;
    let name = if gguf.name.is_empty() { gguf.architecture.clone() } else { gguf.name.clone() };
    let licence = if gguf.licence.is_empty() { String::new() } else { format!(", {}", gguf.licence) };
    let template =
        if gguf.has_template { "" } else { ". It has no chat template: probably it does not follow instructions" };
    format!("{name}{licence}{template}.")
}

fn room(file: &ModelFile, context: u32, default: &str) -> String {
    let memory = bytes(file.memory(context));
    match file.gguf.trained_context {
        Some(trained) => format!("{default} Trained for {}; takes about {memory} of memory.", thousands(trained)),
        None => format!("{default} Takes about {memory} of memory."),
    }
}

/// What llama.cpp does, how fast, and what would make it faster.
#[component]
fn Engine() -> impl IntoView {
    let local = use_app().local;
    let standing = move || match local.engine.get() {
        EngineState::Asleep => Standing::Waiting,
        EngineState::Loading | EngineState::Answering(_) => Standing::Running,
        EngineState::Ready(_) => Standing::Done,
    };
    let words = move || match local.engine.get() {
        EngineState::Asleep => "Not loaded".to_owned(),
        EngineState::Loading => "Loading the model".into(),
        EngineState::Ready(loaded) => format!("Loaded {}", place(&loaded)),
        EngineState::Answering(loaded) => format!("Answering {}", place(&loaded)),
    };
    let notes = move || {
        let loaded = match local.engine.get() {
            EngineState::Ready(loaded) | EngineState::Answering(loaded) => Some(loaded),
            EngineState::Asleep | EngineState::Loading => None,
        };
        let pace = local.pace.get().map(pace_words);
        let slow = loaded.filter(|loaded| !loaded.gpu && loaded.threads == 1).map(|_| {
            "One thread: for more, the page's host must send the two headers that make it cross-origin isolated (docs/hosting.md), and the machine needs four cores.".to_owned()
        });
        let words: Vec<_> = pace.into_iter().chain(slow).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    view! {
        <div class="stack" style="--gap:4px" role="status">
            <span data-testid="engine">
                <Status standing=Signal::derive(standing) words=Signal::derive(words) />
            </span>
            {move || notes().map(|words| view! { <p class="field-hint" data-testid="engine-notes">{words}</p> })}
        </div>
    }
}

fn place(loaded: &Loaded) -> String {
    match (&loaded.gpu_failed, loaded.gpu) {
        (_, true) => "on the graphics card".into(),
        (Some(why), _) => format!("on the processor, because the graphics card failed ({why})"),
        (None, _) => format!("on the processor, {}", count(loaded.threads as usize, "thread")),
    }
}

/// Tokens a second, in words.
pub fn pace_words(pace: Pace) -> String {
    match pace.read {
        Some(read) => format!("Reads {read:.0} and writes {:.1} tokens a second.", pace.written),
        None => format!("Writes {:.1} tokens a second.", pace.written),
    }
}
