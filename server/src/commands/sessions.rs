//! The `sessions` command.

use clap::{Args, Subcommand};
use nearfar_protocol::device_class::{BrowserFamily, DeviceType, OsFamily};
use nearfar_protocol::result::Decision;
use nearfar_protocol::sessions::{LifecycleState, MAX_PAGE, SessionSummary};
use nearfar_store::{Actor, AuditAction, NewAuditEntry, SessionFilter, Store};
use serde_json::json;
use std::collections::BTreeMap;

use super::accounts;
use super::table::table;
use crate::stored::session_summary::session_summary;

/// Session commands.
#[derive(Clone, Debug, Subcommand)]
pub enum SessionsCommand {
    /// Lists sessions, newest first, as a table or as JSON lines.
    List(ListArgs),
}

/// Which sessions to list.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// The access key of an account; default: all accounts.
    #[arg(long, value_name = "ACCESS_KEY")]
    account: Option<String>,
    /// Created at this time or later: a date in UTC such as 2026-03-31, or Unix milliseconds.
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<i64>,
    /// Created before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    before: Option<i64>,
    /// The integrator's id of the person.
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// The state: open, scoring, passed, failed, expired or erased.
    #[arg(long, value_parser = named(LifecycleState::from_code))]
    state: Option<LifecycleState>,
    /// The decision about the last attempt: live, attack or inconclusive.
    #[arg(long, value_parser = named(Decision::from_code))]
    verdict: Option<Decision>,
    /// The operating system, such as android or ios.
    #[arg(long, value_parser = named(OsFamily::from_code))]
    os: Option<OsFamily>,
    /// The browser, such as chrome or safari.
    #[arg(long, value_parser = named(BrowserFamily::from_code))]
    browser: Option<BrowserFamily>,
    /// The type of device: phone, tablet, computer or other.
    #[arg(long, value_parser = named(DeviceType::from_code))]
    device_type: Option<DeviceType>,
    /// Maximum number of sessions.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Prints JSON lines.
    #[arg(long)]
    json: bool,
}

fn named<T>(from_code: fn(&str) -> Option<T>) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| from_code(text).ok_or_else(|| "unknown; see --help".to_owned())
}

/// A time on the command line, as Unix milliseconds.
fn time(text: &str) -> Result<i64, String> {
    let date = || {
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
    };
    text.parse()
        .ok()
        .or_else(date)
        .ok_or_else(|| "should be a date such as 2026-03-31, or Unix milliseconds".to_owned())
}

/// Records the access, then runs the command and returns its output.
///
/// # Errors
/// For an unknown account, and if the store is unavailable.
pub async fn run(
    store: &Store,
    SessionsCommand::List(args): SessionsCommand,
    actor: &Actor,
    now: i64,
) -> anyhow::Result<String> {
    let account_id = match &args.account {
        Some(access_key) => Some(accounts::find(store, access_key).await?.id),
        None => None,
    };
    let entry = NewAuditEntry::new(actor, AuditAction::SessionsListed);
    let entry = match &account_id {
        Some(id) => entry.account(id),
        None => entry,
    };
    store.record_audit(entry, now).await?;
    let filter = SessionFilter {
        account_id,
        created_from: args.from,
        created_before: args.before,
        user_id: args.user,
        state: args.state,
        verdict: args.verdict,
        os: args.os,
        browser: args.browser,
        device_type: args.device_type,
        ..SessionFilter::default()
    };
    let accounts = store.accounts().await?.into_iter();
    let access_keys: BTreeMap<String, String> = accounts.map(|account| (account.id, account.access_key)).collect();
    let (mut found, mut after) = (Vec::new(), None);
    while found.len() < args.limit {
        let page = store.search_sessions(&filter, MAX_PAGE, after.as_ref(), now).await?;
        found.extend(page.sessions);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    found.truncate(args.limit);
    let mut sessions = found.into_iter().map(|found| {
        let access_key = access_keys.get(&found.session.account_id).cloned().unwrap_or_default();
        (access_key, session_summary(found, now))
    });
    if args.json {
        let lines: Result<Vec<String>, serde_json::Error> =
            sessions.try_fold(Vec::new(), |mut lines, (key, session)| {
                let mut line = serde_json::to_value(session)?;
                line["accessKey"] = json!(key);
                lines.push(line.to_string());
                Ok(lines)
            });
        return Ok(lines?.join("\n"));
    }
    let head = ["created", "signatureId", "account", "state", "verdict", "score", "device", "userId"];
    let rows = std::iter::once(head.map(String::from).to_vec()).chain(sessions.map(|(key, session)| row(key, session)));
    Ok(table(&rows.collect::<Vec<_>>()))
}

fn row(access_key: String, session: SessionSummary) -> Vec<String> {
    let created = jiff::Timestamp::from_millisecond(session.created_at).map(|time| format!("{time:.0}"));
    let device = session.device.map(|device| format!("{}/{}", device.os.code(), device.browser.code()));
    vec![
        created.unwrap_or_default(),
        session.signature_id,
        access_key,
        session.state.code().to_owned(),
        session.verdict.map_or("-", Decision::code).to_owned(),
        session.score.map_or("-".to_owned(), |score| score.to_string()),
        device.unwrap_or_else(|| "-".to_owned()),
        session.user_id.unwrap_or_else(|| "-".to_owned()),
    ]
}
