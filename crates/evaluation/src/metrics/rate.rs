//! Formats counts as rates with their intervals.

use nearfar_scoring::interval::wilson;

/// A count with its rate and its Wilson interval.
///
/// ```
/// assert_eq!(nearfar_evaluation::metrics::rate::format_rate(19, 20), "19 of 20, 95.0 % (76.4 to 99.1)");
/// ```
pub fn format_rate(count: usize, all: usize) -> String {
    let (low, high) = wilson(count, all);
    let share = if all == 0 { 0.0 } else { 100.0 * count as f64 / all as f64 };
    format!("{count} of {all}, {share:.1} % ({:.1} to {:.1})", 100.0 * low, 100.0 * high)
}
