//! Errors of the console, as pages.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;
use nearfar_store::Error as StoreError;

use crate::console::layout;

/// Why a page cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsoleError {
    /// There is no such page or entity.
    NotFound,
    /// The operator's role does not suffice.
    Forbidden,
    /// The form is from another session or site.
    StaleForm,
    /// The request cannot be understood.
    BadRequest(String),
    /// The store does not answer.
    Unavailable,
    /// A bug, which was logged.
    Internal,
}

/// The result of a handler.
pub type ConsoleResult = Result<Response, ConsoleError>;

impl ConsoleError {
    /// An internal error: logged, but not disclosed.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error of the console");
        Self::Internal
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<StoreError> for ConsoleError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => Self::NotFound,
            StoreError::Unavailable { .. } => {
                tracing::warn!(%error, "the store is unavailable");
                Self::Unavailable
            }
            StoreError::Invalid { .. } | StoreError::Conflict(_) => Self::BadRequest(error.to_string()),
            error => Self::internal(&error),
        }
    }
}

impl IntoResponse for ConsoleError {
    fn into_response(self) -> Response {
        let (title, text) = match &self {
            Self::NotFound => ("Not found", "There is no such page, or what it shows was deleted."),
            Self::Forbidden => ("Not allowed", "Your role does not allow this. An administrator can change it."),
            Self::StaleForm => {
                ("Form expired", "This form is from an earlier session. Go back, reload the page and try again.")
            }
            Self::BadRequest(reason) => ("Invalid request", reason.as_str()),
            Self::Unavailable => ("Try again later", "The database or the object store does not answer."),
            Self::Internal => ("Error", "Something went wrong. The service's log has the details."),
        };
        let body = html! {
            h1 { (title) }
            p { (text) }
            p { a href="/console/" { "To the console" } }
        };
        (self.status(), layout::plain_page(title, &body)).into_response()
    }
}
