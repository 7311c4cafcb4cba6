//! What a path tells about a file: what it is for, and how likely it is the one that is meant when there are several.
//! Covers the layouts of Spider, its test suite and BIRD, at any depth.

use crate::text2sql::spider::Format;

/// What a file is for, by its path alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Database,
    Questions(Format),
    Archive,
    /// May well hold what is needed, in a format that is not read; its name.
    Other(&'static str),
    /// Belongs to a known layout, but is not needed; says why.
    NotNeeded(NotNeeded),
    /// Left behind by an operating system; not worth a word.
    Litter,
    Unknown,
}

/// Why a known file is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNeeded {
    /// tables.json, schema.sql, BIRD's descriptions: the databases say it themselves.
    Schema,
    /// dev_gold.sql and the like: the JSON has the gold SQL.
    GoldList,
    /// SQLite's side files.
    Journal,
    /// A readme or licence.
    Text,
}

/// The name after the last `/`.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The file's name without its last ending.
pub fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// The name of the folder that the file is in; empty if in none.
pub fn folder(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or_default()
}

/// The path of the folder that the file is in; empty if in none.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// What the file at `path` is for.
pub fn kind(path: &str) -> Kind {
    let name = file_name(path).to_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if is_litter(path, &name) {
        return Kind::Litter;
    }
    match ending {
        "sqlite" | "sqlite3" | "db" | "db3" | "s3db" => Kind::Database,
        "json" if name.ends_with("tables.json") => Kind::NotNeeded(NotNeeded::Schema),
        "json" | "jsonl" | "ndjson" => Kind::Questions(Format::Json),
        "csv" | "tsv" if folder(path).eq_ignore_ascii_case("database_description") => {
            Kind::NotNeeded(NotNeeded::Schema)
        }
        "csv" => Kind::Questions(Format::Csv),
        "tsv" => Kind::Questions(Format::Tsv),
        "zip" => Kind::Archive,
        "parquet" => Kind::Other("a Parquet file"),
        "xlsx" | "xls" | "ods" => Kind::Other("a spreadsheet"),
        "gz" | "tgz" | "tar" | "7z" | "rar" | "xz" | "bz2" | "zst" => Kind::Other("an archive"),
        "sql" if stem(&name).ends_with("gold") => Kind::NotNeeded(NotNeeded::GoldList),
        "sql" => Kind::NotNeeded(NotNeeded::Schema),
        "md" | "txt" => Kind::NotNeeded(NotNeeded::Text),
        _ if name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal") => {
            Kind::NotNeeded(NotNeeded::Journal)
        }
        "" if name.starts_with("readme") || name.starts_with("license") => Kind::NotNeeded(NotNeeded::Text),
        _ => Kind::Unknown,
    }
}

fn is_litter(path: &str, name: &str) -> bool {
    let in_folder = |folder: &str| path.split('/').any(|part| part.eq_ignore_ascii_case(folder));
    in_folder("__macosx")
        || in_folder(".git")
        || name.starts_with("._")
        || matches!(name, ".ds_store" | "thumbs.db" | "desktop.ini" | "")
}

/// How unlikely a file is the questions that are meant; the least is chosen.
pub fn question_rank(path: &str) -> (u8, usize, String) {
    let stem = stem(path).to_lowercase();
    let rank = match stem.as_str() {
        "dev" => 0,
        _ if stem.split(['_', '-', '.']).any(|word| word == "dev") => 1,
        _ if stem.starts_with("train") => 3,
        _ if stem.starts_with("test") => 4,
        _ => 2,
    };
    (rank, depth(path), path.to_owned())
}

/// How far a database's path is from being the one called `db`; `None` if it is another.
/// The file's own name counts before its folder's, exact spelling before another case, `test_database/` last.
pub fn database_rank(path: &str, db: &str) -> Option<(u8, bool, bool, usize, String)> {
    let (stem, folder) = (stem(path), folder(path));
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let likeness = if stem == db {
        0
    } else if same(stem, db) || same(file_name(path), db) {
        1
    } else if folder == db {
        2
    } else if same(folder, db) {
        3
    } else {
        return None;
    };
    let in_test = path.split('/').any(|part| part.eq_ignore_ascii_case("test_database"));
    Some((likeness, in_test, folder != stem, depth(path), path.to_owned()))
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_layouts_are_known_at_any_depth() {
        assert_eq!(kind("spider/database/car_1/car_1.sqlite"), Kind::Database);
        assert_eq!(kind("a/spider_data/dev.json"), Kind::Questions(Format::Json));
        assert_eq!(kind("spider/tables.json"), Kind::NotNeeded(NotNeeded::Schema));
        assert_eq!(kind("dev/dev_tables.json"), Kind::NotNeeded(NotNeeded::Schema));
        assert_eq!(kind("dev_databases/x/database_description/t.csv"), Kind::NotNeeded(NotNeeded::Schema));
        assert_eq!(kind("spider/dev_gold.sql"), Kind::NotNeeded(NotNeeded::GoldList));
        assert_eq!(kind("__MACOSX/spider/._dev.json"), Kind::Litter);
        assert_eq!(kind("spider/.DS_Store"), Kind::Litter);
        assert_eq!(kind("shop.sqlite-wal"), Kind::NotNeeded(NotNeeded::Journal));
        assert_eq!(kind("notes.docx"), Kind::Unknown);
    }

    #[test]
    fn dev_comes_before_other_questions_and_train_before_test() {
        let mut paths =
            ["s/test.json", "s/train_others.json", "s/mini_dev.json", "s/mine.csv", "s/x/dev.json", "s/dev.json"];
        paths.sort_by_key(|path| question_rank(path));
        assert_eq!(
            paths,
            ["s/dev.json", "s/x/dev.json", "s/mini_dev.json", "s/mine.csv", "s/train_others.json", "s/test.json"]
        );
    }

    #[test]
    fn a_database_is_found_by_name_then_case_then_folder() {
        let mut paths = ["suite/w/w_v2.sqlite", "test_database/w/w.sqlite", "d/W.db", "s/database/w/w.sqlite"];
        paths.sort_by_key(|path| database_rank(path, "w"));
        assert_eq!(paths, ["s/database/w/w.sqlite", "test_database/w/w.sqlite", "d/W.db", "suite/w/w_v2.sqlite"]);
        assert_eq!(database_rank("d/v.db", "w"), None);
    }
}
