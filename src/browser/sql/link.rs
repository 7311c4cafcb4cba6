//! The page's end of one SQL worker. Dropping it ends the worker, whatever that is doing.

use std::collections::BTreeSet;

use futures::{StreamExt, channel::mpsc};
use js_sys::{Array, Uint8Array};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::messages::{Ask, Reply, Request, Said};
use crate::{browser::words, domain::id::DbId};

/// Made by the build beside the page.
const SCRIPT: &str = "./sql_worker_loader.js";

/// The worker is gone, or never came up. The message is the browser's.
#[derive(Clone, Debug, Error)]
#[error("{message}")]
pub(super) struct Death {
    pub message: String,
}

/// A running worker.
pub(super) struct SqlWorker {
    worker: Worker,
    inbox: mpsc::UnboundedReceiver<Result<Said, Death>>,
    last_id: u32,
    /// Databases that were opened in it. It may have closed some since.
    pub opened: BTreeSet<DbId>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl SqlWorker {
    /// Starts a worker and waits until it listens.
    pub(super) async fn start() -> Result<Self, Death> {
        let worker = Worker::new(SCRIPT).map_err(|error| Death { message: words(&error) })?;
        let (sender, inbox) = mpsc::unbounded();
        let said = sender.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            let parsed = serde_json::from_str(&text).map_err(|error| Death { message: error.to_string() });
            // Nobody listens any more when the worker is about to be ended.
            said.unbounded_send(parsed).ok();
        });
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            // A script that cannot be loaded gives an event without a message.
            let message = Some(event.message()).filter(|message| !message.is_empty());
            let message = message.unwrap_or_else(|| "its script could not be loaded".to_owned());
            sender.unbounded_send(Err(Death { message })).ok();
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let opened = BTreeSet::new();
        let mut started = Self { worker, inbox, last_id: 0, opened, _on_message: on_message, _on_error: on_error };
        match started.hear().await? {
            Said::Ready => Ok(started),
            Said::Failed { message } => Err(Death { message }),
            Said::Reply { .. } => Err(Death { message: "it answered before it was asked".into() }),
        }
    }

    /// Asks for something; `file` goes along without being copied.
    pub(super) fn ask(&mut self, ask: Ask, file: Option<&Uint8Array>) -> Result<(), Death> {
        self.last_id += 1;
        let request = Request { id: self.last_id, ask };
        let json = serde_json::to_string(&request).map_err(|error| Death { message: error.to_string() })?;
        let (message, transfer) = (Array::new(), Array::new());
        message.push(&JsValue::from_str(&json));
        if let Some(file) = file {
            message.push(&file.buffer());
            transfer.push(&file.buffer());
        }
        self.worker.post_message_with_transfer(&message, &transfer).map_err(|error| Death { message: words(&error) })
    }

    /// The next answer to what was asked last.
    pub(super) async fn reply(&mut self) -> Result<Reply, Death> {
        loop {
            match self.hear().await? {
                Said::Reply { id, reply } if id == self.last_id => return Ok(reply),
                Said::Failed { message } => return Err(Death { message }),
                Said::Reply { .. } | Said::Ready => {}
            }
        }
    }

    async fn hear(&mut self) -> Result<Said, Death> {
        self.inbox.next().await.unwrap_or_else(|| Err(Death { message: "it is not listening".into() }))
    }
}

impl Drop for SqlWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
