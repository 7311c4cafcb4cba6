//! Files that the user chose, and downloads.

use js_sys::{Array, JsString};
use promptbeam::{
    browser::files::{BrowserFile, Downloads},
    ports::files::{Files, InputFile},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::File;

fn file(content: &str) -> File {
    let parts = Array::new();
    parts.push(&JsString::from(content));
    File::new_with_str_sequence(&parts, "dev.json").unwrap()
}

#[wasm_bindgen_test]
async fn a_range_of_a_file_is_read_and_cut_at_its_end() {
    let file = BrowserFile::chosen(file("0123456789"));
    assert_eq!((file.path(), file.size()), ("dev.json", 10));
    assert_eq!(file.read(2, 5).await.unwrap(), b"234");
    assert_eq!(file.read(8, 99).await.unwrap(), b"89");
    assert_eq!(file.read(50, 99).await.unwrap(), b"");
}

#[wasm_bindgen_test]
fn a_dropped_file_keeps_its_folder() {
    assert_eq!(BrowserFile::at("spider/dev.json", file("{}")).path(), "spider/dev.json");
}

#[wasm_bindgen_test]
async fn a_download_starts_under_its_name() {
    let names = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let heard = std::rc::Rc::clone(&names);
    // The link is clicked without standing in the page, so only the element itself can be listened to.
    let prototype = js_sys::Reflect::get(&js_sys::global(), &"HTMLAnchorElement".into())
        .and_then(|class| js_sys::Reflect::get(&class, &"prototype".into()))
        .unwrap();
    let click = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(move || heard.borrow_mut().push("clicked"));
    js_sys::Reflect::set(&prototype, &"click".into(), click.as_ref().unchecked_ref()).unwrap();
    let saved = Downloads.save("prompt.md", "text/markdown", b"# Prompt").await;
    js_sys::Reflect::delete_property(prototype.unchecked_ref::<js_sys::Object>(), &"click".into()).unwrap();
    assert_eq!(saved, Ok(()));
    assert_eq!(*names.borrow(), ["clicked"]);
}
