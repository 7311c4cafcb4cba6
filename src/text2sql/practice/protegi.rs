//! The practice model where ProTeGi asks it: one reason instead of several points, and a template in other words. Which of them
//! is asked for shows in the instruction (`apo::protegi`).

use super::{PracticeBook, reviewers::shown_template};
use crate::domain::rng::SplitMix64;

/// What ProTeGi's critic is asked for.
const ONE_REASON: &str = "Find one reason";
/// What its editor is asked for that is no edit.
const IN_OTHER_WORDS: &str = "it is wanted in other words.";

impl PracticeBook {
    /// The critique of `text`: where one reason is asked for, the first point of it.
    pub(super) fn review(&self, text: &str, rng: &mut SplitMix64) -> String {
        let critique = self.critique(text, rng);
        match critique.lines().next() {
            Some(first) if text.contains(ONE_REASON) => first.to_owned(),
            _ => critique,
        }
    }

    /// The template in `text` edited, or, where that is asked for, in other words.
    pub(super) fn rework(&self, text: &str, rng: &mut SplitMix64) -> String {
        let reworded = if text.ends_with(IN_OTHER_WORDS) {
            shown_template(text).and_then(|own| reordered(own, rng))
        } else {
            None
        };
        reworded.unwrap_or_else(|| self.edit(text, rng))
    }
}

/// The template with its list items in another order, which is all that a rule book has of other words; nothing if it has
/// fewer than two, or if chance leaves them as they are.
fn reordered(template: &str, rng: &mut SplitMix64) -> Option<String> {
    let lines: Vec<&str> = template.trim_end().lines().collect();
    let places: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("- ")).collect();
    let mut order = places.clone();
    rng.shuffle(&mut order);
    let mut reordered = lines.clone();
    for (place, from) in places.iter().zip(&order) {
        reordered[*place] = lines[*from];
    }
    (reordered != lines).then(|| reordered.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::book, *};
    use crate::domain::chat::{Message, ModelRole};

    #[test]
    fn other_words_are_another_order_of_the_same_items() {
        let template = "Write SQL.\n- one\n- two\n- three";
        let user =
            format!("# Prompt template\n\n{template}\n\n# Critique\n\nNothing is wrong with it: {IN_OTHER_WORDS}");
        let messages = [Message::user(user)];
        let edits: Vec<String> =
            (0..20).map(|seed| book().answer(seed, ModelRole::Editor, &messages).unwrap()).collect();
        assert!(edits.iter().all(|edit| edit != template));
        let is_reordered = |edit: &&String| {
            let mut lines: Vec<&str> = edit.lines().collect();
            lines.sort_unstable();
            lines == ["- one", "- three", "- two", "Write SQL."]
        };
        assert!(edits.iter().filter(is_reordered).count() >= 10, "{edits:?}");
    }

    #[test]
    fn one_reason_is_given_where_one_is_asked_for() {
        let book = book();
        let mistakes: Vec<&String> = book.questions.iter().flat_map(|question| question.mistakes.values()).collect();
        let shown: String =
            mistakes.iter().take(12).map(|sql| format!("## Experiment 1\nreward: 0\nquery: {sql}\n")).collect();
        let points = |asked: &str| {
            let messages = [Message::user(format!("{asked}\n{shown}"))];
            book.answer(1, ModelRole::Critic, &messages).unwrap().lines().count()
        };
        assert_eq!(points("Find one reason."), 1);
        assert!(points("Find points.") > 1);
    }
}
