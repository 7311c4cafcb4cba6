//! The practice model as the agent: writes a query, reviews one, repairs one. Which of them is asked for shows in the
//! messages: a review names the verdict that it wants, a repair shows a query that the model wrote before.

use super::{Passages, PracticeBook, Question, Rule};
use crate::domain::rng::SplitMix64;

/// How often a rule that the prompt states is overlooked.
const OVERLOOKED: f64 = 0.05;
/// How often an otherwise right query names a table wrongly.
const SLIPS: f64 = 0.04;
/// How often a repair gets a query to run that ended in an error.
const ERRORS_REPAIRED: f64 = 0.6;

/// A query of the practice model, with what is wrong with it.
enum Written<'a> {
    Gold,
    Mistake(&'a Rule),
    Slip,
    Stubborn,
}

impl PracticeBook {
    /// The agent's answer to `text`, or `None` if no question of the sample is in it.
    pub(super) fn query_or_review(&self, text: &str, rng: &mut SplitMix64) -> Option<String> {
        let question = self.last_question(text)?;
        let shown = self.shown_query(question, text);
        Some(match shown {
            Some((query, written)) if text.contains("THE QUERY IS CORRECT") => review(text, &query, &written, rng),
            Some((query, written)) => fenced(&repair(question, text, query, &written, rng)),
            None => fenced(&self.write(question, text, rng)),
        })
    }

    fn last_question(&self, text: &str) -> Option<&Question> {
        let place = |question: &&Question| text.rfind(&question.question);
        self.questions.iter().filter(|question| place(question).is_some()).max_by_key(place)
    }

    fn write(&self, question: &Question, prompt: &str, rng: &mut SplitMix64) -> String {
        if let Some(wrong) = &question.stubborn {
            return wrong.clone();
        }
        let prompt = Passages::of(prompt);
        let missed = question.needs.iter().find(|id| {
            let followed = self.rule(id).is_some_and(|rule| rule.is_addressed(&prompt));
            !followed || rng.unit() < OVERLOOKED
        });
        match missed.and_then(|id| question.mistakes.get(id)) {
            Some(mistake) => mistake.clone(),
            None if rng.unit() < SLIPS => slip(&question.gold),
            None => question.gold.clone(),
        }
    }

    /// The longest of the question's queries that stands in `text`.
    fn shown_query<'a>(&'a self, question: &'a Question, text: &str) -> Option<(String, Written<'a>)> {
        let mistakes =
            question.mistakes.iter().filter_map(|(id, sql)| Some((sql.clone(), Written::Mistake(self.rule(id)?))));
        let stubborn = question.stubborn.iter().map(|sql| (sql.clone(), Written::Stubborn));
        [(question.gold.clone(), Written::Gold), (slip(&question.gold), Written::Slip)]
            .into_iter()
            .chain(mistakes)
            .chain(stubborn)
            .filter(|(sql, _)| text.contains(sql.as_str()))
            .max_by_key(|(sql, _)| sql.len())
    }
}

fn review(text: &str, query: &str, written: &Written<'_>, rng: &mut SplitMix64) -> String {
    let finding = match written {
        _ if ended_in_error(text) => Some("Running it failed: it uses a name that the tables do not have."),
        Written::Mistake(rule) if rule.is_addressed(&without(text, query)) && rng.unit() >= OVERLOOKED => {
            Some(rule.rule.as_str())
        }
        Written::Gold | Written::Mistake(_) | Written::Slip | Written::Stubborn => None,
    };
    match finding {
        Some(finding) => format!("The query does not hold up. {finding}\n\nTHE QUERY IS INCORRECT."),
        None => "The tables, the conditions and the output fit the question.\n\nTHE QUERY IS CORRECT.".into(),
    }
}

fn repair(question: &Question, text: &str, query: String, written: &Written<'_>, rng: &mut SplitMix64) -> String {
    let repaired = match written {
        Written::Gold | Written::Stubborn => false,
        Written::Mistake(rule) if rule.is_addressed(&without(text, &query)) => rng.unit() >= OVERLOOKED,
        Written::Mistake(_) | Written::Slip => ended_in_error(text) && rng.unit() < ERRORS_REPAIRED,
    };
    if repaired { question.gold.clone() } else { query }
}

/// Whether the execution that `text` shows ended in SQLite's words for an unknown name, the only error made here.
fn ended_in_error(text: &str) -> bool {
    text.contains("no such ")
}

/// The passages of `text` apart from `query`, whose own words must not count as instructions.
fn without(text: &str, query: &str) -> Passages {
    Passages::of(&text.replace(query, "\n\n"))
}

/// `sql` with an `s` after its first table's name: no database of the sample has such a table.
fn slip(sql: &str) -> String {
    let name_ends = sql.match_indices("FROM ").find_map(|(at, found)| {
        let start = at + found.len();
        let length = sql[start..].find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(sql.len() - start);
        (length > 0).then_some(start + length)
    });
    match name_ends {
        Some(end) => format!("{}s{}", &sql[..end], &sql[end..]),
        None => sql.to_owned(),
    }
}

fn fenced(sql: &str) -> String {
    format!("```sql\n{sql}\n```")
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{SEED_PROMPT, book},
        *,
    };
    use crate::domain::{
        chat::{Message, ModelRole},
        prompt::PromptTemplate,
    };

    const CHECK: &str = include_str!("../../domain/agent/check.md");
    const REWRITE: &str = include_str!("../../domain/agent/rewrite.md");

    fn ask(book: &PracticeBook, seed: u64, prompt: &str, question: &str) -> String {
        let messages = [Message::system(prompt), Message::user(format!("Question: {question}"))];
        book.answer(seed, ModelRole::Agent, &messages).unwrap()
    }

    /// Right answers to all 72 questions, averaged over seeds, in percent.
    fn accuracy(book: &PracticeBook, prompt: &str) -> f64 {
        let right =
            |seed| book.questions.iter().filter(|q| ask(book, seed, prompt, &q.question) == fenced(&q.gold)).count();
        (0..16).map(right).sum::<usize>() as f64 * 100.0 / (16.0 * book.questions.len() as f64)
    }

    #[test]
    fn the_seed_prompt_is_right_on_a_little_under_half() {
        let percent = accuracy(&book(), SEED_PROMPT);
        assert!((40.0..=50.0).contains(&percent), "{percent}");
    }

    #[test]
    fn every_rule_raises_the_score_and_all_of_them_do_not_reach_everything() {
        let (book, mut prompt) = (book(), SEED_PROMPT.to_owned());
        let mut before = accuracy(&book, &prompt);
        for rule in &book.rules {
            prompt.push_str(&format!("- {}\n", rule.rule));
            let now = accuracy(&book, &prompt);
            assert!(now > before, "{}: {before} to {now}", rule.id);
            before = now;
        }
        assert!((75.0..92.0).contains(&before), "{before}");
    }

    #[test]
    fn the_same_request_gets_the_same_answer_and_another_seed_other_noise() {
        let book = book();
        let answers =
            |seed| book.questions.iter().map(|q| ask(&book, seed, SEED_PROMPT, &q.question)).collect::<Vec<String>>();
        assert_eq!(answers(1), answers(1));
        assert!((2..8).any(|seed| answers(seed) != answers(1)));
    }

    #[test]
    fn a_question_that_is_not_the_samples_has_no_answer() {
        let messages = [Message::user("Question: How many moons has Mars?")];
        assert!(book().answer(0, ModelRole::Agent, &messages).is_none());
    }

    /// Asks for a review or a repair of the Corvo question.
    fn second_turn(seed: u64, prompt: &str, query: &str, execution: &str, feedback: &str) -> String {
        let question = "How many bicycles are of the brand Corvo?";
        let values = [("input", question), ("query", query), ("execution", execution), ("feedback", feedback)];
        let messages = [Message::system(PromptTemplate(prompt.into()).render(&values))];
        book().answer(seed, ModelRole::Agent, &messages).unwrap()
    }

    const MISTAKE: &str = "SELECT COUNT(*) FROM bicycle WHERE brand = 'Corvo'";
    const GOLD: &str = "SELECT COUNT(*) FROM bicycle WHERE LOWER(brand) = 'corvo'";

    #[test]
    fn a_review_ends_in_a_verdict_and_finds_errors() {
        assert!(second_turn(0, CHECK, MISTAKE, "9", "").ends_with("THE QUERY IS CORRECT."));
        assert!(second_turn(0, CHECK, GOLD, "14", "").ends_with("THE QUERY IS CORRECT."));
        let failed = second_turn(0, CHECK, &slip(GOLD), "no such table: bicycles", "");
        assert!(failed.ends_with("THE QUERY IS INCORRECT."));
    }

    #[test]
    fn a_review_that_is_told_of_a_mistake_finds_it_and_the_repair_follows() {
        let prompt = format!("{CHECK}\n- Ignore the case of text.\n");
        let review = second_turn(0, &prompt, MISTAKE, "9", "");
        assert!(review.ends_with("THE QUERY IS INCORRECT."));
        assert_eq!(second_turn(0, REWRITE, MISTAKE, "9", &review), fenced(GOLD));
        assert_eq!(second_turn(0, REWRITE, MISTAKE, "9", "THE QUERY IS INCORRECT."), fenced(MISTAKE));
    }

    #[test]
    fn a_repair_gets_some_errors_to_run_and_not_others() {
        let slipped = slip(GOLD);
        let repaired = |seed| second_turn(seed, REWRITE, &slipped, "no such table: bicycles", "") == fenced(GOLD);
        let count = (0..50).filter(|seed| repaired(*seed)).count();
        assert!((15..45).contains(&count), "{count}");
    }
}
