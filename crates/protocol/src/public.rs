//! Requests and responses of the five APIs for integrators, except [`crate::result::ResultData`] and [`crate::ui`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::sandbox::SandboxEntry;

/// The paths of the APIs.
pub mod paths {
    /// Token Authentication.
    pub const GENERATE_TOKEN: &str = "/openapi/auth/ticket/v1/generate-token";
    /// Get Token.
    pub const TOKEN: &str = "/openapi/liveness/v2/h5/token";
    /// ConfigureUI.
    pub const CONFIGURE_UI: &str = "/openapi/liveness/v1/h5/configureUI";
    /// Get Result.
    pub const GET_RESULT: &str = "/openapi/liveness/v4/h5/get-result";
    /// PII Data Retention.
    pub const CLEAR_DATA: &str = "/liveness/h5/ext/v1/clear-data";
}

/// The header that carries the access token.
pub const ACCESS_TOKEN_HEADER: &str = "X-ACCESS-TOKEN";

/// The body of Token Authentication. Each field may be a string or a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GenerateTokenRequest {
    /// The access key.
    pub access_key: String,
    /// Unix ms, 13 digits, within 300 s of now.
    pub timestamp: String,
    /// SHA-256, in hex, of access key + secret key + timestamp.
    pub signature: String,
    /// Lifetime of the token, 60 to 86400 s; default 3600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_second: Option<String>,
}

/// The `data` of Token Authentication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessToken {
    /// The access token.
    pub token: String,
    /// Expiry, Unix ms.
    pub expired_time: i64,
}

/// The body of Get Token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GetTokenRequest {
    /// Redirect after success: an http(s) URL, or one of an app whose scheme the account allows.
    pub return_url: String,
    /// Redirect after failure; default: `returnUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_return_url: Option<String>,
    /// The integrator's own id of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// ISO 3166 alpha-3.
    pub region: String,
    /// How many attempts may fail; default 1. The first three with the code `FACE_QUALITY_TOO_POOR` are not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub try_count: Option<String>,
    /// STANDARD or PRO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_level: Option<String>,
    /// In a sandbox account: the results of the attempts, in order; the last one repeats. Default: `["SUCCESS"]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub sandbox: Option<Vec<SandboxEntry>>,
}

/// The `data` of Get Token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionCreated {
    /// The session's id.
    pub signature_id: String,
    /// The URL of the session's page, valid for 3600 s.
    pub url: String,
}

/// The body of Get Result and the query of PII Data Retention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignatureRequest {
    /// The session's id.
    pub signature_id: String,
}

/// Raw parameters of a request. A number counts as its text; an empty string and null count as missing.
#[derive(Clone, Debug, Default)]
pub struct Params(Map<String, Value>);

/// Errors of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    /// It is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// It is neither a string (without NUL characters) nor a number.
    #[error("{0} should be a text")]
    Type(&'static str),
}

impl Params {
    /// The parameters of a body; `None` if it is not an object.
    pub fn new(body: Value) -> Option<Self> {
        match body {
            Value::Object(map) => Some(Self(map)),
            _ => None,
        }
    }

    /// A required parameter.
    pub fn required(&self, name: &'static str) -> Result<String, ParamError> {
        self.optional(name)?.ok_or(ParamError::Missing(name))
    }

    /// A parameter that is not among the known ones.
    pub fn unknown(&self, known: &[&str]) -> Option<&str> {
        self.0.keys().map(String::as_str).find(|name| !known.contains(name))
    }

    /// An optional parameter of any type.
    pub fn value(&self, name: &'static str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// An optional parameter.
    pub fn optional(&self, name: &'static str) -> Result<Option<String>, ParamError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) if !text.contains('\0') => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(ParamError::Type(name)),
        }
    }
}
