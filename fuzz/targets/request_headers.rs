//! The headers that a proxy sends with every request: its request id cannot forge a log line, and any trace context is
//! continued or ignored. One header per line.
#![no_main]

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use nearfar_server::runtime::{request_id, traces};
use tracing::Span;

const NAMES: [HeaderName; 3] =
    [request_id::HEADER, HeaderName::from_static("traceparent"), HeaderName::from_static("tracestate")];
const DRAWN: &str = "drawn";

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for (name, line) in NAMES.into_iter().zip(data.split(|byte| *byte == b'\n')) {
        let Ok(value) = HeaderValue::from_bytes(line) else { continue };
        headers.insert(name, value);
    }
    let id = request_id::of(&headers, DRAWN);
    let is_harmless = |byte: u8| byte.is_ascii_graphic() && !b"\"'=\\{}".contains(&byte);
    assert!((1..=128).contains(&id.len()) && id.bytes().all(is_harmless), "{id:?}");
    assert!(id == DRAWN || headers.get(request_id::HEADER).is_some_and(|sent| sent.as_bytes() == id.as_bytes()));
    let mut answer = HeaderMap::new();
    request_id::add(&mut answer, &id);
    assert_eq!(request_id::of(&answer, "another"), id);
    traces::continue_trace(&Span::none(), &headers);
});
