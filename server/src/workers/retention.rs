//! What happens every minute: retention, and figures of what waits. And every second: a look at the clock.

use std::time::Duration;

use nearfar_store::Swept;

use crate::app::App;
use crate::workers::supervision::{Running, supervise};

/// Time between two looks at the clock.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A service that has not swept for longer, ms, was off for long; or is told a wrong time.
const LONG_OFF: i64 = 24 * 3_600_000;
/// How far another instance's clock may be ahead, ms.
const BEFORE: i64 = 60_000;

/// Starts the sweeps of this instance, and its looks at the clock.
pub fn start(app: &App) {
    supervise(app, "sweeper", &Running::default(), |app| async move {
        let pause = Duration::from_secs(app.config.sweep_seconds);
        let mut seen = None;
        while !app.stop.is_cancelled() {
            let more = sweep(&app, &mut seen).await;
            wait(&app, if more { Duration::ZERO } else { pause }).await;
        }
    });
    supervise(app, "clock", &Running::default(), |app| async move {
        while !app.stop.is_cancelled() {
            look_at_clock(&app).await;
            wait(&app, LOOK_EVERY).await;
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
pub async fn look_at_clock(app: &App) {
    let Some(step) = app.time.look() else { return };
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
pub async fn sweep(app: &App, seen: &mut Option<i64>) -> bool {
    match app.store.backlog().await {
        Ok(backlog) => {
            let waited = app.oldest.waited(app, &backlog);
            metrics::gauge!("nearfar_attempts_waiting").set(backlog.attempts as f64);
            metrics::gauge!("nearfar_oldest_waiting_seconds").set(waited.as_secs_f64());
        }
        Err(error) => tracing::warn!(%error, "the backlog is not known"),
    }
    match delete(app, seen).await {
        Ok(swept) => {
            if swept.sessions + swept.uploads + swept.tombstones > 0 {
                tracing::info!(?swept, "swept");
            }
            metrics::counter!("nearfar_sessions_purged_total").increment(swept.sessions);
            swept.more && swept.put_off == 0
        }
        Err(error) => {
            tracing::warn!(%error, "sweeping is put off");
            false
        }
    }
}

/// Deletes what is past its time, if the time is certain; what somebody asked to delete in any case.
async fn delete(app: &App, seen: &mut Option<i64>) -> nearfar_store::Result<Swept> {
    let last = app.store.last_sweep().await?;
    if let Some(last) = last.filter(|last| *seen != Some(*last)) {
        let often = i64::try_from(app.config.sweep_seconds).unwrap_or(i64::MAX).saturating_mul(2000);
        let since = app.now().saturating_sub(last);
        // At the start: off for long, or another time than before. Later: another instance has another time.
        if since < -BEFORE || since > LONG_OFF.max(often) {
            tracing::warn!(last_sweep = last, now = app.now(), "the time is in doubt: it is far from the last sweep's");
            app.time.doubt();
        }
    }
    let hold = Duration::from_secs(app.config.clock_hold_seconds.into());
    let swept = match app.time.certain(hold) {
        Some(now) => app.store.sweep(now).await,
        None => app.store.sweep_asked_for().await,
    };
    metrics::gauge!("nearfar_clock_in_doubt").set(if app.time.certain(hold).is_some() { 0.0 } else { 1.0 });
    *seen = app.store.last_sweep().await?;
    swept
}
