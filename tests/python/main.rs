//! What leaves a run for Python: the exported pieces give the same messages and the same SQL as the page, and pandas reads the
//! training data. PROMPTBEAM_PYTHON names a Python that has the packages of requirements.txt (script/bootstrap --with-python);
//! without it, python3 compiles the pieces and runs the part that needs no package.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/native_sqlite.rs"]
mod native_sqlite;
mod pieces;
mod server;
mod training;
#[allow(dead_code, reason = "each test binary uses its own part")]
#[path = "../run/world.rs"]
mod world;

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
};

/// The Python to be used.
fn python() -> String {
    env::var("PROMPTBEAM_PYTHON").unwrap_or_else(|_| "python3".into())
}

/// Whether a module can be imported; says loudly if a test is left out because it cannot.
fn has(module: &str) -> bool {
    let found = Command::new(python()).args(["-c", &format!("import {module}")]).output();
    let is_there = found.is_ok_and(|output| output.status.success());
    if !is_there {
        eprintln!(
            "LEFT OUT: {} has no module {module}; script/bootstrap --with-python installs what can be had.",
            python()
        );
    }
    is_there
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("python").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Standard output of a program that must succeed.
fn succeeded(output: Output) -> String {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert!(output.status.success(), "{}\n{}", text(output.stdout), text(output.stderr));
    text(output.stdout)
}
