//! API responses and errors. One layer renders all of them into the contract's envelope.
//!
//! The HTTP status is 200 for every code except `CLIENT_ERROR`, whose message names the status: the codes are the
//! contract, and clients read them in the body.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::headers::{CacheControl, HeaderMapExt, RetryAfter};
use nearfar_protocol::envelope::Envelope;
use nearfar_protocol::public::ParamError;
use nearfar_protocol::sandbox::SANDBOX_MARK;
use nearfar_protocol::status::{self, Pricing, Status};
use nearfar_store::{Account, Conflict, Error as StoreError};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// `Retry-After` in seconds.
const RETRY_AFTER: u32 = 10;

/// A response without its transaction id.
#[derive(Clone, Debug)]
pub struct ApiResponse {
    /// Code, message, pricing.
    pub status: Status,
    /// Replaces the status's message.
    pub message: Option<String>,
    /// The payload.
    pub data: Option<Box<RawValue>>,
    /// Details.
    pub extra: Option<String>,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u32>,
}

/// A response that ends a handler early.
#[derive(Clone, Debug)]
pub struct ApiError(Box<ApiResponse>);

/// The result of a handler.
pub type ApiResult = Result<ApiResponse, ApiError>;

impl ApiResponse {
    /// Success without data.
    pub fn ok() -> Self {
        Self::new(status::OK)
    }

    /// Success with data.
    pub fn data(data: &impl Serialize) -> ApiResult {
        Self::new(status::OK).with_data(data)
    }

    /// A response with that status.
    pub fn new(status: Status) -> Self {
        Self { status, message: None, data: None, extra: None, retry_after: None }
    }

    /// Adds data.
    pub fn with_data(mut self, data: &impl Serialize) -> ApiResult {
        self.data = Some(to_raw_value(data).map_err(|error| ApiError::internal(&error))?);
        Ok(self)
    }

    /// Renders the body with its transaction id.
    pub fn render(self, transaction_id: String) -> Response {
        let http = self.http_status();
        let mut envelope = Envelope::new(&self.status, self.data, self.extra, transaction_id);
        if let Some(message) = self.message {
            envelope.message = message;
        }
        let mut response = (http, Json(envelope)).into_response();
        let headers = response.headers_mut();
        headers.typed_insert(CacheControl::new().with_no_store());
        if let Some(seconds) = self.retry_after {
            headers.typed_insert(RetryAfter::delay(Duration::from_secs(seconds.into())));
        }
        response
    }

    /// Marks an answer to a sandbox account.
    pub fn mark_sandbox(&mut self) {
        let details = self.extra.take();
        self.extra = Some(details.map_or_else(|| SANDBOX_MARK.into(), |details| format!("{SANDBOX_MARK}; {details}")));
        self.status.pricing = Pricing::Free;
    }

    fn http_status(&self) -> StatusCode {
        let named = || self.status.message.strip_prefix("HTTP ")?.get(..3)?.parse().ok();
        let named = if self.status.code == status::BAD_REQUEST.code { named() } else { None };
        named.unwrap_or(StatusCode::OK)
    }
}

impl ApiError {
    /// An error with that status.
    pub fn new(status: Status) -> Self {
        Self(Box::new(ApiResponse::new(status)))
    }

    /// An error with details.
    pub fn with_extra(status: Status, extra: impl Into<String>) -> Self {
        Self(Box::new(ApiResponse { extra: Some(extra.into()), ..ApiResponse::new(status) }))
    }

    /// An error with another message.
    pub fn with_message(status: Status, message: String, extra: String) -> Self {
        Self(Box::new(ApiResponse { message: Some(message), extra: Some(extra), ..ApiResponse::new(status) }))
    }

    /// An error with `Retry-After`.
    pub fn retry_after(status: Status, seconds: u32) -> Self {
        Self(Box::new(ApiResponse { retry_after: Some(seconds), ..ApiResponse::new(status) }))
    }

    /// Adds `Retry-After`.
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// An internal error: logged, but not disclosed in the response.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error");
        Self::new(status::SERVER_ERROR)
    }

    /// The response.
    pub fn response(&self) -> &ApiResponse {
        &self.0
    }

    /// Replaces the status `from`.
    pub fn map_status(mut self, from: Status, to: Status) -> Self {
        if self.0.status == from {
            self.0.status = to;
        }
        self
    }
}

impl From<ParamError> for ApiError {
    fn from(error: ParamError) -> Self {
        let status = match error {
            ParamError::Missing(_) => status::PARAMETER_EMPTY,
            ParamError::Type(_) => status::PARAMETER_ERROR,
        };
        Self::with_extra(status, error.to_string())
    }
}

/// The default mapping of store errors, for handlers without a more specific one.
impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => {
                tracing::warn!(%error, "the store is unavailable");
                Self::retry_after(status::RETRY_LATER, RETRY_AFTER)
            }
            StoreError::Conflict(conflict) => conflict.into(),
            StoreError::Invalid { .. } => Self::with_extra(status::PARAMETER_ERROR, error.to_string()),
            error => Self::internal(&error),
        }
    }
}

impl From<Conflict> for ApiError {
    fn from(conflict: Conflict) -> Self {
        let status = match conflict {
            Conflict::IdTaken | Conflict::OtherContent => status::ATTEMPT_CONFLICT,
            Conflict::Cleared | Conflict::Expired => status::SESSION_EXPIRED,
            Conflict::Finished => status::SESSION_FINISHED,
            Conflict::Scoring => return Self::retry_after(status::ATTEMPT_PENDING, 1),
            Conflict::WrongNonce => status::NONCE_MISMATCH,
            Conflict::NonceExpired => status::NONCE_EXPIRED,
            Conflict::LinkExpired => status::HANDOFF_NOT_FOUND,
            Conflict::OtherDevice => status::HANDOFF_TAKEN,
            Conflict::LinkVoided => status::HANDOFF_VOIDED,
            Conflict::NotOpened | Conflict::OtherClaim => status::HANDOFF_NOT_CLAIMED,
            Conflict::TooMany => return Self::retry_after(status::RATE_LIMITED, RETRY_AFTER),
            Conflict::OnHold => {
                return Self::with_extra(status::CLEAR_DATA_ERROR, "LEGAL_HOLD: erased once the hold is released");
            }
            Conflict::NoConsent => status::CONSENT_REQUIRED,
            Conflict::LeaseLost => return Self::internal(&conflict),
        };
        Self::new(status)
    }
}

/// Remembers whether a request belongs to a sandbox account, from its authentication to the rendering layer.
#[derive(Clone, Debug, Default)]
pub struct SandboxMark(Arc<AtomicBool>);

impl SandboxMark {
    /// The mark of this request.
    pub fn of(parts: &Parts) -> Self {
        parts.extensions.get().cloned().unwrap_or_default()
    }

    /// The request belongs to this account.
    pub fn set(&self, account: &Account) {
        if account.sandbox {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the answer is to be marked.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl<S: Sync> FromRequestParts<S> for SandboxMark {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// A response on its way to the rendering layer.
#[derive(Clone)]
pub struct PendingResponse(pub Arc<ApiResponse>);

impl IntoResponse for ApiResponse {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(PendingResponse(Arc::new(self)));
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// The response for requests that no handler answered: a wrong path or method, a body that is too large, a panic.
pub fn unhandled(http: StatusCode) -> ApiResponse {
    ApiResponse::new(match http {
        StatusCode::NOT_FOUND => status::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => status::METHOD_NOT_ALLOWED,
        StatusCode::REQUEST_TIMEOUT => status::REQUEST_TIMEOUT,
        StatusCode::PAYLOAD_TOO_LARGE => status::PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => status::UNSUPPORTED_MEDIA_TYPE,
        other if other.is_client_error() => status::BAD_REQUEST,
        _ => status::SERVER_ERROR,
    })
}
