//! Reads the rest of an upload whose response is already known.
//!
//! Closing the connection while the client still sends makes most clients report a broken connection and ignore the
//! response.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use futures::stream::Stream;
use nearfar_protocol::status;

use super::reader::next_chunk;
use crate::response::PendingResponse;
use crate::state::App;
use crate::state::minimum_rate::MinimumRate;

/// A body that first the handler reads, then [`drain`].
#[derive(Clone)]
struct SharedBody(Arc<Shared>);

struct Shared {
    body: Mutex<BodyDataStream>,
    was_read: AtomicBool,
}

impl Stream for SharedBody {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.was_read.store(true, Ordering::Relaxed);
        let mut body = self.0.body.lock().unwrap_or_else(PoisonError::into_inner);
        pin!(&mut *body).poll_next(context)
    }
}

/// Whether the client presented a valid token.
fn is_authenticated(response: &Response) -> bool {
    let unknown = [status::IAM_TOKEN.code, status::RATE_LIMITED.code];
    let pending = response.extensions().get::<PendingResponse>();
    pending.is_none_or(|PendingResponse(response)| !unknown.contains(&response.status.code))
}

/// Responds to an upload and lets its client finish sending: at most the bytes of the largest upload, at the minimum
/// rate or faster; only for the grace period if the client has no valid token.
pub async fn drain(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // A client that waits for `100 Continue` gets the response instead.
    let expects_continue = parts.headers.contains_key(header::EXPECT);
    let shared = Shared { body: Mutex::new(body.into_data_stream()), was_read: AtomicBool::new(false) };
    let mut body = SharedBody(Arc::new(shared));
    let response = next.run(Request::from_parts(parts, Body::from_stream(body.clone()))).await;
    if expects_continue && !body.0.was_read.load(Ordering::Relaxed) {
        return response;
    }
    let is_authenticated = is_authenticated(&response);
    let mut remaining = app.config.largest_upload().total();
    let mut transfer = MinimumRate::new(&app.config).start(app.monotonic());
    // A client that is too slow has its connection closed after all.
    while remaining > 0 {
        let chunk = next_chunk(&mut body, || transfer.is_too_slow(app.monotonic())).await;
        let Some(Some(Ok(chunk))) = chunk else { break };
        remaining = remaining.saturating_sub(chunk.len() as u64);
        if is_authenticated {
            transfer.arrived(chunk.len(), app.monotonic());
        }
    }
    response
}
