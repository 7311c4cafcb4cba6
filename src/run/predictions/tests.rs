//! Files of predictions as people have them, whole and broken, and what scoring gives for them.

use futures::FutureExt;

use super::*;
use crate::{
    domain::{
        rollout::{Diagnosis, Execution, Judgement},
        sql::{JudgeOptions, QueryError, QueryLimits, ResultTable},
    },
    ports::sql::{ScriptedSql, SqlError},
};

/// Questions `q0001` and so on, one for each database named.
fn examples(databases: &[&str]) -> Vec<Example> {
    let example = |(at, db): (usize, &&str)| Example {
        id: format!("q{:04}", at + 1).into(),
        db: (*db).into(),
        question: format!("Question {}?", at + 1),
        evidence: None,
        gold: "SELECT 1".into(),
        hardness: None,
        file_id: None,
    };
    databases.iter().enumerate().map(example).collect()
}

fn read(file: &str, content: &str, examples: &[Example]) -> Result<Predictions, PredictionsError> {
    read_predictions(file, content.as_bytes(), examples)
}

/// The queries by question.
#[track_caller]
fn check(file: &str, content: &str, examples: &[Example], expected: &[&str]) -> Predictions {
    let predictions = read(file, content, examples).unwrap_or_else(|error| panic!("{content}: {error}"));
    let queries: Vec<&str> = predictions.all.iter().map(|prediction| prediction.sql.as_str()).collect();
    assert_eq!(queries, expected, "{content}");
    assert!(predictions.all.iter().zip(examples).all(|(prediction, example)| prediction.example == example.id));
    predictions
}

#[track_caller]
fn refused(file: &str, content: &str, examples: &[Example], words: &str) {
    assert_eq!(read(file, content, examples).map_err(|error| error.to_string()).unwrap_err(), words, "{content}");
}

#[test]
fn every_usual_form_is_read() {
    let two = examples(&["shop", "farm"]);
    for (file, content) in [
        ("p.txt", "SELECT a\nSELECT b\n"),
        ("p.txt", "\u{feff}SELECT a\r\nSELECT b"),
        ("p.sql", "SELECT a\tshop\nSELECT b\tFARM\n"),
        ("p.txt", "SELECT a\t0.93\nSELECT b\t0.1"),
        ("p.json", r#"["SELECT a", "SELECT b"]"#),
        ("p.json", r#"{"0": "SELECT a\t----- bird -----\tshop", "1": "SELECT b\t----- bird -----\tfarm"}"#),
        ("p.json", r#"{"1": "SELECT b", "0": "SELECT a"}"#),
        ("p.json", r#"{"q0002": {"sql": "SELECT b"}, "q0001": {"sql": "SELECT a"}}"#),
        (
            "p.json",
            r#"{"model": "m", "predictions": [{"query": "x", "pred_sql": "SELECT a"}, {"pred_sql": "SELECT b"}]}"#,
        ),
        ("p.json", r#"[{"question_id": 1471, "SQL": "SELECT a"}, {"question_id": 12, "SQL": "SELECT b"}]"#),
        ("p.jsonl", "{\"id\": 2, \"prediction\": \"SELECT b\"}\n\n{\"id\": 1, \"prediction\": \"SELECT a\"}\n"),
        ("p.jsonl", "\"SELECT a\"\n\"SELECT b\"\n"),
        ("p.csv", "NLQ,PREDICTED SQL,GOLD SQL,DATABASE\nx,SELECT a,SELECT 1,shop\ny,\"SELECT b\",SELECT 1,farm\n"),
        ("p.tsv", "index\tpredicted_sql\n1\tSELECT b\n0\tSELECT a\n"),
    ] {
        check(file, content, &two, &["SELECT a", "SELECT b"]);
    }
}

#[test]
fn a_blank_line_is_an_empty_answer_unless_the_counts_say_otherwise() {
    let three = examples(&["shop"; 3]);
    let predictions = check("p.txt", "SELECT a\n\nSELECT c\n", &three, &["SELECT a", "", "SELECT c"]);
    assert_eq!(predictions.blank().collect::<Vec<_>>(), [Place::Line(2)]);
    assert_eq!(check("p.txt", "a\nb\nc\n\n\n", &three, &["a", "b", "c"]).blank_lines, 2);
    assert_eq!(check("p.txt", "a\n\nb\n\nc\n", &three, &["a", "b", "c"]).blank_lines, 2);
    check("p.json", r#"["a", null, ""]"#, &three, &["a", "", ""]);
    refused(
        "p.txt",
        "a\n\nb\nc\nd\n",
        &three,
        "p.txt has 5 predictions (1 blank line among them), but the dataset has 3 questions. Choose the predictions for these \
         questions, one for each and in their order.",
    );
}

#[test]
fn predictions_for_questions_that_were_left_out_are_passed_over() {
    let all = examples(&["a", "b", "c", "d"]);
    let left: Vec<Example> = [&all[0], &all[3]].into_iter().cloned().collect();
    assert_eq!(check("p.txt", "1\n2\n3\n4\n", &left, &["1", "4"]).unused, 2);
    assert_eq!(check("p.txt", "1\n4\n", &left, &["1", "4"]).unused, 0);
    assert_eq!(
        read("p.txt", "1\n2\n3\n", &left).unwrap_err(),
        PredictionsError::OtherCount { file: "p.txt".into(), found: 3, blank: 0, expected: 2 }
    );
}

#[test]
fn broken_files_are_told_with_file_and_row() {
    let two = examples(&["shop", "farm"]);
    refused("p.txt", " \n", &two, "p.txt is empty. Choose the file with the predicted queries.");
    refused("p.json", "{", &two, "p.json is not valid JSON: EOF while parsing an object at line 1 column 1.");
    refused("p.jsonl", "\"a\"\nb", &two, "p.jsonl is not valid JSON: line 2: expected value at line 1 column 1.");
    refused(
        "p.json",
        "3",
        &two,
        "p.json holds a number. It should be a list of queries, or an object from question number to query.",
    );
    refused("p.json", r#"["a", 7]"#, &two, "p.json, item 2 is a number, not a query.");
    refused(
        "p.json",
        r#"[{"sq": "a"}]"#,
        &two,
        "p.json, item 1 has no field for the query. Call it predicted_sql (its fields are sq).",
    );
    refused(
        "p.csv",
        "a,b\n1,2\n",
        &two,
        "p.csv has no column for the query. Call it predicted_sql (its columns are a, b).",
    );
    refused(
        "p.csv",
        "sql,db\na,shop\nb\n",
        &two,
        "p.csv, line 3 has 1 field, the header has 2. Look for a quote or separator out of place.",
    );
    refused("p.csv", "id,sql\n1,a\n1,b\n", &two, "p.csv, line 3 is a second query for question 1. Keep one.");
    refused(
        "p.txt",
        "b\tfarm\na\tshop\n",
        &two,
        "p.txt, line 1 is about the database farm, but its question is about shop. Choose the predictions for these questions, in \
         their order.",
    );
    assert_eq!(
        read_predictions("p.txt", b"a\n\xff", &two),
        Err(PredictionsError::NotUtf8 { file: "p.txt".into(), line: 2 })
    );
    assert_eq!(read_predictions("p.txt", b"\xff\xfea\0", &two), Err(PredictionsError::Utf16 { file: "p.txt".into() }));
}

/// An engine in which `right` is right, gold queries of the database `broken` fail, and the rest is wrong.
fn engine() -> ScriptedSql {
    ScriptedSql::new(|comparison| {
        if comparison.db.as_str() == "broken" {
            return Err(SqlError::Gold { error: QueryError::Empty, file: None });
        }
        let is_right = comparison.predicted == "right";
        Ok(Judgement {
            reward: f64::from(u8::from(is_right)),
            diagnosis: (!is_right).then_some(Diagnosis::ValuesDiffer),
            difference: String::new(),
            predicted: Execution::Rows(ResultTable::default()),
            gold: None,
        })
    })
}

fn scored(databases: &[&str], content: &str) -> (Vec<Example>, Vec<ScoredPrediction>) {
    let examples = examples(databases);
    let predictions = read("My run (2).txt", content, &examples).unwrap();
    let told = std::cell::RefCell::new(Vec::new());
    let (engine, tell) = (engine(), |progress: Progress| told.borrow_mut().push(progress.done));
    let scored = score(&engine, &examples, &predictions, JudgeOptions::default(), QueryLimits::default(), &tell);
    let scored = scored.now_or_never().expect("a scripted engine never waits");
    assert_eq!(*told.borrow(), (0..=databases.len()).collect::<Vec<_>>());
    (examples, scored)
}

#[test]
fn what_cannot_be_judged_or_rated_is_no_wrong_number() {
    let (_, scored) = scored(&["shop", "shop", "broken"], "right\nwrong\nright\n");
    let table = ScoreTable::of(&scored);
    let all = table.group(Group::All).unwrap();
    assert_eq!((all.count, all.execution, all.exact), (3, Share { right: 1, of: 2 }, Share::default()));
    assert_eq!(table.group(Group::Unrated).map(|score| score.count), Some(3));
    assert_eq!(all.exact.value(), None);
    assert_eq!(scored[2].is_right(), None);
    assert_eq!(
        scored[0].exact.as_ref().unwrap_err().to_string(),
        "the gold query is not in Spider's dialect: it has no FROM"
    );
}

#[test]
fn scores_leave_as_a_table_with_reasons() {
    let (examples, scored) = scored(&["shop", "broken"], "wrong\nright\n");
    let export = scores_csv("runs/My run (2).txt", &examples, &scored);
    assert_eq!(export.name, "my-run-2-scores.csv");
    let lines: Vec<&str> = export.content.lines().collect();
    assert_eq!(
        lines[1..],
        [
            "line 1,q0001,shop,Question 1?,SELECT 1,wrong,unrated,wrong,values differ,,not rated,the gold query is not in Spider's \
             dialect: it has no FROM",
            "line 2,q0002,broken,Question 2?,SELECT 1,right,unrated,not judged,,the gold query failed: there is no SQL \
             statement,not rated,the gold query is not in Spider's dialect: it has no FROM",
        ]
    );
}

#[test]
fn predictions_are_found_by_verdict_hardness_and_words() {
    let (examples, scored) = scored(&["shop", "cafe", "broken"], "right\nwrong\nright\n");
    let among = |sought: Sought| sought.among(&scored, &examples);
    assert_eq!(among(Sought::default()), [0, 1, 2]);
    assert_eq!(among(Sought { verdict: Some(Verdict::NotJudged), ..Sought::default() }), [2]);
    assert_eq!(among(Sought { verdict: Verdict::named("wrong"), ..Sought::default() }), [1]);
    assert_eq!(among(Sought { group: Group::named("unrated"), ..Sought::default() }), [0, 1, 2]);
    assert_eq!(among(Sought { group: Group::named("easy"), ..Sought::default() }), [] as [usize; 0]);
    for (words, found) in [("CAFE", vec![1]), ("question 3", vec![2]), ("Right", vec![0, 2]), ("nothing", vec![])] {
        assert_eq!(among(Sought { words: words.into(), ..Sought::default() }), found, "{words}");
    }
}
