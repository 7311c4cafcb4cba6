//! A model's endpoint on this machine: gives prepared answers in order, and keeps what it was asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

/// A running endpoint. Its thread ends with the test's process.
pub struct Server {
    /// Base URL, as for OpenAI's client.
    pub url: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Server {
    /// Answers with `answers`, one after the other.
    pub fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (kept, mut answers) =
            (Arc::clone(&asked), answers.iter().map(ToString::to_string).collect::<Vec<_>>().into_iter());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(body) = request(&stream) else { continue };
                kept.lock().unwrap().push(body);
                reply(stream, answers.next());
            }
        });
        Self { url, asked }
    }

    /// Every request's JSON.
    pub fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }
}

/// The body of a request for a completion; `None` for anything else, which gets no answer.
fn request(stream: &TcpStream) -> Option<Value> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    assert!(first.starts_with("POST /v1/chat/completions "), "{first}");
    serde_json::from_slice(&body).ok()
}

fn reply(mut stream: TcpStream, answer: Option<String>) {
    let (status, body) = match answer {
        Some(text) => (
            "200 OK",
            json!({
                "id": "1", "object": "chat.completion", "created": 1, "model": "m",
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }),
        ),
        None => (
            "400 Bad Request",
            json!({"error": {"message": "there are no more answers", "type": "invalid_request_error"}}),
        ),
    };
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    // A client that has gone away shows in what it printed.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}
