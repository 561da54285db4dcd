//! Reads the counters and makes reports of them.

use super::Metric;
use super::capture_time::quantile;
use super::increments::SEPARATOR;
use crate::database::database_error;
use crate::error::{Error, Result};
use crate::{SessionKind, Store};
use jiff::civil::Date;
use nearfar_protocol::problem::DROP_OFF_CODES;
use nearfar_protocol::result::Decision;
use nearfar_protocol::statistics::{
    DayStatistics, DecisionCounts, DropOffCount, MAX_DAYS, ReasonCount, Statistics, StatisticsReport, TimeToCapture,
};
use serde::Deserialize;
use serde::de::value::{Error as NameError, StrDeserializer};
use std::collections::BTreeMap;

/// Which sessions to report.
#[derive(Clone, Debug)]
pub struct StatisticsQuery {
    /// The account; `None`: all accounts.
    pub account_id: Option<String>,
    /// The kind of sessions. Kinds are never added up.
    pub kind: SessionKind,
    /// The first day, UTC.
    pub from: Date,
    /// The last day, UTC; at most [`MAX_DAYS`] later.
    pub to: Date,
}

impl Store {
    /// Statistics by day of the sessions' creation. They include every change that was committed before.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a last day before the first, or too many days; [`Error::Unavailable`].
    pub async fn statistics(&self, query: &StatisticsQuery) -> Result<StatisticsReport> {
        let days = query.from.until(query.to).map_err(|error| Error::invalid("to", error))?.get_days();
        if !(0..MAX_DAYS).contains(&days) {
            return Err(Error::invalid("to", format!("must be the first day or later, within {MAX_DAYS} days")));
        }
        let account = if query.account_id.is_some() { "account_id = $4 AND" } else { "" };
        let statement = format!(
            "SELECT day, metric, label, CAST(SUM(count) AS BIGINT) FROM statistics \
             WHERE {account} day >= $1 AND day <= $2 AND kind = $3 GROUP BY day, metric, label ORDER BY day"
        );
        let mut rows = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(query.from.to_string())
            .bind(query.to.to_string())
            .bind(query.kind.code());
        if let Some(account) = &query.account_id {
            rows = rows.bind(account);
        }
        let rows = rows.fetch_all(self.database.pool()).await;
        let rows: Vec<(String, String, String, i64)> = rows.map_err(database_error)?;
        let (mut days, mut total) = (BTreeMap::<String, Counts>::new(), Counts::default());
        for (day, metric, label, count) in rows {
            // Metrics of a later version are left out.
            let metric: Result<Metric, NameError> = Metric::deserialize(StrDeserializer::new(&metric));
            let Ok(metric) = metric else { continue };
            days.entry(day).or_default().add(metric, &label, count.unsigned_abs());
            total.add(metric, &label, count.unsigned_abs());
        }
        let days = days.into_iter().map(|(day, counts)| DayStatistics { day, statistics: counts.statistics() });
        Ok(StatisticsReport { days: days.collect(), total: total.statistics() })
    }
}

/// Counts by metric and label.
#[derive(Default)]
struct Counts(BTreeMap<Metric, BTreeMap<String, u64>>);

impl Counts {
    fn add(&mut self, metric: Metric, label: &str, count: u64) {
        *self.0.entry(metric).or_default().entry(label.to_owned()).or_default() += count;
    }

    fn labels(&self, metric: Metric) -> BTreeMap<String, u64> {
        self.0.get(&metric).cloned().unwrap_or_default()
    }

    fn sum(&self, metric: Metric) -> u64 {
        self.0.get(&metric).map_or(0, |labels| labels.values().sum())
    }

    fn statistics(&self) -> Statistics {
        let [created, passed, failed] =
            [Metric::Created, Metric::Passed, Metric::Failed].map(|metric| self.sum(metric));
        let [expired, erased] = [Metric::Expired, Metric::Erased].map(|metric| self.sum(metric));
        let scored = self.labels(Metric::AttemptsScored);
        let scored = |decision: Decision| scored.get(decision.code()).copied().unwrap_or_default();
        let problems = self.labels(Metric::Problem);
        Statistics {
            created,
            opened: self.sum(Metric::Opened),
            started: self.sum(Metric::Started),
            captured: self.sum(Metric::Captured),
            passed,
            failed,
            expired,
            erased,
            unfinished: created.saturating_sub(passed + failed + expired + erased),
            failures: self.labels(Metric::Failed),
            attempts_started: self.sum(Metric::AttemptsStarted),
            attempts_received: self.sum(Metric::AttemptsReceived),
            attempts_scored: DecisionCounts {
                live: scored(Decision::Live),
                attack: scored(Decision::Attack),
                inconclusive: scored(Decision::Inconclusive),
            },
            reasons: self.labels(Metric::AttemptReasons).into_iter().filter_map(reason).collect(),
            drop_offs: problems.iter().filter_map(|(label, count)| drop_off(label, *count)).collect(),
            problems: problems.into_iter().filter(|(label, _)| drop_off(label, 0).is_none()).collect(),
            time_to_capture: self.time_to_capture(),
            os: self.labels(Metric::Os),
            browsers: self.labels(Metric::Browser),
            device_types: self.labels(Metric::DeviceType),
            camera_types: self.labels(Metric::CameraType),
        }
    }

    fn time_to_capture(&self) -> TimeToCapture {
        let buckets = self.labels(Metric::CaptureTime).into_iter();
        let buckets = buckets.filter_map(|(bucket, count)| Some((bucket.parse().ok()?, count))).collect();
        TimeToCapture { median_ms: quantile(&buckets, 50), p95_ms: quantile(&buckets, 95) }
    }
}

fn reason((label, count): (String, u64)) -> Option<ReasonCount> {
    let (verdict, reason) = label.split_once(SEPARATOR)?;
    Some(ReasonCount { verdict: Decision::from_code(verdict)?, reason: reason.to_owned(), count })
}

fn drop_off(label: &str, count: u64) -> Option<DropOffCount> {
    let mut parts = label.split(SEPARATOR);
    let how = parts.next().filter(|how| DROP_OFF_CODES.contains(how))?;
    let mut part = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
    Some(DropOffCount { how: how.to_owned(), step: part(), instruction: part(), count })
}
