//! Bad input, as a user would see it: the message names the file, the row and what to do.

use std::rc::Rc;

use expect_test::{Expect, expect};
use futures::future::{FutureExt, LocalBoxFuture, ready};
use promptbeam::{
    ports::files::{FileError, InputFile},
    run::import::{ImportReport, Listed},
};

use crate::{
    bring, database, file, outcome, question,
    zip_writer::{Packed, deflated, stored, zip},
};

fn check(files: &[(&str, &[u8])], expected: Expect) {
    let files: Vec<_> = files.iter().map(|(path, content)| file(path, content)).collect();
    expected.assert_eq(&outcome(&files));
}

const QUESTIONS: &[u8] = b"question,query\nOne?,SELECT 1\n";

#[test]
fn nothing_or_nothing_of_use() {
    check(
        &[],
        expect![[r#"
        No files were chosen. Choose a Spider folder or zip, or SQLite files together with their questions.
    "#]],
    );
    check(
        &[("notes.docx", b"?")],
        expect![[r#"
        There is no file of questions here. Add a .json, .jsonl, .csv or .tsv file with the columns question, query (the gold SQL) and db_id.
    "#]],
    );
    check(
        &[("shop.sqlite", &database())],
        expect![[r#"
            shop.sqlite: 0 questions
            database shop from shop.sqlite: 0
        "#]],
    );
    check(
        &[("q.csv", QUESTIONS)],
        expect![[r#"
            1 question could be read, but there is no database. Choose the .sqlite, .sqlite3 or .db files together with the questions.
        "#]],
    );
    check(
        &[("q.csv", QUESTIONS), ("data.zip", b"PK\x03\x04")],
        expect![[r#"
            1 question could be read, but there is no database. data.zip: the zip is cut off: its list of files at the end is missing; download or copy it again. Choose the .sqlite, .sqlite3 or .db files together with the questions.
        "#]],
    );
}

#[test]
fn questions_that_cannot_be_read() {
    let db = database();
    check(
        &[("shop.sqlite", &db), ("q.json", br#"[{"question": "One?", "db_id": "shop"}]"#)],
        expect![[r#"
            No questions could be read. q.json: it has no column for the gold SQL; call it query (its columns are question, db_id).
        "#]],
    );
    check(
        &[("shop.sqlite", &db), ("q.json", b"")],
        expect![[r#"
            No questions could be read. q.json: it is empty; choose the file that has the questions.
        "#]],
    );
    check(
        &[("shop.sqlite", &db), ("q.csv", b"question,query\nCaf\xe9?,SELECT 1\n")],
        expect![[r#"
        No questions could be read. q.csv: line 2 is not UTF-8 text; save it as UTF-8 (it may be in a Windows encoding).
    "#]],
    );
    check(
        &[("shop.sqlite", &db), ("q.csv", b"\xff\xfeq\0u\0")],
        expect![[r#"
        No questions could be read. q.csv: it is written in UTF-16; save it as UTF-8.
    "#]],
    );
    check(
        &[("shop.sqlite", &db), ("q.json", &db)],
        expect![[r#"
        No questions could be read. q.json: it is a SQLite database, not text; give it its usual file ending.
    "#]],
    );
    check(
        &[("shop.sqlite", &db), ("q.json", br#"[{"question": "One?", "query""#)],
        expect![[r#"
            No questions could be read. q.json: it is not valid JSON: it ends in the middle (line 1, column 29).
        "#]],
    );
    check(
        &[("shop.sqlite", &db), ("q.json", br#"{"question": 1}"#)],
        expect![[r#"
            No questions could be read. q.json: it has no column for the gold SQL; call it query (its columns are question).
        "#]],
    );
    check(
        &[("a.sqlite", &db), ("b.sqlite", &db), ("q.csv", QUESTIONS)],
        expect![[r#"
            No questions could be read. q.csv: it does not say which database a question is about; add a column db_id (its columns are question, query).
        "#]],
    );
}

#[test]
fn questions_that_are_skipped() {
    let lines = [
        question("shop", "One?"),
        question("car_1", "Two?"),
        r#"{"db_id": "shop", "question": "Three?", "query": 3}"#.to_owned(),
        "oops".to_owned(),
        question("bad", "Five?"),
    ];
    check(
        &[("shop.sqlite", &database()), ("bad.sqlite", b"nonsense"), ("q.jsonl", lines.join("\n").as_bytes())],
        expect![[r#"
            q.jsonl: 1 questions
            database shop from shop.sqlite: 1
            questions in q.jsonl: 3 (chosen)
            skipped q.jsonl, line 3: The gold SQL is a number, not text (column query)
            skipped q.jsonl, line 4: This line is not valid JSON: expected value (column 1)
            skipped q.jsonl, line 2: There is no database called car_1; add car_1.sqlite to use its questions
            skipped q.jsonl, line 5: Its database bad cannot be read: it is not a SQLite database, or an encrypted one; save it as a plain SQLite 3 file
            skipped bad.sqlite: it is not a SQLite database, or an encrypted one; save it as a plain SQLite 3 file
        "#]],
    );
}

#[test]
fn when_every_question_is_skipped_the_first_reason_is_told() {
    check(
        &[("shop.sqlite", &database()), ("q.json", format!("[{}]", question("car_1", "One?")).as_bytes())],
        expect![[r#"
            The only question in q.json cannot be used. Item 1: There is no database called car_1; add car_1.sqlite to use its questions.
        "#]],
    );
    check(
        &[("shop.sqlite", &database()), ("q.csv", b"question,query\nOne?,\nTwo?,\n")],
        expect![[r#"
        None of the 2 questions in q.csv can be used. Line 2: The gold SQL is missing (column query).
    "#]],
    );
}

#[test]
fn databases_that_are_damaged() {
    let questions = ("q.csv", QUESTIONS);
    let db = database();
    check(
        &[("shop.sqlite", b""), questions],
        expect![[r#"
            The only question in q.csv cannot be used. Line 2: Its database shop cannot be read: it is empty; copy it again.
        "#]],
    );
    check(
        &[("shop.sqlite", b"<!doctype html>"), questions],
        expect![[r#"
            The only question in q.csv cannot be used. Line 2: Its database shop cannot be read: it is not a SQLite database, or an encrypted one; save it as a plain SQLite 3 file.
        "#]],
    );
    check(
        &[("shop.sqlite", &db[..5000]), questions],
        expect![[r#"
            The only question in q.csv cannot be used. Line 2: Its database shop cannot be read: it is cut off: its header speaks of 8192 bytes, but it has 5000; copy it again.
        "#]],
    );
    let mut odd = db.clone();
    odd[16..18].copy_from_slice(&[0x12, 0x34]);
    check(
        &[("shop.sqlite", &odd), questions],
        expect![[r#"
            The only question in q.csv cannot be used. Line 2: Its database shop cannot be read: it is a damaged SQLite database: its header names a page size of 4660 bytes; copy it again.
        "#]],
    );
    check(
        &[
            ("d/database/shop/shop.sqlite", &db[..5000]),
            ("d/test_database/shop/shop.sqlite", &db),
            ("d/q.csv", QUESTIONS),
        ],
        expect![[r#"
            d: 1 questions
            database shop from d/test_database/shop/shop.sqlite: 1
            questions in d/q.csv: 1 (chosen)
            skipped d/database/shop/shop.sqlite: it is cut off: its header speaks of 8192 bytes, but it has 5000; copy it again
        "#]],
    );
}

#[test]
fn zips_that_are_damaged() {
    let whole = zip(&[deflated("shop.sqlite", &database()), stored("q.csv", QUESTIONS)]);
    check(
        &[("data.zip", &whole[..whole.len() - 30])],
        expect![[r#"
        No questions could be read. data.zip: the zip is cut off: its list of files at the end is missing; download or copy it again.
    "#]],
    );
    check(
        &[("data.zip", b"")],
        expect![[r#"
            No questions could be read. data.zip: it is empty; download or copy it again.
        "#]],
    );
    check(
        &[("data.zip", b"7z\xbc\xaf\x27\x1c")],
        expect![[r#"
        No questions could be read. data.zip: this is not a zip archive; zip the folder again, or choose the folder itself.
    "#]],
    );
    let mut locked = deflated("shop.sqlite", &database());
    locked.flags = 1;
    check(
        &[("data.zip", &zip(&[locked, stored("q.csv", QUESTIONS)]))],
        expect![[r#"
            The only question in q.csv cannot be used. Line 2: Its database shop cannot be read: it is encrypted; make the zip without a password.
        "#]],
    );
    let mut bomb = deflated("q.csv", &vec![b'a'; 1 << 20]);
    bomb.size = 10 << 30;
    check(
        &[("data.zip", &zip(&[bomb.clone()]))],
        expect![[r#"
            No questions could be read. q.csv: it has 2.1 GB, and this page reads 268.4 MB more; choose fewer or smaller files.
        "#]],
    );
    bomb.size = 200 << 20;
    check(
        &[("data.zip", &zip(&[bomb]))],
        expect![[r#"
            No questions could be read. q.csv: it claims to unpack to 209715200 bytes from 4817, which cannot be; it is refused as a zip bomb.
        "#]],
    );
}

#[test]
fn zips_in_zips_that_cannot_be_opened() {
    let in_zip = |inner: Packed| zip(&[stored("dev/q.csv", QUESTIONS), inner]);
    check(
        &[("dev.zip", &in_zip(stored("dev/dev_databases.zip", b"PK")))],
        expect![[r#"
        1 question could be read, but there is no database. dev/dev_databases.zip: this is not a zip archive; zip the folder again, or choose the folder itself. Choose the .sqlite, .sqlite3 or .db files together with the questions.
    "#]],
    );
    let whole = zip(&[deflated("shop.sqlite", &database())]);
    check(
        &[("dev.zip", &in_zip(stored("dev/dev_databases.zip", &whole[..whole.len() - 9])))],
        expect![[r#"
        1 question could be read, but there is no database. dev/dev_databases.zip: the zip is cut off: its list of files at the end is missing; download or copy it again. Choose the .sqlite, .sqlite3 or .db files together with the questions.
    "#]],
    );
    check(
        &[("dev.zip", &in_zip(deflated("dev/dev_databases.zip", &whole[..whole.len() - 9])))],
        expect![[r#"
        1 question could be read, but there is no database. dev/dev_databases.zip: the zip is cut off: its list of files at the end is missing; download or copy it again. Choose the .sqlite, .sqlite3 or .db files together with the questions.
    "#]],
    );
    let deep = zip(&[stored("deep.zip", &whole)]);
    check(
        &[("dev.zip", &in_zip(stored("dev/dev_databases.zip", &deep)))],
        expect![[r#"
        1 question could be read, but there is no database. dev/dev_databases.zip/deep.zip: it is a zip in a zip in a zip; unpack it and choose it by itself. Choose the .sqlite, .sqlite3 or .db files together with the questions.
    "#]],
    );
    let mut large = deflated("dev/dev_databases.zip", &whole);
    large.size = 600 << 20;
    check(
        &[("dev.zip", &in_zip(large))],
        expect![[r#"
        1 question could be read, but there is no database. dev/dev_databases.zip: it is packed once more in its zip, and has 629.1 MB, where this page unpacks 536.9 MB more; unpack it and choose it by itself. Choose the .sqlite, .sqlite3 or .db files together with the questions.
    "#]],
    );
    let mut locked = stored("dev/dev_databases.zip", &whole);
    locked.flags = 1;
    check(
        &[("dev.zip", &in_zip(locked))],
        expect![[r#"
        1 question could be read, but there is no database. dev/dev_databases.zip: it is encrypted; make the zip without a password. Choose the .sqlite, .sqlite3 or .db files together with the questions.
    "#]],
    );
    let mut beyond = zip(&[stored("dev_databases.zip", &whole)]);
    // The inner zip's packed and unpacked sizes in the list of files.
    let entry = beyond.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    for at in [20, 24] {
        beyond[entry + at..entry + at + 4].copy_from_slice(&9_000_000_u32.to_le_bytes());
    }
    check(
        &[("dev.zip", &beyond), ("q.csv", QUESTIONS)],
        expect![[r#"
        1 question could be read, but there is no database. dev_databases.zip: it lies outside the zip, which is cut off or damaged; download or copy the zip again. Choose the .sqlite, .sqlite3 or .db files together with the questions.
    "#]],
    );
}

/// A file that was moved after it was chosen.
struct Gone;

impl InputFile for Gone {
    fn path(&self) -> &str {
        "gone.csv"
    }

    fn size(&self) -> u64 {
        100
    }

    fn read(&self, _: u64, _: u64) -> LocalBoxFuture<'_, Result<Vec<u8>, FileError>> {
        let (name, message) = ("gone.csv".to_owned(), "NotFoundError".to_owned());
        ready(Err(FileError::Unreadable { name, message })).boxed_local()
    }
}

#[test]
fn a_file_that_can_no_longer_be_read() {
    let files: [Rc<dyn InputFile>; 2] = [Rc::new(Gone), file("shop.sqlite", database())];
    expect![[r#"
        No questions could be read. gone.csv: the browser could not read it (NotFoundError); choose it again.
    "#]]
    .assert_eq(&outcome(&files));
}

#[test]
fn long_lists_are_cut_but_counted_and_the_report_survives_storage() {
    let mut lines: Vec<String> = (0..1000).map(|n| question("car_1", &format!("{n}?"))).collect();
    lines.push(question("shop", "One?"));
    let import = bring(&[file("shop.sqlite", database()), file("q.jsonl", lines.join("\n"))]).unwrap();
    let skipped = &import.report.skipped_questions;
    assert_eq!((skipped.total, skipped.first.len()), (1000, Listed::<()>::SHOWN));
    assert_eq!(import.dataset.examples[0].id.as_str(), "q1001");
    let stored = serde_json::to_string(&import.report).unwrap();
    assert_eq!(serde_json::from_str::<ImportReport>(&stored).unwrap(), import.report);
}
