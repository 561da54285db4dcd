//! Reads what is left of an upload whose answer is known already.
//!
//! Without it a connection would be closed while the client is still sending, and most clients then tell of a broken
//! connection and never look at the answer.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use futures::future::poll_fn;
use futures::stream::{self, Stream};
use nearfar_protocol::status;

use super::body::TICK;
use crate::api::reply::Pending;
use crate::api::upload::limits::UploadLimit;
use crate::api::upload::minimum_rate::MinimumRate;
use crate::app::App;

/// A body that the handler reads first, and this module what the handler leaves.
struct Shared {
    body: Mutex<BodyDataStream>,
    begun: AtomicBool,
}

impl Shared {
    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, axum::Error>>> {
        self.begun.store(true, Ordering::Relaxed);
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        pin!(&mut *body).poll_next(context)
    }
}

/// Whether the answer goes to somebody who has shown a token that is good.
fn is_known(response: &Response) -> bool {
    let unknown = [status::IAM_TOKEN.code, status::RATE_LIMITED.code];
    response.extensions().get::<Pending>().is_none_or(|Pending(reply)| !unknown.contains(&reply.status.code))
}

/// Answers an upload, and lets its client finish sending: no more than the largest upload, and no more slowly than one
/// may come; in the grace period alone where the client has no token that is good.
pub async fn drain(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // Who waits for leave to send gets the answer instead of leave.
    let waits = parts.headers.contains_key(header::EXPECT);
    let shared = Arc::new(Shared { body: Mutex::new(body.into_data_stream()), begun: AtomicBool::new(false) });
    let lent = shared.clone();
    let lent = Body::from_stream(stream::poll_fn(move |context| lent.poll(context)));
    let response = next.run(Request::from_parts(parts, lent)).await;
    if !waits || shared.begun.load(Ordering::Relaxed) {
        let is_known = is_known(&response);
        let mut most = UploadLimit::largest(&app.config).total();
        let mut transfer = MinimumRate::new(&app.config).start(app.monotonic());
        // If it takes too long the connection is closed after all.
        while most > 0 && !transfer.is_too_slow(app.monotonic()) {
            tokio::select! {
                chunk = poll_fn(|context| shared.poll(context)) => {
                    let Some(Ok(chunk)) = chunk else { break };
                    most = most.saturating_sub(chunk.len() as u64);
                    if is_known {
                        transfer.arrived(chunk.len(), app.monotonic());
                    }
                }
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }
    response
}
