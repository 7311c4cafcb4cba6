//! Settings that can be used, and those that cannot, each named by its field.

use super::*;

fn faults(change: impl FnOnce(&mut RunConfig)) -> Vec<String> {
    let mut config = RunConfig::default();
    change(&mut config);
    config.validate().into_iter().map(|fault| fault.field).collect()
}

#[test]
fn the_defaults_can_run() {
    assert!(RunConfig::default().validate().is_empty());
}

#[test]
fn each_impossible_setting_is_named_by_its_field() {
    assert_eq!(faults(|c| c.apo.beam_width = 0), ["beam_width"]);
    assert_eq!(faults(|c| c.apo.beam_rounds = 0), ["beam_rounds"]);
    assert_eq!(faults(|c| c.concurrency = 65), ["concurrency"]);
    assert_eq!(faults(|c| c.apo.diversity_temperature = f64::NAN), ["diversity_temperature"]);
    assert_eq!(faults(|c| c.agent.write.0 = "no placeholder {foo}".into()), ["prompt", "prompt"]);
    assert_eq!(faults(|c| c.models.critic.provider = Provider::OpenAiCompatible), ["critic.url", "critic.name"]);
    assert_eq!(faults(|c| c.budget.max_calls = Some(0)), ["max_calls"]);
    let unpriced = |c: &mut RunConfig| {
        let model = &mut c.models.agent;
        (model.provider, model.url, model.name) =
            (Provider::OpenAiCompatible, "http://localhost:1/v1".into(), "m".into());
        c.budget.max_usd = Some(1.0);
    };
    assert_eq!(faults(unpriced), ["max_usd"], "a cap on money means nothing while a price is unknown");
    let priced = |c: &mut RunConfig| {
        unpriced(c);
        c.models.agent.price = Price { input: Some(-1.0), output: Some(2.0) };
    };
    assert_eq!(faults(priced), ["agent.price_input"]);
    let azure = Provider::Azure.preset().unwrap();
    let to_azure = |c: &mut RunConfig| {
        c.models.agent = ModelConfig {
            provider: Provider::Azure,
            url: azure.url.into(),
            name: "m".into(),
            ..ModelConfig::default()
        };
    };
    assert_eq!(faults(to_azure), ["agent.url"], "the resource's name is still to be put in");
    let in_page = |c: &mut RunConfig| {
        let (provider, context) = (Provider::InPage, Some(100));
        c.models.editor = ModelConfig { provider, context, ..ModelConfig::default() };
    };
    assert_eq!(faults(in_page), ["editor.name", "editor.context", "editor.max_tokens"]);
    assert!(faults(|c| c.models.editor.provider = Provider::BuiltIn).is_empty());
    assert_eq!(
        faults(|c| {
            c.agent.kind = crate::domain::agent::AgentKind::SingleShot;
            c.agent.optimized = crate::domain::agent::AgentNode::Check;
        }),
        ["optimized"]
    );
}

#[test]
fn settings_of_an_older_page_still_load() {
    let config: RunConfig = serde_json::from_str(r#"{"apo":{"beam_width":2}}"#).unwrap();
    assert_eq!(config.apo.beam_width, 2);
    assert_eq!(config.apo.branch_factor, 4);
    let old = r#"{"models":{"agent":{"provider":"open_ai_compatible","url":"http://localhost:1/v1","name":"m"}}}"#;
    let config: RunConfig = serde_json::from_str(old).unwrap();
    assert_eq!(config.models.agent.provider, Provider::OpenAiCompatible);
    assert_eq!(config.models.critic.provider, Provider::Practice);
    assert_eq!(config.caching, AnswerCaching::AtTemperatureZero);
    assert_eq!(config.method, Method::Apo, "there was no other search");
}
