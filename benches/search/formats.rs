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
const RACING_CRITIC: &str = include_str!("../../src/apo/racing/templates/critic.md");
const SHORTEN: &str = include_str!("../../src/apo/racing/templates/editor_shorten.md");
const PROTEGI_CRITIC: &str = include_str!("../../src/apo/protegi/templates/critic.md");
const PARAPHRASE: &str = include_str!("../../src/apo/protegi/templates/paraphrase.md");

/// Reads a critic's instructions.
pub fn critic(messages: &[Message]) -> Asked<'_> {
    let (system, user) = (said_by(Speaker::System, messages), said_by(Speaker::User, messages));
    if follows(RACING_CRITIC, system) {
        let count = system.split_once("Name at most ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        let distinct = Some(count.expect("racing says how many critiques it wants"));
        let (shown, tried) = user.split_once("# Tried before").expect("racing says what was tried");
        return Asked { shown, distinct, tried: Point::all_in(tried), format: numbered };
    }
    let distinct = follows(PROTEGI_CRITIC, user).then_some(1);
    Asked { shown: user, distinct, tried: Vec::new(), format: bullets }
}

/// Reads an editor's instructions.
pub fn editor(messages: &[Message]) -> Editing<'_> {
    let by =
        |speaker| messages.iter().find(|message| message.speaker == speaker).map_or("", |message| &message.content);
    let (system, user) = (by(Speaker::System), by(Speaker::User));
    let (template, critique) = user.split_once("\n\n# Critique\n\n").expect("an editor is shown a critique");
    let template = template.trim_start_matches("# Prompt template\n\n");
    let points = if follows(CONSERVATIVE, system) { 1 } else { usize::MAX };
    Editing { template, critique, points, reworded: follows(PARAPHRASE, system), shortened: follows(SHORTEN, system) }
}

/// The first message by a speaker; a repair comes later.
fn said_by(speaker: Speaker, messages: &[Message]) -> &str {
    messages.iter().find(|message| message.speaker == speaker).map_or("", |message| &message.content)
}

/// Whether a message was made from this instruction.
fn follows(instruction: &str, message: &str) -> bool {
    instruction.lines().next().is_some_and(|first| message.starts_with(first))
}

fn bullets(points: &[String]) -> String {
    points.iter().map(|point| format!("- {point}")).collect::<Vec<_>>().join("\n")
}

fn numbered(points: &[String]) -> String {
    points.iter().enumerate().map(|(at, point)| format!("{}. {point}", at + 1)).collect::<Vec<_>>().join("\n")
}
