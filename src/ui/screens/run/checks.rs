//! "Before you start": what is ready, what stands in the way and where it is mended, and what the held-out split can prove.

use leptos::prelude::*;

use crate::{
    domain::{chat::ModelRole, config::Provider, provider::KeyNeed},
    run::{
        format::{count, thousands},
        verdict::{can_prove, needs, questions_for},
    },
    ui::{
        kit::{Standing, Status},
        route::Route,
        screens::{
            need::{DataAtHand, data_at_hand},
            run::search::is_of_method,
        },
        state::{AppState, use_app},
    },
};

/// A line of the list.
#[derive(Clone, PartialEq)]
struct Check {
    name: &'static str,
    standing: Standing,
    words: String,
    /// Where it is changed, with the link's words.
    link: Option<(Route, &'static str)>,
}

/// The card with the checks.
#[component]
pub fn Checks() -> impl IntoView {
    let app = use_app();
    let checks = Memo::new(move |_| [data(app), prompt(app), models(app), held_out(app)]);
    let line = |check: Check| {
        view! {
            <li>
                <Status standing=check.standing words=check.name />
                <span>
                    {check.words} " "
                    {check.link.map(|(route, words)| view! { <a href=route.href()>{words}</a> })}
                </span>
            </li>
        }
    };
    view! {
        <section class="card" data-testid="checks">
            <header>
                <h2>"Before you start"</h2>
            </header>
            <ul class="checks">{move || checks.get().map(line).into_iter().collect_view()}</ul>
        </section>
    }
}

fn data(app: AppState) -> Check {
    let name = "Data";
    match app.splits() {
        Ok(splits) => {
            let all = app.dataset.with(|dataset| dataset.as_ref().map_or(0, |dataset| dataset.examples.len()));
            let words = format!(
                "{}: {} train, {} validation, {} held-out.",
                count(all, "question"),
                thousands(splits.train.len() as u64),
                thousands(splits.validation.len() as u64),
                thousands(splits.held_out.len() as u64),
            );
            Check { name, standing: Standing::Done, words, link: None }
        }
        Err(error) => {
            let words = match data_at_hand(app) {
                DataAtHand::Databases => "The databases came without questions: a run needs at least 3.".to_owned(),
                DataAtHand::None => "No questions yet.".to_owned(),
                DataAtHand::Questions => error.to_string(),
            };
            let link = Some((Route::Data, "Go to Data"));
            Check { name, standing: Standing::Failed, words, link }
        }
    }
}

fn prompt(app: AppState) -> Check {
    let name = "Prompt";
    let fault =
        app.faults().into_iter().find(|fault| matches!(fault.field.as_str(), "prompt" | "optimized" | "max_turns"));
    match fault {
        Some(fault) => {
            Check { name, standing: Standing::Failed, words: fault.words, link: Some((Route::Prompt, "Go to Prompt")) }
        }
        None => {
            let words = app.config.with(|config| {
                let (node, seed) = (config.agent.optimized.name(), config.agent.seed());
                let (words, rules) = (count(seed.words(), "word"), count(seed.rules(), "rule"));
                format!("The {node} prompt is optimized: {words}, {rules}, all placeholders in place.")
            });
            Check { name, standing: Standing::Done, words, link: None }
        }
    }
}

fn models(app: AppState) -> Check {
    let name = "Models";
    let link = Some((Route::Models, "Go to Models"));
    let is_of_models = |field: &str| field == "concurrency" || (field.contains('.') && !is_of_method(field));
    if let Some(fault) = app.faults().into_iter().find(|fault| is_of_models(&fault.field)) {
        return Check { name, standing: Standing::Failed, words: fault.words, link };
    }
    let config = app.effective_config();
    let practising = ModelRole::ALL.into_iter().any(|role| config.models.of(role).provider == Provider::Practice);
    if practising {
        let is_sample =
            app.dataset.with(|dataset| dataset.as_ref().is_none_or(|dataset| dataset.id.as_str() == "sample"));
        let words = match is_sample {
            true => "Simulated practice model: it shows how a run goes, its scores say nothing about a real model.",
            false => {
                "The simulated practice model knows only the sample's questions. Choose a real model for your own data."
            }
        };
        let standing = if is_sample { Standing::Done } else { Standing::Warning };
        return Check {
            name,
            standing,
            words: words.into(),
            link: (!is_sample).then_some((Route::Models, "Go to Models")),
        };
    }
    let need = |role: &ModelRole| config.models.of(*role).provider.preset().map(|preset| preset.key);
    let keyless: Vec<_> = ModelRole::ALL
        .into_iter()
        .filter(|role| {
            let from = if app.models_same.get() { ModelRole::Agent } else { *role };
            let is_here = config.models.of(*role).provider.is_here();
            !is_here && need(role) != Some(KeyNeed::None) && app.keys.with(|keys| keys.of(from).is_empty())
        })
        .collect();
    let named = ModelRole::ALL.map(|role| format!("{} {}", role.name(), config.models.of(role).name)).join(", ");
    let at_once = config.concurrency;
    match keyless.is_empty() {
        true => {
            Check { name, standing: Standing::Done, words: format!("{named}; {at_once} calls at once."), link: None }
        }
        false => {
            let roles = keyless.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ");
            let advice = match keyless.iter().any(|role| need(role) == Some(KeyNeed::Required)) {
                true => "the provider asks for one.",
                false => "fine if the endpoint needs none.",
            };
            let words = format!("{named}; {at_once} calls at once. No key for {roles}: {advice}");
            Check { name, standing: Standing::Warning, words, link }
        }
    }
}

fn held_out(app: AppState) -> Check {
    let (name, link) = ("Held-out", Some((Route::Data, "Change the split")));
    if data_at_hand(app) != DataAtHand::Questions {
        let words = "What a run can prove depends on its questions.".into();
        return Check { name, standing: Standing::Waiting, words, link: None };
    }
    let size = app.config.with(|config| config.split.held_out);
    // From here on a gain of about 15 points is proven more often than not.
    let standing = if size < questions_for(0.15, 0.25) { Standing::Warning } else { Standing::Done };
    let words = match size {
        0 => can_prove(size),
        _ => format!("{} {}", can_prove(size), needs()),
    };
    Check { name, standing, words, link }
}
