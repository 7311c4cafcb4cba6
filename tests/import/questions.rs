//! Reading files of questions: formats, guessed columns, rows that cannot be used.

use expect_test::{Expect, expect};
use promptbeam::{
    domain::id::DbId,
    text2sql::spider::{Format, QuestionFileError, read_questions},
};
use proptest::prelude::*;

/// The examples and problems of a file about the only database `shop`, one a line.
fn read(text: &str, format: Format) -> Result<String, QuestionFileError> {
    let file = read_questions(text.as_bytes(), format, Some(&DbId::from("shop")), None)?;
    let examples = file.examples.iter().zip(&file.places).map(|(example, place)| {
        let more = [&example.evidence, &example.hardness].map(|text| text.as_deref().unwrap_or("-"));
        format!("{} {place} {}: {:?} {:?} {}\n", example.id, example.db, example.question, example.gold, more.join(" "))
    });
    let problems = file.problems.iter().map(|problem| format!("{}: {}\n", problem.place, problem.reason));
    Ok(examples.chain(problems).collect())
}

fn check(text: &str, format: Format, expected: Expect) {
    expected.assert_eq(&read(text, format).unwrap_or_else(|error| format!("{error}\n")));
}

#[test]
fn spider_bird_and_home_made_names_are_known() {
    check(
        r#"[{"db_id": "a", "query": "SELECT 1", "question": "One?", "sql": {"select": [1e400]}, "question_toks": ["One"]}]"#,
        Format::Json,
        expect![[r#"
            q0001 item 1 a: "One?" "SELECT 1" - -
        "#]],
    );
    check(
        r#"[{"question_id": 0, "db_id": "a", "question": "One?", "evidence": "it is 1", "SQL": "SELECT 1", "difficulty": "simple"}]"#,
        Format::Json,
        expect![[r#"
            q0001 item 1 a: "One?" "SELECT 1" it is 1 simple
        "#]],
    );
    check(
        "Utterance,Gold SQL,DB\nOne?,SELECT 1,a\n",
        Format::Csv,
        expect![[r#"
        q0001 line 2 a: "One?" "SELECT 1" - -
    "#]],
    );
    check(
        r#"{"query": "One?", "sql": "SELECT 1", "schema": "CREATE TABLE t (a INTEGER) ------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------"}"#,
        Format::Json,
        expect![[r#"
            q0001 line 1 shop: "One?" "SELECT 1" - -
        "#]],
    );
}

#[test]
fn the_ids_of_a_file_are_kept_beside_unique_ones() {
    let ids = ["1471", "1471", r#"" b-7""#, "null", "[]", "1e300"];
    let rows = ids.map(|id| format!(r#"{{"question_id": {id}, "question": "One?", "query": "SELECT 1"}}"#));
    let file = read_questions(format!("[{}]", rows.join(", ")).as_bytes(), Format::Json, Some(&"shop".into()), None);
    let examples = file.expect("a sound file").examples;
    let found: Vec<_> = examples.iter().map(|example| (example.id.as_str(), example.file_id.as_deref())).collect();
    let of_file = [Some("1471"), Some("1471"), Some("b-7"), None, None, None];
    assert_eq!(
        found,
        ["q0001", "q0002", "q0003", "q0004", "q0005", "q0006"].into_iter().zip(of_file).collect::<Vec<_>>()
    );
}

#[test]
fn a_list_may_be_wrapped_and_lines_may_be_json() {
    check(
        r#"{"version": 1, "data": [{"question": "One?", "query": "SELECT 1"}]}"#,
        Format::Json,
        expect![[r#"
        q0001 item 1 shop: "One?" "SELECT 1" - -
    "#]],
    );
    check(
        "\u{feff}{\"question\": \"One?\", \"sql\": \"SELECT 1\"}\n\nnot json\n{\"question\": \"Two?\", \"sql\": \"SELECT 2\"}\r\n",
        Format::Json,
        expect![[r#"
            q0001 line 1 shop: "One?" "SELECT 1" - -
            q0003 line 4 shop: "Two?" "SELECT 2" - -
            line 3: This line is not valid JSON: expected ident (column 2)
        "#]],
    );
    check(
        r#"{"question": "One?", "sql": "SELECT 1"}"#,
        Format::Json,
        expect![[r#"
        q0001 line 1 shop: "One?" "SELECT 1" - -
    "#]],
    );
    check(
        "{\n \"question\": \"One?\",\n \"sql\": \"SELECT 1\"\n}",
        Format::Json,
        expect![[r#"
        it holds an object without a list in it, not a list of questions; put the questions in one list: [{…}, {…}]
    "#]],
    );
    check(
        r#"{"a": [], "b": []}"#,
        Format::Json,
        expect![[r#"
        it holds several lists (a, b), and which one has the questions is not clear; keep one
    "#]],
    );
}

#[test]
fn tables_may_have_quotes_line_ends_and_other_separators() {
    check(
        "question,query\r\n\"Who is \"\"A, B\"\"?\",\"SELECT a\nFROM t\"\r\n\r\nTwo?,SELECT 2\r\n",
        Format::Csv,
        expect![[r#"
            q0001 line 2 shop: "Who is \"A, B\"?" "SELECT a\nFROM t" - -
            q0002 line 5 shop: "Two?" "SELECT 2" - -
        "#]],
    );
    check(
        "question;query\nOne, or two?;SELECT 1\n",
        Format::Csv,
        expect![[r#"
        q0001 line 2 shop: "One, or two?" "SELECT 1" - -
    "#]],
    );
    check(
        "question\tquery\nOne, \"or\" two?\tSELECT 1\n",
        Format::Tsv,
        expect![[r#"
        q0001 line 2 shop: "One, \"or\" two?" "SELECT 1" - -
    "#]],
    );
}

#[test]
fn rows_that_cannot_be_used_say_why_and_where() {
    check(
        r#"[{"question": "One?", "query": "SELECT 1", "db_id": "shop"},
            {"question": "Two?", "query": " ", "db_id": "shop"},
            {"question": null, "query": "SELECT 3", "db_id": "shop"},
            {"query": "SELECT 4", "db_id": "shop"},
            {"question": 5, "query": "SELECT 5", "db_id": "shop"},
            {"question": "Six?", "query": ["SELECT", "6"], "db_id": "shop"},
            {"question": "Seven?", "query": "SELECT 7", "db_id": {"name": "shop"}},
            {"question": "Eight?", "query": "SELECT 8", "db_id": ""},
            {"question": "Nine?", "query": "SELECT 9", "db_id": "shop", "hardness": true},
            {"question": "Ten?", "query": "SELECT 10", "db_id": 123456789012345678901234567890, "hardness": 3},
            "eleven", 12, null, [], true]"#,
        Format::Json,
        expect![[r#"
            q0001 item 1 shop: "One?" "SELECT 1" - -
            item 2: The gold SQL is missing (column query)
            item 3: The question is missing (column question)
            item 4: The question is missing (column question)
            item 5: The question is a number, not text (column question)
            item 6: The gold SQL is a list, not text (column query)
            item 7: The database is an object, not text (column db_id)
            item 8: The database is missing (column db_id)
            item 9: The hardness is true or false, not text (column hardness)
            item 10: The database is a number too large to be read exactly, not text (column db_id)
            item 11: This is text, not a question with its fields
            item 12: This is a number, not a question with its fields
            item 13: This is null, not a question with its fields
            item 14: This is a list, not a question with its fields
            item 15: This is true or false, not a question with its fields
        "#]],
    );
    check(
        "question,query\nOne?,SELECT 1\nTwo?,SELECT 2,extra\n\nThree?\n\"Four?,SELECT 4\nFive?,SELECT 5\n",
        Format::Csv,
        expect![[r#"
            q0001 line 2 shop: "One?" "SELECT 1" - -
            line 3: The header has 2 fields, but this row has 3; look for a quote or separator out of place
            line 5: The header has 2 fields, but this row has 1; look for a quote or separator out of place
            line 6: The header has 2 fields, but this row has 1; look for a quote or separator out of place
        "#]],
    );
}

#[test]
fn files_without_any_use_say_what_they_lack() {
    check(
        r#"[{"question": "One?", "db_id": "shop"}]"#,
        Format::Json,
        expect![[r#"
            it has no column for the gold SQL; call it query (its columns are question, db_id)
        "#]],
    );
    check(
        "How many?,SELECT 1\nHow few?,SELECT 2\n",
        Format::Csv,
        expect![[r#"
            it has no column for the question; call it question (its columns are How many?, SELECT 1)
        "#]],
    );
    check(
        r#"[{"db_id": "shop", "table_names": []}]"#,
        Format::Json,
        expect![[r#"
            it has no column for the question; call it question (its columns are db_id, table_names)
        "#]],
    );
    check(
        "[]",
        Format::Json,
        expect![[r#"
            its list or table has no rows; choose the file that has the questions
        "#]],
    );
    check(
        "question,query\n",
        Format::Csv,
        expect![[r#"
            its list or table has no rows; choose the file that has the questions
        "#]],
    );
    check(
        "42",
        Format::Json,
        expect![[r#"
        it holds a number, not a list of questions; put the questions in one list: [{…}, {…}]
    "#]],
    );
    check(
        r#"["easy", "hard"]"#,
        Format::Json,
        expect![[r#"
            no row of it can be read; item 1: This is text, not a question with its fields
        "#]],
    );
    check(
        r#"[{"question": "One?", "query": "SELECT 1"}, {"question": "#,
        Format::Json,
        expect![[r#"
            it is not valid JSON: it ends in the middle (line 1, column 57)
        "#]],
    );
    check(
        r#"[{"question": 1e999, "query": "SELECT 1"}]"#,
        Format::Json,
        expect![[r#"
            it is not valid JSON: number out of range (line 1, column 19)
        "#]],
    );
    check(
        &"[".repeat(100_000),
        Format::Json,
        expect![[r#"
            it is not valid JSON: it ends in the middle (line 1, column 100000)
        "#]],
    );
    let without_db = read_questions(b"question,query\nOne?,SELECT 1\n", Format::Csv, None, None).unwrap_err();
    expect![[r#"
        it does not say which database a question is about; add a column db_id (its columns are question, query)
    "#]]
    .assert_eq(&format!("{without_db}\n"));
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let names =
            prop_oneof![Just("question"), Just("query"), Just("sql"), Just("db_id"), Just("evidence"), Just("data")];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            proptest::collection::vec((names, inner), 0..5)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

const FORMATS: [Format; 3] = [Format::Json, Format::Csv, Format::Tsv];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for format in FORMATS {
            let _ = read_questions(&bytes, format, None, None);
        }
    }

    #[test]
    fn no_text_panics(text in "(question|query|db_id|[\\[\\]{}\",:;\t\n\\\\]|.){0,60}") {
        for format in FORMATS {
            let _ = read(&text, format);
        }
    }

    #[test]
    fn no_json_panics_and_every_row_is_an_example_or_a_problem(value in json_value()) {
        let text = value.to_string();
        if let Ok(file) = read_questions(text.as_bytes(), Format::Json, Some(&DbId::from("shop")), None) {
            if let Some(list) = value.as_array() {
                prop_assert_eq!(file.examples.len() + file.problems.len(), list.len());
            }
            prop_assert_eq!(file.examples.len(), file.places.len());
        }
    }

    #[test]
    fn what_a_table_holds_is_read_as_it_is(rows in proptest::collection::vec(("[^\u{0}]{0,20}x", "[^\u{0}]{0,20}x"), 1..8)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["question", "query"]).unwrap();
        for (question, query) in &rows {
            writer.write_record([question, query]).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let file = read_questions(&bytes, Format::Csv, Some(&DbId::from("shop")), None).unwrap();
        let read: Vec<_> = file.examples.into_iter().map(|example| (example.question, example.gold)).collect();
        prop_assert_eq!(read, rows);
    }
}
