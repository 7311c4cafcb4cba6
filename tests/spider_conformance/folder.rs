//! The folder with the reference's verdicts, and the files in it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::DeserializeOwned};

/// A question of `dev.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    pub db_id: String,
    pub query: String,
}

/// `SPIDER_DIR`; says loudly that nothing is checked where it is not set.
pub fn spider() -> Option<PathBuf> {
    let folder = env::var_os("SPIDER_DIR").map(PathBuf::from);
    if folder.is_none() {
        println!("\n*** NOT CHECKED: set SPIDER_DIR to the folder with Spider's reference verdicts ***\n");
    }
    folder
}

/// The text of a file, or `None` with a word about it if there is no such file.
pub fn text(file: &Path) -> Option<String> {
    match fs::read_to_string(file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("*** {} is not there ***", file.display());
            None
        }
        Err(error) => panic!("{}: {error}", file.display()),
    }
}

/// The rows of a file of JSON lines; none if it is not there.
pub fn rows<T: DeserializeOwned>(file: &Path) -> Vec<T> {
    let text = text(file).unwrap_or_default();
    let row = |(at, line)| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{} line {}: {error}", file.display(), at + 1))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(row).collect()
}

/// The questions of `dev.json`; none if it is not there.
pub fn questions(spider: &Path) -> Vec<Question> {
    let text = text(&spider.join("dev.json"));
    text.map(|text| serde_json::from_str(&text).expect("Spider's list of questions")).unwrap_or_default()
}

/// The systems with predictions: the names of `predictions/<system><ending>`.
pub fn systems(spider: &Path, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(spider.join("predictions")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(ending)?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The file of a system.
pub fn prediction_file(spider: &Path, system: &str, ending: &str) -> PathBuf {
    spider.join("predictions").join(format!("{system}{ending}"))
}
