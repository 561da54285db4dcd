//! Formats times for people.

use jiff::Timestamp;

/// A time in UTC, to the second.
pub fn time(at: i64) -> String {
    Timestamp::from_millisecond(at)
        .map_or_else(|_| at.to_string(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}
