//! What happens every minute: retention, and figures of what waits.

use std::time::Duration;

use crate::app::App;

/// Starts the sweeps of this instance.
pub fn start(app: &App) {
    let app = app.clone();
    let tasks = app.tasks.clone();
    tasks.spawn(async move {
        let pause = Duration::from_secs(app.config.sweep_seconds);
        while !app.stop.is_cancelled() {
            let more = sweep(&app).await;
            let pause = if more { Duration::ZERO } else { pause };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = app.stop.cancelled() => {}
            }
        }
    });
}

/// One sweep. Returns whether there was more to do than one takes.
pub async fn sweep(app: &App) -> bool {
    app.account_rate.forget_idle();
    app.session_rate.forget_idle();
    match app.store.backlog().await {
        Ok(backlog) => {
            metrics::gauge!("nearfar_attempts_waiting").set(backlog.attempts as f64);
            let age = backlog.oldest.map_or(0, |oldest| app.now() - oldest);
            metrics::gauge!("nearfar_oldest_waiting_seconds").set(age as f64 / 1000.0);
        }
        Err(error) => tracing::warn!(%error, "the backlog is not known"),
    }
    match app.store.sweep(app.now()).await {
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
