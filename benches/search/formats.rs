//! How the searches ask critic and editor, and how they want to be answered: what a model reads out of their instructions.

use promptbeam::domain::chat::{Message, Speaker};

use super::models::Point;

/// What a critic was asked.
pub struct Asked<'a> {
    /// The part of the message that shows rollouts.
    pub shown: &'a str,
    /// Different critiques that are asked for, with one point each; absent for one critique with several points.
    pub distinct: Option<usize>,
    /// Points that were tried in vain.
    pub tried: Vec<Point>,
    /// Puts points into the form that was asked for.
    pub format: fn(&[String]) -> String,
}

/// What an editor was asked.
pub struct Editing<'a> {
    pub template: &'a str,
    pub critique: &'a str,
    /// Points that it may carry out.
    pub points: usize,
    /// Every line in other words.
    pub reworded: bool,
    /// Drop what has no effect.
    pub shortened: bool,
}

const CONSERVATIVE: &str = include_str!("../../src/apo/templates/editor_conservative.md");
const PROTEGI_CRITIC: &str = include_str!("../../src/apo/protegi/templates/critic.md");
const PARAPHRASE: &str = include_str!("../../src/apo/protegi/templates/paraphrase.md");

/// Reads a critic's instructions.
pub fn critic(messages: &[Message]) -> Asked<'_> {
    let shown = &messages.last().expect("a critic is asked something").content;
    let distinct = follows(PROTEGI_CRITIC, shown).then_some(1);
    Asked { shown, distinct, tried: Vec::new(), format: bullets }
}

/// Reads an editor's instructions.
pub fn editor(messages: &[Message]) -> Editing<'_> {
    let by =
        |speaker| messages.iter().find(|message| message.speaker == speaker).map_or("", |message| &message.content);
    let (system, user) = (by(Speaker::System), by(Speaker::User));
    let (template, critique) = user.split_once("\n\n# Critique\n\n").expect("an editor is shown a critique");
    let template = template.trim_start_matches("# Prompt template\n\n");
    let points = if follows(CONSERVATIVE, system) { 1 } else { usize::MAX };
    Editing { template, critique, points, reworded: follows(PARAPHRASE, system), shortened: false }
}

/// Whether a message was made from this instruction.
fn follows(instruction: &str, message: &str) -> bool {
    instruction.lines().next().is_some_and(|first| message.starts_with(first))
}

fn bullets(points: &[String]) -> String {
    points.iter().map(|point| format!("- {point}")).collect::<Vec<_>>().join("\n")
}
