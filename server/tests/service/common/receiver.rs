//! A receiver of webhooks that answers as the test wants.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

/// How the receiver answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mode {
    /// With a status and a header.
    Answer(u16, Option<(&'static str, String)>),
    /// Not before the mode changes.
    Hang,
}

/// A running receiver.
pub(crate) struct Receiver {
    pub address: SocketAddr,
    mode: watch::Sender<Mode>,
    received: UnboundedReceiver<Received>,
    open: Arc<Mutex<Open>>,
}

/// Requests under way.
#[derive(Default)]
struct Open {
    by_event: HashMap<String, usize>,
    /// Whether one event was ever received while an earlier delivery of it was under way.
    overlapped: bool,
}

/// A received request.
#[derive(Debug)]
pub(crate) struct Received {
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Clone)]
struct Shared {
    mode: watch::Sender<Mode>,
    received: UnboundedSender<Received>,
    open: Arc<Mutex<Open>>,
}

impl Receiver {
    pub(crate) async fn start(mode: Mode) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, received) = unbounded_channel();
        let shared = Shared { mode: watch::Sender::new(mode), received: sender, open: Arc::default() };
        let (mode, open) = (shared.mode.clone(), shared.open.clone());
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(receive).with_state(shared)).await });
        Self { address, mode, received, open }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?token=confidential", self.address)
    }

    pub(crate) fn answer(&self, status: u16) {
        self.set(Mode::Answer(status, None));
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// The next request.
    pub(crate) async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(Duration::from_secs(120), self.received.recv()).await;
        next.expect("an event in time").expect("it runs")
    }

    /// The next request, if it is here already.
    pub(crate) fn try_next(&mut self) -> Option<Received> {
        self.received.try_recv().ok()
    }

    /// The number of requests under way.
    pub(crate) fn open(&self) -> usize {
        self.open.lock().expect("lock").by_event.values().sum()
    }

    pub(crate) fn overlapped(&self) -> bool {
        self.open.lock().expect("lock").overlapped
    }
}

impl Received {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn id(&self) -> &str {
        self.headers["nearfar-event-id"].to_str().expect("text")
    }

    /// Checks the signature as receivers should, and returns its time in Unix seconds.
    pub(crate) fn verify(&self, secret: &str) -> Option<i64> {
        let header = self.headers["nearfar-signature"].to_str().expect("text");
        let (time, signatures) = header.strip_prefix("t=")?.split_once(",v1=")?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
        mac.update(time.as_bytes());
        mac.update(b".");
        mac.update(&self.body);
        let wanted = hex::encode(mac.finalize().into_bytes());
        signatures.split(",v1=").find(|signature| *signature == wanted)?;
        time.parse().ok()
    }
}

async fn receive(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let received = Received { headers, body };
    let _open = OpenRequest::new(shared.open.clone(), received.id().to_owned());
    // The test may be over.
    let _ = shared.received.send(received);
    let mut mode = shared.mode.subscribe();
    let mode = mode.wait_for(|mode| *mode != Mode::Hang).await.expect("the receiver holds a sender").clone();
    let Mode::Answer(status, header) = mode else { unreachable!() };
    let mut response = StatusCode::from_u16(status).expect("a status").into_response();
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, value.parse().expect("a value"));
    }
    response
}

/// Counts a request until it is answered or dropped.
struct OpenRequest(Arc<Mutex<Open>>, String);

impl OpenRequest {
    fn new(open: Arc<Mutex<Open>>, event: String) -> Self {
        let mut counts = open.lock().expect("lock");
        let count = counts.by_event.entry(event.clone()).or_default();
        *count += 1;
        counts.overlapped |= counts.by_event[&event] > 1;
        drop(counts);
        Self(open, event)
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        let mut counts = self.0.lock().expect("lock");
        if let Some(count) = counts.by_event.get_mut(&self.1) {
            *count -= 1;
        }
    }
}
