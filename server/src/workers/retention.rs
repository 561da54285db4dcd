//! The retention worker, and the worker that checks the clock.

use std::time::Duration;

use nearfar_store::RetentionReport;

use crate::state::App;
use crate::state::running_tasks::RunningTasks;
use crate::workers::supervision::supervise;

/// Interval of clock checks.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// A longer gap since the last retention run, in ms, means a long downtime or a wrong clock.
const MAX_GAP: i64 = 24 * 3_600_000;
/// How far another instance's clock may be ahead, in ms.
const MAX_LEAD: i64 = 60_000;

/// Starts the retention worker and the clock checks of this instance.
pub fn start(app: &App) {
    supervise(app, "sweeper", &RunningTasks::default(), |app| async move {
        let pause = Duration::from_secs(app.config.sweep_seconds);
        let mut last_seen = None;
        while !app.stop.is_cancelled() {
            let more = run_retention(&app, &mut last_seen).await;
            wait(&app, if more { Duration::ZERO } else { pause }).await;
        }
    });
    supervise(app, "clock", &RunningTasks::default(), |app| async move {
        while !app.stop.is_cancelled() {
            check_clock(&app).await;
            wait(&app, POLL_INTERVAL).await;
        }
    });
}

async fn wait(app: &App, pause: Duration) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        () = app.stop.cancelled() => {}
    }
}

/// Follows the machine's clock once a step has lasted.
pub async fn check_clock(app: &App) {
    let Some(step) = app.wall_clock.check_step() else { return };
    metrics::counter!("nearfar_clock_steps_total").increment(1);
    if step > 0 {
        return;
    }
    // Otherwise their captures would seem to have taken longer than the service waited, as those of attackers do.
    match app.store.void_nonces().await {
        Ok(voided) => tracing::info!(voided, "open captures have to start again"),
        Err(error) => tracing::warn!(%error, "open captures may be rejected for their times"),
    }
}

/// One retention run. `last_seen` is the time of the last run of any instance, as of the previous call. Returns whether
/// more work remains.
pub async fn run_retention(app: &App, last_seen: &mut Option<i64>) -> bool {
    match app.store.backlog().await {
        Ok(backlog) => {
            let waited = app.oldest_waited(&backlog);
            metrics::gauge!("nearfar_attempts_waiting").set(backlog.attempts as f64);
            metrics::gauge!("nearfar_oldest_waiting_seconds").set(waited.as_secs_f64());
        }
        Err(error) => tracing::warn!(%error, "the backlog could not be read"),
    }
    match delete_due(app, last_seen).await {
        Ok(report) => {
            if report.erased_sessions + report.deletions + report.tombstones > 0 {
                tracing::info!(?report, "retention run");
            }
            metrics::counter!("nearfar_sessions_purged_total").increment(report.erased_sessions);
            report.has_more && report.deferred == 0
        }
        Err(error) => {
            tracing::warn!(%error, "retention is postponed");
            false
        }
    }
}

/// Runs all deletions if the time is certain, otherwise only requested ones.
async fn delete_due(app: &App, last_seen: &mut Option<i64>) -> nearfar_store::Result<RetentionReport> {
    let last = app.store.last_retention_run().await?;
    if let Some(last) = last.filter(|last| *last_seen != Some(*last)) {
        let interval = i64::try_from(app.config.sweep_seconds).unwrap_or(i64::MAX).saturating_mul(2000);
        let since = app.now().saturating_sub(last);
        // At the start: a long downtime, or another time than before. Later: another instance has another time.
        if since < -MAX_LEAD || since > MAX_GAP.max(interval) {
            tracing::warn!(
                last_retention_run = last,
                now = app.now(),
                "the time is uncertain: it is far from the last retention run"
            );
            app.wall_clock.mark_uncertain();
        }
    }
    let hold = Duration::from_secs(app.config.clock_hold_seconds.into());
    let report = match app.wall_clock.certain_now(hold) {
        Some(now) => app.store.run_retention(now).await,
        None => app.store.run_requested_deletions().await,
    };
    metrics::gauge!("nearfar_clock_in_doubt").set(if app.wall_clock.certain_now(hold).is_some() { 0.0 } else { 1.0 });
    *last_seen = app.store.last_retention_run().await?;
    report
}
