//! The worker that takes up rotated signing keys, and destroys retired ones.

use std::time::Duration;

use crate::state::App;
use crate::state::running_tasks::RunningTasks;
use crate::state::signing_keys::REFRESH_SECONDS;
use crate::workers::supervision::supervise;

/// Starts the worker of this instance.
pub fn start(app: &App) {
    supervise(app, "keys", &RunningTasks::default(), |app| async move {
        while !app.stop.is_cancelled() {
            let pause = tokio::time::sleep(Duration::from_secs(REFRESH_SECONDS));
            let _ = app.stop.run_until_cancelled(pause).await;
            refresh(&app).await;
        }
    });
}

/// Loads the keys again. Retired ones are destroyed only while the time is certain.
pub async fn refresh(app: &App) {
    if let Err(error) = app.reload_keys().await {
        tracing::warn!(%error, "the signing keys could not be read: rotated keys are not known yet");
        return;
    }
    let hold = Duration::from_secs(app.config.clock_hold_seconds.into());
    let Some(now) = app.wall_clock.certain_now(hold) else { return };
    match app.store.destroy_retired_keys(now).await {
        Ok(0) => {}
        Ok(keys) => tracing::info!(keys, "retired signing keys were destroyed"),
        Err(error) => tracing::warn!(%error, "retired signing keys could not be destroyed yet"),
    }
}
