//! The pool of SQL workers in Chromium: this page has the engine that the built page has, and takes the workers' scripts
//! and sql.js from `dist/`. Spider's corpus is read from `target/spider/`; `script/test` puts it there when it is at hand.
#![cfg(target_arch = "wasm32")]

mod sql_workers {
    mod built_page;
    mod conformance;
    mod hostile;
    #[path = "../support/hostile_sql.rs"]
    mod hostile_sql;
    mod speed;
}

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
