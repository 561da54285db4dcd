//! The `statistics` command.

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use nearfar_protocol::statistics::{Statistics, StatisticsReport};
use nearfar_store::{SessionKind, StatisticsQuery, Store};

use super::accounts;
use super::table::table;

/// Number of days if none are given.
const DEFAULT_DAYS: i64 = 30;

/// Which statistics to print.
#[derive(Clone, Debug, Args)]
pub struct StatisticsArgs {
    /// The access key of an account; default: all accounts.
    #[arg(long, value_name = "ACCESS_KEY")]
    account: Option<String>,
    /// The first day, in UTC, such as 2026-03-31; default: 30 days with the last one.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The last day; default: today.
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// The kind of sessions; default: that of the account, or regular ones.
    #[arg(long, value_enum)]
    kind: Option<KindArg>,
    /// Prints each day as a JSON line.
    #[arg(long)]
    json: bool,
}

/// [`SessionKind`] on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindArg {
    Regular,
    Sandbox,
    Study,
}

impl From<KindArg> for SessionKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Regular => Self::Regular,
            KindArg::Sandbox => Self::Sandbox,
            KindArg::Study => Self::Study,
        }
    }
}

/// Runs the command and returns its output.
///
/// # Errors
/// For an unknown account, days in the wrong order or too many, and if the store is unavailable.
pub async fn run(store: &Store, args: StatisticsArgs, now: i64) -> anyhow::Result<String> {
    let account = match &args.account {
        Some(access_key) => Some(accounts::find(store, access_key).await?),
        None => None,
    };
    let of_account = account.as_ref().map(SessionKind::of_account).unwrap_or_default();
    let today = Timestamp::from_millisecond(now)?.to_zoned(TimeZone::UTC).date();
    let to = args.to.unwrap_or(today);
    let from = match args.from {
        Some(from) => from,
        None => to.checked_sub((DEFAULT_DAYS - 1).days())?,
    };
    let kind = args.kind.map_or(of_account, SessionKind::from);
    let query = StatisticsQuery { account_id: account.map(|account| account.id), kind, from, to };
    let report = store.statistics(&query).await?;
    if !args.json {
        return Ok(readable(&report));
    }
    let lines: Result<Vec<String>, _> = report.days.iter().map(serde_json::to_string).collect();
    Ok(lines?.join("\n"))
}

fn readable(report: &StatisticsReport) -> String {
    let head = [
        "day",
        "created",
        "opened",
        "started",
        "captured",
        "passed",
        "failed",
        "expired",
        "erased",
        "unfinished",
        "attack",
        "inconclusive",
        "median",
        "p95",
    ];
    let days = report.days.iter().map(|day| row(&day.day, &day.statistics));
    let rows = std::iter::once(head.map(String::from).to_vec()).chain(days).chain([row("total", &report.total)]);
    let mut parts = vec![table(&rows.collect::<Vec<_>>())];
    let total = &report.total;
    let reasons = total.reasons.iter().map(|one| (format!("{} {}", one.verdict.code(), one.reason), one.count));
    parts.extend(list("attempts that did not pass, by first reason", reasons));
    let drop_offs = total.drop_offs.iter().map(|one| {
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
        (format!("{} {} {}", one.how, part(&one.step), part(&one.instruction)), one.count)
    });
    parts.extend(list("sessions in which the person stopped, by how, step and instruction", drop_offs));
    for (title, counts) in [
        ("sessions with problems", &total.problems),
        ("operating systems", &total.os),
        ("browsers", &total.browsers),
        ("devices", &total.device_types),
        ("cameras", &total.camera_types),
    ] {
        parts.extend(list(title, counts.iter().map(|(name, count)| (name.clone(), *count))));
    }
    parts.join("\n\n")
}

fn row(day: &str, statistics: &Statistics) -> Vec<String> {
    let seconds = |millis: Option<u64>| {
        millis.map_or("-".to_owned(), |millis| format!("{}.{} s", millis / 1000, millis % 1000 / 100))
    };
    let counts = [
        statistics.created,
        statistics.opened,
        statistics.started,
        statistics.captured,
        statistics.passed,
        statistics.failed,
        statistics.expired,
        statistics.erased,
        statistics.unfinished,
        statistics.attempts_scored.attack,
        statistics.attempts_scored.inconclusive,
    ];
    let times = statistics.time_to_capture;
    let cells = std::iter::once(day.to_owned()).chain(counts.map(|count| count.to_string()));
    cells.chain([seconds(times.median_ms), seconds(times.p95_ms)]).collect()
}

/// Counts under a title, the largest first; nothing if there are none.
fn list(title: &str, counts: impl Iterator<Item = (String, u64)>) -> Option<String> {
    let mut counts: Vec<(String, u64)> = counts.collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let rows: Vec<Vec<String>> = counts.into_iter().map(|(name, count)| vec![count.to_string(), name]).collect();
    (!rows.is_empty()).then(|| format!("{title}:\n{}", table(&rows)))
}
