//! Which column holds what, by the names that text-to-SQL files use. A name counts only if the column has a value that
//! fits: Spider's own `sql` holds a parse tree, its `query` the text.

use serde::{Deserialize, Serialize};

use super::{
    QuestionFileError,
    rows::{Cell, Item},
};

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Question,
    Gold,
    Database,
    Evidence,
    Hardness,
}

impl Role {
    /// In words, within a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Role::Question => "the question",
            Role::Gold => "the gold SQL",
            Role::Database => "the database",
            Role::Evidence => "the evidence",
            Role::Hardness => "the hardness",
        }
    }

    /// In words, at the start of a sentence.
    pub fn upper(self) -> &'static str {
        match self {
            Role::Question => "The question",
            Role::Gold => "The gold SQL",
            Role::Database => "The database",
            Role::Evidence => "The evidence",
            Role::Hardness => "The hardness",
        }
    }

    /// The column name to advise.
    pub fn main(self) -> &'static str {
        self.aliases()[0]
    }

    /// Known names, lower case with `_` between words, the likeliest first.
    fn aliases(self) -> &'static [&'static str] {
        match self {
            Role::Question => &["question", "utterance", "nl_question", "nl", "natural_language", "input", "text"],
            Role::Gold => &["query", "gold_sql", "sql", "gold", "gold_query", "sql_query", "target", "answer_sql"],
            Role::Database => &["db_id", "database_id", "db_name", "db", "database", "database_name", "schema"],
            Role::Evidence => &["evidence", "external_knowledge", "hint", "knowledge"],
            Role::Hardness => &["hardness", "difficulty", "level"],
        }
    }
}

/// The names of the columns that were read, as the file spells them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    pub question: String,
    pub gold: String,
    /// Absent: all questions are about the one database.
    pub db: Option<String>,
    pub evidence: Option<String>,
    pub hardness: Option<String>,
}

impl Columns {
    /// Whether they are named as in BIRD's files, which say `SQL` and always have the column `evidence`.
    pub fn are_birds(&self) -> bool {
        self.gold == "SQL" && self.evidence.as_deref() == Some("evidence")
    }
}

/// A column name as it appears in the rows.
struct Seen {
    name: String,
    normal: String,
    /// Some row has text in it.
    text: bool,
    /// Some row has a text in it that is short enough for a name.
    label: bool,
    /// Some row has a number, a truth value or nothing in it.
    scalar: bool,
}

/// More distinct names than this are not columns.
const MAX_NAMES: usize = 64;
/// Longer texts are not names of databases: some files have whole schemas in a column of that name. In bytes.
pub const MAX_LABEL: usize = 200;

/// All column names, in the order in which they first appear.
pub fn names(items: &[Item]) -> Vec<String> {
    seen(items).into_iter().map(|seen| seen.name).collect()
}

/// Guesses the columns. Question and gold SQL must be there and hold text in some row.
pub fn guess(items: &[Item]) -> Result<Columns, QuestionFileError> {
    let seen = seen(items);
    let find = |role: Role, taken: Option<&str>| role.aliases().iter().find_map(|alias| column(&seen, alias, taken));
    let mut question = find(Role::Question, None);
    if question.is_none() {
        // Some files call the question "query", and the SQL something else.
        question = column(&seen, "query", None).filter(|query| find(Role::Gold, Some(query)).is_some());
    }
    let gold = find(Role::Gold, question.as_deref());
    let missing = |role| QuestionFileError::NoColumn { role, found: names(items) };
    Ok(Columns {
        question: question.ok_or_else(|| missing(Role::Question))?,
        gold: gold.ok_or_else(|| missing(Role::Gold))?,
        db: find(Role::Database, None)
            .filter(|name| seen.iter().any(|seen| seen.name == *name && (seen.label || !seen.text))),
        evidence: find(Role::Evidence, None),
        hardness: find(Role::Hardness, None),
    })
}

/// The column that is called `alias`, other than `taken`: one with text if there is one, never one of lists and objects.
fn column(seen: &[Seen], alias: &str, taken: Option<&str>) -> Option<String> {
    let named = || seen.iter().filter(|seen| seen.normal == alias && taken != Some(seen.name.as_str()));
    let found = named().find(|seen| seen.text).or_else(|| named().find(|seen| seen.scalar));
    found.map(|seen| seen.name.clone())
}

fn seen(items: &[Item]) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    for record in items.iter().filter_map(|item| item.content.as_ref().ok()) {
        for (name, cell) in record.cells() {
            let at = all.iter().position(|seen| seen.name == *name).or_else(|| {
                let normal = name.trim().to_lowercase().replace([' ', '-'], "_");
                (all.len() < MAX_NAMES)
                    .then(|| all.push(Seen { name: name.clone(), normal, text: false, label: false, scalar: false }));
                all.len().checked_sub(1).filter(|last| all[*last].name == *name)
            });
            if let Some(seen) = at.map(|at| &mut all[at]) {
                seen.text |= matches!(cell, Cell::Text(_));
                seen.label |= matches!(cell, Cell::Text(text) if text.len() <= MAX_LABEL);
                seen.scalar |= matches!(cell, Cell::Number(_) | Cell::Bool | Cell::Null);
            }
        }
    }
    all
}
