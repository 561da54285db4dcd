//! What happens every minute: retention, and figures of what waits. And every second: a look at the clock.

use std::time::Duration;

use nearfar_store::RetentionReport;

use crate::state::App;
use crate::state::running_tasks::RunningTasks;
use crate::workers::supervision::supervise;

/// Time between two looks at the clock.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// A service that has not swept for longer, ms, was off for long; or is told a wrong time.
const MAX_GAP: i64 = 24 * 3_600_000;
/// How far another instance's clock may be ahead, ms.
const MAX_LEAD: i64 = 60_000;

/// Starts the sweeps of this instance, and its looks at the clock.
pub fn start(app: &App) {
    supervise(app, "sweeper", &RunningTasks::default(), |app| async move {
        let pause = Duration::from_secs(app.config.sweep_seconds);
        let mut seen = None;
        while !app.stop.is_cancelled() {
            let more = run_retention(&app, &mut seen).await;
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

/// Follows the machine's clock once it has been set and stays so.
pub async fn check_clock(app: &App) {
    let Some(step) = app.wall_clock.check_step() else { return };
    metrics::counter!("nearfar_clock_steps_total").increment(1);
    if step > 0 {
        return;
    }
    // Their captures would seem to have taken longer than the service waited for them: as those of attackers do.
    match app.store.void_nonces().await {
        Ok(voided) => tracing::info!(voided, "captures under way have to begin again"),
        Err(error) => tracing::warn!(%error, "captures under way may be refused for their times"),
    }
}

/// One sweep. `seen` is when somebody had swept last, as of the sweep before. Returns whether there was more to do than
/// one takes.
pub async fn run_retention(app: &App, seen: &mut Option<i64>) -> bool {
    match app.store.backlog().await {
        Ok(backlog) => {
            let waited = app.oldest_waited(&backlog);
            metrics::gauge!("nearfar_attempts_waiting").set(backlog.attempts as f64);
            metrics::gauge!("nearfar_oldest_waiting_seconds").set(waited.as_secs_f64());
        }
        Err(error) => tracing::warn!(%error, "the backlog is not known"),
    }
    match delete(app, seen).await {
        Ok(report) => {
            if report.erased_sessions + report.deletions + report.tombstones > 0 {
                tracing::info!(?report, "swept");
            }
            metrics::counter!("nearfar_sessions_purged_total").increment(report.erased_sessions);
            report.has_more && report.deferred == 0
        }
        Err(error) => {
            tracing::warn!(%error, "sweeping is put off");
            false
        }
    }
}

/// Deletes what is past its time, if the time is certain; what somebody asked to delete in any case.
async fn delete(app: &App, seen: &mut Option<i64>) -> nearfar_store::Result<RetentionReport> {
    let last = app.store.last_retention_run().await?;
    if let Some(last) = last.filter(|last| *seen != Some(*last)) {
        let often = i64::try_from(app.config.sweep_seconds).unwrap_or(i64::MAX).saturating_mul(2000);
        let since = app.now().saturating_sub(last);
        // At the start: off for long, or another time than before. Later: another instance has another time.
        if since < -MAX_LEAD || since > MAX_GAP.max(often) {
            tracing::warn!(
                last_retention_run = last,
                now = app.now(),
                "the time is in doubt: it is far from the last sweep's"
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
    *seen = app.store.last_retention_run().await?;
    report
}
