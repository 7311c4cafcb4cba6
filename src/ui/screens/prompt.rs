//! Prompt: the agent, the prompt that the run will try to beat, and how it looks to the model.

mod agent;
mod editor;
mod preview;
mod try_out;

use leptos::{prelude::*, task::spawn_local};

use self::{agent::AgentForm, editor::Editor, preview::Preview, try_out::TryOut};
use crate::{
    domain::{agent::AgentNode, id::ExampleId, prompt::PromptTemplate},
    ui::{
        kit::{PageHead, drop::files_of},
        route::{Route, use_here},
        state::use_app,
    },
};

/// Bytes of a prompt's file at most.
const FILE_LIMIT: u64 = 1 << 20;

/// The screen.
#[component]
pub fn PromptScreen() -> impl IntoView {
    let app = use_app();
    let node = edited_node();
    let example = chosen_example();
    let open = move |event| {
        let Some(file) = files_of(&event).into_iter().next() else { return };
        spawn_local(async move {
            match file.read(0, FILE_LIMIT).await.map(String::from_utf8) {
                Ok(Ok(text)) => {
                    let text = PromptTemplate(text.trim_end().to_owned());
                    app.config.update(|config| *config.agent.template_mut(node.get_untracked()) = text);
                }
                Ok(Err(_)) => {
                    app.notice.set(Some(format!("{} is not a text file. Choose a .md or .txt file.", file.path())));
                }
                Err(error) => app.notice.set(Some(error.to_string())),
            }
        });
    };
    view! {
        <PageHead title="Prompt" words="Write the seed prompt, or keep this one. It is what the run will try to beat.">
            <label class="button file-button">
                "Open a .md file"
                <input class="vh" type="file" accept=".md,.txt,text/*" data-testid="prompt-file" on:change=open />
            </label>
            <a class="button" href=Route::Playground.href() data-testid="open-playground">
                "Ask it a question"
            </a>
            <a class="button" data-kind="primary" href=Route::Models.href()>
                "Next: Models"
            </a>
        </PageHead>
        <AgentForm />
        <div class="split" data-stretch="" style="--side:25rem">
            <Editor node=node />
            <Preview node=node example=example />
        </div>
        <TryOut example=example />
    }
}

/// Which of the agent's prompts is in the editor: that of the URL, else the one that is optimized.
fn edited_node() -> Memo<AgentNode> {
    let app = use_app();
    let wanted = use_here().query("node");
    Memo::new(move |_| {
        let wanted = wanted.get();
        app.config.with(|config| {
            let nodes = config.agent.nodes().iter().copied();
            nodes.into_iter().find(|node| Some(node.name()) == wanted.as_deref()).unwrap_or(config.agent.optimized)
        })
    })
}

/// The question of preview and trial: that of the URL, else the first.
fn chosen_example() -> Memo<Option<ExampleId>> {
    let app = use_app();
    let wanted = use_here().query("example");
    Memo::new(move |_| {
        let wanted = wanted.get().map(ExampleId::from);
        app.dataset.with(|dataset| {
            let dataset = dataset.as_ref()?;
            let known = wanted.as_ref().and_then(|id| dataset.example(id)).or(dataset.examples.first());
            known.map(|example| example.id.clone())
        })
    })
}
