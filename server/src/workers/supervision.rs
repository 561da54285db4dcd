//! Background tasks that are to run as long as the service does: whichever ends or panics is told and started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::app::App;

/// The pause before a task is started again; twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A task that has run for so long begins with the first pause again.
const SOUND: Duration = Duration::from_secs(300);

/// How many tasks of a kind run.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<AtomicUsize>);

impl Running {
    /// How many there are just now.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn one_more(&self) -> One {
        self.0.fetch_add(1, Ordering::SeqCst);
        One(self.0.clone())
    }
}

/// One that runs, until it is dropped.
struct One(Arc<AtomicUsize>);

impl Drop for One {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Keeps a task running until the service stops. It counts in `running` from here on, except while it pauses.
pub fn supervise<W, F>(app: &App, name: &'static str, running: &Running, work: W)
where
    W: Fn(App) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let (app, tasks, running) = (app.clone(), app.tasks.clone(), running.clone());
    let (mut one, work) = (running.one_more(), Arc::new(work));
    tasks.spawn(async move {
        let mut pause = FIRST_PAUSE;
        loop {
            let begun = app.clock.monotonic();
            let (lent, work) = (app.clone(), work.clone());
            let ended = tokio::spawn(async move { work(lent).await }).await;
            drop(one);
            if app.stop.is_cancelled() {
                return;
            }
            let why = ended.err().map_or("it ended".to_owned(), |error| error.to_string());
            tracing::error!(task = name, why, "a background task is started again");
            metrics::counter!("nearfar_task_restarts_total", "task" => name).increment(1);
            if app.clock.monotonic().saturating_sub(begun) >= SOUND {
                pause = FIRST_PAUSE;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = app.stop.cancelled() => return,
            }
            pause = LONGEST_PAUSE.min(pause * 2);
            one = running.one_more();
        }
    });
}
