//! Turns of the page's own thread. Whoever waits for the next one goes on in a task of its own, and the page may draw and take
//! clicks in between. A message to oneself is what a browser neither rounds up to four milliseconds nor holds back in a
//! hidden tab, as it does with timers.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use futures::channel::oneshot;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageChannel, MessagePort};

/// A line of those who wait for the thread's next turn; each task takes one of them on.
pub(super) struct Turns {
    to_self: MessagePort,
    here: MessagePort,
    waiting: Rc<RefCell<VecDeque<oneshot::Sender<()>>>>,
    _on_message: Closure<dyn FnMut()>,
}

impl Turns {
    /// A line without anybody in it; `None` if the browser has no message channels.
    pub fn start() -> Option<Self> {
        let channel = MessageChannel::new().ok()?;
        let waiting = Rc::new(RefCell::new(VecDeque::<oneshot::Sender<()>>::new()));
        let line = Rc::clone(&waiting);
        let on_message = Closure::new(move || {
            let next = line.borrow_mut().pop_front();
            if let Some(next) = next {
                // Somebody who has stopped waiting is no loss.
                next.send(()).ok();
            }
        });
        let here = channel.port1();
        here.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { to_self: channel.port2(), here, waiting, _on_message: on_message })
    }

    /// Over in a task after this one; `None` if no message can be sent.
    pub fn next(&self) -> Option<oneshot::Receiver<()>> {
        self.to_self.post_message(&JsValue::NULL).ok()?;
        let (sender, receiver) = oneshot::channel();
        self.waiting.borrow_mut().push_back(sender);
        Some(receiver)
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        self.here.set_onmessage(None);
        self.here.close();
    }
}
