//! Metrics, request ids and traces: the tables against the code and the documents, and the real binary with a collector.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::post;
use nearfar_server::runtime::metrics::{Kind, METRICS};
use nearfar_test_support::TestStorage;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::common::Service;
use crate::real::{self, Site, attempt, session, upload};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(std::fs::read_to_string(path).expect("a source file"));
        }
    }
}

/// The metrics that the code records: macro and name.
fn recorded() -> BTreeSet<(&'static str, String)> {
    let mut files = Vec::new();
    sources(&repository().join("server/src"), &mut files);
    let mut found = BTreeSet::new();
    for kind in [Kind::Counter, Kind::Gauge, Kind::Histogram] {
        let call = format!("metrics::{}!(", kind.name());
        for file in &files {
            for (_, rest) in file.match_indices(&call).map(|(at, call)| file.split_at(at + call.len())) {
                let name = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                found.insert((kind.name(), name.expect("a literal name").to_owned()));
            }
        }
    }
    found
}

#[test]
fn the_table_has_exactly_the_recorded_metrics() {
    let table: BTreeSet<_> = METRICS.iter().map(|metric| (metric.kind.name(), metric.name.to_owned())).collect();
    assert_eq!(table.len(), METRICS.len());
    assert_eq!(table, recorded());
}

#[test]
fn the_document_lists_the_metrics() {
    let path = repository().join("docs/OBSERVABILITY.md");
    let page = std::fs::read_to_string(&path).expect("the document");
    let mut table = String::from("| metric | kind | labels | meaning |\n|---|---|---|---|\n");
    for metric in METRICS {
        let labels = metric.labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
        let labels = if labels.is_empty() { String::new() } else { format!(" {labels}") };
        table += &format!("| `{}` | {} |{labels} | {} |\n", metric.name, metric.kind.name(), metric.help);
    }
    let (begin, end) = ("<!-- metrics: from the code -->\n", "<!-- end of metrics -->");
    let from = page.find(begin).expect("the table's begin") + begin.len();
    let to = from + page[from..].find(end).expect("the table's end");
    let mut written = page.clone();
    written.replace_range(from..to, &table);
    if std::env::var_os("NEARFAR_WRITE_DOCS").is_some() {
        std::fs::write(&path, &written).expect("written");
    } else {
        let command = "NEARFAR_WRITE_DOCS=1 cargo test -p nearfar-server --test service observability";
        assert!(page == written, "docs/OBSERVABILITY.md is behind the code: {command}");
    }
}

async fn sent(service: &Service, path: &str, id: Option<&str>) -> HeaderMap {
    let mut request = Request::get(path);
    if let Some(id) = id {
        request = request.header("X-Request-Id", id);
    }
    service.send(request.body(Body::empty()).expect("a request")).await.headers
}

#[tokio::test]
async fn every_answer_has_the_request_id() {
    let service = Service::new().await;
    for path in ["/", "/h5/", "/nothing", "/health/live", "/h5/api/v1/session", "/openapi/liveness/v2/h5/token"] {
        let headers = sent(&service, path, Some("proxy-17")).await;
        assert_eq!(headers["x-request-id"], "proxy-17", "{path}");
        let (one, other) = (sent(&service, path, None).await, sent(&service, path, Some("a b")).await);
        assert_eq!(one["x-request-id"].len(), 16, "{path}");
        assert_ne!(one["x-request-id"], other["x-request-id"], "{path}");
    }
}

/// A collector that forwards the spans it receives.
async fn collector() -> (String, UnboundedReceiver<Span>) {
    let (spans, received) = unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let receive = move |body: Bytes| {
        let request = ExportTraceServiceRequest::decode(body).expect("an OTLP request");
        for scope in request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans) {
            for span in scope.spans {
                let _ = spans.send(span);
            }
        }
        std::future::ready(StatusCode::OK)
    };
    let router = axum::Router::new().route("/v1/traces", post(receive));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/v1/traces"), received)
}

fn attribute(span: &Span, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        other => Some(format!("{other:?}")),
    }
}

/// Lets a person be scored, with the service's traces sent to `endpoint`. Returns the session's id and its token.
async fn scored_session(endpoint: &str) -> (String, String) {
    let mut site = Site::new(TestStorage::sqlite());
    site.set("NEARFAR_OTLP_ENDPOINT", endpoint);
    site.add_account();
    let running = site.start();
    let token = site.access_token(&running).await;
    let session = session(running.address, &token).await.expect("a session");
    let attempt = attempt(running.address, &session).await.expect("a nonce");
    upload(running.address, &session, &attempt).await.expect("an answer").ok();
    running.scored(&session).await;
    let request = hyper::Request::get("/health/live?secret=1")
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0b9902b7-01")
        .header("x-request-id", "proxy-17");
    let request = request.body(http_body_util::Full::default()).expect("a request");
    real::send(running.address, request).await.expect("an answer");
    running.ask_to_stop();
    assert!(running.end().success());
    (session.id, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_reach_the_collector_without_secrets() {
    let (endpoint, mut received) = collector().await;
    let (session, token) = scored_session(&endpoint).await;
    let mut spans = Vec::new();
    while let Ok(span) = received.try_recv() {
        spans.push(span);
    }
    let scoring = spans.iter().find(|span| span.name == "scoring").expect("a span of the scoring");
    assert_eq!(attribute(scoring, "signature_id").as_deref(), Some(session.as_str()));
    let upload = spans.iter().find(|span| attribute(span, "method").as_deref() == Some("PUT")).expect("an upload");
    assert_eq!(attribute(upload, "route").as_deref(), Some("/h5/api/v1/attempts/{id}"));
    let proxied = spans.iter().find(|span| attribute(span, "request_id").as_deref() == Some("proxy-17"));
    let proxied = proxied.expect("the request with a trace");
    assert_eq!(hex::encode(&proxied.trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(hex::encode(&proxied.parent_span_id), "00f067aa0b9902b7");
    let all = format!("{spans:?}");
    assert!(!all.contains(&token) && !all.contains("secret="), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn collectors_that_hang_or_are_down_do_not_stop_the_service() {
    let hanging = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = hanging.local_addr().expect("an address");
    scored_session(&format!("http://{address}/v1/traces")).await;
    drop(hanging);
    scored_session(&format!("http://{address}/v1/traces")).await;
}

#[test]
fn invalid_trace_options_are_refused() {
    for (name, value, reason) in [
        ("NEARFAR_OTLP_ENDPOINT", "collector:4318", "otlp_endpoint"),
        ("NEARFAR_OTLP_ENDPOINT", "not a URL", "otlp_endpoint"),
        ("NEARFAR_OTLP_RATIO", "1.5", "otlp_ratio"),
    ] {
        let mut site = Site::new(TestStorage::sqlite());
        site.set(name, value);
        let refusal = site.refusal();
        assert!(refusal.contains(reason), "{refusal}");
    }
}
