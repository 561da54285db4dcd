//! Decisions of human reviewers about sessions.

use serde::{Deserialize, Serialize};

/// Maximum length of a reviewer's note, in characters.
pub const MAX_REVIEW_NOTE: usize = 2000;

/// What a reviewer decided about a session. It stands beside the service's own verdict and does not change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReviewDecision {
    /// The reviewer takes the capture for a living person's.
    Accepted,
    /// The reviewer takes it for an attack, or for unusable.
    Rejected,
    /// The reviewer cannot decide.
    Unsure,
}

impl ReviewDecision {
    /// All decisions in order.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Rejected, Self::Unsure];

    /// The stable snake_case name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Unsure => "unsure",
        }
    }

    /// The decision with that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// A reviewer's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// The decision.
    pub decision: ReviewDecision,
    /// The reviewer's note, at most 2000 characters; may be empty.
    pub note: String,
    /// When it was made, Unix ms.
    pub decided_at: i64,
}
