//! Taking connections: no more than can be served, and none that says nothing. The streams of one HTTP/2 connection
//! count as much as connections do.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
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

/// What an HTTP/2 connection begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The streams that one HTTP/2 connection may have open: a proxy opens another connection for more.
const MAX_STREAMS: u32 = 32;
/// How long a connection may go without the whole head of a request or an open stream: longer than proxies keep idle
/// ones.
pub const IDLE: Duration = Duration::from_secs(75);
/// How often a silent HTTP/2 connection is asked whether it still lives.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// The pause after a connection that could not be taken, as when the process may open no more files.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two looks for the rest of a preface.
const PREFACE_POLL: Duration = Duration::from_millis(50);
/// Seconds after which a stream for which there is no room may come again.
const RETRY_AFTER: u32 = 2;

/// What connections and streams have a place in.
type Places = Arc<Semaphore>;

/// A request of a stream for which there is no place: [`reject_overloaded`] answers it.
#[derive(Clone, Copy, Debug)]
struct Overloaded;

/// How many streams of an HTTP/2 connection are open.
#[derive(Clone, Debug, Default)]
struct Streams(Arc<watch::Sender<usize>>);

/// One of them, until this is dropped.
#[derive(Debug)]
struct OpenStream(Streams);

impl Streams {
    fn open(&self) -> OpenStream {
        self.0.send_modify(|open| *open += 1);
        OpenStream(self.clone())
    }

    /// Ends once there was none for so long. Pings do not count: who answers them may want nothing.
    async fn unused(&self, idle: Duration) {
        let mut open = self.0.subscribe();
        loop {
            // It cannot be closed: this holds the sender.
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

/// Serves `router` until `stop`, at most so many connections and streams at once; then lets requests under way finish.
/// A connection on which nothing is asked for `idle` is closed.
pub async fn serve(listener: TcpListener, router: Router, most: usize, idle: Duration, stop: CancellationToken) {
    let places = Places::new(Semaphore::new(most));
    let graceful = GracefulShutdown::new();
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => break,
            taken = accept(&listener, &places) => taken,
        };
        let (stream, place) = match taken {
            Ok(taken) => taken,
            // The client went away before it was its turn: no reason for others to wait.
            Err(error) if is_client_error(&error) => continue,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let (router, places, watcher, stop) = (router.clone(), places.clone(), graceful.watcher(), stop.clone());
        tokio::spawn(async move {
            let is_http2 = tokio::select! {
                is_http2 = tokio::time::timeout(idle, begins_http2(&stream)) => is_http2,
                // Nothing was asked yet.
                () = stop.cancelled() => return,
            };
            let Ok(Some(is_http2)) = is_http2 else { return };
            let connection = builder(is_http2, idle);
            let streams = Streams::default();
            let open = streams.clone();
            let respond = service_fn(move |request| respond(router.clone(), places.clone(), open.clone(), request));
            let connection = connection.serve_connection(TokioIo::new(stream), respond);
            tokio::select! {
                // That a client goes away is no fault.
                _ = watcher.watch(connection) => {}
                // The timer of HTTP/1 sees to it by itself.
                () = streams.unused(idle), if is_http2 => {}
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Places) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

/// Whether it concerns one connection only.
fn is_client_error(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The layer that answers a request for whose stream there is no place. It stands inside of those that give every
/// answer its headers.
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

/// Whether the client speaks HTTP/2; none if it went away. The builder could find out, but would wait for it for ever.
async fn begins_http2(stream: &TcpStream) -> Option<bool> {
    let mut begin = [0; PREFACE.len()];
    loop {
        let seen = stream.peek(&mut begin).await.ok().filter(|seen| *seen > 0)?;
        let is_prefix = PREFACE.starts_with(&begin[..seen]);
        if !is_prefix || seen == PREFACE.len() {
            return Some(is_prefix);
        }
        tokio::time::sleep(PREFACE_POLL).await;
    }
}

async fn respond(
    router: Router,
    places: Places,
    streams: Streams,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    if request.version() != Version::HTTP_2 {
        return router.oneshot(request).await;
    }
    let place = places.try_acquire_owned().ok();
    if place.is_none() {
        request.extensions_mut().insert(Overloaded);
    }
    let held = (place, streams.open());
    let response = router.oneshot(request).await?;
    // The stream is open until all of its answer was taken.
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
        let mut unused = std::pin::pin!(streams.unused(Duration::ZERO));
        assert!(futures::poll!(unused.as_mut()).is_pending());
        drop(one);
        assert!(futures::poll!(unused.as_mut()).is_pending());
        drop(two);
        unused.await;
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
