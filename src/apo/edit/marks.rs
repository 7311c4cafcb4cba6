//! Placeholders while a template is edited: `{table_info}` becomes the mark `[[table_info]]`, which an editor neither fills in
//! nor takes for a piece of code, and the marks become placeholders again afterwards.

use crate::domain::prompt::{Piece, PromptTemplate};

/// `text` with the placeholders of these `names` as marks. All other braces stay as they are.
pub(super) fn protect(text: &str, names: &[&str]) -> String {
    let template = PromptTemplate(text.to_owned());
    let pieces = template.pieces().into_iter().map(|piece| match piece {
        Piece::Placeholder(name) if names.contains(&name) => format!("[[{name}]]"),
        Piece::Placeholder(name) => format!("{{{name}}}"),
        Piece::Text(text) => text.to_owned(),
    });
    pieces.collect()
}

/// `text` with the marks of these `names` as placeholders again, also where the editor changed their case, put spaces into them
/// or brackets of its own around them.
pub(super) fn restore(text: &str, names: &[&str]) -> String {
    let mut restored = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("[[") {
        restored.push_str(&rest[..open]);
        let known = rest[open + 2..].find("]]").and_then(|length| {
            let inner = rest[open + 2..open + 2 + length].trim_matches([' ', '{', '}']);
            let name = names.iter().find(|name| name.eq_ignore_ascii_case(inner))?;
            Some((*name, open + 2 + length + 2))
        });
        match known {
            Some((name, end)) => {
                restored.push_str(&format!("{{{name}}}"));
                rest = &rest[end..];
            }
            None => {
                restored.push_str("[[");
                rest = &rest[open + 2..];
            }
        }
    }
    restored.push_str(rest);
    restored
}

/// The names in marks, `[[name]]`.
pub(super) fn marks(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("[[") {
        let rest = &text[at + 2..];
        if let Some(name) = rest.find("]]").map(|end| &rest[..end])
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["dialect", "table_info"];

    #[test]
    fn marks_stand_for_placeholders_and_come_back() {
        let text = "In {dialect}:\n{table_info}\nnot {this} {\"json\": 1}";
        let marked = protect(text, NAMES);
        assert_eq!(marked, "In [[dialect]]:\n[[table_info]]\nnot {this} {\"json\": 1}");
        assert_eq!(restore(&marked, NAMES), text);
    }

    #[test]
    fn a_mark_that_the_editor_spelled_its_own_way_still_counts() {
        assert_eq!(restore("[[Table_Info]] [[ dialect ]] [[{dialect}]]", NAMES), "{table_info} {dialect} {dialect}");
        assert_eq!(restore("[[foo]] [[dialect", NAMES), "[[foo]] [[dialect");
        assert_eq!(marks("a [[foo]] b [[x y]] [[bar_1]]"), ["foo", "bar_1"]);
    }
}
