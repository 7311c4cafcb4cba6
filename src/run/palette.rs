//! What can be found by typing a few letters of it: screens, runs, prompts, questions and actions, the best match first.
//! Where an item leads is left to the floor above.

mod letters;

pub use self::letters::Letters;

/// What kind of thing is found; in the order in which they stand when nothing sets one before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Action,
    Screen,
    Candidate,
    Run,
    Question,
    File,
    Appearance,
}

impl Kind {
    /// The heading above what is found of it.
    pub fn heading(self) -> &'static str {
        match self {
            Kind::Action => "Do",
            Kind::Screen => "Go to",
            Kind::Candidate => "Prompts of this run",
            Kind::Run => "Runs",
            Kind::Question => "Questions",
            Kind::File => "Save",
            Kind::Appearance => "Look",
        }
    }

    /// Items that are shown at most; fewer of them while nothing is typed.
    fn shown(self, is_typed: bool) -> usize {
        match (self, is_typed) {
            (_, true) => 8,
            (Kind::Action, false) => 6,
            (Kind::Screen, false) => 12,
            (Kind::Candidate | Kind::Run, false) => 3,
            (Kind::Question | Kind::File | Kind::Appearance, false) => 0,
        }
    }
}

/// Something that can be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<T> {
    pub kind: Kind,
    /// Its name.
    pub words: String,
    /// What else is known of it, and found by; may be empty.
    pub note: String,
    /// Where it leads.
    pub target: T,
    letters: Letters,
}

impl<T> Item<T> {
    /// An item that is found by its words and its note.
    pub fn new(kind: Kind, words: impl Into<String>, note: impl Into<String>, target: T) -> Self {
        let (words, note) = (words.into(), note.into());
        let letters = Letters::of(&format!("{words} {note}"));
        Self { kind, words, note, target, letters }
    }
}

/// The items of one kind that were found, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundGroup {
    pub kind: Kind,
    pub found: Vec<Found>,
    /// Those of this kind that were found and are not among them.
    pub left_out: usize,
}

/// An item that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its position in the list that was searched.
    pub item: usize,
    /// Its words in pieces, each with whether it was typed.
    pub words: Vec<(String, bool)>,
}

/// What of `items` has every word of `typed`, in groups: the group with the best match first. Without anything typed the first
/// of most kinds.
pub fn find<T>(items: &[Item<T>], typed: &str) -> Vec<FoundGroup> {
    let wanted: Vec<Letters> = typed.split_whitespace().map(Letters::of).collect();
    let is_typed = !wanted.is_empty();
    let mut matched: Vec<(i32, usize, Vec<usize>)> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let own = item.words.chars().count();
        let found: Option<Vec<_>> = wanted.iter().map(|word| item.letters.find(word, own)).collect();
        if let Some(found) = found {
            let score = found.iter().map(|(score, _)| score).sum();
            matched.push((score, at, found.into_iter().flat_map(|(_, places)| places).collect()));
        }
    }
    // Among equals the shorter name, then the order in which they came.
    matched.sort_by_key(|(score, at, _)| (-score, if is_typed { items[*at].words.len() } else { 0 }, *at));
    let mut groups: Vec<FoundGroup> = Vec::new();
    for (_, at, places) in matched {
        let item = &items[at];
        let group = match groups.iter_mut().position(|group| group.kind == item.kind) {
            Some(known) => &mut groups[known],
            None => {
                groups.push(FoundGroup { kind: item.kind, found: Vec::new(), left_out: 0 });
                let last = groups.len() - 1;
                &mut groups[last]
            }
        };
        if group.found.len() < item.kind.shown(is_typed) {
            group.found.push(Found { item: at, words: pieces(&item.words, &places) });
        } else {
            group.left_out += 1;
        }
    }
    groups.retain(|group| !group.found.is_empty());
    if !is_typed {
        groups.sort_by_key(|group| group.kind);
    }
    groups
}

/// A text in pieces that lie at `places`, counted in characters, or not.
fn pieces(text: &str, places: &[usize]) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (at, letter) in text.chars().enumerate() {
        let is_typed = places.contains(&at);
        match pieces.last_mut() {
            Some((piece, known)) if *known == is_typed => piece.push(letter),
            _ => pieces.push((letter.to_string(), is_typed)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<Item<()>> {
        [
            (Kind::Action, "Pause the run", ""),
            (Kind::Screen, "Results", "v3 is the best"),
            (Kind::Screen, "Run", "paused"),
            (Kind::Candidate, "v3", "Compare text case-insensitively. 54.2 % (13/24)"),
            (Kind::Candidate, "v13", "The seed's child. 50.0 % (12/24)"),
            (Kind::Run, "Sample, 2026-11-23 01:28", "practice model"),
            (Kind::Question, "Which singers are older than 40?", "q0011 concert_singer validation"),
            (Kind::Question, "How many pets have a weight above 10?", "q0030 pets_1 held-out"),
        ]
        .map(|(kind, words, note)| Item::new(kind, words, note, ()))
        .into()
    }

    fn found(typed: &str) -> Vec<String> {
        let items = items();
        find(&items, typed)
            .iter()
            .flat_map(|group| group.found.iter().map(|found| items[found.item].words.clone()))
            .collect()
    }

    #[test]
    fn nothing_typed_shows_what_can_be_done_and_where_one_can_go() {
        let kinds: Vec<_> = find(&items(), " ").iter().map(|group| (group.kind, group.found.len())).collect();
        assert_eq!(kinds, [(Kind::Action, 1), (Kind::Screen, 2), (Kind::Candidate, 2), (Kind::Run, 1)]);
    }

    #[test]
    fn the_name_counts_before_the_note_and_the_whole_word_before_a_part() {
        assert_eq!(found("v3"), ["v3", "Results"]);
        assert_eq!(found("run")[0], "Run");
        assert_eq!(found("paus"), ["Pause the run", "Run"]);
    }

    #[test]
    fn every_word_must_be_there_in_any_order_and_case() {
        assert_eq!(found("OLDER singer"), ["Which singers are older than 40?"]);
        assert_eq!(found("singer pets"), Vec::<String>::new());
        assert_eq!(found("held pets"), ["How many pets have a weight above 10?"]);
        assert_eq!(found("q0011"), ["Which singers are older than 40?"]);
    }

    #[test]
    fn what_was_typed_is_told_apart_in_the_name() {
        let items = items();
        let groups = find(&items, "old sing");
        let told: Vec<_> = groups[0].found[0].words.iter().map(|(piece, typed)| (piece.as_str(), *typed)).collect();
        assert_eq!(
            told,
            [("Which ", false), ("sing", true), ("ers are ", false), ("old", true), ("er than 40?", false)]
        );
    }

    #[test]
    fn what_is_left_out_of_a_kind_is_counted() {
        let many: Vec<Item<()>> =
            (0..20).map(|at| Item::new(Kind::Question, format!("Question {at}"), "", ())).collect();
        let groups = find(&many, "question");
        assert_eq!((groups[0].found.len(), groups[0].left_out), (8, 12));
    }
}
