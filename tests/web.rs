//! The browser's side of the ports, tested in a real browser through wasm-bindgen-test.
#![cfg(target_arch = "wasm32")]

mod web {
    mod answers;
    mod clock;
    mod files;
    mod store;
    mod vault;
}

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
