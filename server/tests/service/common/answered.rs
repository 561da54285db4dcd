//! A response of the service.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// A response.
#[derive(Debug)]
pub(crate) struct Answered {
    pub http: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answered {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or("")
    }

    pub(crate) fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// Checks code, message and the form of the envelope.
    #[track_caller]
    pub(crate) fn expect(self, code: &str, message: &str) -> Self {
        assert_eq!((self.code(), self.message()), (code, message), "{:?}", self.body);
        let object = self.body.as_object().expect("an object");
        let mut keys: Vec<&str> = object.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["code", "data", "extra", "message", "pricingStrategy", "transactionId"]);
        assert_eq!(self.body["pricingStrategy"], "FREE");
        let id = self.body["transactionId"].as_str().expect("an id");
        assert!(id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
        if code != "CLIENT_ERROR" {
            assert_eq!(self.http, StatusCode::OK);
        }
        self
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.expect("SUCCESS", "OK")
    }
}
