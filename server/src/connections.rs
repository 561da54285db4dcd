//! Taking connections: no more than can be served, and none that says nothing. The streams of one HTTP/2 connection
//! count as much as connections do.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use nearfar_protocol::status;
use nearfar_store::Entropy;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::clock::random_hex;
use crate::reply::Failure;

/// What an HTTP/2 connection begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The streams that one HTTP/2 connection may have open: a proxy opens another connection for more.
const STREAMS: u32 = 32;
/// How long a connection may go without the whole head of a request: longer than proxies keep idle ones.
const IDLE: Duration = Duration::from_secs(75);
/// How often a silent HTTP/2 connection is asked whether it still lives.
const PING: Duration = Duration::from_secs(20);
/// The pause after a connection that could not be taken, as when the process may open no more files.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two looks for the rest of a preface.
const LOOK: Duration = Duration::from_millis(50);
/// Seconds after which a stream for which there is no room may come again.
const COME_AGAIN: u32 = 2;

/// What connections and streams have a place in.
#[derive(Clone)]
struct Places {
    free: Arc<Semaphore>,
    entropy: Entropy,
}

/// Serves `router` until `stop`, at most so many connections and streams at once; then lets requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, most: usize, entropy: Entropy, stop: CancellationToken) {
    let places = Places { free: Arc::new(Semaphore::new(most)), entropy };
    let graceful = GracefulShutdown::new();
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => break,
            taken = accept(&listener, &places) => taken,
        };
        let Some((stream, place)) = taken else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (router, places, watcher, stop) = (router.clone(), places.clone(), graceful.watcher(), stop.clone());
        tokio::spawn(async move {
            let is_http2 = tokio::select! {
                is_http2 = tokio::time::timeout(IDLE, begins_http2(&stream)) => is_http2,
                // Nothing was asked yet.
                () = stop.cancelled() => return,
            };
            let Ok(Some(is_http2)) = is_http2 else { return };
            let connection = builder(is_http2);
            let respond = service_fn(move |request| respond(router.clone(), places.clone(), request));
            let connection = connection.serve_connection(TokioIo::new(stream), respond);
            // That a client goes away is no fault.
            let _ = watcher.watch(connection).await;
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Places) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let place = places.free.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be taken");
            None
        }
    }
}

fn builder(is_http2: bool) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(IDLE);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
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
        tokio::time::sleep(LOOK).await;
    }
}

async fn respond(router: Router, places: Places, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    if request.version() != Version::HTTP_2 {
        return router.oneshot(request.map(Body::new)).await;
    }
    let Ok(place) = places.free.try_acquire_owned() else {
        let busy = Failure::later(status::RETRY_LATER, COME_AGAIN);
        return Ok(busy.reply().clone().render(random_hex(&places.entropy, 8)));
    };
    let response = router.oneshot(request.map(Body::new)).await?;
    // The stream is open until all of its answer was taken.
    Ok(response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _place = &place;
            frame
        }))
    }))
}
