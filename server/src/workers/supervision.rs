//! Background tasks that are to run as long as the service does: whichever ends or panics is told and started again.

use std::sync::Arc;
use std::time::Duration;

use crate::state::App;
use crate::state::running_tasks::RunningTasks;

/// The pause before a task is started again; twice as long each time.
const INITIAL_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(60);
/// A task that has run for so long begins with the first pause again.
const STABLE_AFTER: Duration = Duration::from_secs(300);

/// Keeps a task running until the service stops. It counts in `running` from here on, except while it pauses.
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
            let begun = app.clock.monotonic();
            let (lent, work) = (app.clone(), work.clone());
            let ended = tokio::spawn(async move { work(lent).await }).await;
            drop(one);
            if app.stop.is_cancelled() {
                return;
            }
            let reason = ended.err().map_or("it ended".to_owned(), |error| error.to_string());
            tracing::error!(task = name, reason, "a background task is started again");
            metrics::counter!("nearfar_task_restarts_total", "task" => name).increment(1);
            if app.clock.monotonic().saturating_sub(begun) >= STABLE_AFTER {
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
