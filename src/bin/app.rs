//! The page's entry: mounts it into the document. Natively there is nothing to run.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        console_error_panic_hook::set_once();
        promptbeam::ui::mount();
    }
}
