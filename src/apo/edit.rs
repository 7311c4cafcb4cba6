//! The edit: what the editor is told, and whether what it answers becomes a candidate.

use std::rc::Rc;

use super::world::Ask;
use crate::domain::{
    candidate::{Candidate, Origin, Place, Rejection},
    chat::{Message, ModelRole},
    id::StepId,
    prompt::PromptTemplate,
};

const REWRITE: &str = include_str!("templates/editor_rewrite.md");
const CONSERVATIVE: &str = include_str!("templates/editor_conservative.md");

/// What came of one branch.
pub struct Expansion {
    pub place: Place,
    pub parent: Rc<Candidate>,
    pub critique: String,
    /// The editor's answer; `None` if the critique was empty and the editor was not asked.
    pub edit: Option<String>,
}

/// Which placeholders an edit must and may have.
pub struct Placeholders<'a> {
    /// The seed's.
    pub required: Vec<&'a str>,
    /// All that the agent fills in.
    pub known: &'a [&'a str],
    /// Do as the original does: no check at all.
    pub reproduce: bool,
}

/// The question to the editor with instruction `template` (0: free rewrite, 1: one critique point, conservatively).
pub fn ask(step: StepId, template: usize, prompt: &PromptTemplate, critique: &str) -> Ask {
    let instruction = if template == 0 { REWRITE } else { CONSERVATIVE };
    let user = format!("# Prompt template\n\n{}\n\n# Critique\n\n{critique}", prompt.as_str());
    let messages = vec![Message::system(instruction.trim_end()), Message::user(user)];
    Ask { step, role: ModelRole::Editor, messages }
}

/// The template and origin of the child that an expansion makes, or why it makes none.
///
/// When the original is reproduced, an empty critique copies the parent and the editor's text is taken byte for byte.
/// Otherwise such copies and duplicates are left out, fences and preambles are stripped, and placeholders are checked.
pub fn admit(
    expansion: &Expansion,
    placeholders: &Placeholders<'_>,
    candidates: &[Rc<Candidate>],
) -> Result<(PromptTemplate, Origin), Rejection> {
    let (parent, place) = (expansion.parent.version, expansion.place);
    let Some(text) = &expansion.edit else {
        if placeholders.reproduce {
            return Ok((expansion.parent.template.clone(), Origin::ParentCopy { parent, place }));
        }
        return Err(Rejection::EmptyCritique);
    };
    if placeholders.reproduce {
        if text.is_empty() {
            return Err(Rejection::EmptyEdit);
        }
        return Ok((PromptTemplate(text.clone()), Origin::Edit { parent, place }));
    }
    let template = PromptTemplate(strip_wrapping(text).to_owned());
    if template.as_str().is_empty() {
        return Err(Rejection::EmptyEdit);
    }
    let report = template.check(&placeholders.required, placeholders.known);
    if !report.is_clean() {
        return Err(Rejection::Placeholders { missing: report.missing, unknown: report.unknown });
    }
    match candidates.iter().find(|candidate| candidate.template.as_str().trim() == template.as_str()) {
        Some(same) => Err(Rejection::Duplicate { of: same.version }),
        None => Ok((template, Origin::Edit { parent, place })),
    }
}

/// The template without what editors put around it: a line that announces it, and a fence around all of it.
fn strip_wrapping(text: &str) -> &str {
    let mut text = text.trim();
    // "Here is the revised prompt:" and the like: one short first line that ends in a colon, before a blank line or a fence.
    if let Some((first, rest)) = text.split_once('\n') {
        let announces = first.trim_end().trim_end_matches('*').ends_with(':')
            && first.len() <= 120
            && ["here is", "here's", "below is", "revised prompt", "updated prompt", "sure", "certainly"]
                .iter()
                .any(|start| first.to_lowercase().trim_start_matches(['*', '#', ' ']).starts_with(start));
        if announces {
            text = rest.trim();
        }
    }
    let fence = ["````", "```", "~~~"].into_iter().find(|fence| text.starts_with(fence) && text.ends_with(fence));
    let Some(fence) = fence else { return text };
    let Some(line_end) = text.find('\n') else { return text };
    if text.len() < line_end + fence.len() {
        return text;
    }
    let inner = &text[line_end + 1..text.len() - fence.len()];
    let info = text[fence.len()..line_end].trim();
    // A template may itself end with a fenced example: only a fence that encloses everything goes.
    let encloses =
        inner.matches(fence).count() % 2 == 0 && matches!(info, "" | "text" | "markdown" | "md" | "txt" | "prompt");
    if encloses { inner.trim() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Version;

    fn candidate(version: u32, text: &str) -> Rc<Candidate> {
        Rc::new(Candidate { version: Version(version), template: PromptTemplate(text.into()), origin: Origin::Seed })
    }

    fn admitted(edit: Option<&str>, reproduce: bool) -> Result<String, Rejection> {
        let parent = candidate(0, "Use {table_info}.");
        let place = Place { round: 1, slot: 0, branch: 0 };
        let expansion =
            Expansion { place, parent: Rc::clone(&parent), critique: String::new(), edit: edit.map(str::to_owned) };
        let placeholders = Placeholders { required: vec!["table_info"], known: &["dialect", "table_info"], reproduce };
        admit(&expansion, &placeholders, &[parent]).map(|(template, _)| template.0)
    }

    #[test]
    fn an_edit_that_loses_or_invents_placeholders_is_rejected() {
        assert_eq!(
            admitted(Some("Use {schema}."), false),
            Err(Rejection::Placeholders { missing: vec!["table_info".into()], unknown: vec!["schema".into()] })
        );
        assert_eq!(admitted(Some("In {dialect}: {table_info}"), false).unwrap(), "In {dialect}: {table_info}");
    }

    #[test]
    fn copies_of_a_candidate_and_empty_answers_make_no_child() {
        assert_eq!(admitted(Some(" Use {table_info}.\n"), false), Err(Rejection::Duplicate { of: Version(0) }));
        assert_eq!(admitted(Some(" \n"), false), Err(Rejection::EmptyEdit));
        assert_eq!(admitted(None, false), Err(Rejection::EmptyCritique));
    }

    #[test]
    fn the_original_takes_every_text_as_it_is() {
        assert_eq!(admitted(Some("```\nUse {schema}.\n```"), true).unwrap(), "```\nUse {schema}.\n```");
        assert_eq!(admitted(Some(" \n"), true).unwrap(), " \n");
        assert_eq!(admitted(Some(""), true), Err(Rejection::EmptyEdit));
        assert_eq!(admitted(None, true).unwrap(), "Use {table_info}.");
    }

    #[test]
    fn fences_and_announcements_around_a_template_go_and_those_inside_stay() {
        for wrapped in [
            "```\nA {table_info}\n```",
            "Here is the revised prompt:\n\n```markdown\nA {table_info}\n```",
            "**Revised prompt template:**\nA {table_info}",
            "\n A {table_info} \n",
        ] {
            let stripped = strip_wrapping(wrapped);
            assert_eq!(stripped.trim(), "A {table_info}", "{wrapped}");
        }
        let with_example = "A {table_info}\n```sql\nSELECT 1\n```";
        assert_eq!(strip_wrapping(with_example), with_example);
        let starts_and_ends_fenced = "```sql\nSELECT 1\n```\nA\n```\nx\n```";
        assert_eq!(strip_wrapping(starts_and_ends_fenced), starts_and_ends_fenced);
        assert_eq!(strip_wrapping("```"), "```");
        assert_eq!(strip_wrapping("```\n```"), "");
    }
}
