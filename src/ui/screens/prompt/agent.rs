//! The agent's shape: self-correcting or single-shot, how often it may try, which prompt the search edits.

use leptos::prelude::*;

use crate::{
    domain::agent::{AgentKind, AgentNode},
    ui::{
        faults::fault_of,
        kit::{NumberField, SelectField},
        state::use_app,
    },
};

const SELF_CORRECTING: &str = "self_correcting";
const SINGLE_SHOT: &str = "single_shot";

/// The node's name in words.
pub fn node_title(node: AgentNode) -> &'static str {
    match node {
        AgentNode::Write => "Write",
        AgentNode::Check => "Check",
        AgentNode::Rewrite => "Rewrite",
    }
}

/// The agent's settings, and its steps with the optimized one marked.
#[component]
pub fn AgentForm() -> impl IntoView {
    let app = use_app();
    let agent = Memo::new(move |_| app.config.with(|config| (config.agent.kind, config.agent.optimized)));
    let is_single = move || agent.get().0 == AgentKind::SingleShot;
    let kinds = vec![
        (SELF_CORRECTING.to_owned(), "Self-correcting".to_owned()),
        (SINGLE_SHOT.to_owned(), "Single shot".to_owned()),
    ];
    let set_kind = move |name: String| {
        app.config.update(|config| {
            config.agent.kind = if name == SINGLE_SHOT { AgentKind::SingleShot } else { AgentKind::SelfCorrecting };
            // The single-shot agent has no other prompt.
            if config.agent.kind == AgentKind::SingleShot {
                config.agent.optimized = AgentNode::Write;
            }
        });
    };
    let nodes = Signal::derive(move || {
        let nodes = app.config.with(|config| config.agent.nodes());
        nodes.iter().map(|node| (node.name().to_owned(), node_title(*node).to_owned())).collect::<Vec<_>>()
    });
    let set_node = move |name: String| {
        if let Some(node) = AgentNode::ALL.into_iter().find(|node| node.name() == name) {
            app.config.update(|config| config.agent.optimized = node);
        }
    };
    let steps = move || {
        let (kind, optimized) = agent.get();
        let step = |words: &'static str, node: Option<AgentNode>| {
            let on = (node == Some(optimized)).then_some("");
            view! { <li data-on=on>{words}</li> }
        };
        if kind == AgentKind::SingleShot {
            return view! { <p class="agent-flow note">"One call each: no check, no rewrite."</p> }.into_any();
        }
        let [write, check] =
            [("Write", AgentNode::Write), ("Check", AgentNode::Check)].map(|(words, node)| step(words, Some(node)));
        view! {
            <ol class="agent-flow" aria-label="Steps of the agent">
                {write} {step("Execute", None)} {check} {step("Rewrite", Some(AgentNode::Rewrite))}
            </ol>
        }
        .into_any()
    };
    view! {
        <section class="card">
            <div class="agent">
                <SelectField
                    label="Agent"
                    testid="agent-kind"
                    options=kinds
                    value=Signal::derive(move || if is_single() { SINGLE_SHOT } else { SELF_CORRECTING }.to_owned())
                    set=set_kind
                />
                <NumberField<u32>
                    label="Turns, at most"
                    testid="agent-max-turns"
                    value=Signal::derive(move || app.config.with(|config| config.agent.max_turns))
                    set=move |turns| app.config.update(|config| config.agent.max_turns = turns)
                    error=fault_of(app, "max_turns")
                    disabled=Signal::derive(is_single)
                />
                <SelectField
                    label="Prompt to optimize"
                    testid="agent-optimized"
                    options=nodes
                    value=Signal::derive(move || agent.get().1.name().to_owned())
                    set=set_node
                    error=fault_of(app, "optimized")
                />
                {steps}
            </div>
        </section>
    }
}
