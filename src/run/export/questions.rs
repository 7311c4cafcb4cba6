//! The questions of a dataset that are in no file: typed in, or kept from the playground. As JSON Lines they are read again
//! with their databases.

use serde::Serialize;

use super::Export;
use crate::domain::dataset::{Dataset, Example};

/// A line of the file, in Spider's words.
#[derive(Serialize)]
struct Row<'a> {
    db_id: &'a str,
    question: &'a str,
    query: &'a str,
}

/// The questions that are in no file, one a line; `None` if there are none.
pub fn typed_jsonl(dataset: &Dataset) -> Option<Export> {
    let row = |example: &Example| {
        let row = Row { db_id: example.db.as_str(), question: &example.question, query: &example.gold };
        serde_json::to_string(&row).expect("a row of texts is always JSON")
    };
    let rows: Vec<_> = dataset.examples.iter().filter(|example| example.is_typed()).map(row).collect();
    (!rows.is_empty()).then(|| Export {
        name: "promptbeam-questions.jsonl".into(),
        mime: "application/jsonl",
        content: rows.join("\n") + "\n",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text2sql::spider::{Format, read_questions};

    #[test]
    fn the_file_reads_back_as_the_questions_that_were_typed() {
        let mut dataset = Dataset::default();
        dataset.examples.push(Example { id: "q1".into(), question: "In a file?".into(), ..Example::default() });
        assert_eq!(typed_jsonl(&dataset), None);
        dataset.add_typed("shop".into(), "How many \"parts\"?".into(), "SELECT COUNT(*)\nFROM part".into());
        let saved = typed_jsonl(&dataset).unwrap();
        let read = read_questions(saved.content.as_bytes(), Format::Json, None, None).unwrap();
        let pairs: Vec<_> =
            read.examples.iter().map(|e| (e.db.as_str(), e.question.as_str(), e.gold.as_str())).collect();
        assert_eq!(pairs, [("shop", "How many \"parts\"?", "SELECT COUNT(*)\nFROM part")]);
    }
}
