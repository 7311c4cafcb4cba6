//! A query cut into words exactly as the evaluator of Spider sees them: quoted strings set aside, the rest cut as English text is
//! (NLTK's word tokenizer, whose rules for commas, periods and brackets decide what counts as one word), lower case throughout.
//! Operators that stand without spaces stay glued to their neighbours (`a=b` is one word), which the parser then refuses.

use super::DialectError;

/// The words of `sql`. A quoted string is one word, with double quotes around it and its case kept.
pub(super) fn words(sql: &str) -> Result<Vec<String>, DialectError> {
    let sql = sql.replace('\'', "\"");
    let parts: Vec<&str> = sql.split('"').collect();
    if parts.len().is_multiple_of(2) {
        return Err(DialectError::UnclosedQuote);
    }
    // Strings leave a mark behind, which is a part of a word like any other, and only a mark that is a word becomes the string.
    let mark = |at: usize| format!("__val_{at}__");
    let outside: String =
        parts.iter().enumerate().map(|(at, part)| if at % 2 == 0 { (*part).to_owned() } else { mark(at) }).collect();
    let mut words: Vec<String> = spaced(&outside).split_whitespace().map(str::to_lowercase).collect();
    for word in &mut words {
        let at = word.strip_prefix("__val_").and_then(|rest| rest.strip_suffix("__")).and_then(|at| at.parse().ok());
        if let Some(string) = at.and_then(|at: usize| parts.get(at)) {
            *word = format!("\"{string}\"");
        }
    }
    Ok(joined_comparisons(words))
}

/// `> =`, `< =` and `! =` as one word each, however they were spaced.
fn joined_comparisons(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match joined.last_mut() {
            Some(last) if word == "=" && matches!(last.as_str(), "!" | ">" | "<") => last.push('='),
            _ => joined.push(word),
        }
    }
    joined
}

/// The text with spaces around all that is a word of its own.
fn spaced(text: &str) -> String {
    let final_period = final_period(text);
    let mut spaced = String::with_capacity(text.len() * 2);
    let mut rest = text;
    // The character after a separated comma belongs to that comma's rule, and is not looked at as a comma itself.
    let mut after_comma = false;
    while let Some(character) = rest.chars().next() {
        let (here, next) = (text.len() - rest.len(), rest[character.len_utf8()..].chars().next());
        let was_after_comma = std::mem::take(&mut after_comma);
        let length = match character {
            ',' | ':' if next.is_none() => separate(&mut spaced, rest, 1),
            ',' | ':' if !was_after_comma && next.is_some_and(|next| !next.is_numeric()) => {
                after_comma = true;
                separate(&mut spaced, rest, 1)
            }
            '.' if final_period == Some(here) => separate(&mut spaced, rest, 1),
            '.' if next == Some('.') => separate(&mut spaced, rest, run(rest, '.')),
            '`' => separate(&mut spaced, rest, run(rest, '`').min(2)),
            '-' if next == Some('-') => separate(&mut spaced, rest, 2),
            ';'
            | '@'
            | '#'
            | '$'
            | '%'
            | '&'
            | '?'
            | '!'
            | '*'
            | '['
            | ']'
            | '('
            | ')'
            | '{'
            | '}'
            | '<'
            | '>'
            | '«'
            | '“'
            | '‘'
            | '„'
            | '»'
            | '”'
            | '’'
            | '\u{2012}'..='\u{2015}' => separate(&mut spaced, rest, character.len_utf8()),
            _ => match contraction(text, here) {
                Some((first, second)) => {
                    spaced.push_str(&format!(" {} {} ", &rest[..first], &rest[first..first + second]));
                    first + second
                }
                None => {
                    spaced.push(character);
                    character.len_utf8()
                }
            },
        };
        rest = &rest[length..];
    }
    spaced
}

fn separate(spaced: &mut String, rest: &str, length: usize) -> usize {
    spaced.push_str(&format!(" {} ", &rest[..length]));
    length
}

fn run(text: &str, character: char) -> usize {
    text.len() - text.trim_start_matches(character).len()
}

/// Where the period that ends the text stands: closing brackets and spaces may follow it, no period precede it.
fn final_period(text: &str) -> Option<usize> {
    let before = text.trim_end().trim_end_matches([']', ')', '}', '>', '»', '”', '’', ' ']).strip_suffix('.')?;
    (!before.is_empty() && !before.ends_with('.')).then_some(before.len())
}

/// The lengths of both halves of an English contraction that is a whole word at `here`: `can not`, `gon na`.
fn contraction(text: &str, here: usize) -> Option<(usize, usize)> {
    const CONTRACTIONS: [(&str, usize); 6] =
        [("cannot", 3), ("gimme", 3), ("gonna", 3), ("gotta", 3), ("lemme", 3), ("wanna", 3)];
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    if text[..here].ends_with(is_word) {
        return None;
    }
    let rest = &text[here..];
    let (word, first) = CONTRACTIONS
        .into_iter()
        .find(|(word, _)| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))?;
    let after = &rest[word.len()..];
    let ends = if word == "wanna" {
        after.is_empty() || after.starts_with(char::is_whitespace)
    } else {
        !after.starts_with(is_word)
    };
    ends.then_some((first, word.len() - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: &[&str]) {
        assert_eq!(words(sql).unwrap(), expected);
    }

    #[test]
    fn brackets_commas_and_comparisons_are_words() {
        check(
            "SELECT count(*),T1.Name FROM a WHERE x>=5 AND y ! = 2;",
            &[
                "select", "count", "(", "*", ")", ",", "t1.name", "from", "a", "where", "x", ">", "=5", "and", "y",
                "!=", "2", ";",
            ],
        );
    }

    #[test]
    fn what_has_no_spaces_is_glued() {
        check("a=b c,1 d,e f , g", &["a=b", "c,1", "d", ",", "e", "f", ",", "g"]);
        check("a,,b", &["a", ",", ",b"]);
        check("a.b. c.", &["a.b.", "c", "."]);
        check("1 -- two---three", &["1", "--", "two", "--", "-three"]);
    }

    #[test]
    fn strings_are_one_word_in_their_own_case() {
        check("a = 'New York, NY' OR b=\"x\"", &["a", "=", "\"New York, NY\"", "or", "b=__val_3__"]);
        check("'it''s'", &["__val_1____val_3__"]);
        assert_eq!(words("a = 'b"), Err(DialectError::UnclosedQuote));
    }

    #[test]
    fn english_contractions_come_apart_as_in_the_reference() {
        check("SELECT cannot FROM t.gonna", &["select", "can", "not", "from", "t.", "gon", "na"]);
        check("cannots wanna", &["cannots", "wan", "na"]);
    }
}
