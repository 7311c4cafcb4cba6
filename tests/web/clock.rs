//! The browser's clock.

use futures::future::{Either, FutureExt, select};
use promptbeam::{browser::clock::BrowserClock, ports::clock::Clock};
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
