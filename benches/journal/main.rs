//! How long a journal of 50,000 events takes natively; see `native.rs`. `script/perf` measures it in Chromium.

#[cfg(not(target_arch = "wasm32"))]
mod native;

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    native::main();
}
