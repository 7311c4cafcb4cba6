//! Execution match in both modes: every verdict must agree; queries that write, which the reference runs, must be refused here.

use std::{
    collections::{BTreeMap, HashMap},
    env,
    path::Path,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use promptbeam::{
    domain::{
        id::DbId,
        rollout::{Execution, Judgement},
        sql::{JudgeOptions, QueryError, QueryLimits, ResultTable},
    },
    text2sql::{
        connection::Connection,
        judge::{GoldFailed, GoldResult, judge_against, run_gold},
        sql_tokens::{TokenClass, tokens},
    },
};
use serde::Deserialize;

use crate::{
    folder::{prediction_file, questions, rows, spider, systems},
    native_sqlite::{NativeConnection, database_file},
};

/// Cases that a thread takes at once.
const CASES_AT_ONCE: usize = 150;

/// One pair with the reference's verdicts; a verdict is `null` where the reference raised.
#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    id: String,
    db_id: String,
    gold: String,
    pred: String,
    #[serde(default)]
    note: String,
    expected_default: Option<u8>,
    expected_keep_distinct: Option<u8>,
    #[serde(default)]
    sqlite_version_sensitive: bool,
    #[serde(default)]
    hit_deadline: bool,
}

/// How our verdict stands to the reference's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Standing {
    Agrees,
    /// Not run because it is no reading statement; the reference ran it and called it right.
    RefusedToWrite,
    /// Both found that the gold query fails, or that there is nothing to judge.
    BothRaise,
    /// Differs, on a row that is marked as dependent on the SQLite version.
    DiffersByVersion,
    Differs,
}

#[test]
fn every_verdict_is_the_reference_evaluators() {
    let Some(spider) = spider() else { return };
    let run = Run::of(&spider);
    let checked: usize = run.sources.iter().map(|(_, cases)| cases.len()).sum();
    assert!(checked > 0, "{} has nothing to check", spider.display());
    report(run);
}

/// All cases with our verdicts on them.
pub struct Run {
    /// Cases by the file that they come from.
    sources: Vec<(String, Vec<Case>)>,
    found: Vec<Found>,
    /// Where in `found` the default verdict on a database, gold and predicted query is.
    default: HashMap<(String, String, String), usize>,
}

/// Our verdict on one case in one mode.
struct Found {
    source: usize,
    case: usize,
    keep_distinct: bool,
    standing: Standing,
    verdict: Verdict,
}

pub type Verdict = Result<Judgement, GoldFailed>;

impl Run {
    /// The verdicts, which are found once for all tests.
    pub fn of(spider: &Path) -> &'static Self {
        static RUN: OnceLock<Run> = OnceLock::new();
        RUN.get_or_init(|| {
            let sources = sources(spider);
            let found = judge_all(spider, &sources);
            let default = |(at, found): (usize, &Found)| {
                let case = &sources[found.source].1[found.case];
                (!found.keep_distinct).then(|| (pair(&case.db_id, &case.gold, &case.pred), at))
            };
            let default = found.iter().enumerate().filter_map(default).collect();
            Self { sources, found, default }
        })
    }

    /// The verdict of the default mode on a pair, if it was a case.
    pub fn verdict(&self, db: &str, gold: &str, predicted: &str) -> Option<&Verdict> {
        self.default.get(&pair(db, gold, predicted)).map(|at| &self.found[*at].verdict)
    }
}

/// A pair of queries on a database, without the space at the ends of lines.
fn pair(db: &str, gold: &str, predicted: &str) -> (String, String, String) {
    (db.to_owned(), gold.trim().to_owned(), predicted.trim().to_owned())
}

fn sources(spider: &Path) -> Vec<(String, Vec<Case>)> {
    let mut sources = vec![("eval cases".to_owned(), rows(&spider.join("eval_cases.jsonl")))];
    if let Some(file) = env::var_os("EVAL_CASES") {
        assert!(Path::new(&file).exists(), "EVAL_CASES: {} is not there", file.display());
        sources.push((file.to_string_lossy().into_owned(), rows(Path::new(&file))));
    }
    for system in systems(spider, ".verdicts.jsonl") {
        let cases: Vec<Case> = rows(&prediction_file(spider, &system, ".verdicts.jsonl"));
        sources.push((system, cases.into_iter().filter(|case| !case.hit_deadline).collect()));
    }
    sources.push(("gold against gold".to_owned(), gold_cases(spider)));
    sources
}

fn judge_all(spider: &Path, sources: &[(String, Vec<Case>)]) -> Vec<Found> {
    let mut by_database: HashMap<&str, Vec<(usize, usize, &Case)>> = HashMap::new();
    for (source, (_, cases)) in sources.iter().enumerate() {
        for (at, case) in cases.iter().enumerate() {
            by_database.entry(&case.db_id).or_default().push((source, at, case));
        }
    }
    // Cases of one gold query stay together; the databases with most to do come in several parts, and first.
    let mut work: Vec<_> = Vec::new();
    for (db, mut cases) in by_database {
        cases.sort_by_key(|(_, _, case)| &case.gold);
        work.extend(cases.chunks(CASES_AT_ONCE).map(|part| (db, part.to_vec())));
    }
    work.sort_by_key(|(db, _)| (*db != "wta_1", *db));

    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((db, cases)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let judged = judge_database(&spider.join("database"), db, cases);
                    found.lock().expect("no other thread panicked").extend(judged);
                }
            });
        }
    });
    found.into_inner().expect("no thread panicked")
}

fn judge_database(databases: &Path, db: &str, cases: &[(usize, usize, &Case)]) -> Vec<Found> {
    let file = database_file(databases, &DbId::from(db)).unwrap_or_else(|| panic!("no database {db}"));
    let connection = NativeConnection::open(&file).unwrap_or_else(|error| panic!("{db}: {error}"));
    let mut judge = RememberingJudge {
        connection: Remembering { connection, results: HashMap::new() },
        golds: HashMap::new(),
        verdicts: HashMap::new(),
    };
    let mut found = Vec::new();
    for &(source, at, case) in cases {
        for keep_distinct in [false, true] {
            let options = JudgeOptions { keep_distinct, ..JudgeOptions::default() };
            let verdict = judge.verdict(&case.gold, &case.pred, options);
            let expected = if keep_distinct { case.expected_keep_distinct } else { case.expected_default };
            let standing = standing(case, expected, &verdict);
            found.push(Found { source, case: at, keep_distinct, standing, verdict });
        }
    }
    found
}

fn standing(case: &Case, expected: Option<u8>, verdict: &Result<Judgement, GoldFailed>) -> Standing {
    let refused =
        |judgement: &Judgement| matches!(judgement.predicted, Execution::Failed(QueryError::NotReadOnly { .. }));
    match (expected, verdict) {
        (None, Err(GoldFailed(_))) => Standing::BothRaise,
        (None, Ok(judgement)) if judgement.predicted == Execution::Failed(QueryError::Empty) => Standing::BothRaise,
        (Some(expected), Ok(judgement)) if judgement.reward == f64::from(expected) => Standing::Agrees,
        (Some(1), Ok(judgement)) if refused(judgement) => Standing::RefusedToWrite,
        _ if case.sqlite_version_sensitive => Standing::DiffersByVersion,
        _ => Standing::Differs,
    }
}

fn report(Run { sources, found, .. }: &Run) {
    for (at, (name, cases)) in sources.iter().enumerate() {
        for keep_distinct in [false, true] {
            let of_source = found.iter().filter(|found| found.source == at && found.keep_distinct == keep_distinct);
            let mut counts: BTreeMap<Standing, usize> = BTreeMap::new();
            for found in of_source {
                *counts.entry(found.standing).or_default() += 1;
            }
            let mode = if keep_distinct { "keep_distinct" } else { "default" };
            println!("{name:36} {mode:14} {:5} rows {counts:?}", cases.len());
        }
    }
    let differing = |wanted: Standing| {
        let rows = found.iter().filter(move |found| found.standing == wanted);
        rows.map(|Found { source, case, keep_distinct, verdict, .. }| {
            let (name, cases) = &sources[*source];
            let Case { id, db_id, gold, pred, note, .. } = &cases[*case];
            format!(
                "{name} {id} {note} {db_id} keep_distinct {keep_distinct}\n  gold {gold}\n  pred {pred}\n  ours {verdict:?}"
            )
        })
        .collect::<Vec<_>>()
    };
    for text in differing(Standing::DiffersByVersion) {
        println!("by SQLite version: {text}");
    }
    let wrong = differing(Standing::Differs);
    assert!(wrong.is_empty(), "{} verdicts differ from the reference:\n{}", wrong.len(), wrong.join("\n"));
}

/// Judges each different pair once: the systems share most of their queries.
struct RememberingJudge {
    connection: Remembering,
    golds: HashMap<(String, bool), Result<GoldResult, GoldFailed>>,
    verdicts: HashMap<(String, String, bool), Result<Judgement, GoldFailed>>,
}

impl RememberingJudge {
    fn verdict(&mut self, gold: &str, predicted: &str, options: JudgeOptions) -> Result<Judgement, GoldFailed> {
        // Both modes are one where there is neither a DISTINCT nor a second statement nor an empty text.
        let modes_differ = [gold, predicted]
            .iter()
            .any(|sql| sql.trim().is_empty() || sql.contains(';') || sql.to_ascii_lowercase().contains("distinct"));
        let options = JudgeOptions { keep_distinct: options.keep_distinct && modes_differ, ..options };
        let key = (gold.to_owned(), predicted.to_owned(), options.keep_distinct);
        if let Some(verdict) = self.verdicts.get(&key) {
            return verdict.clone();
        }
        let limits = QueryLimits::default();
        let connection = &mut self.connection;
        let gold = self
            .golds
            .entry((gold.to_owned(), options.keep_distinct))
            .or_insert_with(|| run_gold(connection, gold, options, &limits));
        let verdict = match gold {
            Ok(gold) => Ok(judge_against(connection, predicted, gold, options, &limits)),
            Err(failed) => Err(failed.clone()),
        };
        self.verdicts.insert(key, verdict.clone());
        verdict
    }
}

/// A connection that runs each statement once, however it is spaced and its words are cased.
struct Remembering {
    connection: NativeConnection,
    results: HashMap<String, Result<ResultTable, QueryError>>,
}

impl Connection for Remembering {
    fn run(&mut self, sql: &str, limits: &QueryLimits) -> Result<ResultTable, QueryError> {
        let key = written_plainly(sql);
        if let Some(result) = self.results.get(&key) {
            return result.clone();
        }
        let result = self.connection.run(sql, limits);
        self.results.insert(key, result.clone());
        result
    }
}

fn written_plainly(sql: &str) -> String {
    let plain = |(class, text): (TokenClass, &str)| match class {
        TokenClass::Whitespace | TokenClass::Comment => None,
        TokenClass::Keyword | TokenClass::Name => Some(text.to_ascii_lowercase()),
        _ => Some(text.to_owned()),
    };
    tokens(sql.trim_end().trim_end_matches(';')).filter_map(plain).collect::<Vec<_>>().join(" ")
}

fn gold_cases(spider: &Path) -> Vec<Case> {
    let case = |query: String, db_id| Case {
        id: String::new(),
        db_id,
        gold: query.clone(),
        pred: query,
        note: String::new(),
        expected_default: Some(1),
        expected_keep_distinct: Some(1),
        sqlite_version_sensitive: false,
        hit_deadline: false,
    };
    questions(spider).into_iter().map(|question| case(question.query, question.db_id)).collect()
}
