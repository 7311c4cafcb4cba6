//! The forecast's figures: rollouts and where they go, calls by role, tokens, time and money as far as they can be known.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::{
    domain::{budget::Price, chat::ModelRole, config::RunConfig, id::DbId},
    run::{
        forecast::{Outlook, Plan},
        format::{dollars, duration, short, thousands},
    },
    ui::kit::spans::span_words,
};

/// Of what only the run itself can tell.
const LATER: &str = "known after the first calls";

/// The figures. `schemas` has the lengths of the schemas once they are known.
#[component]
pub fn Figures(
    config: Memo<RunConfig>,
    plan: Memo<Option<Plan>>,
    outlook: Memo<Option<Outlook>>,
    schemas: RwSignal<Option<HashMap<DbId, usize>>>,
) -> impl IntoView {
    let calls = move |of: fn(&Plan) -> usize| plan.get().map_or("–".to_owned(), |plan| thousands(of(&plan) as u64));
    let of = move |words: fn(&Outlook) -> Option<String>| {
        move || outlook.with(|outlook| outlook.as_ref().and_then(words)).unwrap_or_else(|| "–".to_owned())
    };
    let is_measured = move || outlook.with(|outlook| outlook.as_ref().is_some_and(|outlook| outlook.measured > 0));
    let tokens_in = move || {
        let known = outlook.get().filter(|_| schemas.with(Option::is_some));
        known.map_or("–".to_owned(), |outlook| short(outlook.input_tokens.p50 as u64))
    };
    let tokens_out_note = move || {
        let known = outlook.with(|outlook| outlook.as_ref().is_some_and(|outlook| outlook.output_tokens.is_some()));
        if known { "" } else { LATER }
    };
    let money = move || config.with(|config| money_words(outlook.get().as_ref(), config));
    let speed = move || match outlook.with(|outlook| outlook.as_ref().and_then(|known| known.tokens_per_second)) {
        Some(speed) => format!("as the run before, at {speed:.1} tokens a second"),
        None if is_measured() => "as the run before".into(),
        None => LATER.into(),
    };
    view! {
        <dl class="facts" data-size="large" style="--min:9rem">
            <div>
                <dt>"Rollouts"</dt>
                <dd data-testid="forecast-rollouts">
                    {move || calls(Plan::rollouts)} <small class="note">"runs of the agent on one question"</small>
                </dd>
            </div>
            <div>
                <dt>"Time"</dt>
                <dd data-testid="forecast-time">
                    {of(|outlook| Some(span_words(outlook.ms?, duration)))} <small class="note">{speed}</small>
                </dd>
            </div>
        </dl>
        <dl class="facts" style="--min:8rem">
            <div>
                <dt>"Agent calls"</dt>
                <dd data-testid="forecast-calls-agent">
                    {of(|outlook| Some(span_words(outlook.agent_calls, |calls| thousands(calls.round() as u64))))}
                </dd>
            </div>
            <div>
                <dt>"Critic calls"</dt>
                <dd data-testid="forecast-calls-critic">{move || calls(|plan| plan.expansions)}</dd>
            </div>
            <div>
                <dt>"Editor calls"</dt>
                <dd data-testid="forecast-calls-editor">{move || calls(|plan| plan.edits)}</dd>
            </div>
            <div>
                <dt>"Money"</dt>
                <dd data-testid="forecast-money">{move || money().0} <small class="note">{move || money().1}</small></dd>
            </div>
            <div>
                <dt>"Tokens in"</dt>
                <dd data-testid="forecast-tokens-in">
                    {tokens_in} <small class="note">{move || if is_measured() { "" } else { "from the length of the texts" }}</small>
                </dd>
            </div>
            <div>
                <dt>"Tokens out"</dt>
                <dd data-testid="forecast-tokens-out">
                    {of(|outlook| Some(span_words(outlook.output_tokens?, |tokens| short(tokens as u64))))}
                    <small class="note">{tokens_out_note}</small>
                </dd>
            </div>
        </dl>
        <div class="parts">
            <h3>"Where the rollouts go"</h3>
            {move || plan.get().map(parts)}
        </div>
    }
}

/// Money, and what it rests on or why it is not known.
fn money_words(outlook: Option<&Outlook>, config: &RunConfig) -> (String, &'static str) {
    let Some(outlook) = outlook else { return ("–".into(), "") };
    let prices = ModelRole::ALL.map(|role| config.models.of(role).cost());
    match outlook.usd {
        _ if prices.iter().all(|price| *price == Price::FREE) => ("$0.00".into(), "nothing is paid"),
        Some(usd) => (span_words(usd, dollars), ""),
        None if prices.iter().any(|price| price.known().is_none()) => ("unknown".into(), "set the prices on Models"),
        None => {
            let least = prices[0].of(outlook.input_tokens.p50, 0.0).map_or_else(|| "–".to_owned(), dollars);
            (format!("over {least}"), "for tokens in alone")
        }
    }
}

fn parts(plan: Plan) -> impl IntoView {
    let parts = [
        ("accent", "Seed and leaders on all of validation", plan.seed + plan.leaders),
        ("half", "Children on validation questions", plan.children),
        ("strong", "Train batches and re-scored parents", plan.train + plan.incumbents),
        ("quiet", "Held-out check, seed and best", plan.held_out),
    ];
    let bar = parts.into_iter().filter(|(_, _, number)| *number > 0);
    view! {
        <div class="parts-bar" aria-hidden="true">
            {bar.map(|(part, _, number)| view! { <i data-part=part style=format!("--n:{number}")></i> }).collect_view()}
        </div>
        <ul class="parts-list">
            {parts
                .into_iter()
                .map(|(part, words, number)| {
                    view! {
                        <li>
                            <i data-part=part></i>
                            {words}
                            <b>{thousands(number as u64)}</b>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
