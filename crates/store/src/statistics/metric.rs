//! What the statistics count.

use crate::columns::named_column;
use serde::{Deserialize, Serialize};

/// What a counter counts: sessions, unless the name says attempts. Most have labels, of fixed lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Metric {
    /// Created.
    Created,
    /// The page was loaded.
    Opened,
    /// An attempt was started.
    Started,
    /// An upload was received.
    Captured,
    /// Ended with a pass.
    Passed,
    /// Ended without a pass; the label is the reason.
    Failed,
    /// Expired before an end.
    Expired,
    /// Erased before an end.
    Erased,
    /// Attempts started.
    AttemptsStarted,
    /// Attempts received.
    AttemptsReceived,
    /// Attempts scored; the label is the decision.
    AttemptsScored,
    /// Attempts that did not pass; the label is decision and first reason.
    AttemptReasons,
    /// Attempts received; the label is the bucket of the time that they took.
    CaptureTime,
    /// A problem was reported; the label is code, step and instruction.
    Problem,
    /// Captured; the label is the operating system of the first upload.
    Os,
    /// Captured; the label is the browser of the first upload.
    Browser,
    /// Captured; the label is the type of device of the first upload.
    DeviceType,
    /// Captured; the label is the camera of the first upload.
    CameraType,
}

named_column!(Metric);

#[cfg(test)]
mod tests {
    use super::Metric;

    /// As stored: names may be added, never changed.
    #[test]
    fn stored_names_do_not_change() {
        let name = |metric: Metric| serde_json::to_value(metric).unwrap();
        assert_eq!(name(Metric::Created), "created");
        assert_eq!(name(Metric::AttemptsStarted), "attempts_started");
        assert_eq!(name(Metric::AttemptReasons), "attempt_reasons");
        assert_eq!(name(Metric::CaptureTime), "capture_time");
        assert_eq!(name(Metric::Os), "os");
    }
}
