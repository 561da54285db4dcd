//! Counters, and the statement that adds to them.

use super::metric::Metric;
use crate::database_error::database_error;
use crate::error::Result;
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// Counters of one statement: far below the databases' limits of parameters.
const MAX_ROWS: usize = 64;

/// The key of a counter. The order of the fields is that of the locks, the same in every transaction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Counter {
    pub(crate) account_id: String,
    pub(crate) day: String,
    pub(crate) kind: &'static str,
    pub(crate) metric: Metric,
    pub(crate) label: String,
    pub(crate) shard: i64,
}

/// How much to add to each counter.
#[derive(Debug, Default)]
pub(crate) struct Counters(BTreeMap<Counter, i64>);

impl Counters {
    /// Adds those of another change of the same transaction.
    pub(crate) fn add_all(&mut self, Counters(others): Counters) {
        self.extend(others);
    }

    /// Adds to the stored counters.
    pub(crate) async fn write(self, connection: &mut AnyConnection) -> Result<()> {
        let mut rest: Vec<_> = self.0.into_iter().collect();
        while !rest.is_empty() {
            let others = rest.split_off(rest.len().min(MAX_ROWS));
            write_rows(std::mem::replace(&mut rest, others), connection).await?;
        }
        Ok(())
    }
}

impl Extend<(Counter, i64)> for Counters {
    fn extend<T: IntoIterator<Item = (Counter, i64)>>(&mut self, counters: T) {
        for (counter, count) in counters {
            *self.0.entry(counter).or_default() += count;
        }
    }
}

impl FromIterator<(Counter, i64)> for Counters {
    fn from_iter<T: IntoIterator<Item = (Counter, i64)>>(counters: T) -> Self {
        let mut all = Self::default();
        all.extend(counters);
        all
    }
}

async fn write_rows(rows: Vec<(Counter, i64)>, connection: &mut AnyConnection) -> Result<()> {
    let row = |index: usize| {
        let parameters = (1..=7).map(|column| format!("${}", 7 * index + column));
        format!("({})", parameters.collect::<Vec<_>>().join(", "))
    };
    let statement = format!(
        "INSERT INTO statistics (account_id, day, kind, metric, label, shard, count) VALUES {} \
         ON CONFLICT (account_id, day, kind, metric, label, shard) \
         DO UPDATE SET count = statistics.count + excluded.count",
        (0..rows.len()).map(row).collect::<Vec<_>>().join(", ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
    for (counter, count) in rows {
        let Counter { account_id, day, kind, metric, label, shard } = counter;
        query = query.bind(account_id).bind(day).bind(kind).bind(metric).bind(label).bind(shard).bind(count);
    }
    query.execute(connection).await.map_err(database_error)?;
    Ok(())
}
