//! Sends signed events over HTTP: no redirects, no proxies, no private addresses unless allowed, limited in time.

use std::error::Error as _;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::Context;
use bytes::Bytes;
use nearfar_protocol::webhook::{EVENT_ID_HEADER, SIGNATURE_HEADER, WebhookEvent};
use nearfar_store::WebhookTarget;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use crate::config::Config;
use crate::webhooks::addresses::{Lookup, SafeResolver, system_lookup};
use crate::webhooks::endpoint_url::{UrlError, UrlPolicy};
use crate::webhooks::signature::signature;

/// Timeout of a connection, if `webhook_seconds` is not less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an unused connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Unused connections per endpoint.
const IDLE_CONNECTIONS: usize = 4;
/// Bytes of a response's body that are read, and dropped, so that its connection can be used again.
const BODY_LIMIT: usize = 16 * 1024;
/// How long they are waited for.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);

/// Maximum length of a stored cause, in characters.
const MAX_CAUSE: usize = 300;

/// Why an event was not delivered. Messages contain neither URL nor body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// The endpoint answered with another status than 2xx.
    #[error("the endpoint answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// Its `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// The endpoint did not answer in time.
    #[error("the endpoint did not answer within {0} s")]
    Timeout(u64),
    /// The URL is no longer allowed.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// No connection, or one that broke.
    #[error("no answer: {0}")]
    Connection(String),
    /// The event could not be built.
    #[error("the event could not be built: {0}")]
    Event(String),
}

/// Sends events. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    client: Client,
    urls: UrlPolicy,
    seconds: u64,
}

impl Sender {
    /// With the names of the operating system.
    ///
    /// # Errors
    /// If the HTTP client cannot be built.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        Self::with_lookup(config, system_lookup())
    }

    /// With other names.
    ///
    /// # Errors
    /// As [`Sender::new`].
    pub fn with_lookup(config: &Config, lookup: Lookup) -> anyhow::Result<Self> {
        // Fails if it is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let timeout = Duration::from_secs(config.webhook_seconds.into());
        let client = Client::builder()
            .user_agent(concat!("nearfar/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .timeout(timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .dns_resolver(SafeResolver::new(lookup, config.webhook_private_addresses))
            .build()
            .context("the HTTP client of webhooks")?;
        Ok(Self { client, urls: UrlPolicy::new(config), seconds: config.webhook_seconds.into() })
    }

    /// Sends an event once, signed at this time in Unix ms. Returns the status, which is one of 2xx.
    ///
    /// # Errors
    /// [`DeliveryError`].
    pub async fn send(&self, target: &WebhookTarget, event: &WebhookEvent, now: i64) -> Result<u16, DeliveryError> {
        // Checked again, since the configuration may have changed: the resolver does not see addresses in URLs.
        let url = self.urls.parse(&target.url)?;
        let body = serde_json::to_vec(event).map_err(|error| DeliveryError::Event(error.to_string()))?;
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE_HEADER, signature(&target.secrets, now.div_euclid(1000), &body))
            .header(EVENT_ID_HEADER, &event.id)
            .body(Bytes::from(body));
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        let status = response.status();
        let retry_after = retry_after(response.headers(), now);
        drop_body(response).await;
        if status.is_success() {
            return Ok(status.as_u16());
        }
        Err(DeliveryError::Status { status: status.as_u16(), retry_after })
    }

    fn failure(&self, error: &reqwest::Error) -> DeliveryError {
        if error.is_timeout() {
            return DeliveryError::Timeout(self.seconds);
        }
        // The outer errors contain the URL, which may be secret.
        let mut cause = error.source();
        while let Some(inner) = cause.and_then(std::error::Error::source) {
            cause = Some(inner);
        }
        let cause = cause.map_or_else(|| "the request failed".to_owned(), ToString::to_string);
        // It can contain texts of the endpoint, such as the names in its certificate.
        let letters = cause.chars().filter(|letter| !letter.is_control());
        DeliveryError::Connection(letters.take(MAX_CAUSE).collect())
    }
}

/// Reads and drops a short body. A longer one ends the connection.
async fn drop_body(mut response: Response) {
    let read = async {
        let mut length = 0;
        while let Ok(Some(chunk)) = response.chunk().await {
            length += chunk.len();
            if length > BODY_LIMIT {
                return;
            }
        }
    };
    // The status is known: whatever becomes of the body.
    let _ = tokio::time::timeout(BODY_TIMEOUT, read).await;
}

/// `Retry-After` in seconds or as a date.
fn retry_after(headers: &HeaderMap, now: i64) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let now = Duration::from_millis(u64::try_from(now).ok()?);
    Some(date.saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        let parse = |text: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            retry_after(&headers, 784_111_777_000 - 60_000)
        };
        assert_eq!(parse("120"), Some(Duration::from_secs(120)));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(60)));
        assert_eq!(parse("Sat, 06 Nov 1993 08:49:37 GMT"), Some(Duration::ZERO));
        for wrong in ["", "-1", "soon", "1.5"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
