//! Gold queries, each run once after an import: one that fails would pause a run, one that gives no rows is matched by any
//! answer without rows. What is found is a fault of the dataset, and never a reward.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    domain::{
        dataset::Dataset,
        id::{DbId, ExampleId},
        sql::{JudgeOptions, QueryError, QueryLimits},
    },
    ports::sql::{Comparison, SqlEngine, SqlError},
    run::format,
};

/// What is wrong with a gold query. A sentence without its stop.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GoldFault {
    /// SQLite refused it, or it is over a limit on rows or bytes.
    #[error("fails: {error}")]
    Fails { error: QueryError },
    #[error("takes longer than {}", format::duration(f64::from(*.limit_ms)))]
    TooSlow { limit_ms: u32 },
    /// The file of its database cannot be opened.
    #[error("its database cannot be opened: {message}")]
    Database { message: String },
    /// On none of its database's files: any answer without rows counts as right.
    #[error("returns no rows")]
    NoRows,
}

/// The kinds of faults, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GoldKind {
    Fails,
    TooSlow,
    NoRows,
}

/// A gold query with a fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoldFinding {
    pub example: ExampleId,
    /// The file on which it shows, if the database has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<DbId>,
    pub fault: GoldFault,
}

/// How far a check is, and what it has found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoldCheck {
    /// Questions whose gold query has been run.
    pub checked: usize,
    pub total: usize,
    /// In the order of the dataset.
    pub findings: Vec<GoldFinding>,
}

impl GoldCheck {
    /// What is known once the questions of `other`, which stand behind these, were checked too.
    pub fn followed_by(mut self, other: GoldCheck) -> Self {
        self.checked += other.checked;
        self.total += other.total;
        self.findings.extend(other.findings);
        self
    }

    /// What is known of the dataset without `example`, which was checked.
    pub fn without(mut self, example: &ExampleId) -> Self {
        self.checked = self.checked.saturating_sub(1);
        self.total = self.total.saturating_sub(1);
        self.findings.retain(|found| found.example != *example);
        self
    }
}

impl GoldFault {
    /// Its kind, for counts and filters.
    pub fn kind(&self) -> GoldKind {
        match self {
            Self::Fails { .. } | Self::Database { .. } => GoldKind::Fails,
            Self::TooSlow { .. } => GoldKind::TooSlow,
            Self::NoRows => GoldKind::NoRows,
        }
    }
}

impl GoldKind {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Fails, Self::TooSlow, Self::NoRows];

    /// In words, of one query: `fails`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::TooSlow => "takes too long",
            Self::NoRows => "returns no rows",
        }
    }

    /// In words, of several queries: `fail`.
    pub fn words_of_several(self) -> &'static str {
        match self {
            Self::Fails => "fail",
            Self::TooSlow => "take too long",
            Self::NoRows => "return no rows",
        }
    }

    /// The name in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::TooSlow => "slow",
            Self::NoRows => "no-rows",
        }
    }

    /// Whether a run stops at such a query. The others are warnings.
    pub fn stops_runs(self) -> bool {
        self != Self::NoRows
    }
}

impl GoldCheck {
    /// Findings of one kind.
    pub fn of(&self, kind: GoldKind) -> impl Iterator<Item = &GoldFinding> {
        self.findings.iter().filter(move |finding| finding.fault.kind() == kind)
    }

    /// What was found, in a sentence.
    pub fn words(&self) -> String {
        let counts = GoldKind::ALL.map(|kind| (kind, self.of(kind).count()));
        let found: Vec<_> = counts.into_iter().filter(|(_, number)| *number > 0).collect();
        let (first, rest) = match found.split_first() {
            None if self.total == 1 => return "The gold query runs and returns rows".into(),
            None => return format!("All {} gold queries run and return rows", format::thousands(self.total as u64)),
            Some((first, rest)) => (first, rest),
        };
        let verb = |(kind, number): &(GoldKind, usize)| match number {
            1 => kind.words(),
            _ => kind.words_of_several(),
        };
        let queries = if first.1 == 1 { "gold query" } else { "gold queries" };
        let mut words = format!("{} {queries} {}", format::thousands(first.1 as u64), verb(first));
        for found in rest {
            words.push_str(&format!(", {} {}", format::thousands(found.1 as u64), verb(found)));
        }
        words
    }
}

/// Runs every gold query once, one at a time, so that a pool of workers stays free for others. `told` hears of every step.
/// Equal queries on one database run once. Before each, `turn` is waited for: what is more urgent goes first. An error means
/// that the engine broke down.
pub async fn check_gold(
    dataset: &Dataset,
    sql: &dyn SqlEngine,
    limits: QueryLimits,
    turn: impl AsyncFn(),
    told: &dyn Fn(&GoldCheck),
) -> Result<GoldCheck, SqlError> {
    let mut check = GoldCheck { total: dataset.examples.len(), ..GoldCheck::default() };
    let mut known: HashMap<(&DbId, &str), Option<Found>> = HashMap::new();
    for example in &dataset.examples {
        let key = (&example.db, example.gold.as_str());
        let found = match known.get(&key) {
            Some(found) => found.clone(),
            None => {
                turn().await;
                fault_of(dataset, &example.db, &example.gold, sql, limits).await?
            }
        };
        known.insert(key, found.clone());
        check.checked += 1;
        if let Some(Found { file, fault }) = found {
            check.findings.push(GoldFinding { example: example.id.clone(), file, fault });
        }
        told(&check);
    }
    Ok(check)
}

/// A fault, and the file on which it shows, if the database has several.
#[derive(Clone)]
struct Found {
    file: Option<DbId>,
    fault: GoldFault,
}

/// What is wrong with `gold` on the files of its database.
async fn fault_of(
    dataset: &Dataset,
    db: &DbId,
    gold: &str,
    sql: &dyn SqlEngine,
    limits: QueryLimits,
) -> Result<Option<Found>, SqlError> {
    let files = dataset.files_of(db);
    let options = JudgeOptions { comparison: dataset.comparison, ..JudgeOptions::default() };
    let mut rows = 0;
    for file in &files {
        // Nothing is compared: an empty prediction is wrong before it is run, and its verdict holds the gold result.
        let comparison = Comparison { db: file, predicted: "", gold, options, limits };
        let fault = match sql.judge(comparison).await {
            Ok(judgement) => {
                rows += judgement.gold.map_or(0, |gold| gold.total_rows);
                continue;
            }
            Err(SqlError::Gold { error: QueryError::Timeout { limit_ms }, .. }) => GoldFault::TooSlow { limit_ms },
            Err(SqlError::Gold { error, .. }) => GoldFault::Fails { error },
            Err(SqlError::Database { message, .. }) => GoldFault::Database { message },
            Err(error @ SqlError::Engine { .. }) => return Err(error),
        };
        return Ok(Some(Found { file: (files.len() > 1).then(|| file.clone()), fault }));
    }
    Ok((rows == 0).then_some(Found { file: None, fault: GoldFault::NoRows }))
}
