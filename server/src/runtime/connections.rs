//! Accepts connections up to a limit and closes idle ones. Each stream of an HTTP/2 connection counts like a
//! connection.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, Version};
use axum::middleware::Next;
use axum::response::IntoResponse;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use nearfar_protocol::status;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::response::ApiError;

/// The connection preface of HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Maximum concurrent streams per HTTP/2 connection; proxies open further connections.
const MAX_STREAMS: u32 = 32;
/// How long a connection may go without a complete request head or an open stream: longer than proxies keep idle ones.
pub const IDLE: Duration = Duration::from_secs(75);
/// Ping interval of silent HTTP/2 connections.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// Delay after a failed accept, as when the process has too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_secs(1);
/// Polling interval for the rest of a preface.
const PREFACE_POLL: Duration = Duration::from_millis(50);
/// `Retry-After` of a rejected stream, in seconds.
const RETRY_AFTER: u32 = 2;

/// Permits of connections and streams.
type Permits = Arc<Semaphore>;

/// Marks a request whose stream got no permit: [`reject_overloaded`] answers it.
#[derive(Clone, Copy, Debug)]
struct Overloaded;

/// Counts the open streams of an HTTP/2 connection.
#[derive(Clone, Debug, Default)]
struct Streams(Arc<watch::Sender<usize>>);

/// An open stream, until dropped.
#[derive(Debug)]
struct OpenStream(Streams);

impl Streams {
    fn open(&self) -> OpenStream {
        self.0.send_modify(|open| *open += 1);
        OpenStream(self.clone())
    }

    /// Completes once there was no stream for `idle`. Pings do not count as use.
    async fn idle_for(&self, idle: Duration) {
        let mut open = self.0.subscribe();
        loop {
            // The channel stays open: this holds the sender.
            let _ = open.wait_for(|open| *open == 0).await;
            if tokio::time::timeout(idle, open.changed()).await.is_err() {
                return;
            }
        }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.0.send_modify(|open| *open -= 1);
    }
}

/// Serves `router` until `stop`, with at most that many concurrent connections and streams. Then running requests
/// finish. Connections that are idle for `idle` are closed.
pub async fn serve(listener: TcpListener, router: Router, limit: usize, idle: Duration, stop: CancellationToken) {
    let permits = Permits::new(Semaphore::new(limit));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        let (stream, address, permit) = match accepted {
            Ok(accepted) => accepted,
            // The client disconnected before it was accepted; others need not wait.
            Err(error) if is_client_error(&error) => continue,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                continue;
            }
        };
        let (router, permits, watcher, stop) = (router.clone(), permits.clone(), graceful.watcher(), stop.clone());
        tokio::spawn(async move {
            let is_http2 = tokio::select! {
                is_http2 = tokio::time::timeout(idle, begins_http2(&stream)) => is_http2,
                // No request has started.
                () = stop.cancelled() => return,
            };
            let Ok(Some(is_http2)) = is_http2 else { return };
            let connection = builder(is_http2, idle);
            let streams = Streams::default();
            let open = streams.clone();
            let respond =
                service_fn(move |request| respond(router.clone(), permits.clone(), open.clone(), address, request));
            let connection = connection.serve_connection(TokioIo::new(stream), respond);
            tokio::select! {
                // A client that disconnects is not an error.
                _ = watcher.watch(connection) => {}
                // HTTP/1 has its own timer.
                () = streams.idle_for(idle), if is_http2 => {}
            }
            drop(permit);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Accepts the next connection once a permit is free.
async fn accept(
    listener: &TcpListener,
    permits: &Permits,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = permits.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, address) = listener.accept().await?;
    Ok((stream, address, permit))
}

/// Whether the error concerns only one connection.
fn is_client_error(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The layer that rejects requests without a permit. It lies inside the layers that add headers to every response.
pub async fn reject_overloaded(request: axum::extract::Request, next: Next) -> axum::response::Response {
    if request.extensions().get::<Overloaded>().is_some() {
        return ApiError::retry_after(status::RETRY_LATER, RETRY_AFTER).into_response();
    }
    next.run(request).await
}

fn builder(is_http2: bool, idle: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(idle);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE);
    if is_http2 { builder.http2_only() } else { builder.http1_only() }
}

/// Whether the client speaks HTTP/2; `None` if it disconnected. The builder can detect it too, but would wait forever.
async fn begins_http2(stream: &TcpStream) -> Option<bool> {
    let mut buffer = [0; PREFACE.len()];
    loop {
        let peeked = stream.peek(&mut buffer).await.ok().filter(|peeked| *peeked > 0)?;
        let is_prefix = PREFACE.starts_with(&buffer[..peeked]);
        if !is_prefix || peeked == PREFACE.len() {
            return Some(is_prefix);
        }
        tokio::time::sleep(PREFACE_POLL).await;
    }
}

async fn respond(
    router: Router,
    permits: Permits,
    streams: Streams,
    address: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(address));
    if request.version() != Version::HTTP_2 {
        return router.oneshot(request).await;
    }
    let permit = permits.try_acquire_owned().ok();
    if permit.is_none() {
        request.extensions_mut().insert(Overloaded);
    }
    let held = (permit, streams.open());
    let response = router.oneshot(request).await?;
    // The stream is open until its response was sent completely.
    Ok(response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _held = &held;
            frame
        }))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_is_unused_only_without_streams() {
        let streams = Streams::default();
        let (one, two) = (streams.open(), streams.open());
        let mut idle_for = std::pin::pin!(streams.idle_for(Duration::ZERO));
        assert!(futures::poll!(idle_for.as_mut()).is_pending());
        drop(one);
        assert!(futures::poll!(idle_for.as_mut()).is_pending());
        drop(two);
        idle_for.await;
    }

    #[test]
    fn only_server_errors_delay_accepting() {
        for kind in [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset] {
            assert!(is_client_error(&kind.into()));
        }
        // EMFILE: too many open files.
        assert!(!is_client_error(&io::Error::from_raw_os_error(24)));
    }
}
