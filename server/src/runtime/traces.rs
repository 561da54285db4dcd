//! Traces, exported to an OpenTelemetry collector (OTLP over HTTP) if `otlp_endpoint` is set.
//!
//! Spans wait in a bounded queue for a thread of their own. A collector that is slow or down costs spans, never a
//! request's time.

use anyhow::{Context, bail};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use crate::config::Config;

#[cfg(feature = "otlp")]
pub use export::{Exporter, continue_trace};

/// How long the collector may take to answer, and how long the shutdown waits for the last spans.
#[cfg(feature = "otlp")]
const EXPORT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);

#[cfg(not(feature = "otlp"))]
/// No exporter: this build has none.
pub type Exporter = std::convert::Infallible;

/// Continues the trace of the proxy's `traceparent` header.
#[cfg(not(feature = "otlp"))]
pub fn continue_trace(_: &tracing::Span, _: &axum::http::HeaderMap) {}

/// A layer of any kind.
pub type BoxedLayer<S> = Box<dyn Layer<S> + Send + Sync>;

/// The layer that exports spans, and the exporter, which has to live as long as the process. `None`: traces are off.
///
/// # Errors
/// For an invalid endpoint, and in a build without the feature `otlp`.
pub fn layer<S>(config: &Config) -> anyhow::Result<Option<(BoxedLayer<S>, Exporter)>>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let Some(endpoint) = &config.otlp_endpoint else { return Ok(None) };
    let url = url::Url::parse(endpoint).context("otlp_endpoint")?;
    if !["http", "https"].contains(&url.scheme()) {
        bail!("otlp_endpoint: should be an http or https URL, such as http://collector:4318/v1/traces");
    }
    #[cfg(feature = "otlp")]
    return export::start(&url, config.otlp_ratio).map(Some);
    #[cfg(not(feature = "otlp"))]
    bail!("otlp_endpoint: this build exports no traces: build it with the feature otlp");
}

#[cfg(feature = "otlp")]
mod export {
    use super::{BoxedLayer, EXPORT_TIMEOUT, LookupSpan, Subscriber};
    use anyhow::{Context, anyhow};
    use axum::http::HeaderMap;
    use opentelemetry::propagation::{Extractor, TextMapPropagator};
    use opentelemetry::trace::{TraceContextExt, TracerProvider};
    use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    use tracing_subscriber::Layer;
    use tracing_subscriber::filter::filter_fn;
    use url::Url;

    /// Exports the last spans when dropped.
    #[derive(Debug)]
    pub struct Exporter(SdkTracerProvider);

    impl Drop for Exporter {
        fn drop(&mut self) {
            // What a collector does not take in time is lost.
            let _ = self.0.shutdown_with_timeout(EXPORT_TIMEOUT);
        }
    }

    pub(super) fn start<S>(url: &Url, ratio: f64) -> anyhow::Result<(BoxedLayer<S>, Exporter)>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client()?)
            .with_endpoint(url.as_str())
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(EXPORT_TIMEOUT)
            .build()
            .context("otlp_endpoint")?;
        let resource = Resource::builder_empty()
            .with_service_name("nearfar")
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            // By the trace's id alone: a client's `traceparent` cannot raise the share of sampled traces.
            .with_sampler(Sampler::TraceIdRatioBased(ratio))
            .with_resource(resource.build())
            .build();
        let tracer = provider.tracer("nearfar");
        // Only spans of this service. Their events are the log's lines.
        let own = filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("nearfar"));
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(own);
        Ok((Box::new(layer), Exporter(provider)))
    }

    /// The client of the exporter's thread. A blocking client must not be built on a thread of the runtime.
    fn client() -> anyhow::Result<reqwest::blocking::Client> {
        // Fails if there is a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let built = std::thread::spawn(|| {
            reqwest::blocking::Client::builder()
                .timeout(EXPORT_TIMEOUT)
                .redirect(reqwest::redirect::Policy::none())
                .build()
        });
        built.join().map_err(|_| anyhow!("a panic"))?.context("the exporter of traces")
    }

    struct Headers<'a>(&'a HeaderMap);

    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key).and_then(|value| value.to_str().ok())
        }

        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(axum::http::HeaderName::as_str).collect()
        }
    }

    /// Makes the span a child of the one in the `traceparent` header, if there is a valid one.
    pub fn continue_trace(span: &tracing::Span, headers: &HeaderMap) {
        let parent = TraceContextPropagator::new().extract(&Headers(headers));
        if parent.span().span_context().is_valid() {
            // Fails if no layer exports traces.
            let _ = span.set_parent(parent);
        }
    }
}
