//! Time in the browser. A hidden tab's own timers fire once a second at best and later once a minute, so every wait also
//! stands in a small worker (`www/timer_worker.js`), whose timers are not held back; whichever fires first ends the wait,
//! and a page that cannot start the worker still has its own timers. A wait of no time ends with the thread's next turn.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use futures::{
    channel::oneshot,
    future::{FutureExt, LocalBoxFuture, select},
};
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker};

use super::turns::Turns;
use crate::ports::clock::Clock;

const WORKER_SCRIPT: &str = "./timer_worker.js";

/// The browser's clock. Cloning shares the worker, which ends with the last clone and the last wait.
#[derive(Clone)]
pub struct BrowserClock {
    worker: Option<Rc<TimerWorker>>,
    turns: Option<Rc<Turns>>,
}

impl BrowserClock {
    /// Starts the timer worker, if the browser lets it.
    pub fn start() -> Self {
        Self { worker: TimerWorker::start().map(Rc::new), turns: Turns::start().map(Rc::new) }
    }
}

impl Clock for BrowserClock {
    #[allow(clippy::disallowed_methods, reason = "this is the Clock port that all other code asks")]
    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        let ms = ms.ceil().clamp(0.0, f64::from(i32::MAX)) as u32;
        if ms == 0
            && let Some(turn) = self.turns.as_ref().and_then(|turns| turns.next())
        {
            return turn.map(drop).boxed_local();
        }
        let here = TimeoutFuture::new(ms);
        match self.worker.clone().and_then(|worker| Wait::begin(worker, ms)) {
            Some(wait) => select(here, wait.over()).map(drop).boxed_local(),
            None => here.boxed_local(),
        }
    }
}

/// Minutes by which local time is ahead of UTC at `at` (milliseconds since 1970 UTC).
pub fn offset_minutes(at: f64) -> i32 {
    -js_sys::Date::new(&at.into()).get_timezone_offset() as i32
}

struct TimerWorker {
    worker: Worker,
    waiting: Rc<RefCell<HashMap<u32, oneshot::Sender<()>>>>,
    next_id: Cell<u32>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl TimerWorker {
    fn start() -> Option<Self> {
        let worker = Worker::new(WORKER_SCRIPT).ok()?;
        let waiting = Rc::new(RefCell::new(HashMap::<u32, oneshot::Sender<()>>::new()));
        let waiters = Rc::clone(&waiting);
        let on_message = Closure::new(move |event: MessageEvent| {
            let waiter = event.data().as_f64().and_then(|id| waiters.borrow_mut().remove(&(id as u32)));
            if let Some(waiter) = waiter {
                // A wait that was given up in the meantime is no loss.
                waiter.send(()).ok();
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { worker, waiting, next_id: Cell::new(0), _on_message: on_message })
    }
}

impl Drop for TimerWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.terminate();
    }
}

/// One wait in the worker; forgotten by the page when dropped.
struct Wait {
    worker: Rc<TimerWorker>,
    id: u32,
    over: oneshot::Receiver<()>,
}

impl Wait {
    fn begin(worker: Rc<TimerWorker>, ms: u32) -> Option<Self> {
        let id = worker.next_id.replace(worker.next_id.get().wrapping_add(1));
        let message = Array::new();
        message.push(&JsValue::from(id));
        message.push(&JsValue::from(ms));
        worker.worker.post_message(&message).ok()?;
        let (sender, over) = oneshot::channel();
        worker.waiting.borrow_mut().insert(id, sender);
        Some(Self { worker, id, over })
    }

    fn over(mut self) -> LocalBoxFuture<'static, ()> {
        async move {
            (&mut self.over).await.ok();
        }
        .boxed_local()
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.worker.waiting.borrow_mut().remove(&self.id);
    }
}
