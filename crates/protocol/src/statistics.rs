//! Statistics of sessions by day: the funnel, verdicts with reasons, times and devices. They contain no personal data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::result::Decision;

/// The path of the statistics API.
pub const PATH: &str = "/openapi/liveness/v1/statistics";

/// Maximum number of days per request.
pub const MAX_DAYS: i32 = 366;

/// The body of a request. A day is a date in UTC, such as `2026-03-31`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatisticsRequest {
    /// The first day.
    pub from: String,
    /// The last day, at most 366 days later than the first; default: the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
}

/// The statistics of some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatisticsReport {
    /// The days with sessions, in order. Days without sessions are left out.
    pub days: Vec<DayStatistics>,
    /// All days together.
    pub total: Statistics,
}

/// The statistics of the sessions created on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayStatistics {
    /// The date in UTC, such as `2026-03-31`.
    pub day: String,
    /// The statistics.
    pub statistics: Statistics,
}

/// Statistics of sessions. Each session is counted on the day of its creation, whenever the rest happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Statistics {
    /// Sessions created.
    pub created: u64,
    /// Sessions whose page was loaded.
    pub opened: u64,
    /// Sessions with at least one capture started.
    pub started: u64,
    /// Sessions with at least one capture received.
    pub captured: u64,
    /// Sessions that ended with a pass.
    pub passed: u64,
    /// Sessions that ended without a pass.
    pub failed: u64,
    /// Sessions that expired before an end.
    pub expired: u64,
    /// Sessions whose data was erased before an end.
    pub erased: u64,
    /// Sessions that have not ended yet.
    pub unfinished: u64,
    /// Failed sessions by reason: `tries_used`, `retry_limit`, `refused`, `declined`.
    pub failures: BTreeMap<String, u64>,
    /// Captures started.
    pub attempts_started: u64,
    /// Captures received.
    pub attempts_received: u64,
    /// Captures scored, by decision.
    pub attempts_scored: DecisionCounts,
    /// Captures scored that did not pass, by decision and first reason.
    pub reasons: Vec<ReasonCount>,
    /// Where people stopped, by how, step and instruction.
    pub drop_offs: Vec<DropOffCount>,
    /// Sessions in which the page reported a problem, by its code.
    pub problems: BTreeMap<String, u64>,
    /// From the start of a capture to its upload.
    pub time_to_capture: TimeToCapture,
    /// Captured sessions by operating system of the first upload.
    pub os: BTreeMap<String, u64>,
    /// Captured sessions by browser of the first upload.
    pub browsers: BTreeMap<String, u64>,
    /// Captured sessions by type of device of the first upload.
    pub device_types: BTreeMap<String, u64>,
    /// Captured sessions by camera of the first upload.
    pub camera_types: BTreeMap<String, u64>,
}

/// Counts by decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionCounts {
    /// Live, whether or not the passing score was reached.
    pub live: u64,
    /// Attack.
    pub attack: u64,
    /// Inconclusive.
    pub inconclusive: u64,
}

/// Captures that did not pass, by decision and first reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonCount {
    /// The decision.
    pub verdict: Decision,
    /// The first reason, as in Get Result's `reasons`.
    pub reason: String,
    /// Number of captures.
    pub count: u64,
}

/// Sessions in which a person stopped, at least once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DropOffCount {
    /// `cancelled`: the person stopped. `capture_timeout`: the time of a step ran out.
    pub how: String,
    /// The step: `far`, `first_stop`, `second_stop` or `near`; null: not reported.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub step: Option<String>,
    /// The instruction that was shown; null: not reported.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub instruction: Option<String>,
    /// Number of sessions.
    pub count: u64,
}

/// The time from the start of a capture to the end of its upload, by the service's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeToCapture {
    /// Median, ms; within 5 % between 1 s and 30 min. Null without captures.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub median_ms: Option<u64>,
    /// 95th percentile, ms, with the same error.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub p95_ms: Option<u64>,
}
