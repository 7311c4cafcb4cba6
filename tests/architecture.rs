//! The rules of the house that the compiler does not check: imports point down, files stay small, the browser's floors
//! never panic on purpose, and every file says what it is for.

#![cfg(not(target_arch = "wasm32"))]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Top modules by floor, lowest first; those of one floor may know each other.
const FLOORS: &[&[&str]] = &[&["domain"], &["apo", "text2sql"], &["ports"], &["run"], &["browser"], &["ui"]];

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn all() -> Vec<(PathBuf, String)> {
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

fn own_module(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    below.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The code before the tests at a file's end, without comments.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The top modules that code names after `crate::`, also in groups such as `crate::{domain::…, ports::…}`.
fn imported(code: &str) -> Vec<&str> {
    let mut modules = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            modules.push(rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default());
            continue;
        };
        let (mut depth, mut start) = (0, true);
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && c.is_ascii_alphabetic() => {
                    let end = group[i..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(0);
                    modules.push(&group[i..i + end]);
                    start = false;
                }
                _ => {}
            }
        }
    }
    modules
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for (path, text) in all() {
        let Some(floor) = floor_of(&own_module(&path)) else { continue };
        for module in imported(&code(&text)) {
            if floor_of(module).is_some_and(|other| other > floor) {
                wrong.push(format!("{} imports {module}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long: Vec<_> =
        all().into_iter().map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > 400).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_browsers_floors_do_not_unwrap() {
    let unwrapping: Vec<_> = all()
        .into_iter()
        .filter(|(path, _)| matches!(own_module(path).as_str(), "browser" | "ui" | "bin"))
        .filter(|(_, text)| [".unwrap()", ".expect("].iter().any(|call| code(text).contains(call)))
        .map(|(path, _)| path)
        .collect();
    assert!(unwrapping.is_empty(), "{unwrapping:#?}");
}

#[test]
fn every_file_begins_with_what_it_is_for() {
    let silent: Vec<_> = all().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn the_import_reader_sees_groups() {
    assert_eq!(imported("use crate::{domain::{a, b}, ports::c};\nuse crate::run::x;"), ["domain", "ports", "run"]);
}
