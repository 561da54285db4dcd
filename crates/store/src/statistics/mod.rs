//! Statistics of sessions by day: counters written in the transaction of each change, and reports of them.
//!
//! A session is counted on the day (UTC) of its creation. Counters contain nothing of a person and outlive the sessions.

mod capture_time;
pub(crate) mod counters;
mod increments;
mod metric;
mod report;

pub(crate) use increments::{Increments, problem_label};
pub(crate) use metric::Metric;
pub use report::StatisticsQuery;
