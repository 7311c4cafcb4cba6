//! Keeping a question with its SQL as a labelled example: what becomes of the dataset and its split, before it is done.

use std::collections::HashMap;

use super::format::{count, thousands};
use crate::domain::{
    dataset::{Dataset, Example, SplitError, SplitMethod, SplitPlan, Splits, split},
    id::{DbId, ExampleId},
};

/// The part of a split in which a question stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    Train,
    Validation,
    HeldOut,
    #[default]
    Unused,
}

impl Part {
    /// The part's name, as on Data.
    pub fn name(self) -> &'static str {
        match self {
            Part::Train => "train",
            Part::Validation => "validation",
            Part::HeldOut => "held-out",
            Part::Unused => "not used",
        }
    }

    /// Where each question of a split stands; those that it lacks are not used.
    pub fn of_all(splits: &Splits) -> HashMap<&ExampleId, Part> {
        [(&splits.train, Part::Train), (&splits.validation, Part::Validation), (&splits.held_out, Part::HeldOut)]
            .into_iter()
            .flat_map(|(ids, part)| ids.iter().map(move |id| (id, part)))
            .collect()
    }
}

/// A dataset with one question more.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub dataset: Dataset,
    /// The plan for its split from here on.
    pub plan: SplitPlan,
    /// The new question.
    pub id: ExampleId,
    /// Where it stands in the next run's split, and how many of the others stand elsewhere than before; or why that split
    /// cannot be made.
    pub place: Result<(Part, usize), SplitError>,
}

/// `dataset` with the pair. Where all questions were typed in, the split grows with them; else its sizes stay.
pub fn keep(dataset: &Dataset, plan: &SplitPlan, db: DbId, question: String, gold: String) -> Kept {
    let mut grown = dataset.clone();
    let id = grown.add_typed(db, question, gold);
    let plan = plan_for(&grown, plan);
    let place = split(&grown.examples, &plan).map(|splits| {
        let after = Part::of_all(&splits);
        let of = |parts: &HashMap<&ExampleId, Part>, id: &ExampleId| parts.get(id).copied().unwrap_or_default();
        let old = split(&dataset.examples, &plan).unwrap_or_default();
        let before = Part::of_all(&old);
        let moved = dataset.examples.iter().filter(|example| of(&before, &example.id) != of(&after, &example.id));
        (of(&after, &id), moved.count())
    });
    Kept { dataset: grown, plan, id, place }
}

/// The plan for a dataset to which a question was added, or from which one was taken.
pub fn plan_for(dataset: &Dataset, plan: &SplitPlan) -> SplitPlan {
    let questions = dataset.examples.len();
    let fits = plan.train + plan.validation + plan.held_out <= questions;
    if dataset.is_typed() || !fits { SplitPlan::fitting(questions) } else { plan.clone() }
}

/// The question of `dataset` that has the same words about the same database, with its number from 1.
pub fn known<'a>(dataset: &'a Dataset, db: &DbId, question: &str) -> Option<(usize, &'a Example)> {
    let same = |example: &Example| example.db == *db && example.question.trim() == question.trim();
    dataset.examples.iter().enumerate().find(|(_, example)| same(example)).map(|(at, example)| (at + 1, example))
}

impl Kept {
    /// What keeping does, in sentences.
    pub fn words(&self) -> String {
        let Self { dataset, plan, place, .. } = self;
        let number = dataset.examples.len();
        let sizes = [plan.train, plan.validation, plan.held_out].map(|size| thousands(size as u64)).join(" / ");
        let split = match place {
            Ok((part, moved)) => {
                let whither = match part {
                    Part::Unused => {
                        "it is not used, because every place is taken: make a part larger on Data".to_owned()
                    }
                    part => format!("it goes into {}", part.name()),
                };
                let others = match (plan.method, moved) {
                    (SplitMethod::FirstN, _) | (_, 0) => "no other question changes its part".to_owned(),
                    (SplitMethod::Stratified, 1) => "1 other question changes its part".to_owned(),
                    (SplitMethod::Stratified, moved) => {
                        format!("{} others change theirs", thousands(*moved as u64))
                    }
                };
                format!("The next run's split ({sizes}) is made with it: {whither}, and {others}.")
            }
            Err(error) => format!("There is no split yet. {error}"),
        };
        format!(
            "It becomes the last of {} of {}. {split} Its gold query is checked at once. Runs that exist keep their own questions.",
            count(number, "question"),
            dataset.name
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(questions: usize) -> Dataset {
        let example = |i: usize| Example {
            id: format!("q{i:02}").into(),
            db: "shop".into(),
            question: format!("Question {i}?"),
            gold: format!("SELECT {i}"),
            ..Example::default()
        };
        Dataset { name: "Shop".into(), examples: (1..=questions).map(example).collect(), ..Dataset::default() }
    }

    fn kept(dataset: &Dataset, plan: &SplitPlan) -> Kept {
        keep(dataset, plan, "shop".into(), "How many?".into(), "SELECT 0".into())
    }

    #[test]
    fn a_kept_question_is_the_last_one_and_the_split_keeps_its_sizes() {
        let plan = SplitPlan { method: SplitMethod::FirstN, train: 2, validation: 2, held_out: 2, seed: 7 };
        let kept_last = kept(&dataset(6), &plan);
        assert_eq!((kept_last.id.as_str(), &kept_last.plan), ("typed-1", &plan));
        assert_eq!(kept_last.dataset.examples.last().map(|example| example.gold.as_str()), Some("SELECT 0"));
        assert_eq!(kept_last.place, Ok((Part::Unused, 0)));
        assert_eq!(
            kept_last.words(),
            "It becomes the last of 7 questions of Shop. The next run's split (2 / 2 / 2) is made with it: it is not used, \
             because every place is taken: make a part larger on Data, and no other question changes its part. Its gold query \
             is checked at once. Runs that exist keep their own questions."
        );
    }

    #[test]
    fn the_questions_that_a_new_draw_moves_are_counted() {
        let (before, plan) =
            (dataset(30), SplitPlan { train: 10, validation: 10, held_out: 10, ..SplitPlan::default() });
        let kept = kept(&before, &plan);
        let Ok((part, moved)) = kept.place.clone() else { panic!("{:?}", kept.place) };
        let (old, new) = (split(&before.examples, &plan).unwrap(), split(&kept.dataset.examples, &plan).unwrap());
        let part_in = |splits: &Splits, id: &ExampleId| Part::of_all(splits).get(id).copied().unwrap_or_default();
        assert_eq!(part, part_in(&new, &kept.id));
        let really =
            before.examples.iter().filter(|example| part_in(&old, &example.id) != part_in(&new, &example.id)).count();
        assert_eq!(moved, really);
        assert!(kept.words().contains(&format!("{moved} others change theirs")), "{}", kept.words());
    }

    #[test]
    fn the_split_of_typed_questions_grows_with_them() {
        let mut typed = Dataset { name: "Shop".into(), ..Dataset::default() };
        let first = kept(&typed, &SplitPlan::default());
        assert!(first.place.is_err());
        assert!(first.words().contains("There is no split yet."), "{}", first.words());
        for _ in 0..5 {
            typed.add_typed("shop".into(), "Q".into(), "SELECT 1".into());
        }
        assert_eq!(kept(&typed, &SplitPlan::default()).plan, SplitPlan::fitting(6));
    }

    #[test]
    fn a_question_is_known_by_its_words_and_its_database() {
        let dataset = dataset(3);
        let number = |db: &str, question| known(&dataset, &db.into(), question).map(|(number, _)| number);
        assert_eq!(number("shop", " Question 2?\n"), Some(2));
        assert_eq!(number("farm", "Question 2?"), None);
        assert_eq!(number("shop", "Question 22?"), None);
    }
}
