//! Questions with gold SQL, and how they are split. Train, validation and held-out never overlap.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    id::{DatasetId, DbId, ExampleId},
    rng::SplitMix64,
    sql::ResultComparison,
};

/// A question about a database, with the query that answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub id: ExampleId,
    pub db: DbId,
    pub question: String,
    /// BIRD's hint; shown to the agent with the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The gold query.
    pub gold: String,
    /// Spider's easy, medium, hard or extra, where the data says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardness: Option<String>,
    /// What its file calls it, BIRD's `question_id`; need not be unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
}

/// A set of questions and the databases that they are about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    pub id: DatasetId,
    /// As shown: the file's or folder's name.
    pub name: String,
    pub examples: Vec<Example>,
    /// Databases whose files are in the store.
    pub databases: Vec<DatabaseFile>,
    /// The benchmark's rule for results, by the form of its questions; a run may be set otherwise.
    #[serde(default)]
    pub comparison: ResultComparison,
}

/// A stored database: one SQLite file, or several with the same tables and other rows (the test suite's way), on all of
/// which a prediction must be right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatabaseFile {
    /// Also the id of its first file, which the schema, the console and the agent see.
    pub db: DbId,
    /// Of all its files.
    pub bytes: u64,
    /// Ids of the further files, in the order in which they are judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<DbId>,
}

/// How a dataset is divided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SplitPlan {
    pub method: SplitMethod,
    pub train: usize,
    pub validation: usize,
    /// 0 for no held-out check.
    pub held_out: usize,
    /// Seed of the stratified draw.
    pub seed: u64,
}

/// How questions are drawn for the splits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitMethod {
    /// First N, next M, next K, in file order: the seed article's way.
    FirstN,
    /// A seeded draw in which each split has about the same share of every database.
    #[default]
    Stratified,
}

impl Default for SplitPlan {
    fn default() -> Self {
        Self { method: SplitMethod::default(), train: 50, validation: 50, held_out: 0, seed: 7 }
    }
}

/// Which questions are for what; disjoint, in the order in which batches are drawn and sums are run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Splits {
    pub train: Vec<ExampleId>,
    pub validation: Vec<ExampleId>,
    pub held_out: Vec<ExampleId>,
}

/// Why a dataset cannot be split as planned.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SplitError {
    #[error("There are no questions yet. Load a dataset first.")]
    NoExamples,
    #[error("The {split} split has no questions. Give it at least 1.")]
    Empty { split: &'static str },
    #[error(
        "The splits need {wanted} questions, but the dataset has {available}. Make them smaller, or load more questions."
    )]
    TooLarge { wanted: usize, available: usize },
}

impl Dataset {
    /// The question with this id.
    pub fn example(&self, id: &ExampleId) -> Option<&Example> {
        self.examples.iter().find(|example| example.id == *id)
    }

    /// Whether the store has the file of `db`.
    pub fn has_database(&self, db: &DbId) -> bool {
        self.databases.iter().any(|file| file.db == *db)
    }

    /// The ids of all files of `db`, the first one first. An unknown `db` is taken for a file of its own.
    pub fn files_of(&self, db: &DbId) -> Vec<DbId> {
        let others = self.databases.iter().find(|file| file.db == *db).map_or(&[][..], |file| &file.others);
        std::iter::once(db).chain(others).cloned().collect()
    }
}

/// How ids of questions begin that were typed in the page.
const TYPED: &str = "typed-";

impl Dataset {
    /// Whether its questions, if there are any, were all typed in: no file can give them again.
    pub fn is_typed(&self) -> bool {
        self.examples.iter().all(Example::is_typed)
    }

    /// Adds a question that was typed in or kept, under the next free id, which is returned.
    pub fn add_typed(&mut self, db: DbId, question: String, gold: String) -> ExampleId {
        let number = |example: &Example| example.id.as_str().strip_prefix(TYPED).and_then(|n| n.parse::<u32>().ok());
        let last = self.examples.iter().filter_map(number).max().unwrap_or(0);
        let id = ExampleId::from(format!("{TYPED}{}", last.saturating_add(1)));
        self.examples.push(Example { id: id.clone(), db, question, gold, ..Example::default() });
        id
    }

    /// Takes over the questions that were typed in `before`, an earlier state of the same dataset: they are in no file. Those
    /// about databases that are gone stay out.
    pub fn take_over_typed(&mut self, before: Dataset) {
        let ours = |example: &Example| example.is_typed() && self.has_database(&example.db);
        let typed: Vec<_> = before.examples.into_iter().filter(ours).collect();
        self.examples.extend(typed);
    }
}

impl Example {
    /// Whether it was typed in the page, or kept there: it is in no file.
    pub fn is_typed(&self) -> bool {
        self.id.as_str().starts_with(TYPED)
    }
}

impl SplitPlan {
    /// A plan that fits `examples` questions: thirds for small sets, 50 / 50 / the rest up to 100 for larger ones.
    pub fn fitting(examples: usize) -> Self {
        let third = (examples / 3).min(50);
        let held_out = examples.saturating_sub(2 * third).min(100);
        Self { train: third, validation: third, held_out, ..Self::default() }
    }
}

/// Divides `examples` as planned. Deterministic for the same examples and plan.
///
/// Stratified: each database's questions are shuffled, then dealt out so that every prefix of the result has about the
/// same share of every database; the splits are consecutive pieces of it.
pub fn split(examples: &[Example], plan: &SplitPlan) -> Result<Splits, SplitError> {
    if examples.is_empty() {
        return Err(SplitError::NoExamples);
    }
    for (split, size) in [("training", plan.train), ("validation", plan.validation)] {
        if size == 0 {
            return Err(SplitError::Empty { split });
        }
    }
    let wanted = plan.train.saturating_add(plan.validation).saturating_add(plan.held_out);
    if wanted > examples.len() {
        return Err(SplitError::TooLarge { wanted, available: examples.len() });
    }
    let ordered = match plan.method {
        SplitMethod::FirstN => examples.iter().map(|example| example.id.clone()).collect(),
        SplitMethod::Stratified => stratified(examples, plan.seed),
    };
    let mut ids = ordered.into_iter();
    let mut take = |n| ids.by_ref().take(n).collect::<Vec<_>>();
    let splits = Splits { train: take(plan.train), validation: take(plan.validation), held_out: take(plan.held_out) };
    debug_assert!(splits.are_disjoint());
    Ok(splits)
}

fn stratified(examples: &[Example], seed: u64) -> Vec<ExampleId> {
    let mut by_db: BTreeMap<&DbId, Vec<&Example>> = BTreeMap::new();
    for example in examples {
        by_db.entry(&example.db).or_default().push(example);
    }
    // A question's place is its rank within its database, spread evenly over 0..1, so that cutting anywhere is fair.
    let mut places = Vec::with_capacity(examples.len());
    for (db, mut members) in by_db {
        let mut rng = SplitMix64::labelled(seed, &format!("split/{db}"));
        rng.shuffle(&mut members);
        let (count, offset) = (members.len() as f64, rng.unit());
        places.extend(members.into_iter().enumerate().map(|(rank, example)| ((rank as f64 + offset) / count, example)));
    }
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places.into_iter().map(|(_, example)| example.id.clone()).collect()
}

impl Splits {
    /// Whether no question stands in two splits.
    pub fn are_disjoint(&self) -> bool {
        let mut seen = BTreeSet::new();
        [&self.train, &self.validation, &self.held_out].into_iter().flatten().all(|id| seen.insert(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(counts: &[(&str, usize)]) -> Vec<Example> {
        let mut all = Vec::new();
        for (db, count) in counts {
            for _ in 0..*count {
                let id = ExampleId::from(format!("q{:04}", all.len() + 1));
                let (question, gold) = (String::new(), String::new());
                all.push(Example { id, db: (*db).into(), question, gold, ..Example::default() });
            }
        }
        all
    }

    fn plan(method: SplitMethod, train: usize, validation: usize, held_out: usize) -> SplitPlan {
        SplitPlan { method, train, validation, held_out, seed: 7 }
    }

    #[test]
    fn first_n_keeps_the_order_of_the_file() {
        let splits = split(&examples(&[("a", 6)]), &plan(SplitMethod::FirstN, 2, 3, 1)).unwrap();
        assert_eq!(splits.train, ["q0001".into(), "q0002".into()]);
        assert_eq!(splits.held_out, ["q0006".into()]);
    }

    #[test]
    fn stratified_splits_have_each_database_in_proportion_and_never_overlap() {
        let all = examples(&[("a", 60), ("b", 30), ("c", 10)]);
        let splits = split(&all, &plan(SplitMethod::Stratified, 40, 30, 30)).unwrap();
        assert!(splits.are_disjoint());
        let of_a = |ids: &[ExampleId]| {
            ids.iter().filter(|id| all.iter().any(|e| e.id == **id && e.db.as_str() == "a")).count()
        };
        assert!((23..=25).contains(&of_a(&splits.train)), "{}", of_a(&splits.train));
        assert!((17..=19).contains(&of_a(&splits.validation)));
        assert_eq!(splits, split(&all, &plan(SplitMethod::Stratified, 40, 30, 30)).unwrap());
    }

    #[test]
    fn typed_questions_have_ids_of_their_own() {
        let mut dataset = Dataset::default();
        assert!(dataset.is_typed());
        for question in ["One?", "Two?", "Three?"] {
            dataset.add_typed("a".into(), question.into(), "SELECT 1".into());
        }
        dataset.examples.remove(0);
        dataset.add_typed("a".into(), "Four?".into(), "SELECT 1".into());
        let ids: Vec<_> = dataset.examples.iter().map(|example| example.id.as_str()).collect();
        assert_eq!(ids, ["typed-2", "typed-3", "typed-4"]);
        assert!(dataset.is_typed());
        dataset.examples.extend(examples(&[("a", 1)]));
        assert!(!dataset.is_typed());
    }

    #[test]
    fn reading_the_same_files_again_loses_no_question_that_is_in_no_file() {
        let databases = vec![DatabaseFile { db: "a".into(), bytes: 1, others: Vec::new() }];
        let read = || Dataset { examples: examples(&[("a", 2)]), databases: databases.clone(), ..Dataset::default() };
        let mut before = read();
        before.add_typed("a".into(), "Kept?".into(), "SELECT 1".into());
        before.add_typed("gone".into(), "Of another database?".into(), "SELECT 1".into());
        let mut again = read();
        again.take_over_typed(before);
        let ids: Vec<_> = again.examples.iter().map(|example| example.id.as_str()).collect();
        assert_eq!(ids, ["q0001", "q0002", "typed-1"]);
    }

    #[test]
    fn a_database_has_one_file_or_several_and_an_unknown_one_is_its_own() {
        let file = |db: &str, others: &[&str]| DatabaseFile {
            db: db.into(),
            bytes: 1,
            others: others.iter().map(|id| DbId::from(*id)).collect(),
        };
        let dataset = Dataset {
            databases: vec![file("a", &[]), file("b", &["b/b_2.sqlite", "b/b_3.sqlite"])],
            ..Dataset::default()
        };
        let files = |db: &str| dataset.files_of(&db.into()).iter().map(DbId::to_string).collect::<Vec<_>>();
        assert_eq!(files("a"), ["a"]);
        assert_eq!(files("b"), ["b", "b/b_2.sqlite", "b/b_3.sqlite"]);
        assert_eq!(files("b/b_2.sqlite"), ["b/b_2.sqlite"]);
    }

    #[test]
    fn impossible_splits_say_why() {
        let all = examples(&[("a", 5)]);
        assert_eq!(split(&[], &plan(SplitMethod::FirstN, 1, 1, 0)), Err(SplitError::NoExamples));
        assert_eq!(split(&all, &plan(SplitMethod::FirstN, 0, 1, 0)), Err(SplitError::Empty { split: "training" }));
        assert_eq!(
            split(&all, &plan(SplitMethod::FirstN, 3, 3, 0)),
            Err(SplitError::TooLarge { wanted: 6, available: 5 })
        );
        assert!(split(&all, &plan(SplitMethod::FirstN, usize::MAX, 3, 1)).is_err());
    }
}
