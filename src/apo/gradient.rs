//! The textual gradient: what the critic is told and shown. Three instructions, one of which is drawn for each call.

use super::world::{Ask, Experiment};
use crate::domain::{
    chat::{Message, ModelRole},
    id::StepId,
    prompt::PromptTemplate,
};

const EXPERIMENTS: &str = include_str!("templates/critic_experiments.md");
const DIAGNOSTICS: &str = include_str!("templates/critic_diagnostics.md");
const CHECKLIST: &str = include_str!("templates/critic_checklist.md");

/// The question to the critic with instruction `template` (0: experiments and concrete changes, 1: raw diagnostics,
/// 2: review checklist).
pub fn ask(step: StepId, template: usize, prompt: &PromptTemplate, experiments: &[Experiment]) -> Ask {
    let messages = match template {
        0 => vec![Message::user(fill(EXPERIMENTS, prompt, &in_words(experiments)))],
        1 => vec![Message::user(fill(DIAGNOSTICS, prompt, &as_diagnostics(experiments)))],
        _ => {
            let user =
                format!("# Prompt template\n\n{}\n\n# Experiments\n\n{}", prompt.as_str(), in_words(experiments));
            vec![Message::system(CHECKLIST.trim_end()), Message::user(user)]
        }
    };
    Ask { step, role: ModelRole::Critic, messages }
}

fn fill(instruction: &str, prompt: &PromptTemplate, experiments: &str) -> String {
    let instruction = PromptTemplate(instruction.trim_end().to_owned());
    instruction.render(&[("prompt_template", prompt.as_str()), ("experiments", experiments)])
}

fn in_words(experiments: &[Experiment]) -> String {
    let each = experiments.iter().enumerate().map(|(i, experiment)| {
        let mut text = heading(i, experiment);
        for message in &experiment.messages {
            text.push_str(&format!("\n[{}]\n{}\n", message.speaker.name(), message.content));
        }
        text
    });
    each.collect::<Vec<_>>().join("\n")
}

fn as_diagnostics(experiments: &[Experiment]) -> String {
    let each = experiments.iter().enumerate().map(|(i, experiment)| {
        let mut text = heading(i, experiment);
        for (name, value) in &experiment.diagnostics {
            text.push_str(&format!("{name}: {value}\n"));
        }
        text
    });
    each.collect::<Vec<_>>().join("\n")
}

fn heading(index: usize, experiment: &Experiment) -> String {
    let reward = experiment.reward.map_or_else(|| "none".to_owned(), |reward| reward.to_string());
    format!("## Experiment {}\nstatus: {}\nreward: {reward}\n", index + 1, experiment.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment() -> Experiment {
        Experiment {
            status: "succeeded".into(),
            reward: Some(1.0),
            messages: vec![Message::user("How many {experiments}?")],
            diagnostics: vec![("query".into(), "SELECT 1".into())],
        }
    }

    #[test]
    fn the_first_two_instructions_are_one_user_message_and_the_third_has_a_system_message() {
        let ask = |template| ask(StepId::default(), template, &PromptTemplate("P {x}".into()), &[experiment()]);
        assert_eq!([0, 1, 2].map(|template| ask(template).messages.len()), [1, 1, 2]);
    }

    #[test]
    fn the_critic_sees_template_reward_and_messages_literally() {
        let ask = ask(StepId::default(), 0, &PromptTemplate("P {x} {experiments}".into()), &[experiment()]);
        let text = &ask.messages[0].content;
        assert!(text.contains("P {x} {experiments}") && text.contains("reward: 1\n"), "{text}");
        assert!(text.contains("[user]\nHow many {experiments}?"), "{text}");
    }

    #[test]
    fn diagnostics_stand_in_the_second_instruction_only() {
        let text = |template| {
            ask(StepId::default(), template, &PromptTemplate::default(), &[experiment()])
                .messages
                .iter()
                .map(|message| message.content.clone())
                .collect::<String>()
        };
        assert!(text(1).contains("query: SELECT 1") && !text(1).contains("How many"));
        assert!(!text(0).contains("query: SELECT 1") && text(2).contains("How many"));
    }
}
