//! Spider's corpus through sql.js: the verdicts of the reference evaluator, as `spider_conformance` asks for them natively.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::{StreamExt, stream};
use promptbeam::{
    domain::{
        id::DbId,
        rollout::{Execution, Judgement},
        sql::{JudgeOptions, QueryError, QueryLimits},
    },
    ports::sql::{Comparison, SqlEngine, SqlError},
};
use serde::Deserialize;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::built_page::{clock, engine, file, text};
use promptbeam::ports::clock::Clock;

pub const SPIDER: &str = "/target/spider";
const SYSTEMS: [&str; 5] = ["c3sql_chatgpt", "codex_few_shot", "dail_sql_gpt4", "din_sql_codex", "gpt4_zero_shot"];

/// Calls that wait or run at once: enough to keep every worker busy.
const AT_ONCE: usize = 64;

/// One pair with the reference's verdicts; a verdict is `null` where the reference raised.
#[derive(Clone, Deserialize)]
struct Case {
    db_id: String,
    gold: String,
    pred: String,
    expected_default: Option<u8>,
    expected_keep_distinct: Option<u8>,
    #[serde(default)]
    sqlite_version_sensitive: bool,
    #[serde(default)]
    hit_deadline: bool,
}

/// What is asked of the engine: database, gold, prediction, and whether DISTINCT is kept.
type Pair = (String, String, String, bool);

impl Case {
    fn pair(&self, keep_distinct: bool) -> Pair {
        // Both modes are one where there is neither a DISTINCT nor a second statement nor an empty text.
        let modes_differ = [&self.gold, &self.pred]
            .iter()
            .any(|sql| sql.trim().is_empty() || sql.contains(';') || sql.to_ascii_lowercase().contains("distinct"));
        (self.db_id.clone(), self.gold.clone(), self.pred.clone(), keep_distinct && modes_differ)
    }
}

#[wasm_bindgen_test]
async fn every_verdict_in_chromium_is_the_reference_evaluators() {
    let Some(cases) = text(&format!("{SPIDER}/eval_cases.jsonl")).await else {
        console_log!("*** NOT CHECKED: set SPIDER_DIR to the folder with Spider's reference verdicts ***");
        return;
    };
    let mut sources = vec![("eval_cases".to_owned(), cases)];
    for system in SYSTEMS {
        let verdicts = text(&format!("{SPIDER}/predictions/{system}.verdicts.jsonl")).await;
        sources.push((system.to_owned(), verdicts.expect("the reference's verdicts on this system")));
    }
    let sources: Vec<(String, Vec<Case>)> = sources
        .into_iter()
        .map(|(name, lines)| (name, lines.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()))
        .collect();
    let began = clock().now();
    let verdicts = verdicts(sources.iter().flat_map(|(_, cases)| cases)).await;
    console_log!("{} different pairs in {:.0} s", verdicts.len(), (clock().now() - began) / 1000.0);

    let mut wrong = Vec::new();
    for (name, cases) in &sources {
        for keep_distinct in [false, true] {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for case in cases.iter().filter(|case| !case.hit_deadline) {
                let verdict = &verdicts[&case.pair(keep_distinct)];
                let expected = if keep_distinct { case.expected_keep_distinct } else { case.expected_default };
                let standing = standing(case, expected, verdict);
                *counts.entry(standing).or_default() += 1;
                if standing == "DIFFERS" {
                    let Case { db_id, gold, pred, .. } = case;
                    wrong.push(format!("{name} {db_id} keep_distinct {keep_distinct}\n{gold}\n{pred}\n{verdict:?}"));
                }
            }
            let mode = if keep_distinct { "keep_distinct" } else { "default" };
            console_log!("{name:16} {mode:14} {counts:?}");
        }
    }
    assert!(wrong.is_empty(), "{} verdicts differ from the reference:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The engine's verdict on each different pair.
async fn verdicts(cases: impl Iterator<Item = &Case>) -> HashMap<Pair, Result<Judgement, SqlError>> {
    let judged = cases.filter(|case| !case.hit_deadline);
    let pairs: BTreeSet<Pair> = judged.flat_map(|case| [case.pair(false), case.pair(true)]).collect();
    let engine = &engine(&databases(pairs.iter().map(|(db, ..)| db)).await);
    let judged = pairs.into_iter().map(|pair| async move {
        let (db, gold, predicted, keep_distinct) = &pair;
        let (options, limits) =
            (JudgeOptions { keep_distinct: *keep_distinct, ..JudgeOptions::default() }, QueryLimits::default());
        let comparison = Comparison { db: &DbId::from(db.as_str()), predicted, gold, options, limits };
        let verdict = engine.judge(comparison).await;
        (pair, verdict)
    });
    stream::iter(judged).buffer_unordered(AT_ONCE).collect().await
}

/// The files of the databases with these names.
pub async fn databases(names: impl Iterator<Item = &String>) -> Vec<(DbId, Vec<u8>)> {
    let mut databases = Vec::new();
    for name in names.collect::<BTreeSet<_>>() {
        let bytes = file(&format!("{SPIDER}/database/{name}/{name}.sqlite")).await;
        databases.push((DbId::from(name.as_str()), bytes.expect("the database of a case")));
    }
    databases
}

/// How a verdict stands to the reference's.
fn standing(case: &Case, expected: Option<u8>, verdict: &Result<Judgement, SqlError>) -> &'static str {
    let failed = |verdict: &Judgement| match &verdict.predicted {
        Execution::Failed(error) => Some(error.clone()),
        Execution::Rows(_) => None,
    };
    match (expected, verdict) {
        (None, Err(SqlError::Gold { .. })) => "both raise",
        (None, Ok(judgement)) if failed(judgement) == Some(QueryError::Empty) => "both raise",
        (Some(expected), Ok(judgement)) if judgement.reward == f64::from(expected) => "agree",
        (Some(1), Ok(judgement)) if matches!(failed(judgement), Some(QueryError::NotReadOnly { .. })) => {
            "refused to write"
        }
        _ if case.sqlite_version_sensitive => "differ by SQLite version",
        _ => "DIFFERS",
    }
}
