//! Supervises background tasks: a task that ends or panics is logged and restarted.

use std::sync::Arc;
use std::time::Duration;

use crate::state::App;
use crate::state::running_tasks::RunningTasks;

/// The delay before a restart; it doubles each time.
const INITIAL_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(60);
/// After running for this long, a task starts again with the initial delay.
const STABLE_AFTER: Duration = Duration::from_secs(300);

/// Keeps a task running until the service stops. It counts in `running`, except during delays.
pub fn supervise<W, F>(app: &App, name: &'static str, running: &RunningTasks, work: W)
where
    W: Fn(App) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let (app, tasks, running) = (app.clone(), app.tasks.clone(), running.clone());
    let (mut one, work) = (running.enter(), Arc::new(work));
    tasks.spawn(async move {
        let mut pause = INITIAL_BACKOFF;
        loop {
            let started = app.clock.monotonic();
            let (task_app, work) = (app.clone(), work.clone());
            let result = tokio::spawn(async move { work(task_app).await }).await;
            drop(one);
            if app.stop.is_cancelled() {
                return;
            }
            let reason = result.err().map_or("it ended".to_owned(), |error| error.to_string());
            tracing::error!(task = name, reason, "a background task ended and is restarted");
            metrics::counter!("nearfar_task_restarts_total", "task" => name).increment(1);
            if app.clock.monotonic().saturating_sub(started) >= STABLE_AFTER {
                pause = INITIAL_BACKOFF;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = app.stop.cancelled() => return,
            }
            pause = MAX_BACKOFF.min(pause * 2);
            one = running.enter();
        }
    });
}
