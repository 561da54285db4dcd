//! HTTP/2 connections: their number of streams, and when they end.

use axum::body::Bytes;
use axum::http::{Request, header};
use http_body_util::Full;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use nearfar_server::runtime::connections;
use nearfar_store::AccountSettings;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::common::Service;
use crate::fair_uploads::listen;

#[tokio::test]
async fn an_idle_http2_connection_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    let idle = std::time::Duration::from_millis(100);
    tokio::spawn(connections::serve(listener, axum::Router::new(), 10, idle, CancellationToken::new()));
    let stream = TcpStream::connect(address).await.expect("a connection");
    let shaken = http2::handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), TokioIo::new(stream)).await;
    // It answers pings while it is awaited.
    let (_sender, connection) = shaken.expect("HTTP/2");
    let accept_within = std::time::Duration::from_secs(60);
    let _ = tokio::time::timeout(accept_within, connection).await.expect("it is closed");
}

#[tokio::test]
async fn http2_streams_are_limited_and_count_as_connections() {
    let service = Service::with(|config| {
        config.poll_seconds = 3600;
        config.cors_origins = "https://shop.example".into();
    });
    let service = service.await;
    let address = listen(&service, 3).await;
    let mut plain = TcpStream::connect(address).await.expect("a connection");
    plain.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("sent");
    let mut head = [0; 9];
    plain.read_exact(&mut head).await.expect("a frame");
    assert_eq!(head[3], 4, "the settings");
    let mut settings = vec![0; usize::from(head[2])];
    plain.read_exact(&mut settings).await.expect("the settings");
    let streams = settings.chunks(6).find(|setting| setting[1] == 3).expect("the most streams");
    assert_eq!(streams[2..], [0, 0, 0, 32]);

    // Other permits than those of the connection above.
    let address = listen(&service, 4).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let view = service.page("GET", "/h5/api/v1/status", &session.token, None).await.ok();
    let version = view.data()["version"].as_str().expect("a version");
    let waiting = format!("http://x/h5/api/v1/status?version={version}&wait=3600");
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    let ask = |uri: &str| {
        let request = Request::get(uri).header(header::AUTHORIZATION, format!("Bearer {}", session.token));
        let request = request.header(header::ORIGIN, "https://shop.example");
        let mut sender = sender.clone();
        let request = request.body(Full::<Bytes>::default()).expect("a request");
        async move { sender.send_request(request).await.expect("an answer") }
    };
    let accept_within = std::time::Duration::from_secs(60);
    // The connection itself, the permit reserved for the next one, and two waiting: none is left.
    let mut held = Vec::new();
    for waits in 1..=2 {
        held.push(tokio::spawn(ask(&waiting)));
        let placed = async {
            while service.app.changes.receiver_count() < waits {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(accept_within, placed).await.expect("it waits");
    }
    let refused = ask("http://x/health/live").await;
    assert!(refused.headers().contains_key("retry-after"), "it counts");
    // The page can read it, with the headers of every response.
    let refused = ask("http://x/h5/api/v1/status").await;
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.headers()["access-control-allow-origin"], "https://shop.example");
    assert_eq!(refused.headers()["x-content-type-options"], "nosniff");
    service.app.notify_change(&session.id);
    service.clear(&shop.token, &format!("?signatureId={}", session.id)).await.ok();
    for waiting in held {
        assert!(waiting.await.is_ok());
    }
    let free = async {
        // RETRY_LATER is a 200, too.
        while ask("http://x/health/live").await.headers().contains_key("retry-after") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(accept_within, free).await.expect("they are free again");
}
