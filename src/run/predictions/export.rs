//! Scores as a CSV file, a row for each prediction.

use std::collections::HashMap;

use super::ScoredPrediction;
use crate::{domain::dataset::Example, run::export::Export, text2sql::exact_match::Component};

/// The scores of the predictions in `file`, with the questions and gold queries of `examples`.
pub fn scores_csv(file: &str, examples: &[Example], scored: &[ScoredPrediction]) -> Export {
    let by_id: HashMap<_, _> = examples.iter().map(|example| (&example.id, example)).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = [
        "place",
        "question_id",
        "db_id",
        "question",
        "gold",
        "predicted",
        "hardness",
        "execution",
        "diagnosis",
        "difference",
        "exact_match",
        "exact_match_note",
    ];
    let written = "a CSV in memory cannot fail to be written";
    writer.write_record(header).expect(written);
    for one in scored {
        let example = by_id.get(&one.example);
        let (diagnosis, difference) = match &one.execution {
            Ok(judgement) => (judgement.diagnosis.map_or("", |why| why.words()), judgement.difference.clone()),
            Err(error) => ("", error.to_string()),
        };
        let (place, note) = (one.place.to_string(), exact_words(one));
        let row: [&str; 12] = [
            &place,
            one.example.as_str(),
            example.map_or("", |example| example.db.as_str()),
            example.map_or("", |example| &example.question),
            example.map_or("", |example| &example.gold),
            &one.sql,
            one.hardness().map_or("unrated", |hardness| hardness.name()),
            verdict(one.is_right(), ["right", "wrong", "not judged"]),
            diagnosis,
            &difference,
            verdict(one.is_exact(), ["match", "no match", "not rated"]),
            &note,
        ];
        writer.write_record(row).expect(written);
    }
    let content = String::from_utf8(writer.into_inner().expect(written)).expect("all fields are text");
    Export { name: file_name(file), mime: "text/csv", content }
}

fn verdict(verdict: Option<bool>, [yes, no, none]: [&'static str; 3]) -> &'static str {
    match verdict {
        Some(true) => yes,
        Some(false) => no,
        None => none,
    }
}

/// Why there is no exact match: what differs, or what could not be parsed. Empty for a match.
pub fn exact_words(one: &ScoredPrediction) -> String {
    match &one.exact {
        Err(unrated) => unrated.to_string(),
        Ok(exact) if exact.result.is_match => String::new(),
        Ok(exact) => match &exact.unparsed {
            Some(error) => format!("the prediction is not in Spider's dialect: {error}"),
            None => {
                let differs = |part: &Component| !exact.result.partial(*part).is_match;
                let names: Vec<&str> = Component::ALL.into_iter().filter(differs).map(Component::name).collect();
                if names.is_empty() { "tables differ".to_owned() } else { format!("differs in {}", names.join(", ")) }
            }
        },
    }
}

/// The predictions' file name, in plain characters, with what this is.
fn file_name(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let plain = if parts.is_empty() { "predictions".to_owned() } else { parts.join("-") };
    format!("{plain}-scores.csv")
}
