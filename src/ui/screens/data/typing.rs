//! A form for questions about databases that came without any.

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    domain::id::DbId,
    ui::{
        kit::{Glyph, Icon, SelectField, TextField},
        route::Route,
        state::use_app,
    },
};

/// Database, question and gold SQL; shown where all questions are typed ones.
#[component]
pub fn TypedQuestions() -> impl IntoView {
    let app = use_app();
    // A form for each dataset: what was typed for one is not for another.
    let typed = Memo::new(move |_| {
        app.dataset
            .with(|dataset| dataset.as_ref().filter(|dataset| dataset.is_typed()).map(|dataset| dataset.id.clone()))
    });
    move || typed.get().map(|_| view! { <Form /> })
}

#[component]
fn Form() -> impl IntoView {
    let app = use_app();
    let databases = Memo::new(move |_| {
        let named = |db: &DbId| (db.to_string(), db.to_string());
        app.dataset.with(|dataset| {
            let files = dataset.as_ref().map_or(&[][..], |dataset| &dataset.databases);
            files.iter().map(|file| named(&file.db)).collect::<Vec<_>>()
        })
    });
    let first = databases.with_untracked(|all| all.first().map(|(db, _)| db.clone()).unwrap_or_default());
    let (db, question, gold) = (RwSignal::new(first), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (fault, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (asked, query) = (question.get_untracked().trim().to_owned(), gold.get_untracked().trim().to_owned());
        if busy.get_untracked() {
            return;
        }
        if asked.is_empty() || query.is_empty() {
            return fault.set(Some("Type both, the question and the SQL that answers it.".into()));
        }
        busy.set(true);
        spawn_local(async move {
            let added = app.add_question(db.get_untracked().into(), asked, query).await;
            // The form may be gone, if another dataset was opened meanwhile.
            if busy.try_set(false).is_none() {
                if added.is_ok() {
                    question.set(String::new());
                    gold.set(String::new());
                }
                fault.set(added.err());
            }
        });
    };
    view! {
        <form class="card" data-testid="typed-form" on:submit=add>
            <header>
                <h2>"Type questions"</h2>
                <p>
                    "These databases came without questions. A run needs at least 3, and 20 or more to learn from. Or "
                    <a href=Route::Playground.href()>"ask a model in words"</a> " and keep what is right."
                </p>
            </header>
            <div class="stack">
                {move || {
                    (databases.with(Vec::len) > 1)
                        .then(|| {
                            view! {
                                <SelectField
                                    label="Database"
                                    testid="typed-database"
                                    options=databases
                                    value=db
                                    set=move |chosen: String| db.set(chosen)
                                />
                            }
                        })
                }}
                <TextField
                    label="Question"
                    testid="typed-question"
                    value=question
                    set=move |text: String| question.set(text)
                />
                <div class="field">
                    <label for="f-typed-gold">"Gold SQL"</label>
                    <textarea
                        id="f-typed-gold"
                        class="mono"
                        data-testid="typed-gold"
                        rows="3"
                        spellcheck="false"
                        prop:value=move || gold.get()
                        on:input=move |event| gold.set(event_target_value(&event))
                    ></textarea>
                </div>
                {move || {
                    fault
                        .get()
                        .map(|words| {
                            view! {
                                <p class="field-error" role="alert" data-testid="typed-fault">
                                    <Icon glyph=Glyph::Alert />
                                    <span>{words}</span>
                                </p>
                            }
                        })
                }}
                <div class="row">
                    <button class="button" type="submit" data-testid="typed-add" prop:disabled=move || busy.get()>
                        "Add the question"
                    </button>
                </div>
            </div>
        </form>
    }
}
