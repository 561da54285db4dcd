//! Cancelled callers, as when a client disconnects.

use crate::support::*;
use std::pin::pin;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, subscriber};

nearfar_test_support::on_both!(crate::support::Site:
    cancelled_transactions_are_atomic,
);

/// The log target of PostgreSQL's messages.
const NOTICES: &str = "sqlx::postgres::notice";

/// Collects PostgreSQL's warnings of the whole process: any thread may read them.
struct Warnings;

static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target() == NOTICES
    }

    fn event(&self, event: &Event<'_>) {
        struct Words(String);
        impl Visit for Words {
            fn record_debug(&mut self, _: &Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!("{value:?} ");
            }
        }
        let mut arguments = Words(String::new());
        event.record(&mut arguments);
        WARNINGS.lock().unwrap().push(arguments.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Polls a future at most that many times, then drops it.
async fn polled<T>(most: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut polls = 0;
    std::future::poll_fn(|context| {
        if polls == most {
            return Poll::Ready(None);
        }
        polls += 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Whether no transaction stays open. Cancelled work may still be finishing.
async fn all_ended(site: &Site) -> bool {
    let open = "SELECT COUNT(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    for _ in 0..100 {
        if site.storage.count(open.into()).await == 0 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

async fn cancelled_transactions_are_atomic(mut site: Site) {
    // The other database's test may have run first.
    let _ = subscriber::set_global_default(Warnings);
    // Each iteration meets what the previous one left behind.
    site.config.max_connections = 1;
    let store = site.store().await;
    let id = account(&store).await.id;
    let body = |polls, round| format!("{{\"titleText\":\"{polls} {round}\"}}");
    let mut given_up = 0;
    for polls in 1..8 {
        for round in 0..25 {
            let put = polled(polls, store.put_ui(&id, "en_US", &body(polls, round), NOW)).await;
            let now = store.ui(&id, "en_US").await.unwrap();
            match put {
                Some(put) => {
                    put.unwrap();
                    assert_eq!(now, Some(body(polls, round)));
                }
                None => given_up += 1,
            }
            if site.storage.database_url.starts_with("postgres") && round % 5 == 0 {
                assert!(all_ended(&site).await, "left open after {polls} polls");
            }
        }
    }
    assert!(given_up > 25, "only {given_up} were given up");
    store.put_ui(&id, "en_US", &body(0, 0), NOW).await.unwrap();
    assert_eq!(store.ui(&id, "en_US").await.unwrap(), Some(body(0, 0)));
    assert_eq!(*WARNINGS.lock().unwrap(), Vec::<String>::new());
}
