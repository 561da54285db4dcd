//! Increments of counters, written in the transaction of the change that they count.

use super::Metric;
use super::capture_time;
use super::counters::Counter;
use crate::attempts::AttemptOutcome;
use crate::database::{DatabaseKind, Write};
use crate::sessions::{FailureReason, Session, SessionState};
use crate::{Millis, Store};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use nearfar_protocol::problem::ProblemKind;

/// Rows per counter on PostgreSQL. A transaction adds to one of them, chosen at random, so that transactions of one
/// account seldom wait for each other. SQLite has one writer anyway.
const SHARDS: u8 = 8;

/// Separates the parts of a label.
pub(super) const SEPARATOR: char = '/';

/// Increments of one change.
#[derive(Debug, Default)]
pub(crate) struct Increments(Vec<(Counter, i64)>);

impl Increments {
    /// One increment without a label.
    pub(crate) fn of(session: &Session, metric: Metric) -> Self {
        let mut increments = Self::default();
        increments.add(session, metric, "");
        increments
    }

    /// Adds one, unless the statistics do not count the session.
    pub(crate) fn add(&mut self, session: &Session, metric: Metric, label: impl Into<String>) {
        if session.counted {
            let counter = Counter {
                account_id: session.account_id.clone(),
                day: day(session.created_at),
                kind: session.kind().code(),
                metric,
                label: label.into(),
                shard: 0,
            };
            self.0.push((counter, 1));
        }
    }

    /// Adds the end of a session that has just passed or failed, if it has not ended before.
    pub(crate) fn add_end(&mut self, before: SessionState, session: &Session) {
        let had_ended = !matches!(before, SessionState::Open | SessionState::Scoring) || session.expired_at.is_some();
        match session.state {
            _ if had_ended => {}
            SessionState::Passed => self.add(session, Metric::Passed, ""),
            SessionState::Failed => self.add(session, Metric::Failed, session.failure.map_or("", FailureReason::code)),
            SessionState::Open | SessionState::Scoring | SessionState::Cleared => {}
        }
    }

    /// Adds the erasure of a session that had not ended. `before`: the session before the erasure.
    pub(crate) fn add_erasure(&mut self, before: &Session, now: Millis) {
        if before.check_unfinished().is_ok() && before.expired_at.is_none() {
            self.add(before, if before.is_expired(now) { Metric::Expired } else { Metric::Erased }, "");
        }
    }

    /// Adds an upload that took so many milliseconds since its start.
    pub(crate) fn add_upload(&mut self, session: &Session, took: Millis) {
        self.add(session, Metric::AttemptsReceived, "");
        let bucket = capture_time::bucket(took.try_into().unwrap_or_default());
        self.add(session, Metric::CaptureTime, bucket.to_string());
        // An upload is only received once all before it are scored.
        if session.scored > 0 {
            return;
        }
        self.add(session, Metric::Captured, "");
        if let Some(class) = session.device_class {
            self.add(session, Metric::Os, class.os.code());
            self.add(session, Metric::Browser, class.browser.code());
            self.add(session, Metric::DeviceType, class.device_type.code());
        }
        if let Some(camera) = session.camera_type {
            self.add(session, Metric::CameraType, camera.code());
        }
    }

    /// Adds a scored attempt. `session`: with its verdict.
    pub(crate) fn add_outcome(&mut self, session: &Session, outcome: &AttemptOutcome) {
        let Some(verdict) = session.verdict else { return };
        self.add(session, Metric::AttemptsScored, verdict.code());
        if let Some(reason) = &outcome.reason {
            self.add(session, Metric::AttemptReasons, format!("{}{SEPARATOR}{reason}", verdict.code()));
        }
    }
}

impl Store {
    /// Adds the increments to the counters that a transaction writes.
    pub(crate) fn count(&self, write: &mut Write, Increments(increments): Increments) {
        if increments.is_empty() {
            return;
        }
        let shard = self.shard();
        let increments = increments.into_iter().map(|(counter, count)| (Counter { shard, ..counter }, count));
        write.count(increments.collect());
    }

    fn shard(&self) -> i64 {
        if self.database_kind() == DatabaseKind::Sqlite {
            return 0;
        }
        let mut byte = [0];
        (self.entropy)(&mut byte);
        i64::from(byte[0] % SHARDS)
    }
}

/// The label of a problem report: its code; where a person stopped, also step and instruction, if reported.
pub(crate) fn problem_label(kind: ProblemKind) -> String {
    if !kind.is_drop_off() {
        return kind.code.to_owned();
    }
    let part = |part: Option<&'static str>| part.unwrap_or_default();
    format!("{}{SEPARATOR}{}{SEPARATOR}{}", kind.code, part(kind.step), part(kind.instruction))
}

/// The day of a time, in UTC. Times beyond jiff's years are of no day that anybody asks for.
pub(super) fn day(time: Millis) -> String {
    let time = Timestamp::from_millisecond(time).unwrap_or_default();
    time.to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_those_of_utc() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(1_713_247_589_908), "2024-04-16");
        assert_eq!(day(1_709_251_199_999), "2024-02-29");
        assert_eq!(day(1_709_251_200_000), "2024-03-01");
        assert_eq!(day(i64::MAX), "1970-01-01");
    }
}
