//! What editors put around a template although they were told not to: fences, announcements, headings, the critique again.

/// The template without what editors put around it: a line or heading that announces it, a fence around all of it, and the
/// critique repeated or answered below it. Headings that the `parent` has are the template's own and stay.
pub(super) fn strip_wrapping<'a>(text: &'a str, parent: &str) -> &'a str {
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

/// Drops "Here is the revised prompt:" and the like (one short first line that ends in a colon), a mere "Sure!", or a heading
/// that calls what follows a prompt.
fn without_announcement<'a>(text: &'a str, parent: &str) -> &'a str {
    let Some((first, rest)) = text.split_once('\n') else { return text };
    let lower = first.to_lowercase();
    let announces = first.trim_end().trim_end_matches('*').ends_with(':')
        && first.len() <= 120
        && ["here is", "here's", "below is", "revised prompt", "updated prompt", "sure", "certainly"]
            .iter()
            .any(|start| lower.trim_start_matches(['*', '#', ' ']).starts_with(start));
    let agrees = ["sure", "certainly", "of course", "absolutely"].iter().any(|start| lower.starts_with(start))
        && first.len() <= 60
        && first.trim_end().ends_with(['!', '.', ',']);
    let titles = heading(first).is_some_and(|words| {
        words.split_whitespace().count() <= 4 && (words.ends_with("prompt") || words.ends_with("prompt template"))
    });
    if (announces || agrees || titles) && !has_line(parent, first) { rest.trim() } else { text }
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
