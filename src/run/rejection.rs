//! Why an edit made no candidate, in words: for the screens, the exports and the reasons why nothing improved.

use crate::domain::candidate::Rejection;

/// The reason as the end of a sentence: `it lost {table_info}`.
pub fn words(reason: &Rejection) -> String {
    let names = |names: &[String]| names.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
    match reason {
        Rejection::EmptyCritique => "the critic had nothing to say".into(),
        Rejection::EmptyEdit => "the editor answered with nothing".into(),
        Rejection::Duplicate { of } => format!("the same text as {of}"),
        Rejection::Placeholders { missing, unknown } if unknown.is_empty() => format!("it lost {}", names(missing)),
        Rejection::Placeholders { missing, unknown } if missing.is_empty() => format!("it made up {}", names(unknown)),
        Rejection::Placeholders { missing, unknown } => {
            format!("it lost {} and made up {}", names(missing), names(unknown))
        }
    }
}
