//! The layouts that people have: Spider's folder and zip, the test suite's, BIRD's, and loose files.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use expect_test::{Expect, expect};
use futures::future::{FutureExt, LocalBoxFuture};
use promptbeam::{
    domain::sql::ResultComparison,
    ports::files::{FileError, InputFile},
    run::import::{ImportChoice, ImportProgress, ImportReport, import},
    text2sql::spider::Columns,
};

use crate::{
    bring, bring_choosing, database, file, outcome, question, told,
    zip_writer::{deflated, stored, zip},
};

fn spider() -> Vec<(&'static str, Vec<u8>)> {
    let dev = format!("[{}, {}]", question("shop", "One?"), question("World_1", "Two?"));
    let train = format!("[{}]", question("farms", "Three?"));
    vec![
        ("__MACOSX/spider/._dev.json", b"\0\0".to_vec()),
        ("spider/.DS_Store", b"\0".to_vec()),
        ("spider/README.txt", b"Spider".to_vec()),
        ("spider/dev_gold.sql", b"SELECT 1\tshop".to_vec()),
        ("spider/tables.json", b"[]".to_vec()),
        ("spider/test_database/shop/shop.sqlite", database()),
        ("spider/database/shop/shop.sqlite", database()),
        ("spider/database/shop/schema.sql", b"CREATE TABLE t (a)".to_vec()),
        ("spider/database/world_1/world_1.sqlite", database()),
        ("spider/database/farms/farms.sqlite", database()),
        ("spider/train_spider.json", train.clone().into_bytes()),
        ("spider/train_others.json", train.into_bytes()),
        ("spider/dev.json", dev.into_bytes()),
    ]
}

fn check_spider(files: &[Rc<dyn InputFile>], expected: Expect) {
    let import = bring(files).unwrap();
    expected.assert_eq(&told(&import.report));
    let ids: Vec<_> = import.dataset.examples.iter().map(|example| format!("{} {}", example.id, example.db)).collect();
    assert_eq!(ids, ["q0001 shop", "q0002 world_1"]);
    assert_eq!(import.dataset.databases.len(), 2);
    assert!(import.files.iter().all(|(_, content)| *content == database()));
}

#[test]
fn the_official_folder() {
    let files: Vec<_> = spider().into_iter().map(|(path, content)| file(path, content)).collect();
    check_spider(
        &files,
        expect![[r#"
            spider: 2 questions
            database shop from spider/database/shop/shop.sqlite: 1
            database world_1 from spider/database/world_1/world_1.sqlite: 1
            questions in spider/dev.json: 2 (chosen)
            questions in spider/train_others.json: 1 (not loaded)
            questions in spider/train_spider.json: 1 (not loaded)
            not needed spider/README.txt: it is a text that is not read
            not needed spider/dev_gold.sql: it is not needed: the questions have their gold SQL with them
            not needed spider/tables.json: it is not needed: the databases themselves tell their schema
            not needed spider/database/shop/schema.sql: it is not needed: the databases themselves tell their schema
            not needed spider/test_database/shop/shop.sqlite: spider/database/shop/shop.sqlite was taken instead
            not needed spider/database/farms/farms.sqlite: no loaded question is about this database
        "#]],
    );
}

#[test]
fn the_official_zip() {
    let packed: Vec<_> = spider().iter().map(|(path, content)| deflated(path, content)).collect();
    check_spider(
        &[file("downloads/spider.zip", zip(&packed))],
        expect![[r#"
        spider.zip: 2 questions
        database shop from spider/database/shop/shop.sqlite: 1
        database world_1 from spider/database/world_1/world_1.sqlite: 1
        questions in spider/dev.json: 2 (chosen)
        questions in spider/train_others.json: 1 (not loaded)
        questions in spider/train_spider.json: 1 (not loaded)
        not needed spider/README.txt: it is a text that is not read
        not needed spider/dev_gold.sql: it is not needed: the questions have their gold SQL with them
        not needed spider/tables.json: it is not needed: the databases themselves tell their schema
        not needed spider/database/shop/schema.sql: it is not needed: the databases themselves tell their schema
        not needed spider/test_database/shop/shop.sqlite: spider/database/shop/shop.sqlite was taken instead
        not needed spider/database/farms/farms.sqlite: no loaded question is about this database
    "#]],
    );
}

#[test]
fn the_user_may_choose_another_file_of_questions() {
    let files: Vec<_> = spider().into_iter().map(|(path, content)| file(path, content)).collect();
    let choose = |path: &str| ImportChoice {
        questions_file: Some(path.to_owned()),
        dataset: Some("mine".into()),
        ..ImportChoice::default()
    };
    let import = bring_choosing(&files, &choose("spider/train_others.json")).unwrap();
    assert_eq!((import.dataset.id.as_str(), import.dataset.examples.len()), ("mine", 1));
    assert_eq!(import.report.chosen().unwrap().path, "spider/train_others.json");
    let error = bring_choosing(&files, &choose("spider/else.json")).unwrap_err();
    expect!["spider/else.json cannot be loaded as the file of questions. Choose another one."]
        .assert_eq(&error.to_string());
}

#[test]
fn bird_and_the_test_suite() {
    let bird = r#"[{"question_id": 0, "db_id": "shop", "question": "One?", "evidence": "a is 1", "SQL": "SELECT 1", "difficulty": "simple"}]"#;
    expect![[r#"
        minidev.zip: 1 questions
        database shop from MINIDEV/dev_databases/shop/shop.sqlite: 1
        questions in MINIDEV/mini_dev_sqlite.json: 1 (chosen)
        not needed MINIDEV/dev_databases/shop/database_description/t.csv: it is not needed: the databases themselves tell their schema
        not needed MINIDEV/dev_tables.json: it is not needed: the databases themselves tell their schema
    "#]].assert_eq(&outcome(&[file(
        "minidev.zip",
        zip(&[
            stored("MINIDEV/dev_databases/shop/database_description/t.csv", b"original_column_name\na\n"),
            deflated("MINIDEV/dev_databases/shop/shop.sqlite", &database()),
            stored("MINIDEV/dev_tables.json", b"[]"),
            stored("MINIDEV/mini_dev_sqlite.json", bird.as_bytes()),
        ]),
    )]));
    expect![[r#"
        suite: 1 questions
        database shop from suite/database/shop/shopv1_0.sqlite: 1
          and suite/database/shop/shopv1_1.sqlite
        questions in suite/dev.json: 1 (chosen)
    "#]]
    .assert_eq(&outcome(&[
        file("suite/dev.json", format!("[{}]", question("shop", "One?"))),
        file("suite/database/shop/shopv1_0.sqlite", database()),
        file("suite/database/shop/shopv1_1.sqlite", database()),
    ]));
}

#[test]
fn all_files_of_a_databases_folder_are_stored_and_the_one_of_its_name_is_the_first() {
    let files = [
        file("suite/dev.json", format!("[{}, {}]", question("Shop", "One?"), question("cafe", "Two?"))),
        file("suite/database/shop/shop_b.sqlite", database()),
        file("suite/database/shop/._shop_b.sqlite", b"x"),
        file("suite/database/shop/a_shop.sqlite", database()),
        file("suite/database/shop/shop.sqlite", database()),
        file("suite/database/shop/shop_c.sqlite", b"nonsense"),
        file("suite/database/shop/cafe.sqlite", database()),
    ];
    let import = bring(&files).unwrap();
    expect![[r#"
        suite: 2 questions
        database shop from suite/database/shop/shop.sqlite: 1
          and suite/database/shop/a_shop.sqlite
          and suite/database/shop/shop_b.sqlite
        database cafe from suite/database/shop/cafe.sqlite: 1
        questions in suite/dev.json: 2 (chosen)
        skipped suite/database/shop/shop_c.sqlite: it is not a SQLite database, or an encrypted one; save it as a plain SQLite 3 file
    "#]]
    .assert_eq(&told(&import.report));
    let ids: Vec<_> = import.files.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["shop", "shop/a_shop.sqlite", "shop/shop_b.sqlite", "cafe"]);
    let databases = &import.dataset.databases;
    assert_eq!(databases[0].bytes, 3 * databases[1].bytes);
    assert_eq!(import.dataset.files_of(&"shop".into()).len(), 3);
}

#[test]
fn a_zip_in_a_zip_is_opened_whether_it_is_stored_or_deflated() {
    let inner = zip(&[
        deflated("dev_databases/shop/shop.sqlite", &database()),
        stored("__MACOSX/dev_databases/shop/._shop.sqlite", b"x"),
    ]);
    let told_of = |inner| {
        let questions = format!("[{}]", question("shop", "One?"));
        outcome(&[file("dev.zip", zip(&[stored("dev/dev.json", questions.as_bytes()), inner]))])
    };
    let expected = expect![[r#"
        dev.zip: 1 questions
        database shop from dev/dev_databases.zip/dev_databases/shop/shop.sqlite: 1
        questions in dev/dev.json: 1 (chosen)
    "#]];
    expected.assert_eq(&told_of(stored("dev/dev_databases.zip", &inner)));
    expected.assert_eq(&told_of(deflated("dev/dev_databases.zip", &inner)));
}

#[test]
fn birds_questions_bring_birds_comparison() {
    let comparison = |fields: &str| {
        let questions = format!(r#"[{{"db_id": "shop", "question": "One?", {fields}}}]"#);
        bring(&[file("shop.sqlite", database()), file("dev.json", questions)]).unwrap().dataset.comparison
    };
    assert_eq!(comparison(r#""evidence": "", "SQL": "SELECT 1""#), ResultComparison::Bird);
    assert_eq!(comparison(r#""evidence": "", "query": "SELECT 1""#), ResultComparison::Spider);
    assert_eq!(comparison(r#""SQL": "SELECT 1""#), ResultComparison::Spider);
}

#[test]
fn a_lone_database_needs_no_database_column() {
    expect![[r#"
        mine.csv: 3 questions
        database shop from shop.db: 3
        questions in mine.csv: 3 (chosen)
    "#]]
    .assert_eq(&outcome(&[
        file("shop.db", database()),
        file("mine.csv", "question,sql\nOne?,SELECT 1\nTwo?,SELECT 2\nOne?,SELECT 1\n"),
    ]));
}

#[test]
fn databases_without_questions_make_a_dataset_whose_questions_are_typed_in() {
    let import = bring(&[file("data/shop.sqlite", database()), file("data/cafe.db", database())]).unwrap();
    expect![[r#"
        data: 0 questions
        database cafe from data/cafe.db: 0
        database shop from data/shop.sqlite: 0
    "#]]
    .assert_eq(&told(&import.report));
    assert!(import.dataset.examples.is_empty() && import.dataset.is_typed());
    assert_eq!(import.files.len(), 2);
    let many: Vec<_> = (0..30).map(|n| file(&format!("{n:02}.sqlite"), database())).collect();
    let import = bring(&many).unwrap();
    assert_eq!((import.files.len(), import.report.not_needed.total), (16, 14));
    expect![[r#"
        There is no file of questions here. shop.sqlite: it is not a SQLite database, or an encrypted one; save it as a plain SQLite 3 file. Add a .json, .jsonl, .csv or .tsv file with the columns question, query (the gold SQL) and db_id.
    "#]].assert_eq(&outcome(&[file("shop.sqlite", b"nonsense")]));
}

#[test]
fn two_spellings_of_a_database_are_one() {
    let lines = [question("SHOP", "One?"), question("shop", "Two?"), question("shop.sqlite", "Three?")].join("\n");
    expect![[r#"
        q.jsonl: 3 questions
        database Shop from Shop.sqlite: 3
        questions in q.jsonl: 3 (chosen)
    "#]]
    .assert_eq(&outcome(&[file("Shop.sqlite", database()), file("q.jsonl", lines)]));
}

#[test]
fn a_database_in_write_ahead_mode_is_stored_so_that_it_opens_without_its_log() {
    let mut content = database();
    content[18..20].fill(2);
    let import = bring(&[file("shop.sqlite", content), file("q.csv", "question,sql\nOne?,SELECT 1\n")]).unwrap();
    assert!(import.files[0].1 == database());
}

#[test]
fn the_same_files_give_the_same_dataset_and_others_another() {
    let id = |gold: &str| {
        let questions = format!("question,sql\nOne?,{gold}\n");
        bring(&[file("my shop/q.csv", questions), file("my shop/shop.sqlite", database())]).unwrap().dataset.id
    };
    assert_eq!(id("SELECT 1"), id("SELECT 1"));
    assert_ne!(id("SELECT 1"), id("SELECT 2"));
    assert!(id("SELECT 1").as_str().starts_with("my-shop-"));
}

#[test]
fn progress_names_the_files_that_are_read() {
    let seen = RefCell::new(Vec::new());
    let files = [file("shop.sqlite", database()), file("q.csv", "question,sql\nOne?,SELECT 1\n")];
    let report = |progress: ImportProgress| seen.borrow_mut().push((progress.file, progress.done, progress.total));
    import(&files, &ImportChoice::default(), &report).now_or_never().unwrap().unwrap();
    assert_eq!(seen.into_inner(), [("q.csv".to_owned(), 0, 27), ("shop.sqlite".to_owned(), 0, 8192)]);
}

/// Counts the bytes that are read.
struct Counted {
    file: Rc<dyn InputFile>,
    read: Cell<u64>,
}

impl InputFile for Counted {
    fn path(&self) -> &str {
        self.file.path()
    }

    fn size(&self) -> u64 {
        self.file.size()
    }

    fn read(&self, start: u64, end: u64) -> LocalBoxFuture<'_, Result<Vec<u8>, FileError>> {
        self.read.set(self.read.get() + end.min(self.size()) - start);
        self.file.read(start, end)
    }
}

#[test]
fn of_a_large_zip_only_what_the_questions_need_is_read() {
    let mut packed: Vec<_> = spider().iter().map(|(path, content)| deflated(path, content)).collect();
    packed.push(stored("spider/database/huge/huge.sqlite", &vec![7; 20 << 20]));
    let counted = Rc::new(Counted { file: file("spider.zip", zip(&packed)), read: Cell::new(0) });
    let given: [Rc<dyn InputFile>; 1] = [counted.clone()];
    assert_eq!(bring(&given).unwrap().report.questions(), 2);
    assert!(counted.read.get() < 100 << 10, "{}", counted.read.get());
}

fn columns(question: &str, gold: &str, db: Option<&str>) -> Columns {
    let db = db.map(str::to_owned);
    Columns { question: question.into(), gold: gold.into(), db, ..Columns::default() }
}

#[test]
fn columns_that_are_guessed_wrongly_can_be_chosen() {
    let table = "question,text,query,answer\nid-1,One?,Wie viele?,SELECT 1\nid-2,Two?,Wie oft?,SELECT 2\n";
    let files = [file("shop.sqlite", database()), file("q.csv", table)];
    let guessed = bring(&files).unwrap();
    let found = guessed.report.choosable().expect("a file was loaded");
    assert_eq!(found.names, ["question", "text", "query", "answer"]);
    assert_eq!(found.columns, columns("question", "query", None));
    let choice = |columns: Columns| ImportChoice {
        questions_file: Some("q.csv".into()),
        columns: Some(columns),
        ..ImportChoice::default()
    };
    let chosen = bring_choosing(&files, &choice(columns("text", "answer", None))).unwrap();
    let example = &chosen.dataset.examples[1];
    assert_eq!((example.question.as_str(), example.gold.as_str()), ("Two?", "SELECT 2"));
    assert_eq!(chosen.report.columns, Some(columns("text", "answer", None)));
    assert_ne!(chosen.dataset.id, guessed.dataset.id);
    let same = bring_choosing(&files, &choice(columns("question", "query", None))).unwrap();
    assert_eq!(same.dataset.id, guessed.dataset.id);
    expect!["q.csv cannot be loaded as the file of questions: it has no column for the gold SQL; call it query (its columns are question, text, query, answer). Choose another one."]
    .assert_eq(&bring_choosing(&files, &choice(columns("text", "gone", None))).unwrap_err().to_string());
}

#[test]
fn a_file_whose_columns_have_unknown_names_shows_them_to_choose_from() {
    let files = [file("shop.sqlite", database()), file("q.tsv", "frage\tabfrage\tdb\nEins?\tSELECT 1\tshop\n")];
    let error = bring(&files).unwrap_err();
    let found = error.report().and_then(ImportReport::choosable).expect("its columns are known");
    assert_eq!((found.path.as_str(), found.names.join(" ")), ("q.tsv", "frage abfrage db".to_owned()));
    assert_eq!(found.columns, columns("", "", Some("db")));
    let choice = ImportChoice {
        questions_file: Some(found.path),
        columns: Some(columns("frage", "abfrage", Some("db"))),
        ..ImportChoice::default()
    };
    assert_eq!(bring_choosing(&files, &choice).unwrap().dataset.examples[0].question, "Eins?");
}
