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
    /// All of them, those first that every question needs.
    pub const ALL: [Self; 5] = [Self::Question, Self::Gold, Self::Database, Self::Evidence, Self::Hardness];

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

    /// What the names alone suggest; question and gold SQL are blank where nothing fits.
    pub fn proposed(names: &[String]) -> Self {
        let find = |role: Role| {
            let named = |alias: &&str| names.iter().find(|name| normal(name) == *alias).cloned();
            role.aliases().iter().find_map(named)
        };
        let [question, gold] = [Role::Question, Role::Gold].map(|role| find(role).unwrap_or_default());
        let [db, evidence, hardness] = [Role::Database, Role::Evidence, Role::Hardness].map(find);
        Self { question, gold, db, evidence, hardness }
    }

    /// The column for `role`.
    pub fn get(&self, role: Role) -> Option<&str> {
        match role {
            Role::Question => Some(self.question.as_str()).filter(|name| !name.is_empty()),
            Role::Gold => Some(self.gold.as_str()).filter(|name| !name.is_empty()),
            Role::Database => self.db.as_deref(),
            Role::Evidence => self.evidence.as_deref(),
            Role::Hardness => self.hardness.as_deref(),
        }
    }

    /// Takes `name` for `role`; nothing where it is absent.
    pub fn set(&mut self, role: Role, name: Option<String>) {
        match role {
            Role::Question => self.question = name.unwrap_or_default(),
            Role::Gold => self.gold = name.unwrap_or_default(),
            Role::Database => self.db = name,
            Role::Evidence => self.evidence = name,
            Role::Hardness => self.hardness = name,
        }
    }

    /// Whether the names are those of Spider or BIRD, so that nobody needs to look at them.
    pub fn are_standard(&self) -> bool {
        self.question == "question"
            && matches!(self.gold.as_str(), "query" | "SQL" | "sql")
            && matches!(self.db.as_deref(), None | Some("db_id"))
    }
}

/// The column that numbers the questions, if there is one. Nothing depends on it but a word about numbers given twice.
pub fn id_column<'a>(names: &'a [String], columns: &Columns) -> Option<&'a str> {
    let is_taken = |name: &str| Role::ALL.into_iter().any(|role| columns.get(role) == Some(name));
    let named = |alias: &&str| names.iter().find(|name| normal(name) == *alias && !is_taken(name));
    ["question_id", "example_id", "instance_id", "qid", "id"].iter().find_map(named).map(String::as_str)
}

/// The columns that somebody has chosen, if the file has them all.
pub fn checked(chosen: &Columns, names: &[String]) -> Result<Columns, QuestionFileError> {
    let missing = |role: &Role| match chosen.get(*role) {
        Some(name) => !names.iter().any(|known| known == name),
        None => matches!(role, Role::Question | Role::Gold),
    };
    match Role::ALL.into_iter().find(missing) {
        Some(role) => Err(QuestionFileError::NoColumn { role, found: names.to_vec() }),
        None => Ok(chosen.clone()),
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

/// Lower case, with `_` between words.
fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn seen(items: &[Item]) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    for record in items.iter().filter_map(|item| item.content.as_ref().ok()) {
        for (name, cell) in record.cells() {
            let at = all.iter().position(|seen| seen.name == *name).or_else(|| {
                let normal = normal(name);
                (all.len() < MAX_NAMES)
                    .then(|| all.push(Seen { name: name.clone(), normal, text: false, label: false, scalar: false }));
                all.len().checked_sub(1).filter(|last| all[*last].name == *name)
            });
            if let Some(seen) = at.map(|at| &mut all[at]) {
                seen.text |= matches!(cell, Cell::Text(_));
                seen.label |= matches!(cell, Cell::Text(text) if text.len() <= MAX_LABEL);
                seen.scalar |= matches!(cell, Cell::Number(_) | Cell::HugeNumber | Cell::Bool | Cell::Null);
            }
        }
    }
    all
}
