//! The conversation of a rollout: each call opens onto its messages and the model's answer.

use leptos::prelude::*;

use crate::{
    domain::{agent::AgentNode, chat::Speaker},
    run::{forecast::rough_tokens, format::thousands},
    text2sql::{agent::Call, extract_sql::last_fenced},
};

/// All calls of a rollout, the answers open, the messages folded.
#[component]
pub fn Transcript(calls: Vec<Call>) -> impl IntoView {
    let last = calls.len();
    calls.into_iter().enumerate().map(|(i, call)| one_call(i + 1, call, i + 1 == last)).collect_view()
}

fn one_call(number: usize, call: Call, is_last: bool) -> impl IntoView {
    let node = match call.node {
        AgentNode::Write => "Write",
        AgentNode::Check => "Check",
        AgentNode::Rewrite => "Rewrite",
    };
    let speakers: Vec<_> = call.messages.iter().map(|message| message.speaker.name()).collect();
    let size: u64 = call.messages.iter().map(|message| rough_tokens(&message.content)).sum();
    let messages = call.messages.into_iter().map(|message| spoken(message.speaker, message.content)).collect_view();
    let answer_size = rough_tokens(&call.answer);
    let is_query = call.node != AgentNode::Check;
    let bare = is_query && last_fenced(&call.answer).is_none();
    view! {
        <details class="message">
            <summary>
                <b>{format!("{number} {node}")}</b>
                {speakers.join(" + ")}
                <span class="note">{format!("about {} tokens", thousands(size))}</span>
            </summary>
            <div class="body">{messages}</div>
        </details>
        <details class="message" open=is_query || is_last>
            <summary>
                <b>"Answer"</b>
                <span class="note">{format!("about {} tokens", thousands(answer_size))}</span>
            </summary>
            <div class="body">
                {if bare {
                    view! { <super::Sql text=call.answer /> }.into_any()
                } else {
                    view! { <div class="text">{call.answer}</div> }.into_any()
                }}
            </div>
        </details>
    }
}

fn spoken(speaker: Speaker, content: String) -> impl IntoView {
    view! {
        <div>
            <p class="note">{speaker.name()}</p>
            <div class="text">{content}</div>
        </div>
    }
}
