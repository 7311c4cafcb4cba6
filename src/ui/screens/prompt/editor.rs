//! The editor of one of the agent's prompts: placeholders marked in the text, faults below it, at the place.

use leptos::{html, prelude::*};

use super::agent::node_title;
use crate::{
    domain::{
        agent::{AgentConfig, AgentNode},
        prompt::{Piece, PromptTemplate},
    },
    run::{
        forecast::rough_tokens,
        format::{count, thousands},
    },
    ui::{
        kit::{Glyph, Icon},
        route::use_here,
        state::use_app,
    },
};

const ID: &str = "f-prompt-template";
const ERROR_ID: &str = "f-prompt-template-error";

/// The editor of `node`'s prompt.
#[component]
pub fn Editor(node: Memo<AgentNode>) -> impl IntoView {
    let app = use_app();
    let here = use_here();
    let area = NodeRef::<html::Textarea>::new();
    let template = Memo::new(move |_| app.config.with(|config| config.agent.template(node.get()).clone()));
    let write = move |text: String| {
        app.config.update(|config| *config.agent.template_mut(node.get_untracked()) = PromptTemplate(text));
    };
    let insert = move |name: &str| {
        let Some(area) = area.get_untracked() else { return };
        let text = area.value();
        // Positions count UTF-16 units; a browser that does not tell them gets the end.
        let units: Vec<u16> = text.encode_utf16().collect();
        let at = |position: Option<u32>| position.map_or(units.len(), |at| (at as usize).min(units.len()));
        let start = at(area.selection_start().ok().flatten());
        let end = at(area.selection_end().ok().flatten()).max(start);
        let placeholder = format!("{{{name}}}");
        let (before, after) = (String::from_utf16_lossy(&units[..start]), String::from_utf16_lossy(&units[end..]));
        let cursor = (start + placeholder.len()) as u32;
        write(format!("{before}{placeholder}{after}"));
        request_animation_frame(move || {
            // The cursor is a courtesy: where the browser refuses it, the text is right all the same.
            area.focus().ok();
            area.set_selection_range(cursor, cursor).ok();
        });
    };
    let others = move || {
        let nodes = app.config.with(|config| config.agent.nodes());
        let link = |other: AgentNode| {
            let href = here.location().with("node", other.name()).href();
            view! {
                <a href=href aria-current=move || (node.get() == other).then_some("true")>
                    {node_title(other)}
                </a>
            }
        };
        (nodes.len() > 1).then(|| {
            view! {
                <nav class="segmented" aria-label="Prompt in the editor">
                    {nodes.iter().map(|other| link(*other)).collect_view()}
                </nav>
            }
        })
    };
    let role = move || {
        let optimized = app.config.with(|config| config.agent.optimized) == node.get();
        if optimized { "The search edits this prompt." } else { "This prompt stays as it is." }
    };
    let slots = move || {
        let slot = |name: &'static str| {
            view! {
                <button class="slot" type="button" title="Insert at the cursor" on:click=move |_| insert(name)>
                    {format!("{{{name}}}")}
                </button>
            }
        };
        node.get().known().iter().map(|name| slot(name)).collect_view()
    };
    let size = move || {
        template.with(|template| {
            let (words, rules) = (count(template.words(), "word"), count(template.rules(), "rule"));
            format!("{words}, {rules}, about {} tokens without the schema", thousands(rough_tokens(template.as_str())))
        })
    };
    let restore = move |_| write(AgentConfig::default().template(node.get_untracked()).0.clone());
    view! {
        <section class="card">
            <header>
                <h2>{move || format!("{} prompt", node_title(node.get()))}</h2>
                {others}
                <p>{role}</p>
            </header>
            <div class="row slots">
                <span class="note">"Insert"</span>
                {slots}
            </div>
            <label class="vh" for=ID>
                "Template"
            </label>
            <div class="editor">
                <div aria-hidden="true">{move || template.with(|template| marked(template, node.get()))} "\n"</div>
                <textarea
                    id=ID
                    node_ref=area
                    data-testid="prompt-template"
                    rows="13"
                    spellcheck="false"
                    aria-invalid=move || (!faults(&template.get(), node.get()).is_empty()).then_some("true")
                    aria-describedby=ERROR_ID
                    prop:value=move || template.get().0
                    on:input=move |event| write(event_target_value(&event))
                ></textarea>
            </div>
            <div id=ERROR_ID class="template-faults" data-testid="prompt-faults">
                {move || faults(&template.get(), node.get()).into_iter().map(fault_view).collect_view()}
            </div>
            <footer class="row" data-justify="between">
                <span data-testid="prompt-size">{size}</span>
                <button
                    class="button"
                    data-size="small"
                    data-kind="quiet"
                    type="button"
                    data-testid="prompt-restore"
                    on:click=restore
                >
                    "Restore default"
                </button>
            </footer>
        </section>
    }
}

/// The text with its placeholders marked, to lie under the input.
fn marked(template: &PromptTemplate, node: AgentNode) -> impl IntoView + use<> {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Placeholder(name) => {
            let state = (!node.known().contains(&name)).then_some("unknown");
            view! { <mark data-state=state>{format!("{{{name}}}")}</mark> }.into_any()
        }
    };
    template.pieces().into_iter().map(piece).collect_view()
}

enum Fault {
    Empty,
    Missing(String),
    Unknown(String),
}

fn faults(template: &PromptTemplate, node: AgentNode) -> Vec<Fault> {
    if template.as_str().trim().is_empty() {
        return vec![Fault::Empty];
    }
    let report = template.check(node.required(), node.known());
    let missing = report.missing.into_iter().map(Fault::Missing);
    missing.chain(report.unknown.into_iter().map(Fault::Unknown)).collect()
}

fn fault_view(fault: Fault) -> impl IntoView {
    let words = match fault {
        Fault::Empty => "The prompt is empty. Write one, or restore the default.".into_any(),
        Fault::Missing(name) => view! {
            <code>{format!("{{{name}}}")}</code>
            " is missing. Without it the model does not see what belongs there. Put it in with the button above the text."
        }
        .into_any(),
        Fault::Unknown(name) => view! {
            <code>{format!("{{{name}}}")}</code>
            " is not a known placeholder. It would be sent as written. Remove it, or choose one above the text."
        }
        .into_any(),
    };
    view! {
        <div class="field-error">
            <Icon glyph=Glyph::Alert />
            <span>{words}</span>
        </div>
    }
}
