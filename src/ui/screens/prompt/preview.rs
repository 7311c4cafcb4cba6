//! The prompt as the model gets it for a chosen question.

use leptos::prelude::*;

use crate::{
    domain::{
        agent::AgentNode,
        dataset::Example,
        id::ExampleId,
        prompt::{Piece, PromptTemplate},
    },
    run::{forecast::rough_tokens, format::thousands},
    text2sql::{
        agent::{Agent, DIALECT, Next},
        preview::cut,
        schema::table_info,
    },
    ui::{
        kit::SelectField,
        route::use_here,
        screens::need::NeedsQuestions,
        state::{AppState, use_app},
    },
};

/// Questions that can be chosen here; the others are found on Data.
const CHOICES: usize = 500;
/// Characters of a question in the list.
const QUESTION: usize = 90;

/// The preview of `node`'s prompt for `example`.
#[component]
pub fn Preview(node: Memo<AgentNode>, example: Memo<Option<ExampleId>>) -> impl IntoView {
    let app = use_app();
    let here = use_here();
    let schema = LocalResource::new(move || {
        app.dataset.track();
        let db = example.get().and_then(|id| question(app, &id)).map(|example| example.db);
        async move {
            match db {
                Some(db) => app.describe(db).await.map(|schema| table_info(&schema)).map_err(|error| error.to_string()),
                None => Ok(String::new()),
            }
        }
    });
    let options = Signal::derive(move || {
        app.dataset.with(|dataset| {
            let examples = dataset.as_ref().map_or(&[][..], |dataset| &dataset.examples);
            let option = |(at, example): (usize, &Example)| {
                (example.id.to_string(), format!("{} · {}", at + 1, cut(&example.question, QUESTION)))
            };
            examples.iter().enumerate().take(CHOICES).map(option).collect::<Vec<_>>()
        })
    });
    let rendered = move || {
        let example = question(app, &example.get()?)?;
        Some(match schema.get() {
            None => view! { <p class="note" role="status">"Reading the database"</p> }.into_any(),
            Some(Err(words)) => view! { <p class="field-error" role="alert">{words}</p> }.into_any(),
            Some(Ok(info)) => filled(app, node.get(), &example, &info).into_any(),
        })
    };
    let content = move || {
        if example.with(Option::is_none) {
            return view! {
                <NeedsQuestions title="Nothing to show yet" words="With a question, the prompt stands here as the model gets it: the tables of the question's database with a few rows in place of {table_info}, SQLite in place of {dialect}, and the question itself after it." />
            }
            .into_any();
        }
        view! {
            <SelectField
                label="Question"
                testid="preview-example"
                options=options
                value=Signal::derive(move || example.get().map(|id| id.to_string()).unwrap_or_default())
                set=move |id: String| here.select("example", &id)
            />
            {rendered}
        }
        .into_any()
    };
    view! {
        <section class="card">
            <header>
                <h2>"Preview"</h2>
                <p>"As the model gets it"</p>
            </header>
            <div class="stack" style="--gap:12px">
                {content}
            </div>
        </section>
    }
}

fn question(app: AppState, id: &ExampleId) -> Option<Example> {
    app.dataset.with(|dataset| dataset.as_ref()?.example(id).cloned())
}

fn filled(app: AppState, node: AgentNode, example: &Example, info: &str) -> impl IntoView + use<> {
    let agent = app.config.with(|config| config.agent.clone());
    let template = agent.template(node);
    let values = [("dialect", DIALECT), ("table_info", info)];
    let (speaker, user) = match (Agent { config: &agent, example, table_info: info }).next(&[]) {
        Next::Ask { messages, .. } if node == AgentNode::Write => ("system", messages.into_iter().nth(1)),
        _ => ("user", None),
    };
    let size =
        rough_tokens(&template.render(&values)) + user.as_ref().map_or(0, |message| rough_tokens(&message.content));
    let user = user.map(|message| {
        view! {
            "\n\n"
            <span class="c">{message.speaker.name()}</span>
            "\n"
            {message.content}
        }
    });
    let later = (node != AgentNode::Write)
        .then_some("What stands in brackets is filled in during a rollout; here the schema and long results are cut at 2,048 characters.");
    view! {
        <div class="preview code" tabindex="0" role="region" aria-label="Filled-in prompt" data-testid="prompt-preview">
            <span class="c">{speaker}</span>
            "\n"
            {pieces(template, node, &values)}
            {user}
        </div>
        <p class="note" data-testid="prompt-tokens">{format!("About {} tokens.", thousands(size))} " " {later}</p>
    }
}

fn pieces(template: &PromptTemplate, node: AgentNode, values: &[(&str, &str)]) -> impl IntoView + use<> {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Placeholder(name) => match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => view! { <mark class="fill">{value.to_string()}</mark> }.into_any(),
            None => {
                let state = (!node.known().contains(&name)).then_some("unknown");
                view! {
                    <span class="slot" data-state=state>
                        {format!("{{{name}}}")}
                    </span>
                }
                .into_any()
            }
        },
    };
    template.pieces().into_iter().map(piece).collect_view()
}
