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
    let template = PromptTemplate(strip_wrapping(text, expansion.parent.template.as_str()).to_owned());
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

/// The template without what editors put around it: a line or heading that announces it, a fence around all of it, and the
/// critique repeated or answered below it. Headings that the `parent` has are the template's own and stay.
fn strip_wrapping<'a>(text: &'a str, parent: &str) -> &'a str {
    let mut text = without_critique(text, parent).trim();
    loop {
        let inner = without_fence(without_announcement(text, parent)).trim();
        if inner.len() == text.len() {
            return text;
        }
        text = inner;
    }
}

/// Cuts the text at a heading such as "Critique" or "Critique improvements": an editor that goes on after the template.
fn without_critique<'a>(text: &'a str, parent: &str) -> &'a str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if heading(line).is_some_and(|words| words.starts_with("critique") && words.split(' ').count() <= 2)
            && !has_line(parent, line)
        {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// Drops "Here is the revised prompt:" and the like (one short first line that ends in a colon), or a heading that calls
/// what follows a prompt.
fn without_announcement<'a>(text: &'a str, parent: &str) -> &'a str {
    let Some((first, rest)) = text.split_once('\n') else { return text };
    let lower = first.to_lowercase();
    let announces = first.trim_end().trim_end_matches('*').ends_with(':')
        && first.len() <= 120
        && ["here is", "here's", "below is", "revised prompt", "updated prompt", "sure", "certainly"]
            .iter()
            .any(|start| lower.trim_start_matches(['*', '#', ' ']).starts_with(start));
    let titles = heading(first).is_some_and(|words| {
        words.split_whitespace().count() <= 4 && (words.ends_with("prompt") || words.ends_with("prompt template"))
    });
    if announces || titles && !has_line(parent, first) { rest.trim() } else { text }
}

/// The words of a heading in lower case, without marks around them.
fn heading(line: &str) -> Option<String> {
    line.starts_with('#').then(|| line.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
}

fn has_line(text: &str, line: &str) -> bool {
    text.lines().any(|own| own.trim() == line.trim())
}

/// Drops a fence around the whole text, also one that was opened and never closed. A template may itself start or end with
/// a fenced example: only a fence that encloses everything goes.
fn without_fence(text: &str) -> &str {
    let Some(fence) = ["````", "```", "~~~"].into_iter().find(|fence| text.starts_with(fence)) else { return text };
    let Some((first, inner)) = text.split_once('\n') else { return text };
    let fences: Vec<&str> = inner.lines().filter_map(|line| line.trim().strip_prefix(fence)).collect();
    let names_a_text = matches!(first[fence.len()..].trim(), "" | "text" | "markdown" | "md" | "txt" | "prompt");
    let another_opens_inside = fences.first().is_some_and(|info| !info.is_empty());
    if fences.len() > 1 && !names_a_text && !another_opens_inside {
        return text;
    }
    let never_closed = fences.len().is_multiple_of(2);
    match inner.trim_end().strip_suffix(fence) {
        Some(content) if !never_closed || fences.is_empty() => content,
        _ if never_closed => inner,
        _ => text,
    }
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
            let stripped = strip_wrapping(wrapped, "");
            assert_eq!(stripped.trim(), "A {table_info}", "{wrapped}");
        }
        let with_example = "A {table_info}\n```sql\nSELECT 1\n```";
        assert_eq!(strip_wrapping(with_example, ""), with_example);
        let starts_and_ends_fenced = "```sql\nSELECT 1\n```\nA\n```\nx\n```";
        assert_eq!(strip_wrapping(starts_and_ends_fenced, ""), starts_and_ends_fenced);
        assert_eq!(strip_wrapping("```", ""), "```");
        assert_eq!(strip_wrapping("```\n```", ""), "");
    }

    #[test]
    fn headings_unclosed_fences_and_the_critique_below_a_template_go() {
        let template = "A {table_info}\n\n```sql\nSELECT ...\n```";
        for wrapped in [
            format!("## Improved Prompt template\n\n{template}\n\n## Critique Improvements:\n\n1. **Order:** Moved."),
            format!("```sql\n# Prompt template\n\n{template}\n\n# Critique\n\n## Critique:\n1. Order."),
            format!("```sql\n{template}\n```"),
        ] {
            assert_eq!(strip_wrapping(&wrapped, ""), template, "{wrapped}");
        }
        assert_eq!(strip_wrapping("```sql\nA {table_info}\n```", ""), "A {table_info}");
        let own = "# SQL prompt\nA {table_info}\n# Critique\nSay what is wrong.";
        assert_eq!(strip_wrapping(own, own), own);
    }
}
