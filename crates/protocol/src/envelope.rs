//! The shape of every answer.

use serde::{Deserialize, Serialize};

use crate::status::{Pricing, Status};

/// What every API answers: the code tells all; the message is for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Envelope<T> {
    /// The status code.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::status::StatusCode))]
    pub code: String,
    /// The sentence that explains the code.
    pub message: String,
    /// What was asked for, on success.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub data: Option<T>,
    /// What else is to be known of an error.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub extra: Option<String>,
    /// The id of the request, at most 64 characters.
    pub transaction_id: String,
    /// Whether the request is charged.
    pub pricing_strategy: Pricing,
}

impl<T> Envelope<T> {
    /// An answer of that status.
    pub fn new(status: &Status, data: Option<T>, extra: Option<String>, transaction_id: String) -> Self {
        Self {
            code: status.code.to_owned(),
            message: status.message.to_owned(),
            data,
            extra,
            transaction_id,
            pricing_strategy: status.pricing,
        }
    }
}
