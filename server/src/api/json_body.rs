//! Reads JSON bodies, with the contract's errors.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use nearfar_protocol::public::Params;
use nearfar_protocol::status;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::response::ApiError;
use crate::state::App;

/// Timeout of a JSON body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Any JSON value.
#[derive(Clone, Debug)]
pub struct JsonBody(pub Value);

impl FromRequest<App> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        if !has_content_type(request.headers(), &["application/json"]) {
            return Err(ApiError::new(status::UNSUPPORTED_MEDIA_TYPE));
        }
        let sent = tokio::time::timeout(BODY_TIMEOUT, Bytes::from_request(request, app)).await;
        let bytes = sent.map_err(|_| ApiError::new(status::REQUEST_TIMEOUT))?.map_err(unreadable)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| bad_request(&error))
    }
}

impl JsonBody {
    /// The body's parameters.
    pub fn params(self) -> Result<Params, ApiError> {
        Params::new(self.0).ok_or_else(|| bad_request(&"the body is no JSON object"))
    }

    /// Deserialises the body.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        serde_json::from_value(self.0).map_err(|error| ApiError::with_extra(status::PARAMETER_ERROR, error.to_string()))
    }
}

/// Whether the request has one of these content types. `headers::ContentType` rejects a space before `;` and unquoted
/// lists of codecs.
pub fn has_content_type(headers: &HeaderMap, types: &[&str]) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let content_type = content_type.split(';').next().unwrap_or("").trim();
    types.iter().any(|known| content_type.eq_ignore_ascii_case(known))
}

fn bad_request(reason: &dyn std::fmt::Display) -> ApiError {
    ApiError::with_extra(status::BAD_REQUEST, reason.to_string())
}

fn unreadable(rejection: BytesRejection) -> ApiError {
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(status::PAYLOAD_TOO_LARGE),
        _ => ApiError::new(status::BAD_REQUEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_type_parameters_are_ignored() {
        let is = |content_type: &str, known| {
            has_content_type(&HeaderMap::from_iter([(header::CONTENT_TYPE, content_type.parse().unwrap())]), known)
        };
        assert!(is("Application/JSON ; charset=utf-8", &["application/json"]));
        assert!(is("video/mp4;codecs=avc1.42E01E,mp4a.40.2", &["video/webm", "video/mp4"]));
        assert!(!is("application/json5", &["application/json"]));
        assert!(!has_content_type(&HeaderMap::new(), &["application/json"]));
    }
}
