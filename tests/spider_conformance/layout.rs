//! Setting SQL out for reading, on every gold query of Spider's dev set: only whitespace changes.

use promptbeam::text2sql::{
    sql_format::format_sql,
    sql_tokens::{TokenClass, tokens},
};

use super::folder::{questions, spider};

fn words(sql: &str) -> Vec<&str> {
    tokens(sql).filter(|(class, _)| *class != TokenClass::Whitespace).map(|(_, text)| text).collect()
}

#[test]
fn every_gold_query_keeps_its_tokens_when_it_is_set_out() {
    let Some(spider) = spider() else { return };
    let all = questions(&spider);
    for question in &all {
        let set_out = format_sql(&question.query);
        assert_eq!(words(&set_out), words(&question.query), "{}", question.query);
        assert_eq!(format_sql(&set_out), set_out, "set out twice: {}", question.query);
    }
    let lines = all.iter().map(|question| format_sql(&question.query).lines().count()).max();
    println!("{} gold queries, the longest on {} lines", all.len(), lines.unwrap_or(0));
}
