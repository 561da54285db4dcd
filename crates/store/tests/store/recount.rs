//! Recounts sessions from their rows, to compare statistics with.

use crate::support::*;
use jiff::civil::date;
use nearfar_protocol::result::Decision;
use nearfar_protocol::sessions::LifecycleState;
use nearfar_protocol::statistics::{DecisionCounts, DropOffCount, ReasonCount, Statistics, TimeToCapture};
use nearfar_store::*;
use std::collections::{BTreeMap, BTreeSet};

/// Sessions counted from their rows.
#[derive(Default)]
pub(crate) struct Recount {
    counts: BTreeMap<(&'static str, String), u64>,
    times: Vec<Millis>,
}

impl Recount {
    fn one(&mut self, metric: &'static str, label: &str) {
        *self.counts.entry((metric, label.to_owned())).or_default() += 1;
    }

    /// Counts all sessions of an account, none of which was erased.
    pub(crate) async fn of(store: &Store, account: &Account) -> Self {
        let filter = SessionFilter { account_id: Some(account.id.clone()), ..SessionFilter::default() };
        let (mut recount, mut after) = (Self::default(), None);
        loop {
            let page = store.search_sessions(&filter, 100, after.as_ref(), NOW).await.unwrap();
            for found in page.sessions {
                recount.add(store, &found.session.id, None).await;
            }
            after = page.next;
            if after.is_none() {
                return recount;
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (key, count) in other.counts {
            *self.counts.entry(key).or_default() += count;
        }
        self.times.extend(other.times);
    }

    /// Adds a session that is erased at this time, or not.
    pub(crate) async fn add(&mut self, store: &Store, id: &str, erased_at: Option<Millis>) {
        let session = store.session(id).await.unwrap();
        self.one("created", "");
        if session.opened_at.is_some() {
            self.one("opened", "");
        }
        let attempts = store.attempts(id).await.unwrap();
        if !attempts.is_empty() {
            self.one("started", "");
        }
        if attempts.iter().any(|attempt| attempt.received_at.is_some()) {
            self.one("captured", "");
        }
        for attempt in attempts {
            self.one("attempts_started", "");
            if let Some(received) = attempt.received_at {
                self.one("attempts_received", "");
                self.times.push(received - attempt.issued_at);
            }
            if let Some(outcome) = attempt.outcome {
                let verdict = match (outcome.code.as_str(), outcome.score) {
                    ("SUCCESS", Some(50..)) => "live",
                    ("SUCCESS", _) => "attack",
                    _ => "inconclusive",
                };
                self.one("scored", verdict);
                if let Some(reason) = outcome.reason {
                    self.one("reason", &format!("{verdict}/{reason}"));
                }
            }
        }
        let reports = store.reports(id).await.unwrap();
        let bodies: BTreeSet<_> = reports.into_iter().map(|report| report.body).collect();
        bodies.iter().for_each(|body| self.one("problem", body));
        let failure = session.failure.map(|failure| serde_json::to_value(failure).unwrap());
        match session.state {
            _ if session.expired_at.is_some() => self.one("expired", ""),
            SessionState::Passed => self.one("passed", ""),
            SessionState::Failed => self.one("failed", failure.unwrap().as_str().unwrap()),
            _ => match erased_at {
                Some(at) if session.lifecycle(at) == LifecycleState::Expired => self.one("expired", ""),
                Some(_) => self.one("erased", ""),
                None => self.one("unfinished", ""),
            },
        }
    }

    fn labels(&self, metric: &str) -> BTreeMap<String, u64> {
        let of_metric = self.counts.iter().filter(|((known, _), _)| *known == metric);
        of_metric.map(|((_, label), count)| (label.clone(), *count)).collect()
    }

    fn sum(&self, metric: &str) -> u64 {
        self.labels(metric).values().sum()
    }

    fn statistics(&self) -> Statistics {
        let of = |metric: &str, label: &str| self.labels(metric).get(label).copied().unwrap_or_default();
        let reason = |(label, count): (String, u64)| {
            let (verdict, reason) = label.split_once('/').unwrap();
            ReasonCount { verdict: Decision::from_code(verdict).unwrap(), reason: reason.into(), count }
        };
        let captured = |label: &str| (self.sum("captured") > 0).then(|| (label.to_owned(), self.sum("captured")));
        let gave_up = DropOffCount {
            how: "cancelled".into(),
            step: Some("far".into()),
            instruction: Some("too_dark".into()),
            count: of("problem", "gave up"),
        };
        let in_use = of("problem", "in use");
        Statistics {
            created: self.sum("created"),
            opened: self.sum("opened"),
            started: self.sum("started"),
            captured: self.sum("captured"),
            passed: self.sum("passed"),
            failed: self.sum("failed"),
            expired: self.sum("expired"),
            erased: self.sum("erased"),
            unfinished: self.sum("unfinished"),
            failures: self.labels("failed"),
            attempts_started: self.sum("attempts_started"),
            attempts_received: self.sum("attempts_received"),
            attempts_scored: DecisionCounts {
                live: of("scored", "live"),
                attack: of("scored", "attack"),
                inconclusive: of("scored", "inconclusive"),
            },
            reasons: self.labels("reason").into_iter().map(reason).collect(),
            drop_offs: Some(gave_up).filter(|gave_up| gave_up.count > 0).into_iter().collect(),
            problems: Some(("camera_in_use".into(), in_use)).filter(|(_, count)| *count > 0).into_iter().collect(),
            time_to_capture: TimeToCapture::default(),
            os: captured("other").into_iter().collect(),
            browsers: captured("other").into_iter().collect(),
            device_types: captured("other").into_iter().collect(),
            camera_types: captured("WEB_CAMERA").into_iter().collect(),
        }
    }

    /// Compares the stored statistics of the account with this recount.
    pub(crate) async fn compare(mut self, store: &Store, account: &Account) {
        let mut counted = statistics(store, Some(account), SessionKind::Regular).await;
        let times = std::mem::take(&mut counted.time_to_capture);
        assert_eq!(counted, self.statistics());
        self.times.sort_unstable();
        for (percent, reported) in [(50, times.median_ms), (95, times.p95_ms)] {
            let rank = (self.times.len() * percent).div_ceil(100).saturating_sub(1);
            match (self.times.get(rank), reported) {
                (None, None) => {}
                (Some(exact), Some(reported)) => {
                    let error = reported as f64 / *exact as f64 - 1.0;
                    assert!(error.abs() < 0.05, "{percent} %: {reported} instead of {exact}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// All statistics of the month of these tests.
pub(crate) async fn statistics(store: &Store, account: Option<&Account>, kind: SessionKind) -> Statistics {
    let account_id = account.map(|account| account.id.clone());
    let (from, to) = (date(2024, 4, 1), date(2024, 4, 30));
    store.statistics(&StatisticsQuery { account_id, kind, from, to }).await.unwrap().total
}
