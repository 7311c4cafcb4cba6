//! The edit: what the editor is told, and whether what it answers becomes a candidate. The checks cost nothing and come before
//! any rollout; all searches share them. Placeholders are marks while the editor has the template.

mod alike;
mod copied;
mod marks;
mod wrapping;

use std::rc::Rc;

use super::world::{Ask, World};
use crate::domain::{
    candidate::{Candidate, Origin, Place, Rejection},
    chat::{Message, ModelRole},
    dataset::Example,
    event::Event,
    id::StepId,
    prompt::{Piece, PromptTemplate},
};

const REWRITE: &str = include_str!("templates/editor_rewrite.md");
const CONSERVATIVE: &str = include_str!("templates/editor_conservative.md");
const REPAIR: &str = include_str!("templates/editor_repair.md");
const KEEP_PLACEHOLDERS: &str = include_str!("templates/keep_placeholders.md");
const KEEP_MARKS: &str = include_str!("templates/keep_marks.md");

/// Fewer than one in so many of the parent's words are no prompt.
const SCRAP: usize = 5;

/// What edits are held to.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    /// The seed's placeholders: an edit has all of them and no others.
    pub placeholders: Vec<&'a str>,
    /// Characters at most.
    pub longest: usize,
    /// Training questions, of which an edit may copy nothing.
    pub training: Vec<&'a Example>,
    /// Tell the editor of a fault and ask once more.
    pub repair: bool,
    /// Do as the original does: no check at all, the editor's text byte for byte.
    pub reproduce: bool,
}

/// What the editor made of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    Template(PromptTemplate),
    Refused { reason: Rejection, text: String },
}

/// What came of one branch.
pub struct Expansion {
    pub place: Place,
    pub parent: Rc<Candidate>,
    /// `None` if the critique was empty and the editor was not asked.
    pub edit: Option<Edit>,
}

/// The question to the editor with instruction `template` (0: free rewrite, 1: one critique point, conservatively).
pub fn ask(step: StepId, template: usize, prompt: &PromptTemplate, critique: &str, rules: &Rules<'_>) -> Ask {
    let instruction = if template == 0 { REWRITE } else { CONSERVATIVE };
    brief(step, instruction, prompt, critique, rules)
}

/// The question to the editor with any instruction, in which `{keep}` stands for what it must leave alone.
pub fn brief(step: StepId, instruction: &str, prompt: &PromptTemplate, critique: &str, rules: &Rules<'_>) -> Ask {
    let (prompt, critique) = (rules.shown(prompt.as_str()), rules.shown(critique));
    let user = format!("# Prompt template\n\n{prompt}\n\n# Critique\n\n{critique}");
    let messages = vec![Message::system(rules.instruct(instruction, &[])), Message::user(user)];
    Ask { step, role: ModelRole::Editor, messages }
}

/// Asks the editor, and, where `rules` say so, once more if its answer has a fault that it can mend.
pub async fn write<W: World>(
    world: &W,
    rules: &Rules<'_>,
    place: Place,
    parent: &Candidate,
    ask: Ask,
) -> Result<Edit, W::Halt> {
    let answer = world.ask(ask.clone()).await?;
    let reason = match rules.check(&answer, &parent.template) {
        Ok(template) => return Ok(Edit::Template(template)),
        Err(reason) => reason,
    };
    if !rules.repair || !reason.can_be_repaired() {
        return Ok(Edit::Refused { reason, text: answer });
    }
    let repair = rules.instruct(REPAIR, &[("fault", &rules.shown(&reason.words()))]);
    let text = answer.clone();
    let event = Event::RepairAsked { place, parent: parent.version, reason, text };
    world.record(event).await?;
    let mut messages = ask.messages;
    messages.extend([Message::assistant(answer), Message::user(repair)]);
    let answer = world.ask(Ask { step: ask.step.child("repair"), role: ask.role, messages }).await?;
    Ok(match rules.check(&answer, &parent.template) {
        Ok(template) => Edit::Template(template),
        Err(reason) => Edit::Refused { reason, text: answer },
    })
}

/// The template and origin of the child that an expansion makes, or why it makes none, with the text that was refused.
///
/// When the original is reproduced, an empty critique copies the parent. Otherwise copies and texts that are next to the same
/// as those of a candidate are left out.
pub fn admit(
    expansion: Expansion,
    rules: &Rules<'_>,
    candidates: &[Rc<Candidate>],
) -> Result<(PromptTemplate, Origin), (Rejection, String)> {
    let (parent, place) = (expansion.parent.version, expansion.place);
    let template = match expansion.edit {
        None if rules.reproduce => {
            return Ok((expansion.parent.template.clone(), Origin::ParentCopy { parent, place }));
        }
        None => return Err((Rejection::EmptyCritique, String::new())),
        Some(Edit::Refused { reason, text }) => return Err((reason, text)),
        Some(Edit::Template(template)) => template,
    };
    let same = if rules.reproduce { None } else { duplicate(template.as_str(), candidates) };
    match same {
        Some(reason) => Err((reason, template.0)),
        None => Ok((template, Origin::Edit { parent, place })),
    }
}

fn duplicate(text: &str, candidates: &[Rc<Candidate>]) -> Option<Rejection> {
    let of = |is: fn(&str, &str) -> bool| {
        candidates.iter().find(|known| is(known.template.as_str().trim(), text)).map(|known| known.version)
    };
    let same = of(|known, text| known == text).map(|of| Rejection::Duplicate { of });
    same.or_else(|| of(alike::are_alike).map(|of| Rejection::NearDuplicate { of }))
}

impl<'a> Rules<'a> {
    /// Rules without bounds: only the seed's placeholders count.
    pub fn new(seed: &'a PromptTemplate) -> Self {
        let placeholders = seed.placeholders();
        Self { placeholders, longest: usize::MAX, training: Vec::new(), repair: false, reproduce: false }
    }

    /// A text of the search as the editor is shown it.
    fn shown(&self, text: &str) -> String {
        if self.reproduce { text.to_owned() } else { marks::protect(text, &self.placeholders) }
    }

    fn instruct(&self, instruction: &str, values: &[(&str, &str)]) -> String {
        let keep = if self.reproduce { KEEP_PLACEHOLDERS } else { KEEP_MARKS };
        let values: Vec<_> = values.iter().copied().chain([("keep", keep.trim_end())]).collect();
        PromptTemplate(instruction.trim_end().to_owned()).render(&values)
    }

    /// The template that an editor's answer holds, or the first fault that it has by itself.
    pub fn check(&self, answer: &str, parent: &PromptTemplate) -> Result<PromptTemplate, Rejection> {
        if self.reproduce {
            return if answer.is_empty() { Err(Rejection::EmptyEdit) } else { Ok(PromptTemplate(answer.to_owned())) };
        }
        let restored = marks::restore(answer, &self.placeholders);
        let template = PromptTemplate(wrapping::strip_wrapping(&restored, parent.as_str()).to_owned());
        if template.as_str().is_empty() {
            return Err(Rejection::EmptyEdit);
        }
        self.check_placeholders(&template, parent)?;
        if let Some(line) = stray_braces(template.as_str(), parent.as_str()) {
            return Err(Rejection::StrayBraces { line });
        }
        let (chars, most) = (template.as_str().chars().count(), self.longest);
        if chars > most {
            return Err(Rejection::TooLong { chars, most });
        }
        let (words, parent_words) = (template.words(), parent.words());
        if words * SCRAP < parent_words {
            return Err(Rejection::TooShort { words, parent_words });
        }
        copied::copied(template.as_str(), parent.as_str(), &self.training).map_or(Ok(template), Err)
    }

    fn check_placeholders(&self, template: &PromptTemplate, parent: &PromptTemplate) -> Result<(), Rejection> {
        let mut report = template.check(&self.placeholders, &self.placeholders);
        let own = marks::marks(parent.as_str());
        let invented = marks::marks(template.as_str()).into_iter().filter(|name| !own.contains(name));
        report.unknown.extend(invented.map(str::to_owned));
        let times = |template: &PromptTemplate, name: &str| {
            template.pieces().iter().filter(|piece| matches!(piece, Piece::Placeholder(own) if *own == name)).count()
        };
        let is_repeated = |name: &&&str| times(template, name) > times(parent, name).max(1);
        let repeated: Vec<String> =
            self.placeholders.iter().filter(is_repeated).map(|name| (*name).to_owned()).collect();
        if report.is_clean() && repeated.is_empty() {
            return Ok(());
        }
        Err(Rejection::Placeholders { missing: report.missing, unknown: report.unknown, repeated })
    }
}

/// The first line with curly brackets that are no placeholder, if the template has more of them than its parent.
fn stray_braces(template: &str, parent: &str) -> Option<String> {
    let strays = |line: &str| {
        let line = PromptTemplate(line.to_owned());
        let texts = line.pieces().into_iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.matches(['{', '}']).count()),
            Piece::Placeholder(_) => None,
        });
        texts.sum::<usize>()
    };
    let all = |text: &str| text.lines().map(strays).sum::<usize>();
    if all(template) <= all(parent) {
        return None;
    }
    let line = template.lines().find(|line| strays(line) > 0 && !parent.contains(line.trim()));
    line.or_else(|| template.lines().find(|line| strays(line) > 0)).map(|line| line.trim().chars().take(80).collect())
}

#[cfg(test)]
#[path = "edit/tests.rs"]
mod tests;
