//! Judging predictions: each is run against its gold query and compared with it as text. What cannot be judged says why, and is
//! neither right nor wrong.

use std::{cell::Cell, collections::HashMap};

use futures::stream::{StreamExt, iter};
use thiserror::Error;

use super::{Group, Prediction, Predictions};
use crate::{
    domain::{
        dataset::Example,
        id::{DbId, ExampleId},
        rollout::Judgement,
        sql::{JudgeOptions, QueryLimits},
    },
    ports::sql::{Comparison, SqlEngine, SqlError},
    text2sql::{
        dialect::{DialectError, Query, Tables, parse},
        exact_match::{ExactMatch, exact_match},
        hardness::{Hardness, hardness},
        spider::Place,
    },
};

/// Comparisons in flight at once; the engine runs as many as it can.
const IN_FLIGHT: usize = 16;

/// A prediction with its verdicts.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredPrediction {
    pub example: ExampleId,
    /// Where it stands in the file.
    pub place: Place,
    pub sql: String,
    /// The execution verdict with its diagnosis, or why there is none: the gold query or the database is at fault.
    pub execution: Result<Judgement, SqlError>,
    /// The exact set match, or why there is none.
    pub exact: Result<Exact, Unrated>,
}

/// How a prediction compares as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// Of the gold query.
    pub hardness: Hardness,
    pub result: ExactMatch,
    /// Why the prediction was compared as the empty query, if it was.
    pub unparsed: Option<DialectError>,
}

/// Why a question has no hardness and no exact match.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unrated {
    #[error("the gold query is not in Spider's dialect: {0}")]
    Gold(DialectError),
    #[error(transparent)]
    Database(SqlError),
}

/// Both verdicts on a prediction, as one chooses among predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Wrong,
    /// The same result by another query.
    RightNotExact,
    /// The same result by the same query.
    RightAndExact,
    /// The same query as text, and another result.
    ExactNotRight,
    /// The same result, and nothing is known about the text.
    RightUnrated,
    NotJudged,
}

impl Verdict {
    /// All of them, what needs a look first.
    pub const ALL: [Self; 6] = [
        Self::Wrong,
        Self::ExactNotRight,
        Self::RightNotExact,
        Self::RightAndExact,
        Self::RightUnrated,
        Self::NotJudged,
    ];

    /// The verdict on `one`.
    pub fn of(one: &ScoredPrediction) -> Self {
        match (one.is_right(), one.is_exact()) {
            (None, _) => Self::NotJudged,
            (Some(false), Some(true)) => Self::ExactNotRight,
            (Some(false), _) => Self::Wrong,
            (Some(true), Some(true)) => Self::RightAndExact,
            (Some(true), Some(false)) => Self::RightNotExact,
            (Some(true), None) => Self::RightUnrated,
        }
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::ExactNotRight => "wrong, yet an exact match",
            Self::RightNotExact => "right, no exact match",
            Self::RightAndExact => "right, exact match",
            Self::RightUnrated => "right, not rated",
            Self::NotJudged => "not judged",
        }
    }

    /// The verdict of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

impl ScoredPrediction {
    /// The column of the table that it is counted in, besides `All`.
    pub fn group(&self) -> Group {
        self.hardness().map_or(Group::Unrated, Group::Rated)
    }

    /// The gold query's level, if it can be told.
    pub fn hardness(&self) -> Option<Hardness> {
        self.exact.as_ref().ok().map(|exact| exact.hardness)
    }

    /// Whether the results are the same; absent where that could not be judged.
    pub fn is_right(&self) -> Option<bool> {
        self.execution.as_ref().ok().map(|judgement| judgement.reward >= 1.0)
    }

    /// Whether the queries are the same; absent where that could not be told.
    pub fn is_exact(&self) -> Option<bool> {
        self.exact.as_ref().ok().map(|exact| exact.result.is_match)
    }
}

/// How far a scoring is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

/// Judges all predictions, in the order of the file's questions. `examples` are those that the file was read for. `progress` is told
/// at the start and after each prediction. Dropping the future stops the work.
pub async fn score(
    sql: &dyn SqlEngine,
    examples: &[Example],
    predictions: &Predictions,
    options: JudgeOptions,
    limits: QueryLimits,
    progress: &dyn Fn(Progress),
) -> Vec<ScoredPrediction> {
    let (done, total) = (Cell::new(0), predictions.all.len());
    progress(Progress { done: 0, total });
    let by_id: HashMap<&ExampleId, &Example> = examples.iter().map(|example| (&example.id, example)).collect();
    let pairs: Vec<(&Prediction, &Example)> =
        predictions.all.iter().filter_map(|one| Some((one, *by_id.get(&one.example)?))).collect();
    let tables = tables(sql, pairs.iter().map(|(_, example)| &example.db)).await;
    let scored = pairs.into_iter().map(|(prediction, example)| {
        let (done, tables) = (&done, &tables[&example.db]);
        async move {
            let comparison =
                Comparison { db: &example.db, predicted: &prediction.sql, gold: &example.gold, options, limits };
            let execution = sql.judge(comparison).await;
            let exact = tables
                .as_ref()
                .map_err(|error| Unrated::Database(error.clone()))
                .and_then(|tables| exact(&example.gold, &prediction.sql, tables).map_err(Unrated::Gold));
            done.set(done.get() + 1);
            progress(Progress { done: done.get(), total });
            let Prediction { example, place, sql } = prediction.clone();
            ScoredPrediction { example, place, sql, execution, exact }
        }
    });
    iter(scored).buffered(IN_FLIGHT).collect().await
}

/// The tables of each database.
async fn tables<'a>(
    sql: &dyn SqlEngine,
    databases: impl Iterator<Item = &'a DbId>,
) -> HashMap<DbId, Result<Tables, SqlError>> {
    let mut tables = HashMap::new();
    for db in databases {
        if !tables.contains_key(db) {
            let schema = sql.describe(db).await;
            tables.insert(db.clone(), schema.map(|schema| Tables::of(&schema)));
        }
    }
    tables
}

/// The exact match of a prediction that may be in no dialect at all, with a gold query that must be in Spider's.
fn exact(gold: &str, predicted: &str, tables: &Tables) -> Result<Exact, DialectError> {
    let gold = parse(gold, tables)?;
    let (predicted, unparsed) = match parse(predicted, tables) {
        Ok(predicted) => (predicted, None),
        Err(error) => (Query::default(), Some(error)),
    };
    Ok(Exact { hardness: hardness(&gold), result: exact_match(&gold, &predicted, tables), unparsed })
}
