//! Group commit on SQLite: writes that wait at the same time share one transaction, and so one sync of the disk.
//!
//! SQLite has one writer, and each commit waits until the disk has it. One task therefore takes all writes that wait,
//! runs each in a savepoint of its own, and commits once. A write that fails rolls back to its savepoint and harms no
//! other. Every write, failed or not, is answered after the commit: its answer may depend on what another one changed.

use crate::database::{Database, DatabaseKind, Write, unavailable};
use crate::error::{Error, Result};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, Span};

/// Writes of one transaction. The first one waits for the last one.
const MAX_WRITES: usize = 64;

/// Runs writes that may share a transaction.
#[derive(Clone)]
pub(crate) struct GroupCommit {
    database: Database,
    /// `None` on PostgreSQL, which groups commits itself.
    queue: Option<mpsc::UnboundedSender<Box<dyn Job>>>,
}

impl GroupCommit {
    pub(crate) fn start(database: Database) -> Self {
        let queue = (database.kind() == DatabaseKind::Sqlite).then(|| {
            let (queue, waiting) = mpsc::unbounded_channel();
            tokio::spawn(run_batches(database.clone(), waiting));
            queue
        });
        Self { database, queue }
    }

    /// Runs a write and commits it, or rolls it back if it fails or calls [`Write::discard`]. The work may execute
    /// statements only: others wait for it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl for<'a> FnOnce(&'a mut Write) -> BoxFuture<'a, Result<T>> + Send + 'static,
    ) -> Result<T> {
        let Some(queue) = &self.queue else {
            let mut write = self.database.write().await?;
            let value = work(&mut write).await?;
            if !write.take_discarded() {
                write.commit().await?;
            }
            return Ok(value);
        };
        let (answer, answered) = oneshot::channel();
        // If the queue is gone, so is the sender of the answer.
        let _ = queue.send(Box::new(TypedJob { work, answer, span: Span::current() }));
        answered.await.unwrap_or_else(|_| Err(Error::Internal("a write ended without an answer".into())))
    }
}

/// A write that waits.
trait Job: Send {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;

    fn run<'a>(self: Box<Self>, write: &'a mut Write) -> BoxFuture<'a, Finished>;

    /// Answers without having run.
    fn reject(self: Box<Self>, error: Error);
}

/// A write that has run and is not committed yet.
struct Finished {
    /// Whether its changes are to be committed.
    is_kept: bool,
    /// Takes the outcome of the commit.
    answer: Box<dyn FnOnce(Result<()>) + Send>,
}

struct TypedJob<T, W> {
    work: W,
    answer: oneshot::Sender<Result<T>>,
    span: Span,
}

impl<T, W> Job for TypedJob<T, W>
where
    T: Send + 'static,
    W: for<'a> FnOnce(&'a mut Write) -> BoxFuture<'a, Result<T>> + Send + 'static,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run<'a>(self: Box<Self>, write: &'a mut Write) -> BoxFuture<'a, Finished> {
        let Self { work, answer, span } = *self;
        async move {
            let done = AssertUnwindSafe(async { work(write).await }.instrument(span)).catch_unwind().await;
            let result = done.unwrap_or_else(|_| Err(Error::Internal("a write panicked".into())));
            let is_kept = result.is_ok() && !write.take_discarded();
            // Fails if the caller is gone.
            Finished { is_kept, answer: Box::new(move |committed| drop(answer.send(combine(result, committed)))) }
        }
        .boxed()
    }

    fn reject(self: Box<Self>, error: Error) {
        let _ = self.answer.send(Err(error));
    }
}

/// The answer of a write. A result that was read in a transaction that was not committed does not hold; an error that
/// made the transaction fail does.
fn combine<T>(result: Result<T>, committed: Result<()>) -> Result<T> {
    match (result, committed) {
        (Ok(_) | Err(Error::Conflict(_) | Error::NotFound(_)), Err(error)) => Err(error),
        (result, _) => result,
    }
}

/// Runs batches until no store can send writes any more.
async fn run_batches(database: Database, mut waiting: mpsc::UnboundedReceiver<Box<dyn Job>>) {
    while let Some(first) = waiting.recv().await {
        match database.write().await {
            Ok(write) => run_batch(write, first, &mut waiting).await,
            // Those behind it have waited almost as long.
            Err(error) => {
                first.reject(error.clone());
                while let Ok(job) = waiting.try_recv() {
                    job.reject(error.clone());
                }
            }
        }
    }
}

async fn run_batch(mut write: Write, first: Box<dyn Job>, waiting: &mut mpsc::UnboundedReceiver<Box<dyn Job>>) {
    let mut finished = Vec::new();
    let mut next = Some(first);
    let mut to_begin = "SAVEPOINT job";
    let mut failed = Ok(());
    while let Some(job) = next {
        if !job.is_abandoned() {
            failed = execute(&mut write, to_begin).await;
            if let Err(error) = failed {
                job.reject(error.clone());
                failed = Err(error);
                break;
            }
            let mark = write.mark();
            let done = job.run(&mut write).await;
            if done.is_kept {
                write.keep(mark);
                // Together with the next savepoint: each statement is a message to SQLite's thread.
                to_begin = "RELEASE job; SAVEPOINT job";
            } else {
                write.reset(mark);
                failed = execute(&mut write, "ROLLBACK TO job").await;
                to_begin = "";
            }
            finished.push(done);
            if failed.is_err() {
                break;
            }
        }
        next = if finished.len() < MAX_WRITES { waiting.try_recv().ok() } else { None };
    }
    let committed = match failed {
        // Rolls back what is left. SQLite itself ended the transaction, as it does when the disk is full: the changes
        // of all are gone.
        Err(error) => Err(error),
        Ok(()) if finished.iter().any(|done| done.is_kept) => write.commit().await,
        Ok(()) => Ok(()),
    };
    for done in finished {
        (done.answer)(committed.clone());
    }
}

async fn execute(write: &mut Write, statements: &'static str) -> Result<()> {
    if !statements.is_empty() {
        // Fails only if the transaction has ended.
        sqlx::Executor::execute(&mut **write, sqlx::raw_sql(statements)).await.map_err(unavailable)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by it")]
    use crate::database::Write;
    use crate::error::{Conflict, Error, Result};
    use crate::{SecretKey, Store, StoreConfig};
    use futures::FutureExt;
    use futures::future::{BoxFuture, join_all};
    use nearfar_test_support::TestStorage;
    use std::sync::Arc;

    async fn store(storage: &TestStorage) -> Store {
        let objects = storage.objects().display().to_string();
        let config = StoreConfig::new(&storage.database_url, objects, SecretKey::new([1; 32]));
        Store::open(&config, Arc::new(|bytes: &mut [u8]| bytes.fill(7))).await.unwrap()
    }

    /// What a write of these tests does after it has inserted a row.
    #[derive(Clone, Copy, PartialEq)]
    enum Act {
        Succeed,
        Fail,
        Discard,
        Panic,
        EndTransaction,
    }

    fn insert(write: &mut Write, number: usize, act: Act) -> BoxFuture<'_, Result<i64>> {
        async move {
            let statement = "INSERT INTO doomed_blobs (prefix, due_at, sweeping) VALUES ($1, 1, 0)";
            sqlx::query(statement).bind(number.to_string()).execute(&mut **write).await.unwrap();
            let seen = sqlx::query_scalar("SELECT COUNT(*) FROM doomed_blobs").fetch_one(&mut **write).await.unwrap();
            match act {
                Act::Succeed => Ok(seen),
                Act::Fail => Err(Conflict::TooMany.into()),
                Act::Discard => {
                    write.discard();
                    Ok(seen)
                }
                Act::Panic => panic!("a bug"),
                // As SQLite does when the disk is full.
                Act::EndTransaction => {
                    sqlx::Executor::execute(&mut **write, sqlx::raw_sql("ROLLBACK")).await.unwrap();
                    Err(Error::Internal("database or disk is full".into()))
                }
            }
        }
        .boxed()
    }

    /// Runs writes in one transaction.
    async fn run_all(store: &Store, acts: &[Act]) -> Vec<Result<i64>> {
        let other = store.database.write().await.unwrap();
        let writes = acts.iter().copied().enumerate();
        let writes = writes.map(|(number, act)| store.group_commit.run(move |write| insert(write, number, act)));
        // All are waiting before the other writer ends.
        futures::future::join(join_all(writes), async { drop(other) }).await.0
    }

    async fn rows(store: &Store) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM doomed_blobs").fetch_one(store.database.pool()).await.unwrap()
    }

    #[tokio::test]
    async fn each_write_has_a_savepoint() {
        let storage = TestStorage::sqlite();
        let store = store(&storage).await;
        let acts = [Act::Fail, Act::Succeed, Act::Panic, Act::Discard, Act::Fail, Act::Succeed, Act::Fail];
        let results = run_all(&store, &acts).await;
        for (number, (result, act)) in results.iter().zip(acts).enumerate() {
            match act {
                Act::Fail => assert!(matches!(result, Err(Error::Conflict(_))), "{number}: {result:?}"),
                Act::Panic => assert!(matches!(result, Err(Error::Internal(_))), "{number}: {result:?}"),
                _ => assert!(result.is_ok(), "{number}: {result:?}"),
            }
        }
        // In their order, and in one transaction: each sees the ones before it that succeeded.
        let seen: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok().copied()).collect();
        assert_eq!(seen, [1, 2, 2]);
        assert_eq!(rows(&store).await, 2);
    }

    #[tokio::test]
    async fn a_transaction_that_sqlite_ends_fails_for_all() {
        let storage = TestStorage::sqlite();
        let store = store(&storage).await;
        let results = run_all(&store, &[Act::Succeed, Act::Fail, Act::EndTransaction]).await;
        assert!(matches!(results[0], Err(Error::Unavailable { .. })), "{results:?}");
        // It may have failed because of the first one.
        assert!(matches!(results[1], Err(Error::Unavailable { .. })), "{results:?}");
        assert!(matches!(results[2], Err(Error::Internal(_))), "{results:?}");
        assert_eq!(rows(&store).await, 0);
        // A later one works.
        assert_eq!(run_all(&store, &[Act::Succeed]).await.pop().unwrap().unwrap(), 1);
    }

    #[tokio::test]
    async fn writes_that_nobody_waits_for_are_not_begun() {
        let storage = TestStorage::sqlite();
        let store = store(&storage).await;
        let other = store.database.write().await.unwrap();
        let write = |number| store.group_commit.run(move |write| insert(write, number, Act::Succeed));
        let (mut abandoned, mut first) = (Box::pin(write(0)), Box::pin(write(1)));
        assert!(futures::poll!(&mut abandoned).is_pending() && futures::poll!(&mut first).is_pending());
        drop(abandoned);
        drop(other);
        assert_eq!(first.await.unwrap(), 1);
        assert_eq!(rows(&store).await, 1);
    }
}
