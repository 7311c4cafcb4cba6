//! The conversation of a rollout: each call opens onto its messages and the model's answer, with what the call took.

use leptos::prelude::*;

use crate::{
    domain::{agent::AgentNode, chat::Speaker},
    run::{
        forecast::rough_tokens,
        format::{dollars, duration, thousands},
        inspect::InspectedCall,
    },
    text2sql::extract_sql::last_fenced,
};

/// All calls of a rollout, the answers open, the messages folded.
#[component]
pub fn Transcript(calls: Vec<InspectedCall>) -> impl IntoView {
    let last = calls.len();
    calls.into_iter().enumerate().map(|(i, call)| one_call(i + 1, call, i + 1 == last)).collect_view()
}

fn one_call(number: usize, inspected: InspectedCall, is_last: bool) -> impl IntoView {
    let (asked, answered) = (asked(&inspected), answered(&inspected));
    let InspectedCall { call, answered: recorded, .. } = inspected;
    let node = match call.node {
        AgentNode::Write => "Write",
        AgentNode::Check => "Check",
        AgentNode::Rewrite => "Rewrite",
    };
    let speakers: Vec<_> = call.messages.iter().map(|message| message.speaker.name()).collect();
    let messages = call.messages.into_iter().map(|message| spoken(message.speaker, message.content)).collect_view();
    let reasoning = recorded.map(|recorded| recorded.answer.reasoning.clone()).filter(|words| !words.trim().is_empty());
    let reasoning = reasoning.map(|words| {
        view! {
            <details>
                <summary class="note">"Reasoning, as the provider sent it"</summary>
                <div class="text">{words}</div>
            </details>
        }
    });
    let is_query = call.node != AgentNode::Check;
    let bare = is_query && last_fenced(&call.answer).is_none();
    view! {
        <details class="message">
            <summary>
                <b>{format!("{number} {node}")}</b>
                {speakers.join(" + ")}
                <span class="note">{asked}</span>
            </summary>
            <div class="body">{messages}</div>
        </details>
        <details class="message" open=is_query || is_last>
            <summary>
                <b>"Answer"</b>
                <span class="note" data-testid=format!("call-{number}")>
                    {answered}
                </span>
            </summary>
            <div class="body">
                {reasoning}
                {if bare {
                    view! { <super::Sql text=call.answer /> }.into_any()
                } else {
                    view! { <div class="text">{call.answer}</div> }.into_any()
                }}
            </div>
        </details>
    }
}

/// The request's tokens: as the provider counted them, else as they are estimated.
fn asked(inspected: &InspectedCall) -> String {
    match inspected.answered.as_ref().and_then(|answered| answered.answer.usage.input) {
        Some(tokens) => format!("{} tokens", thousands(tokens)),
        None => {
            let messages = &inspected.call.messages;
            let size: u64 = messages.iter().map(|message| rough_tokens(&message.content)).sum();
            format!("about {} tokens", thousands(size))
        }
    }
}

/// The answer's tokens, time and money, and what was out of the ordinary.
fn answered(inspected: &InspectedCall) -> String {
    let about = || format!("about {} tokens", thousands(rough_tokens(&inspected.call.answer)));
    let Some(answered) = &inspected.answered else { return about() };
    if answered.answer.from_cache {
        return format!("{} · from the cache", about());
    }
    let tokens = answered.answer.usage.output.map_or_else(about, |tokens| format!("{} tokens", thousands(tokens)));
    let mut parts = vec![tokens, duration(answered.elapsed_ms)];
    if inspected.usage.unpriced_calls == 0 {
        parts.push(dollars(inspected.usage.usd));
    }
    if answered.attempts > 1 {
        parts.push(format!("{} tries", answered.attempts));
    }
    parts.join(" · ")
}

fn spoken(speaker: Speaker, content: String) -> impl IntoView {
    view! {
        <div>
            <p class="note">{speaker.name()}</p>
            <div class="text">{content}</div>
        </div>
    }
}
