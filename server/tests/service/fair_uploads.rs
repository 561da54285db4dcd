//! Fair uploads over real sockets, with a clock that the test moves: one visitor cannot block others.

use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use futures::stream;
use http_body_util::Full;
use nearfar_server::runtime::connections;
use nearfar_server::workers::scoring::score_next;
use nearfar_store::AccountSettings;
use nearfar_test_support::Fault;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::common::{Answered, Attempt, Service, Session};
use crate::real::send;

const LATER: &str = "Query failed, please retry after the suggested time in HTTP Header.";
const SLOW: &str = "HTTP 408 - Request Timeout";

/// The service on its own address.
pub(crate) async fn listen(service: &Service, most: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    let stop = service.app.stop.clone();
    tokio::spawn(connections::serve(listener, service.router(), most, connections::IDLE, stop));
    address
}

/// An upload with `Expect: 100-continue`, and the first bytes of the response.
async fn ask(address: SocketAddr, path: &str, token: &str, length: usize) -> (TcpStream, [u8; 25]) {
    let kind = if path.ends_with("/video") { "video/webm" } else { "application/octet-stream" };
    let head = format!(
        "PUT /h5/api/v1/attempts/{path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-length: {length}\r\ncontent-type: {kind}\r\nexpect: 100-continue\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut begin = [0; 25];
    stream.read_exact(&mut begin).await.expect("an answer");
    (stream, begin)
}

/// An upload of which that many bytes were sent.
async fn begin(address: SocketAddr, path: &str, token: &str, length: usize, sent: &[u8]) -> TcpStream {
    let (mut stream, go_on) = ask(address, path, token, length).await;
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(sent).await.expect("sent");
    stream
}

async fn upload(address: SocketAddr, session: &Session, attempt: &Attempt) -> Answered {
    let request = Request::put(format!("/h5/api/v1/attempts/{}", attempt.id))
        .header(header::AUTHORIZATION, format!("Bearer {}", session.token))
        .header(header::CONTENT_TYPE, "application/octet-stream");
    send(address, request.body(Full::from(attempt.body())).expect("a request")).await.expect("an answer")
}

#[tokio::test]
async fn one_session_cannot_block_uploads_of_another() {
    let service = Service::with(|config| config.uploads_at_once = 16).await;
    let address = listen(&service, 100).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let (hostile, honest) = (service.session(&shop, json!({})).await, service.session(&shop, json!({})).await);
    let mut held = Vec::new();
    let attempt = service.attempt(&hostile.token, "a0").await;
    held.push(begin(address, &attempt.id, &hostile.token, 1000, b"nine byte").await);
    for id in 1..16 {
        let attempt = service.attempt(&hostile.token, &format!("a{id}")).await;
        let (refused, answer) = ask(address, &attempt.id, &hostile.token, 1000).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "no leave to send");
        held.push(refused);
    }
    let attempt = service.attempt(&honest.token, "a").await;
    upload(address, &honest, &attempt).await.ok();
}

#[tokio::test]
async fn upload_slots_are_shared_fairly_between_accounts() {
    let service = Service::with(|config| config.uploads_at_once = 4).await;
    let address = listen(&service, 100).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let other = service.integrator(AccountSettings::default()).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let session = service.session(&shop, json!({})).await;
        let attempt = service.attempt(&session.token, "a").await;
        held.push(begin(address, &attempt.id, &session.token, 1000, b"nine byte").await);
    }
    let third = service.session(&shop, json!({})).await;
    let thirds = service.attempt(&third.token, "a").await;
    let answer = upload(address, &third, &thirds).await.expect("RETRY_LATER", LATER);
    assert_eq!(answer.headers["retry-after"], "2");
    let elsewhere = service.session(&other, json!({})).await;
    let attempt = service.attempt(&elsewhere.token, "a").await;
    upload(address, &elsewhere, &attempt).await.ok();
    service.pass(10_000);
    upload(address, &third, &thirds).await.ok();
}

#[tokio::test]
async fn announced_videos_take_no_result_memory() {
    let service = Service::new().await;
    let address = listen(&service, 100).await;
    let settings = AccountSettings { video: true, ..AccountSettings::default() };
    let hostile = service.integrator(settings).await;
    let honest = service.integrator(AccountSettings::default()).await;
    let scored = service.session(&honest, json!({})).await;
    service.scored(&scored.token, "a").await;
    let mut held = Vec::new();
    for _ in 0..4 {
        let session = service.session(&hostile, json!({})).await;
        let mut attempt = service.attempt(&session.token, "a").await;
        attempt.add("video", b"");
        attempt.parts.pop();
        let files = attempt.manifest["files"].as_array_mut().expect("files");
        files.last_mut().expect("the video")["bytes"] = json!(64_000_000);
        service.upload(&session.token, &attempt).await.ok();
        held.push(begin(address, "a/video", &session.token, 64_000_000, b"").await);
    }
    service.result(&honest, &scored.id).await.ok();
    // Announced bytes take no memory of the account either.
    drop(service.app.memory.reserve(&hostile.account.id, u64::MAX).expect("all of its share is free"));
    // Nor do complete uploads.
    let _arrived = ["one", "another"].map(|other| service.app.memory.reserve(other, u64::MAX).expect("its share"));
    service.result(&honest, &scored.id).await.ok();
}

#[tokio::test]
async fn result_memory_is_shared_fairly_between_accounts() {
    let service = Service::new().await;
    let hostile = service.integrator(AccountSettings::default()).await;
    let honest = service.integrator(AccountSettings::default()).await;
    let scored = service.session(&honest, json!({})).await;
    service.scored(&scored.token, "a").await;
    let config = &service.app.config;
    let largest = config.largest_upload().result();
    let _first = service.app.result_memory.reserve(&hostile.account.id, largest).expect("alone it is always served");
    service.result(&honest, &scored.id).await.ok();
    // The share of one account.
    while service.app.result_memory.reserve(&hostile.account.id, 1_000_000).map(std::mem::forget).is_ok() {}
    service.result(&honest, &scored.id).await.ok();
}

#[tokio::test]
async fn a_newer_upload_replaces_an_older_one() {
    let service = Service::with(|config| config.uploads_at_once = 1).await;
    let address = listen(&service, 100).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    let body = attempt.body();
    let mut older = begin(address, "a", &session.token, body.len(), &body[..100]).await;
    upload(address, &session, &attempt).await.ok();
    // As when the network returns.
    older.write_all(&body[100..]).await.expect("sent");
    let mut answer = vec![0; 2000];
    let read = older.read(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
    assert!(answer.contains("retry_later") && answer.contains("retry-after: 10"), "{answer}");
    assert!(score_next(&service.app).await.expect("scored"));
    service.result(&shop, &session.id).await.ok();
}

#[tokio::test]
async fn active_uploads_of_two_attempts_do_not_end_each_other() {
    let service = Service::new().await;
    let address = listen(&service, 100).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let (older, newer) = (service.attempt(&session.token, "a").await, service.attempt(&session.token, "b").await);
    let body = older.body();
    let mut first = begin(address, "a", &session.token, body.len(), &body[..100]).await;
    let answer = upload(address, &session, &newer).await.expect("RETRY_LATER", LATER);
    assert_eq!(answer.headers["retry-after"], "2");
    first.write_all(&body[100..]).await.expect("sent");
    let mut answer = vec![0; 4000];
    let read = first.read(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]);
    assert!(answer.contains("SUCCESS"), "{answer}");

    let session = service.session(&shop, json!({})).await;
    service.attempt(&session.token, "a").await;
    let last = service.attempt(&session.token, "b").await;
    let mut idle = begin(address, "a", &session.token, 1000, b"nine byte").await;
    upload(address, &session, &last).await.expect("RETRY_LATER", LATER);
    service.pass(10_000);
    upload(address, &session, &last).await.ok();
    idle.write_all(&[0; 991]).await.expect("sent");
    let mut answer = vec![0; 4000];
    let read = idle.read(&mut answer).await.expect("an answer");
    assert!(String::from_utf8_lossy(&answer[..read]).contains("RETRY_LATER"));
}

/// An upload that sends that many bytes at that interval.
fn paced(service: &Service, token: &str, body: Vec<u8>, bytes: usize, millis: i64) -> Request<Body> {
    let clock = service.clock.clone();
    let chunks: Vec<_> = body.chunks(bytes).map(Bytes::copy_from_slice).collect();
    let chunks = stream::iter(chunks.into_iter().map(move |chunk| {
        clock.pass(millis);
        Ok::<_, std::io::Error>(chunk)
    }));
    Request::put("/h5/api/v1/attempts/a")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(Body::from_stream(chunks))
        .expect("a request")
}

#[tokio::test]
async fn uploads_below_the_minimum_rate_are_ended() {
    let service = Service::new().await;
    let settings = AccountSettings { video: true, ..AccountSettings::default() };
    let shop = service.integrator(settings).await;
    let session = service.session(&shop, json!({})).await;
    let mut attempt = service.attempt(&session.token, "a").await;
    attempt.add("video", &[&b"\x1a\x45\xdf\xa3"[..], &[7; 600_000]].concat());
    let trickle = paced(&service, &session.token, attempt.body(), 1000, 1000);
    let answer = service.send(trickle).await.expect("CLIENT_ERROR", SLOW);
    assert_eq!(answer.headers["retry-after"], "2", "the page keeps the pictures and sends them again");
    let slow = paced(&service, &session.token, attempt.body(), 10_000, 5000);
    service.send(slow).await.ok();
}

#[tokio::test]
async fn unauthenticated_uploads_are_read_for_the_grace_period_only() {
    let service = Service::new().await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    // At the minimum rate, for 300 s. The clock advances with what is read.
    let took = async |token: &str, code: &str| {
        let started = service.app.monotonic();
        let answer = service.send(paced(&service, token, vec![0; 600_000], 10_000, 5000)).await;
        assert_eq!(answer.code(), code);
        service.app.monotonic() - started
    };
    assert_eq!(took("nonsense", "IAM_FAILED").await, 30_000);
    assert_eq!(took(&session.token, "ATTEMPT_NOT_FOUND").await, 300_000, "the page gets to its answer");
}

#[tokio::test]
async fn a_silent_upload_is_ended() {
    let service = Service::new().await;
    let address = listen(&service, 100).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let session = service.session(&shop, json!({})).await;
    let attempt = service.attempt(&session.token, "a").await;
    let mut held = begin(address, &attempt.id, &session.token, 1000, b"nine byte").await;
    let mut answer = vec![0; 2000];
    // Its handler ends at the next check of the clock, and the draining after it once more.
    let ended = async {
        loop {
            service.pass(31_000);
            let look = std::time::Duration::from_millis(500);
            if let Ok(read) = tokio::time::timeout(look, held.read(&mut answer)).await {
                return read.expect("an answer");
            }
        }
    };
    let accept_within = std::time::Duration::from_secs(60);
    let read = tokio::time::timeout(accept_within, ended).await.expect("it ends");
    assert!(String::from_utf8_lossy(&answer[..read]).contains(SLOW));
}

#[tokio::test]
async fn a_hanging_store_releases_slots_and_is_not_ready() {
    let (service, objects) = Service::on_faulty_objects(|config| config.uploads_at_once = 1).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let (one, two) = (service.session(&shop, json!({})).await, service.session(&shop, json!({})).await);
    let first = service.attempt(&one.token, "a").await;
    let second = service.attempt(&two.token, "a").await;
    objects.set(Fault::Hanging);
    let all = async {
        for (session, attempt) in [(&one, &first), (&two, &second)] {
            let answer = service.upload(&session.token, attempt).await.expect("RETRY_LATER", LATER);
            assert_eq!(answer.headers["retry-after"], "10", "of the store; without a slot it is 2");
        }
        let ready = Request::get("/health/ready").body(Body::empty()).expect("a request");
        assert_eq!(service.text(ready).await.0, StatusCode::SERVICE_UNAVAILABLE);
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), all).await.expect("waits end after a limit");
    objects.set(Fault::None);
    let service = service.on_patient_store(&objects).await;
    service.upload(&two.token, &second).await.ok();
    service.upload(&one.token, &first).await.ok();
}

#[tokio::test]
async fn an_idle_upload_ends_when_account_memory_is_short() {
    let service = Service::new().await;
    let address = listen(&service, 100).await;
    let shop = service.integrator(AccountSettings::default()).await;
    let (one, two) = (service.session(&shop, json!({})).await, service.session(&shop, json!({})).await);
    let (first, second) = (service.attempt(&one.token, "a").await.body(), service.attempt(&two.token, "a").await);
    let (memory, account) = (&service.app.memory, &shop.account.id);
    // Enough only for the second.
    let free = second.body().len() as u64 + 500;
    let mut held = memory.reservation(account);
    held.grow(service.app.config.account_bytes(service.app.config.transfer_bytes) - free).expect("it is free");
    let mut idle = begin(address, "a", &one.token, first.len(), &first[..1000]).await;
    let arrived = async {
        while memory.reserve(account, free - 999).is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), arrived).await.expect("it arrives");
    upload(address, &two, &second).await.expect("RETRY_LATER", LATER);
    service.pass(10_000);
    upload(address, &two, &second).await.expect("RETRY_LATER", LATER);
    idle.write_all(&first[1000..]).await.expect("sent");
    let mut answer = vec![0; 4000];
    let read = idle.read(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
    assert!(answer.contains("retry-after: 10"), "it was ended: {answer}");
    upload(address, &two, &second).await.ok();
}
