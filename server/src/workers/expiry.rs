//! The worker that finds sessions that expired without an end.

use std::time::Duration;

use crate::state::App;
use crate::state::running_tasks::RunningTasks;
use crate::workers::supervision::supervise;

/// Interval of checks for expired sessions.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Delay after the store was unavailable.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// Starts the worker of this instance.
pub fn start(app: &App) {
    supervise(app, "expiry", &RunningTasks::default(), |app| async move {
        while !app.stop.is_cancelled() {
            let pause = match expire_sessions(&app).await {
                Ok(true) => continue,
                Ok(false) => POLL_INTERVAL,
                Err(error) => {
                    tracing::warn!(%error, "expired sessions are recorded later");
                    RETRY_DELAY
                }
            };
            let _ = app.stop.run_until_cancelled(tokio::time::sleep(pause)).await;
        }
    });
}

/// Records expired sessions, unless the time is uncertain: that cannot be undone. Returns whether more may remain.
///
/// # Errors
/// [`nearfar_store::Error::Unavailable`].
pub async fn expire_sessions(app: &App) -> nearfar_store::Result<bool> {
    let hold = Duration::from_secs(app.config.clock_hold_seconds.into());
    match app.wall_clock.certain_now(hold) {
        Some(now) => app.store.expire_sessions(now).await,
        None => Ok(false),
    }
}
