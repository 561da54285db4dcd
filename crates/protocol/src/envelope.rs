//! The envelope of every response.

use serde::{Deserialize, Serialize};

use crate::status::{Pricing, Status};

/// The response of every API. Programs read the code; the message is for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Envelope<T> {
    /// The status code.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::status::StatusCode))]
    pub code: String,
    /// The sentence that explains the code.
    pub message: String,
    /// The payload, on success.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub data: Option<T>,
    /// Details of an error.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub extra: Option<String>,
    /// The id of the request, at most 64 characters.
    pub transaction_id: String,
    /// Whether the request is charged.
    pub pricing_strategy: Pricing,
}

impl<T> Envelope<T> {
    /// A response with that status.
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
