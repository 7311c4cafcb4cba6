//! The SQL worker's entry; the page starts it through the loader that the build puts beside it.

fn main() {
    #[cfg(target_arch = "wasm32")]
    promptbeam::browser::sql::worker::start();
}
