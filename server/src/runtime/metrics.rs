//! The metrics of the service: names, labels and help texts. `docs/OBSERVABILITY.md` lists them, and tests compare this
//! table with the code, the document, the dashboards and the alert rules.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// How a metric's value behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only increases.
    Counter,
    /// Increases and decreases.
    Gauge,
    /// A distribution: `_bucket`, `_sum` and `_count`.
    Histogram,
}

impl Kind {
    /// The name, as in Prometheus.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name, with the unit.
    pub name: &'static str,
    /// How its value behaves.
    pub kind: Kind,
    /// Its labels. Their values have few variants: never ids, paths or texts of clients.
    pub labels: &'static [&'static str],
    /// What it measures.
    pub help: &'static str,
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, labels, help }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, labels: &[], help }
}

const fn histogram(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram, labels, help }
}

/// All metrics.
pub const METRICS: &[Metric] = &[
    counter(
        "nearfar_requests_total",
        &["method", "route", "code"],
        "Requests by method, route and code of the answer (empty for pages and files)",
    ),
    histogram("nearfar_request_seconds", &["route"], "Time from a request's head to its answer's head"),
    counter(
        "nearfar_attempts_judged_total",
        &["code", "level", "verdict", "reason"],
        "Scored attempts. `verdict`: `live`, `attack` or `inconclusive`. `reason`: the first of Get Result's `reasons`, or \
         `none`",
    ),
    counter(
        "nearfar_sandbox_attempts_judged_total",
        &["code"],
        "Attempts of test accounts, which no other metric of scored attempts counts",
    ),
    counter("nearfar_study_attempts_judged_total", &["code"], "Attempts of the study, likewise counted apart"),
    histogram("nearfar_scoring_seconds", &[], "Time that scoring an attempt takes"),
    gauge("nearfar_attempts_waiting", "Attempts that wait for scoring, of all instances"),
    gauge("nearfar_oldest_waiting_seconds", "How long the oldest of them has waited"),
    counter(
        "nearfar_captures_given_up_total",
        &["how", "instruction"],
        "Captures that ran out of time (`capture_timeout`) or were cancelled (`cancelled`), by the instruction on screen",
    ),
    counter("nearfar_webhook_deliveries_total", &["result"], "Attempts to deliver a webhook event, by result"),
    gauge("nearfar_webhook_waiting", "Webhook events that wait for delivery, of all instances"),
    gauge("nearfar_webhook_oldest_waiting_seconds", "How long the oldest of them has waited"),
    gauge("nearfar_webhook_dead", "Webhook events that were given up"),
    counter("nearfar_sessions_purged_total", &[], "Sessions whose data the retention erased"),
    gauge("nearfar_clock_in_doubt", "1 while the clock is in doubt and nothing is erased by time, otherwise 0"),
    counter("nearfar_clock_steps_total", &[], "Steps of the machine's clock"),
    counter("nearfar_task_restarts_total", &["task"], "Restarts of background tasks that ended or panicked"),
    counter("nearfar_log_lines_lost_total", &[], "Log lines that could not be written"),
];

/// Registers the help texts with the recorder.
pub fn describe() {
    for &Metric { name, kind, help, .. } in METRICS {
        let unit = if name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
        match kind {
            Kind::Counter => describe_counter!(name, unit, help),
            Kind::Gauge => describe_gauge!(name, unit, help),
            Kind::Histogram => describe_histogram!(name, unit, help),
        }
    }
}
