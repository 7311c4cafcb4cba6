//! How fast verdicts come natively; see `native.rs`. `script/bench` measures the same in Chromium.

#[cfg(not(target_arch = "wasm32"))]
mod native;

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    native::main();
}
