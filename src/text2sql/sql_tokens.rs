//! SQL cut into tokens by SQLite's own rules: what is a string, a quoted name, a comment, a word. Enough to find where
//! a statement ends, what it starts with and where DISTINCT stands, and to colour it on a screen; no parser.
//! Lossless: the tokens of a text, joined, are that text. Any text has tokens; what SQLite would not know is `Unknown`.

mod guard;
mod keywords;
mod statement;

pub use guard::guard;
pub use statement::{first_statement, without_distinct};

use keywords::is_keyword;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenClass {
    /// A word of SQLite's language.
    Keyword,
    /// Any other bare word: a table, a column, an alias.
    Name,
    /// A name right before an opening parenthesis; only `highlight` tells these from names.
    Function,
    /// A name in double quotes, backticks or brackets.
    QuotedName,
    /// A string in single quotes, also a blob (`x'00'`).
    String,
    /// A number, also hexadecimal.
    Number,
    /// A bind parameter: `?`, `?1`, `:name`, `@name`, `$name`, `#name`.
    Parameter,
    /// Operators, parentheses, commas, dots and semicolons.
    Punctuation,
    /// A comment to the end of the line (without the line break) or between `/*` and `*/`.
    Comment,
    /// Spaces, line breaks and byte order marks.
    Whitespace,
    /// What SQLite refuses: an unclosed quote, a number that runs into a word, a stray character.
    Unknown,
}

/// One token with its text.
pub type Token<'a> = (TokenClass, &'a str);

/// The tokens of `sql`, in order.
pub fn tokens(sql: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (class, length) = first_token(rest);
        let (text, after) = rest.split_at(length);
        rest = after;
        Some((class, text))
    })
}

/// The tokens of `sql` for colouring: as `tokens`, with the names of called functions told apart.
pub fn highlight(sql: &str) -> Vec<Token<'_>> {
    let mut all: Vec<Token<'_>> = tokens(sql).collect();
    for at in 1..all.len() {
        if all[at].1 == "(" && all[at - 1].0 == TokenClass::Name {
            all[at - 1].0 = TokenClass::Function;
        }
    }
    all
}

/// Whether the token has no meaning to SQLite.
fn is_space((class, _): &Token<'_>) -> bool {
    matches!(class, TokenClass::Whitespace | TokenClass::Comment)
}

/// The class and the length in bytes of the first token of a text that is not empty.
fn first_token(text: &str) -> (TokenClass, usize) {
    let bytes = text.as_bytes();
    let next = bytes.get(1).copied();
    match bytes[0] {
        b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' => (TokenClass::Whitespace, whitespace(text)),
        0xEF if text.starts_with('\u{feff}') => (TokenClass::Whitespace, whitespace(text)),
        b'-' if next == Some(b'-') => (TokenClass::Comment, text.find('\n').unwrap_or(text.len())),
        b'/' if next == Some(b'*') => (TokenClass::Comment, text[2..].find("*/").map_or(text.len(), |at| 2 + at + 2)),
        b'\'' => quoted(text, b'\'', TokenClass::String),
        b'"' => quoted(text, b'"', TokenClass::QuotedName),
        b'`' => quoted(text, b'`', TokenClass::QuotedName),
        b'[' => text.find(']').map_or((TokenClass::Unknown, text.len()), |at| (TokenClass::QuotedName, at + 1)),
        b'0'..=b'9' => number(text),
        b'.' if next.is_some_and(|byte| byte.is_ascii_digit()) => number(text),
        b'x' | b'X' if next == Some(b'\'') => {
            let (class, length) = quoted(&text[1..], b'\'', TokenClass::String);
            (class, 1 + length)
        }
        b'?' => (TokenClass::Parameter, 1 + run(&bytes[1..], |byte| byte.is_ascii_digit())),
        b':' | b'@' | b'$' | b'#' => match run(&bytes[1..], is_word_byte) {
            0 => (TokenClass::Unknown, 1),
            length => (TokenClass::Parameter, 1 + length),
        },
        byte if is_word_byte(byte) => {
            let length = run(bytes, is_word_byte);
            let class = if is_keyword(&text[..length]) { TokenClass::Keyword } else { TokenClass::Name };
            (class, length)
        }
        _ => punctuation(text),
    }
}

fn whitespace(text: &str) -> usize {
    text.find(|c: char| !matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r' | '\u{feff}')).unwrap_or(text.len())
}

/// A quoted text, in which the doubled quote stands for one.
fn quoted(text: &str, quote: u8, class: TokenClass) -> (TokenClass, usize) {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return (class, at + 1);
        }
    }
    (TokenClass::Unknown, text.len())
}

fn number(text: &str) -> (TokenClass, usize) {
    let bytes = text.as_bytes();
    let digits = |from: usize| from + run(&bytes[from..], |byte| byte.is_ascii_digit() || byte == b'_');
    let is_hex = bytes[0] == b'0'
        && matches!(bytes.get(1), Some(b'x' | b'X'))
        && bytes.get(2).is_some_and(u8::is_ascii_hexdigit);
    let mut end = if is_hex {
        2 + run(&bytes[2..], |byte| byte.is_ascii_hexdigit() || byte == b'_')
    } else {
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                end = digits(end + 1 + sign);
            }
        }
        end
    };
    let tail = run(&bytes[end..], is_word_byte);
    end += tail;
    (if tail == 0 { TokenClass::Number } else { TokenClass::Unknown }, end)
}

fn punctuation(text: &str) -> (TokenClass, usize) {
    const LONG: [&str; 10] = ["->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>"];
    if let Some(long) = LONG.iter().find(|long| text.starts_with(**long)) {
        return (TokenClass::Punctuation, long.len());
    }
    let class =
        if b"+-*/%=<>,.;()&|~".contains(&text.as_bytes()[0]) { TokenClass::Punctuation } else { TokenClass::Unknown };
    (class, text.chars().next().map_or(0, char::len_utf8))
}

/// How many bytes from the start fulfil `test`.
fn run(bytes: &[u8], test: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !test(*byte)).unwrap_or(bytes.len())
}

/// Bytes of SQLite's bare words; all of a multi-byte character count, even a no-break space.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn classes(sql: &str) -> Vec<Token<'_>> {
        tokens(sql).filter(|token| !is_space(token)).collect()
    }

    #[test]
    fn quotes_hide_what_they_hold() {
        assert_eq!(
            classes("SELECT 'it''s; -- no' \"a\"\"b\" [c d] `e;`"),
            [
                (TokenClass::Keyword, "SELECT"),
                (TokenClass::String, "'it''s; -- no'"),
                (TokenClass::QuotedName, "\"a\"\"b\""),
                (TokenClass::QuotedName, "[c d]"),
                (TokenClass::QuotedName, "`e;`"),
            ]
        );
    }

    #[test]
    fn comments_end_with_the_line_or_their_mark() {
        let all: Vec<_> = tokens("1--a;\n/* b ; */2/* open").collect();
        assert_eq!(
            all,
            [
                (TokenClass::Number, "1"),
                (TokenClass::Comment, "--a;"),
                (TokenClass::Whitespace, "\n"),
                (TokenClass::Comment, "/* b ; */"),
                (TokenClass::Number, "2"),
                (TokenClass::Comment, "/* open"),
            ]
        );
    }

    #[test]
    fn numbers_are_whole_and_a_word_glued_to_one_is_unknown() {
        for number in ["1", "1.5", ".5", "1.", "1e9", "1E-9", "0xFF", "1_000"] {
            assert_eq!(classes(number), [(TokenClass::Number, number)]);
        }
        assert_eq!(classes("2020FROM"), [(TokenClass::Unknown, "2020FROM")]);
    }

    #[test]
    fn parameters_are_seen_only_outside_quotes() {
        for parameter in ["?", "?12", ":name", "@p", "$v"] {
            assert_eq!(classes(parameter), [(TokenClass::Parameter, parameter)]);
        }
        assert_eq!(classes("'?:x'"), [(TokenClass::String, "'?:x'")]);
    }

    #[test]
    fn highlight_tells_functions_from_columns() {
        assert_eq!(
            highlight("count(name)"),
            [
                (TokenClass::Function, "count"),
                (TokenClass::Punctuation, "("),
                (TokenClass::Name, "name"),
                (TokenClass::Punctuation, ")"),
            ]
        );
    }

    proptest! {
        #[test]
        fn tokens_joined_are_the_text(sql in "(\\PC|[ \n'\"`;/*.x0-9\\[\\]-]){0,60}") {
            let joined: String = highlight(&sql).iter().map(|(_, text)| *text).collect();
            prop_assert_eq!(joined, sql);
        }

        #[test]
        fn no_token_is_empty(sql in any::<String>()) {
            prop_assert!(tokens(&sql).all(|(_, text)| !text.is_empty()));
        }
    }
}
