//! The real Spider dev set, as a folder and as a zip of it that is made here. `SPIDER_DIR` says where it is.

use std::{
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use promptbeam::ports::files::InputFile;

use crate::{
    bring, file,
    zip_writer::{deflated, zip},
};

/// Folder and files of the real Spider; says loudly when it is not there.
fn spider() -> Option<Vec<(String, Vec<u8>)>> {
    let Some(root) = std::env::var_os("SPIDER_DIR").map(PathBuf::from) else {
        eprintln!("SPIDER_DIR IS NOT SET: the real Spider data was not tested");
        return None;
    };
    let mut files = Vec::new();
    collect(&root, "spider", &mut files);
    Some(files)
}

fn collect(folder: &Path, path: &str, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &path, files);
        } else {
            files.push((path, fs::read(entry.path()).unwrap()));
        }
    }
}

fn check(files: &[Rc<dyn InputFile>], originals: &[(String, Vec<u8>)], name: &str) {
    let import = bring(files).unwrap();
    assert_eq!(import.report.name, name);
    assert_eq!(import.report.chosen().unwrap().path, "spider/dev.json");
    assert_eq!((import.dataset.examples.len(), import.dataset.databases.len()), (1034, 20));
    assert_eq!(import.report.questions(), 1034);
    assert_eq!((import.report.skipped_questions.total, import.report.skipped_files.total), (0, 0));
    let (first, last) = (&import.dataset.examples[0], &import.dataset.examples[1033]);
    assert_eq!((first.id.as_str(), first.db.as_str()), ("q0001", "concert_singer"));
    assert_eq!(
        (first.question.as_str(), first.gold.as_str()),
        ("How many singers do we have?", "SELECT count(*) FROM singer")
    );
    assert_eq!((last.id.as_str(), last.db.as_str()), ("q1034", "real_estate_properties"));
    for (db, content) in &import.files {
        let path = format!("spider/database/{db}/{db}.sqlite");
        assert!(originals.iter().any(|(original, bytes)| *original == path && bytes == content), "{db}");
    }
}

#[test]
fn the_folder_gives_1034_questions_about_20_databases() {
    let Some(originals) = spider() else { return };
    let files: Vec<_> = originals.iter().map(|(path, content)| file(path, content)).collect();
    check(&files, &originals, "spider");
}

#[test]
fn a_zip_of_the_folder_gives_the_same() {
    let Some(originals) = spider() else { return };
    let official = originals.iter().filter(|(path, _)| path.ends_with(".json") || path.ends_with(".sqlite"));
    let packed: Vec<_> = official.map(|(path, content)| deflated(path, content)).collect();
    check(&[file("spider.zip", zip(&packed))], &originals, "spider.zip");
}
