//! What is asked, of whom, about which database; and the question that is under way.

use leptos::{ev, prelude::*};

use crate::{
    browser::page_origin,
    domain::{
        chat::ModelRole,
        config::{ConfigFault, Provider},
        dataset::Example,
        id::{DbId, ExampleId, Version},
    },
    run::{
        format::{count, model_words},
        keep::known,
        remedy::{self, Contact},
    },
    text2sql::preview::cut,
    ui::{
        kit::{Banner, Glyph, Icon, SelectField, Standing, Status, Tone},
        links,
        route::{Route, use_here},
        state::{AppState, Asker, use_app},
    },
};

const QUESTION: &str = "f-play-question";
const NOTE: &str = "f-play-question-note";
/// Questions of the data that can be chosen here; the others are found on Data.
const CHOICES: usize = 500;
/// Characters of a question in the list.
const SHOWN: usize = 90;

/// The form.
#[component]
pub fn Form(db: Memo<DbId>) -> impl IntoView {
    let (app, here) = (use_app(), use_here());
    let play = app.playground;
    let named = here.query("prompt");
    let asker =
        Memo::new(move |_| named.with(|name| links::version(name.as_deref())).map_or(Asker::Draft, Asker::Candidate));
    fill_in_from_link(app);
    let faults = Memo::new(move |_| Faults(app.asker_faults(asker.get())));
    let is_missing = Memo::new(move |_| app.asker_config(asker.get()).is_none());
    let busy = Memo::new(move |_| play.under_way.with(Option::is_some));
    let can_ask = move || {
        !is_missing.get()
            && faults.with(|faults| faults.0.is_empty())
            && play.question.with(|text| !text.trim().is_empty())
    };
    let ask = move || {
        if untrack(can_ask) {
            app.ask_question(asker.get_untracked(), db.get_untracked());
        }
    };
    let note = Memo::new(move |_| in_data(app, &db.get()));
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            ask();
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        ask();
    };
    let databases = Signal::derive(move || {
        app.dataset.with(|dataset| {
            let files = dataset.as_ref().map_or(&[][..], |dataset| &dataset.databases);
            files.iter().map(|file| (file.db.to_string(), file.db.to_string())).collect::<Vec<_>>()
        })
    });
    let button = move || {
        if busy.get() {
            return view! {
                <button class="button" type="button" data-testid="play-cancel" on:click=move |_| play.cancel()>
                    <Icon glyph=Glyph::Stop />
                    "Cancel"
                </button>
            }
            .into_any();
        }
        view! {
            <button
                class="button"
                data-kind="primary"
                type="submit"
                data-testid="play-ask"
                prop:disabled=move || !can_ask()
            >
                <Icon glyph=Glyph::Run />
                "Ask"
            </button>
        }
        .into_any()
    };
    view! {
        <form class="card" on:submit=submit data-testid="play-form">
            <header>
                <h2>"Question"</h2>
                <p>{move || whom(app, asker.get())}</p>
            </header>
            <div class="stack">
                <div class="half">
                    <SelectField
                        label="Prompt"
                        testid="play-prompt"
                        options=Signal::derive(move || prompts(app, asker.get()))
                        value=Signal::derive(move || name_of(asker.get()))
                        set=move |name: String| here.select("prompt", &name)
                    />
                    <SelectField
                        label="Database"
                        testid="play-database"
                        options=databases
                        value=Signal::derive(move || db.get().to_string())
                        set=move |name: String| here.select("db", &name)
                    />
                </div>
                <div class="field">
                    <label for=QUESTION>"Your question"</label>
                    <textarea
                        id=QUESTION
                        data-testid="play-question"
                        rows="2"
                        aria-describedby=move || note.with(|note| note.is_some().then_some(NOTE))
                        prop:value=move || play.question.get()
                        on:input=move |event| play.question.set(event_target_value(&event))
                        on:keydown=key
                    ></textarea>
                    {move || {
                        note.get()
                            .map(|words| view! { <span class="field-hint" id=NOTE data-testid="play-note">{words}</span> })
                    }}
                </div>
                <OfTheData db=db />
                {move || is_missing.get().then(|| missing(asker.get()))}
                {move || faults.get().0.into_iter().map(fault_view).collect_view()}
                <div class="row" data-justify="between">
                    {button} <span class="note">{move || cost(app)} <span class="key-hint">" Ctrl + Enter asks."</span></span>
                </div>
                <UnderWay />
            </div>
        </form>
        {move || practice_note(app)}
    }
}

/// What keeps the prompt from being asked; compared by value.
#[derive(Clone, PartialEq)]
struct Faults(Vec<ConfigFault>);

/// A link may bring a question of the data along; it is filled in once, when the data is there.
fn fill_in_from_link(app: AppState) {
    let here = use_here();
    let named = here.query("example");
    Effect::new(move || {
        let Some(id) = named.get().map(ExampleId::from) else { return };
        let example = app.dataset.with(|dataset| dataset.as_ref().and_then(|dataset| dataset.example(&id).cloned()));
        if let Some(Example { db, question, .. }) = example {
            app.playground.question.set(question);
            here.select("db", db.as_str());
            here.select("example", "");
        }
    });
}

fn name_of(asker: Asker) -> String {
    match asker {
        Asker::Draft => String::new(),
        Asker::Candidate(version) => version.to_string(),
    }
}

/// The prompt on Prompt, and those of the run on the screens.
fn prompts(app: AppState, asker: Asker) -> Vec<(String, String)> {
    let mut options = vec![(String::new(), "The one on Prompt".to_owned())];
    app.run.with(|run| {
        let best = run.best_score().map(|_| run.best);
        options.extend(run.candidates.iter().map(|known| {
            let version = known.candidate.version;
            let role = match version {
                _ if Some(version) == best => ", best of the run",
                Version::SEED => ", the run's original",
                _ => " of the run",
            };
            (version.to_string(), format!("{version}{role}"))
        }));
    });
    let name = name_of(asker);
    if !options.iter().any(|(known, _)| *known == name) {
        options.push((name.clone(), format!("{name} (not here)")));
    }
    options
}

/// The model that is asked, and whether the run asked another one.
fn whom(app: AppState, asker: Asker) -> String {
    let model = app.effective_config().models.agent;
    let other = match asker {
        Asker::Draft => None,
        Asker::Candidate(_) => app.run.with(|run| {
            let of_run = run.started.as_ref()?.config.models.agent.clone();
            (!of_run.is_same_model(&model)).then(|| format!("; the run asked {}", model_words(&of_run)))
        }),
    };
    format!("{}, as on Models{}", model_words(&model), other.unwrap_or_default())
}

fn cost(app: AppState) -> &'static str {
    match app.effective_config().models.agent.provider {
        Provider::Practice => "Costs nothing.",
        Provider::InPage | Provider::BuiltIn => "Answered in this browser.",
        _ => "Asks your model, at its price.",
    }
}

/// Whether the data has the question that is typed.
fn in_data(app: AppState, db: &DbId) -> Option<String> {
    let text = app.playground.question.get();
    app.dataset.with(|dataset| {
        let (number, example) = known(dataset.as_ref()?, db, &text)?;
        let hint = if example.evidence.is_some() { " Its hint is sent along." } else { "" };
        Some(format!("No. {number} of the data: the answer is compared with its gold query.{hint}"))
    })
}

/// A question of the data about the chosen database, to be put into the field.
#[component]
fn OfTheData(db: Memo<DbId>) -> impl IntoView {
    let app = use_app();
    let options = Memo::new(move |_| {
        let db = db.get();
        app.dataset.with(|dataset| {
            let examples = dataset.as_ref().map_or(&[][..], |dataset| &dataset.examples);
            let about = examples.iter().filter(|example| example.db == db).take(CHOICES);
            about.map(|example| (example.id.to_string(), cut(&example.question, SHOWN))).collect::<Vec<_>>()
        })
    });
    let value = Signal::derive(move || {
        let text = app.playground.question.get();
        app.dataset.with(|dataset| {
            let found = dataset.as_ref().and_then(|dataset| known(dataset, &db.get(), &text));
            found.map(|(_, example)| example.id.to_string()).unwrap_or_default()
        })
    });
    let choose = move |id: String| {
        let id = ExampleId::from(id);
        let question = app.dataset.with_untracked(|dataset| Some(dataset.as_ref()?.example(&id)?.question.clone()));
        if let Some(question) = question {
            app.playground.question.set(question);
        }
    };
    let with_none = move || {
        let none = (String::new(), format!("Choose one of {}", count(options.with(Vec::len), "question")));
        std::iter::once(none).chain(options.get()).collect::<Vec<_>>()
    };
    move || {
        options.with(|options| !options.is_empty()).then(|| {
            view! {
                <SelectField
                    label="Or a question of the data"
                    testid="play-example"
                    options=Signal::derive(with_none)
                    value=value
                    set=choose
                />
            }
        })
    }
}

fn missing(asker: Asker) -> impl IntoView {
    let words = format!(
        "The run on the screens has no {}. Open the run that it is of on Home, or choose another prompt.",
        name_of(asker)
    );
    view! {
        <div class="field-error" role="alert" data-testid="play-missing">
            <Icon glyph=Glyph::Alert />
            <span>{words} " " <a href=Route::Home.href()>"Go to Home"</a></span>
        </div>
    }
}

fn fault_view(fault: ConfigFault) -> impl IntoView {
    let (route, name) = match fault.field.as_str() {
        "prompt" | "max_turns" => (Route::Prompt, "Go to Prompt"),
        _ => (Route::Models, "Go to Models"),
    };
    view! {
        <div class="field-error" data-testid="play-fault">
            <Icon glyph=Glyph::Alert />
            <span>{fault.words} " " <a href=route.href()>{name}</a></span>
        </div>
    }
}

/// How far the question is that is being asked.
#[component]
fn UnderWay() -> impl IntoView {
    let app = use_app();
    let words = move || {
        let under_way = app.playground.under_way.get()?;
        let progress = under_way.progress;
        let agent = app.effective_config().models.of(ModelRole::Agent).clone();
        let done = match progress.answered {
            0 => String::new(),
            answered => format!(", {} answered", count(answered, "call")),
        };
        let again = progress.trouble.map(|problem| {
            let remedy = remedy::of(&problem, Contact::of(&agent, &page_origin()));
            format!(". {}: it waits and is tried again", remedy.title)
        });
        Some(format!("Asking: {}{done}{}", under_way.question, again.unwrap_or_default()))
    };
    move || {
        words().map(|words| {
            view! {
                <p role="status" data-testid="play-progress">
                    <Status standing=Standing::Running words=words />
                </p>
            }
        })
    }
}

/// What the simulated model can and cannot do here.
fn practice_note(app: AppState) -> Option<impl IntoView> {
    let is_practice = app.effective_config().models.agent.provider == Provider::Practice;
    // The answer below says the same of this question.
    let is_said = app.playground.is_out_of_practice();
    let is_sample = app.dataset.with(|dataset| dataset.as_ref().is_some_and(|dataset| dataset.id.as_str() == "sample"));
    let (title, words) = if is_sample {
        (
            "The practice model is simulated",
            "It follows rules and knows the sample's questions only: choose one of them. For questions of your own, choose a real model on Models.",
        )
    } else {
        (
            "The practice model cannot answer here",
            "It is simulated and knows the built-in sample's questions only. Choose a real model on Models.",
        )
    };
    let tone = if is_sample { Tone::Plain } else { Tone::Warn };
    (is_practice && !is_said).then(|| {
        view! {
            <Banner tone=tone title=title words=words testid="play-practice">
                <a class="button" href=Route::Models.href()>
                    "Go to Models"
                </a>
            </Banner>
        }
    })
}
