//! The browser's clock.

use std::cell::RefCell;

use futures::future::{Either, FutureExt, LocalBoxFuture, join, join_all, select};
use js_sys::Promise;
use promptbeam::{browser::clock::BrowserClock, ports::clock::Clock};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_wait_lasts_at_least_as_long_as_asked() {
    let clock = BrowserClock::start();
    let before = clock.now();
    clock.sleep(20.0).await;
    // The browser rounds its times, each by at most a millisecond.
    assert!(clock.now() - before >= 18.0);
}

#[wasm_bindgen_test]
async fn waits_of_no_time_end_in_their_order_after_all_that_was_ready() {
    let clock = BrowserClock::start();
    let order = RefCell::new(Vec::new());
    let note = |what: &'static str, wait: LocalBoxFuture<'static, ()>| {
        let order = &order;
        async move {
            wait.await;
            order.borrow_mut().push(what);
        }
    };
    let ready = (0..3).map(|_| note("ready", JsFuture::from(Promise::resolve(&JsValue::NULL)).map(drop).boxed_local()));
    let given_up = clock.sleep(0.0);
    let waits = [note("first", clock.sleep(0.0)), note("second", clock.sleep(0.0))];
    drop(given_up);
    join(join_all(waits), join_all(ready)).await;
    assert_eq!(*order.borrow(), ["ready", "ready", "ready", "first", "second"]);
}

#[wasm_bindgen_test]
async fn the_shorter_of_two_waits_ends_first_and_the_other_can_be_given_up() {
    let clock = BrowserClock::start();
    let (long, short) = (clock.sleep(600_000.0), clock.sleep(1.0));
    let first = select(long, short).map(|ended| matches!(ended, Either::Right(_))).await;
    assert!(first);
}

#[wasm_bindgen_test]
async fn a_wait_outlives_the_clock_that_gave_it() {
    let clock = BrowserClock::start();
    let before = clock.now();
    let wait = clock.sleep(20.0);
    drop(clock);
    wait.await;
    assert!(BrowserClock::start().now() - before >= 18.0);
}
