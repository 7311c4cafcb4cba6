//! Malformed inputs, one after the other: what the user is told about each stands in `malformed.txt`, to be read as a
//! whole. Every message names the file, and the row where it is a row's fault.

use expect_test::expect_file;
use miniz_oxide::deflate::compress_to_vec;

use crate::{
    database, file, outcome, question,
    zip_writer::{Packed, deflated, stored, zip},
};

/// What is wrong, the file at fault, its content, and a word that the message must have beside the file's name.
type Case = (&'static str, &'static str, Vec<u8>, &'static str);

fn case(what: &'static str, file: &'static str, content: impl AsRef<[u8]>, says: &'static str) -> Case {
    (what, file, content.as_ref().to_vec(), says)
}

/// A list in which the second item is at fault.
fn second(item: &str) -> String {
    format!("[{}, {item}, {}]", question("shop", "One?"), question("shop", "Three?"))
}

fn json() -> Vec<Case> {
    let long = format!(r#"{{"db_id": "{}", "question": "Two?", "query": "SELECT 1"}}"#, "x".repeat(300));
    let bytes = [b"[\n{\"question\": \"Caf\xe9?\"".as_slice(), b", \"query\": \"SELECT 1\"}]"].concat();
    vec![
        case("empty", "q.json", "", "empty"),
        case("blank", "q.json", " \r\n\t", "empty"),
        case("cut off", "q.json", r#"[{"question": "One?", "que"#, "line 1"),
        case("comma after the last", "q.json", "[\n{\"question\": \"One?\",}\n]", "line 2"),
        case("single quotes", "q.json", "[{'question': 'One?'}]", "line 1"),
        case("not a number", "q.json", r#"[{"question": NaN}]"#, "line 1"),
        case("a number without bounds", "q.json", r#"[{"question": "One?", "query": 1e999}]"#, "line 1"),
        case("nested without end", "q.json", "[".repeat(100_000), "line 1"),
        case("a text", "q.json", r#""SELECT 1""#, "not a list"),
        case("a number", "q.json", "17", "not a list"),
        case("an object without a list", "q.json", r#"{"data": {"question": "One?"}, "n": [}"#, "line 1"),
        case("two lists", "q.json", r#"{"train": [{}], "dev": [{}]}"#, "train, dev"),
        case("no items", "q.json", "[]", "no rows"),
        case("items are numbers", "q.json", "[1, 2]", "item 1"),
        case("items are lists", "q.json", r#"[["One?", "SELECT 1"]]"#, "item 1"),
        case("no gold column", "q.json", r#"[{"question": "One?", "db_id": "shop"}]"#, "gold SQL"),
        case("bytes that are not UTF-8", "q.json", bytes, "line 2"),
        case("UTF-16", "q.json", "\u{feff}[]".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), "UTF-16"),
        case("an item is null", "q.json", second("null"), "item 2"),
        case("an item is a text", "q.json", second(r#""SELECT 1""#), "item 2"),
        case(
            "question is a number",
            "q.json",
            second(r#"{"db_id": "shop", "question": 2, "query": "SELECT 1"}"#),
            "item 2",
        ),
        case(
            "gold is a list",
            "q.json",
            second(r#"{"db_id": "shop", "question": "Two?", "query": ["SELECT 1"]}"#),
            "item 2",
        ),
        case(
            "gold is a parse tree",
            "q.json",
            second(r#"{"db_id": "shop", "question": "Two?", "query": {"from": 1}}"#),
            "item 2",
        ),
        case("gold is true", "q.json", second(r#"{"db_id": "shop", "question": "Two?", "query": true}"#), "item 2"),
        case("gold is blank", "q.json", second(r#"{"db_id": "shop", "question": "Two?", "query": " "}"#), "item 2"),
        case("no question", "q.json", second(r#"{"db_id": "shop", "query": "SELECT 1"}"#), "item 2"),
        case("no database", "q.json", second(r#"{"question": "Two?", "query": "SELECT 1"}"#), "item 2"),
        case(
            "database is an object",
            "q.json",
            second(r#"{"db_id": {}, "question": "Two?", "query": "SELECT 1"}"#),
            "item 2",
        ),
        case(
            "database is a huge integer",
            "q.json",
            second(r#"{"db_id": 99999999999999999999, "question": "Two?", "query": "SELECT 1"}"#),
            "item 2",
        ),
        case(
            "database is a path upwards",
            "q.json",
            second(r#"{"db_id": "../../shop", "question": "Two?", "query": "SELECT 1"}"#),
            "item 2",
        ),
        case("database has a name without end", "q.json", second(&long), "item 2"),
        case(
            "hint is a list",
            "q.json",
            r#"[{"question": "One?", "query": "SELECT 1", "hint": "1"}, {"question": "Two?", "query": "SELECT 1", "hint": []}]"#,
            "item 2",
        ),
        case(
            "two questions have one id",
            "q.json",
            r#"[{"question_id": 7, "question": "One?", "query": "SELECT 1"}, {"question_id": 7, "question": "Two?", "query": "SELECT 2"}]"#,
            "item 2",
        ),
        case("a line is broken", "q.jsonl", format!("{}\n{{\"question\": \n", question("shop", "One?")), "line 2"),
        case("a line is a list", "q.jsonl", format!("{}\n\n[]\n", question("shop", "One?")), "line 3"),
        case(
            "the last line is cut off",
            "q.jsonl",
            format!("{0}\n{0}\n{{\"db_id\": \"sh", question("shop", "One?")),
            "line 3",
        ),
    ]
}

fn tables() -> Vec<Case> {
    vec![
        case("only a header", "q.csv", "question,query\n", "no rows"),
        case("no header", "q.csv", "One?,SELECT 1\nTwo?,SELECT 2\n", "column"),
        case("a quote that does not end", "q.csv", "question,query\n\"One?,SELECT 1\nTwo?,SELECT 2\n", "line 2"),
        case(
            "a comma without quotes",
            "q.csv",
            "question,query\n\"One,\ntwo?\",SELECT 1\nTwo?,SELECT a, b\n",
            "line 4",
        ),
        case("a row is too short", "q.csv", "question,query\nOne?,SELECT 1\nTwo?\n", "line 3"),
        case("a quote in the middle", "q.csv", "question,query\nSay \"a, b\"?,SELECT 1\nTwo?,SELECT 2\n", "line 2"),
        case("gold is blank", "q.csv", "question,query\r\nOne?,SELECT 1\r\n\r\nTwo?,\r\n", "line 4"),
        case("commas where tabs should be", "q.tsv", "question,query\nOne?,SELECT 1\n", "column"),
        case("not UTF-8", "q.csv", b"question,query\nOne?,SELECT 1\nCaf\xe9?,SELECT 2\n", "line 3"),
        case("a spreadsheet by another name", "q.csv", b"PK\x03\x04rest", "zip archive"),
        case("a database by another name", "q.csv", database(), "SQLite"),
        case("a Parquet file", "q.parquet", b"PAR1", "Parquet"),
        case("a spreadsheet", "q.xlsx", b"PK\x03\x04", "spreadsheet"),
        case("an archive of another kind", "data.tar.gz", b"\x1f\x8b", "archive"),
    ]
}

fn databases() -> Vec<Case> {
    let good = database();
    let changed = |at: usize, bytes: &[u8]| {
        let mut content = good.clone();
        content[at..at + bytes.len()].copy_from_slice(bytes);
        content
    };
    vec![
        case("empty", "shop.sqlite", "", "line 2"),
        case("a web page", "shop.sqlite", "<!doctype html>", "line 2"),
        case("encrypted", "shop.sqlite", [0xa7; 4096], "line 2"),
        case("another version", "shop.sqlite", changed(0, b"SQLite format 4\0"), "line 2"),
        case("only the magic words", "shop.sqlite", &good[..16], "line 2"),
        case("only half a header", "shop.sqlite", &good[..60], "line 2"),
        case("cut off", "shop.sqlite", &good[..good.len() - 1], "line 2"),
        case("a page size of 0", "shop.sqlite", changed(16, &[0, 0]), "line 2"),
        case("a page size that is no power of two", "shop.sqlite", changed(16, &[0x10, 0x01]), "line 2"),
        case("more pages than there are", "shop.sqlite", changed(28, &[0xff; 4]), "line 2"),
    ]
}

fn zips() -> Vec<Case> {
    let db = || deflated("s/shop.sqlite", &database());
    let questions = format!("[{}]", question("shop", "One?"));
    let with = |packed: Packed| zip(&[packed, stored("s/q.json", questions.as_bytes())]);
    let lying = |lie: &dyn Fn(&mut Packed)| {
        let mut packed = db();
        lie(&mut packed);
        with(packed)
    };
    let whole = with(db());
    let changed_end = |at_from_end: usize, bytes: &[u8]| {
        let mut content = whole.clone();
        let at = content.len() - at_from_end;
        content[at..at + bytes.len()].copy_from_slice(bytes);
        content
    };
    let mut damaged = whole.clone();
    damaged[100] ^= 0xff;
    vec![
        case("empty", "data.zip", "", "empty"),
        case("another kind of archive", "data.zip", b"7z\xbc\xaf\x27\x1c", "not a zip"),
        case("cut off in the middle", "data.zip", &whole[..whole.len() / 2], "cut off"),
        case("cut off by one byte", "data.zip", &whole[..whole.len() - 1], "cut off"),
        case("one of several parts", "data.zip", changed_end(18, &[1, 0]), "parts"),
        case("more files than it lists", "data.zip", changed_end(14, &[9, 0, 9, 0]), ""),
        case("a list of files outside of it", "data.zip", changed_end(6, &[0xff, 0xff, 0xff, 0x7f]), "damaged"),
        case("a list of 4 GB", "data.zip", changed_end(10, &[0xfe, 0xff, 0xff, 0xff]), ""),
        case("an encrypted file", "data.zip", lying(&|packed| packed.flags = 1), "item 1"),
        case("a method of packing that is rare", "data.zip", lying(&|packed| packed.method = 14), "item 1"),
        case("a wrong checksum", "data.zip", lying(&|packed| packed.crc ^= 1), "item 1"),
        case("a size too small", "data.zip", lying(&|packed| packed.size = 100), "item 1"),
        case("a size too large", "data.zip", lying(&|packed| packed.size += 1), "item 1"),
        case("a bomb by its claim", "data.zip", lying(&|packed| packed.size = 900 << 20), "item 1"),
        case(
            "a bomb that hides it",
            "data.zip",
            lying(&|packed| packed.data = compress_to_vec(&vec![0; 64 << 20], 9)),
            "item 1",
        ),
        case("not deflated data", "data.zip", lying(&|packed| packed.data = vec![0xff; 500]), "item 1"),
        case("a flipped byte", "data.zip", damaged, "item 1"),
        case(
            "a path upwards",
            "data.zip",
            with(Packed { path: "../../../etc/shop.sqlite".into(), ..db() }),
            "../../../etc/shop.sqlite",
        ),
        case(
            "a name that is not UTF-8",
            "data.zip",
            {
                let mut content = with(Packed { path: "s/sho_.sqlite".into(), ..db() });
                let places: Vec<_> = (0..content.len() - 4).filter(|at| &content[*at..at + 4] == b"sho_").collect();
                places.into_iter().for_each(|at| content[at + 3] = 0xe9);
                content
            },
            "item 1",
        ),
    ]
}

#[test]
fn malformed_inputs_are_told_by_file_and_row() {
    let good = database();
    let mut text = String::new();
    let (mut number, mut silent) = (0, String::new());
    for (group, cases) in
        [("Questions in JSON", json()), ("Questions in tables", tables()), ("Databases", databases()), ("Zips", zips())]
    {
        text.push_str(&format!("# {group}\n"));
        for (what, name, content, says) in cases {
            let mut files = vec![file(name, content)];
            match group {
                "Databases" => files.push(file("q.csv", "question,query\nOne?,SELECT 1\n")),
                "Zips" => {}
                _ => files.push(file("shop.sqlite", &good)),
            }
            let told = outcome(&files);
            let named = if group == "Zips" { "" } else { name };
            let stem = named.split('.').next().unwrap_or_default();
            if !told.contains(stem) || !told.to_lowercase().contains(&says.to_lowercase()) {
                silent.push_str(&format!("{what}, without {says:?}: {told}\n"));
            }
            number += 1;
            text.push_str(&format!("\n{what} ({name})\n"));
            told.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
        }
        text.push('\n');
    }
    assert!(silent.is_empty(), "{silent}");
    assert!(number >= 40, "{number}");
    expect_file!["malformed.txt"].assert_eq(&text);
}
