//! The practice model as critic and as editor. The critic finds the mistakes it knows in the rollouts that it is shown;
//! the editor recognises the critic's points by their wording and works the matching rules into the template.

use super::{Passages, PracticeBook};
use crate::domain::rng::SplitMix64;

/// How often the editor takes up only the first point of a critique.
const FIRST_POINT_ONLY: f64 = 0.15;

/// Where each experiment begins in what the critic is shown (`apo::gradient`), and the line that a right one has.
const EXPERIMENT: &str = "## Experiment ";
const RIGHT: &str = "reward: 1";
/// The line of the judged query, and what stands before earlier rejected edits, in what paired racing's critic is shown
/// (`text2sql::evidence`, `apo::racing`), and how many causes it is asked for.
const QUERY: &str = "query: ";
const TRIED: &str = "# Tried before without success";
const AT_MOST: &str = "Name at most ";
/// How paired racing asks for a shorter template.
const SHORTEN: &str = "You shorten a prompt template";
/// What stands before the template and before the critique in what the editor is shown (`apo::edit`).
const TEMPLATE: &str = "# Prompt template\n\n";
const CRITIQUE: &str = "\n\n# Critique\n\n";

impl PracticeBook {
    /// Two or three points about the failures in `text`, or a general remark if there is none to be seen. Paired racing's critic
    /// names as many as are asked for, in a numbered list, and none that was tried in vain.
    pub(super) fn critique(&self, text: &str, rng: &mut SplitMix64) -> String {
        let (text, tried) = text.split_once(TRIED).unwrap_or((text, ""));
        let asked = text.split_once(AT_MOST).and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        let points = asked.unwrap_or_else(|| 2 + rng.below(2));
        let mut named: Vec<&str> = Vec::new();
        for id in self.mistakes_in(text) {
            if let Some(rule) = self.rule(id)
                && !named.contains(&rule.critique.as_str())
                && !tried.contains(beginning(&rule.critique))
            {
                named.push(&rule.critique);
            }
        }
        named.truncate(points);
        if named.is_empty()
            && let Some(remark) = self.remarks.get(rng.below(self.remarks.len()))
        {
            named.push(&remark.critique);
        }
        let mark = |at: usize| if asked.is_some() { format!("{}.", at + 1) } else { "-".to_owned() };
        let lines = named.iter().enumerate().map(|(at, critique)| format!("{} {critique}", mark(at)));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Rules behind the wrong answers in `text`, in the order in which they appear. A wrong answer is known by its exact
    /// words: it has reward 0 on the sample's data, unless the agent went on to repair it.
    fn mistakes_in<'a>(&'a self, text: &str) -> Vec<&'a str> {
        let mut found: Vec<&str> = Vec::new();
        for experiment in text.split(EXPERIMENT).filter(|part| !part.lines().any(|line| line == RIGHT)) {
            let experiment = experiment.lines().find(|line| line.starts_with(QUERY)).unwrap_or(experiment);
            let mistakes = self.questions.iter().flat_map(|question| &question.mistakes);
            let mut here: Vec<_> =
                mistakes.filter_map(|(id, sql)| Some((experiment.find(sql)?, id.as_str()))).collect();
            here.sort_unstable();
            found.extend(here.into_iter().map(|(_, id)| id));
        }
        found
    }

    /// The template in `text` with the critique's points worked in as list items: all of them, at times only the first.
    /// Empty if `text` shows no template.
    pub(super) fn edit(&self, text: &str, rng: &mut SplitMix64) -> String {
        let Some(shown) = shown_template(text) else { return String::new() };
        let template = &if text.starts_with(SHORTEN) { self.without_remarks(shown) } else { shown.to_owned() };
        let passages = Passages::of(template);
        let rules =
            self.rules.iter().filter(|rule| !rule.is_addressed(&passages)).map(|rule| (&rule.critique, &rule.rule));
        let remarks =
            self.remarks.iter().filter(|one| !template.contains(&one.remark)).map(|one| (&one.critique, &one.remark));
        let open: Vec<(&String, &String)> = rules.chain(remarks.clone()).collect();

        let mut named: Vec<(usize, &str)> =
            open.iter().filter_map(|(critique, item)| Some((text.find(critique.as_str())?, item.as_str()))).collect();
        named.sort_unstable();
        if rng.unit() < FIRST_POINT_ONLY {
            named.truncate(1);
        }
        let mut items: Vec<&str> = named.into_iter().map(|(_, item)| item).collect();
        if items.is_empty() {
            let harmless: Vec<&str> = remarks.map(|(_, remark)| remark.as_str()).collect();
            items.extend(harmless.get(rng.below(harmless.len())));
        }
        with_items(template, &items)
    }

    /// The template without list items that do no more than sound well.
    fn without_remarks(&self, template: &str) -> String {
        let is_remark = |line: &&str| self.remarks.iter().any(|one| line.ends_with(&one.remark));
        template.lines().filter(|line| !is_remark(line)).collect::<Vec<_>>().join("\n")
    }
}

/// As much of a critique as is remembered of an edit that was tried.
fn beginning(critique: &str) -> &str {
    critique.char_indices().nth(100).map_or(critique, |(end, _)| &critique[..end])
}

/// The template that the editor is shown.
pub(super) fn shown_template(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(TEMPLATE)?;
    rest.split_once(CRITIQUE).map(|(template, _)| template)
}

fn with_items(template: &str, items: &[&str]) -> String {
    let mut edited = template.trim_end().to_owned();
    if items.is_empty() {
        return edited;
    }
    if !edited.lines().next_back().is_some_and(|line| line.starts_with("- ")) {
        edited.push_str("\n\nKeep to this:");
    }
    for item in items {
        edited.push_str("\n- ");
        edited.push_str(item);
    }
    edited
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

    const MISTAKE: &str = "SELECT COUNT(*) FROM bicycle WHERE brand = 'Corvo'";
    const GOLD: &str = "SELECT COUNT(*) FROM bicycle WHERE LOWER(brand) = 'corvo'";

    fn experiment(reward: u8, answers: &[&str]) -> String {
        let question = "How many bicycles are of the brand Corvo?";
        format!(
            "## Experiment 1\nstatus: succeeded\nreward: {reward}\n\n[user]\nQuestion: {question}\n\n{}\n",
            answers.join("\n")
        )
    }

    fn critic(seed: u64, rollouts: &str) -> String {
        book().answer(seed, ModelRole::Critic, &[Message::user(rollouts)]).unwrap()
    }

    fn editor(seed: u64, template: &str, critique: &str) -> String {
        let user = format!("# Prompt template\n\n{template}\n\n# Critique\n\n{critique}");
        book().answer(seed, ModelRole::Editor, &[Message::system("Improve it."), Message::user(user)]).unwrap()
    }

    #[test]
    fn a_failure_is_named_and_the_edit_addresses_it() {
        let book = book();
        let critique = critic(0, &format!("{}\n{}", experiment(1, &[GOLD]), experiment(0, &[MISTAKE])));
        let case = book.rule("case").unwrap();
        assert_eq!(critique, format!("- {}", case.critique));
        let edited = editor(0, SEED_PROMPT, &critique);
        assert!(case.is_addressed(&Passages::of(&edited)));
        assert!(edited.starts_with(SEED_PROMPT.trim_end()));
    }

    #[test]
    fn paired_racings_critic_reads_the_judged_queries_alone_and_passes_over_what_was_tried() {
        let book = book();
        let (case, columns) = (book.rule("case").unwrap(), book.rule("columns").unwrap());
        let other = book.questions.iter().find_map(|question| question.mistakes.get("columns")).unwrap();
        let shown = |tried: &str| {
            let first = format!("## Experiment 1\nreward: 0\nquery: {MISTAKE}\ngold query: {other}\n");
            let second = format!("## Experiment 2\nreward: 0\nquery: {other}\ngold query: {GOLD}\n");
            format!("{AT_MOST}4 root causes.\n\n{first}{second}\n{TRIED}\n\n{tried}")
        };
        let expected = format!("1. {}\n2. {}", case.critique, columns.critique);
        assert_eq!(critic(0, &shown("Nothing yet.")), expected);
        let tried = format!("* - {} … (0 fixed and 2 broken of 6 questions)", beginning(&case.critique));
        assert_eq!(critic(0, &shown(&tried)), format!("1. {}", columns.critique));
    }

    #[test]
    fn a_shorter_version_leaves_remarks_out() {
        let book = book();
        let remark = &book.remarks[0].remark;
        let case = &book.rule("case").unwrap().critique;
        let user = format!("# Prompt template\n\n{SEED_PROMPT}\n- {remark}\n\n# Critique\n\n- {case}");
        let messages = [Message::system(format!("{SHORTEN} and so on.")), Message::user(user)];
        let edited = book.answer(0, ModelRole::Editor, &messages).unwrap();
        assert!(!edited.contains(remark) && book.rule("case").unwrap().is_addressed(&Passages::of(&edited)));
    }

    #[test]
    fn without_a_failure_or_with_one_that_was_repaired_the_remark_is_general_and_the_edit_adds_no_rule() {
        let book = book();
        for seed in 0..8 {
            let critique = critic(seed, &experiment(1, &[MISTAKE, GOLD]));
            assert!(book.rules.iter().all(|rule| !critique.contains(&rule.critique)));
            let edited = editor(seed, SEED_PROMPT, &critique);
            assert_ne!(edited, SEED_PROMPT);
            assert!(book.rules.iter().all(|rule| !rule.is_addressed(&Passages::of(&edited))));
        }
    }

    #[test]
    fn an_edit_takes_all_points_or_only_the_first_and_keeps_the_placeholders() {
        let book = book();
        let critique = book.rules.iter().take(3).map(|rule| format!("- {}", rule.critique)).collect::<String>();
        let added = |seed| PromptTemplate(editor(seed, SEED_PROMPT, &critique)).rules();
        let counts: Vec<usize> = (0..40).map(added).collect();
        assert!(counts.contains(&1) && counts.contains(&3), "{counts:?}");
        assert_eq!(PromptTemplate(editor(0, SEED_PROMPT, &critique)).placeholders(), ["dialect", "table_info"]);
    }

    #[test]
    fn points_that_are_already_in_the_template_are_not_added_twice() {
        let case = book().rule("case").unwrap().clone();
        let once = editor(0, SEED_PROMPT, &case.critique);
        let twice = editor(0, &once, &case.critique);
        assert_eq!(twice.matches(&case.rule).count(), 1);
        assert_eq!(PromptTemplate(twice).rules(), 2);
    }

    #[test]
    fn an_editor_that_is_shown_no_template_returns_nothing() {
        assert_eq!(book().answer(0, ModelRole::Editor, &[Message::user("Hello <b>you</b>")]).unwrap(), "");
    }
}
