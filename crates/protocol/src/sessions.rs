//! Requests and responses of the sessions API, which lists, searches and describes an account's sessions.

use serde::{Deserialize, Serialize};

use crate::device_class::{BrowserFamily, DeviceClass, DeviceType, OsFamily};
use crate::level::Level;
use crate::result::{AttackType, CameraType, Decision, ResultCode};
use crate::review::ReviewView;

/// The paths of the API.
pub mod paths {
    /// Searches sessions.
    pub const SEARCH: &str = "/openapi/liveness/v1/sessions/search";
    /// Describes one session.
    pub const GET: &str = "/openapi/liveness/v1/sessions/get";
}

/// Maximum number of sessions per page.
pub const MAX_PAGE: u32 = 100;
/// Number of sessions per page if the request names none.
pub const DEFAULT_PAGE: u32 = 20;

/// The state of a session in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LifecycleState {
    /// An attempt may be made.
    Open,
    /// An attempt was received and waits for its score.
    Scoring,
    /// Ended with a pass.
    Passed,
    /// Ended without a pass.
    Failed,
    /// The time was over before an end.
    Expired,
    /// The data was erased.
    Erased,
}

impl LifecycleState {
    /// All states.
    pub const ALL: [Self; 6] = [Self::Open, Self::Scoring, Self::Passed, Self::Failed, Self::Expired, Self::Erased];

    /// The stable snake_case name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Scoring => "scoring",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Erased => "erased",
        }
    }

    /// The state with that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// The body of a search. All fields are optional, and a session has to match all that are given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSearchRequest {
    /// Created at this time or later, Unix ms.
    pub created_from: Option<String>,
    /// Created before this time, Unix ms.
    pub created_before: Option<String>,
    /// The integrator's id of the person, exactly.
    pub user_id: Option<String>,
    /// The state.
    pub state: Option<LifecycleState>,
    /// The decision about the last scored attempt.
    pub verdict: Option<Decision>,
    /// The operating system of the last upload.
    pub os: Option<OsFamily>,
    /// The browser of the last upload.
    pub browser: Option<BrowserFamily>,
    /// The type of device of the last upload.
    pub device_type: Option<DeviceType>,
    /// The camera of the last upload.
    pub camera_type: Option<CameraType>,
    /// The level, as sent in Get Token.
    pub product_level: Option<Level>,
    /// Number of sessions per page: 1 to 100; default: 20.
    pub limit: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// A page of sessions, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionPage {
    /// The sessions. A page can be short or empty although more follow.
    pub sessions: Vec<SessionSummary>,
    /// The `cursor` of the next page; null: there are no more.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub next_cursor: Option<String>,
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSummary {
    /// The session's id.
    pub signature_id: String,
    /// The state.
    pub state: LifecycleState,
    /// Why it failed: `tries_used`, `retry_limit`, `refused` or `declined`; null in other states.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub failure: Option<String>,
    /// The integrator's id of the person; null after erasure.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub user_id: Option<String>,
    /// ISO 3166 alpha-3; null after erasure.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub region: Option<String>,
    /// The level, as sent in Get Token; null: the account's default.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub product_level: Option<String>,
    /// When it was created, Unix ms.
    pub created_at: i64,
    /// When the page was first loaded, Unix ms.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub opened_at: Option<i64>,
    /// When it expires, Unix ms.
    pub expires_at: i64,
    /// When it passed or failed, Unix ms.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub finished_at: Option<i64>,
    /// When its data was erased, Unix ms.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub erased_at: Option<i64>,
    /// Number of captures started.
    pub attempts_started: u32,
    /// Number of captures scored.
    pub attempts_scored: u32,
    /// The code of the last scored attempt.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub code: Option<ResultCode>,
    /// The score of the last scored attempt.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub score: Option<u8>,
    /// The decision about the last scored attempt.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub verdict: Option<Decision>,
    /// The classes of the device of the last upload.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub device: Option<DeviceClass>,
    /// The camera of the last upload.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub camera_type: Option<CameraType>,
    /// Whether more than one device took part.
    pub multi_device: bool,
    /// Whether a test chose the results.
    pub sandbox: bool,
}

/// A session with its attempts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionDetails {
    /// The session.
    pub session: SessionSummary,
    /// Its attempts, oldest first. Empty after erasure.
    pub attempts: Vec<AttemptSummary>,
    /// The last decision of a reviewer; null without one, and after erasure. It does not change the result.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub review: Option<ReviewView>,
}

/// An attempt of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptSummary {
    /// Its id within the session.
    pub attempt_id: String,
    /// When it was started, Unix ms.
    pub started_at: i64,
    /// When the upload was received, Unix ms.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub received_at: Option<i64>,
    /// When it was scored, Unix ms.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub scored_at: Option<i64>,
    /// The code.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub code: Option<ResultCode>,
    /// The score.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub score: Option<u8>,
    /// The decision.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub verdict: Option<Decision>,
    /// The kind of attack, if the score is 0.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u8>, minimum = 1, maximum = 3))]
    pub attack_type: Option<AttackType>,
    /// The first reason why it did not pass, as in Get Result's `reasons`.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_serde() {
        for state in LifecycleState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.code());
            assert_eq!(LifecycleState::from_code(state.code()), Some(state));
        }
    }
}
