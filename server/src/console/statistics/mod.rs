//! The console's page of statistics: the funnel, rates over days, devices.

mod charts;
mod view;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use maud::{Markup, html};
use nearfar_store::{Account, Role, SessionKind, StatisticsQuery};
use serde::Deserialize;

use crate::console::access::Operator;
use crate::console::route::ConsoleRoute;
use crate::console::{Console, ConsoleError, ConsoleResult, layout};

/// Days shown without a choice.
const DEFAULT_DAYS: i64 = 28;
/// Days of one page at most: more columns cannot be told apart.
const MAX_DAYS: i32 = 92;

/// The page, and its entry in the menu.
const PATH: &str = "/console/statistics";

/// The routes of statistics.
pub(super) fn routes() -> Vec<ConsoleRoute> {
    vec![ConsoleRoute::get(PATH, Role::Viewer, show)]
}

/// The fields of the form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct StatisticsForm {
    /// The first day, UTC.
    from: String,
    /// The last day, UTC.
    to: String,
    /// The access key of an account; empty: all.
    account: String,
    /// The kind of sessions without an account: `regular` (default), `sandbox` or `study`.
    kind: String,
}

/// Shows the statistics of the chosen days.
async fn show(State(console): State<Console>, operator: Operator, Query(form): Query<StatisticsForm>) -> ConsoleResult {
    let store = &console.app.store;
    let accounts = store.accounts().await?;
    let today = Timestamp::from_millisecond(console.app.now()).map_err(|error| ConsoleError::internal(&error))?;
    let today = today.to_zoned(TimeZone::UTC).date();
    let (status, form, content) = match query(&form, &accounts, today) {
        Ok(query) => {
            let report = store.statistics(&query).await?;
            let form = StatisticsForm { from: query.from.to_string(), to: query.to.to_string(), ..form };
            (StatusCode::OK, form, view::report(&report, &days(query.from, query.to)))
        }
        Err(error) => (StatusCode::BAD_REQUEST, form, html! { p.error role="alert" { (error) } }),
    };
    let body = html! {
        div.review {
            h1 { "Statistics" }
            (filters(&form, &accounts))
            (content)
        }
    };
    Ok(layout::page_with(status, &operator, "Statistics", PATH, &body))
}

/// The query of the form, or what is wrong with it as a sentence.
fn query(form: &StatisticsForm, accounts: &[Account], today: Date) -> Result<StatisticsQuery, String> {
    let day = |label: &str, text: &str, default: Date| match text.trim() {
        "" => Ok(default),
        text => text.parse::<Date>().map_err(|_| format!("{label} must be a day, such as 2026-03-31.")),
    };
    let to = day("To", &form.to, today)?;
    let earlier = to.checked_sub(Span::new().days(DEFAULT_DAYS - 1)).unwrap_or(to);
    let from = day("From", &form.from, earlier)?;
    let length = from.until(to).map_err(|error| error.to_string())?.get_days();
    if !(0..MAX_DAYS).contains(&length) {
        return Err(format!("Choose at most {MAX_DAYS} days, the first one before the last one."));
    }
    let account = accounts.iter().find(|one| one.access_key == form.account);
    if !form.account.is_empty() && account.is_none() {
        return Err("There is no such account.".into());
    }
    let kind = match (account, form.kind.as_str()) {
        (Some(account), _) => SessionKind::of_account(account),
        (None, "" | "regular") => SessionKind::Regular,
        (None, "sandbox") => SessionKind::Sandbox,
        (None, "study") => SessionKind::Study,
        (None, _) => return Err("There is no such kind of sessions.".into()),
    };
    Ok(StatisticsQuery { account_id: account.map(|one| one.id.clone()), kind, from, to })
}

/// All days from the first to the last.
fn days(from: Date, to: Date) -> Vec<String> {
    from.series(Span::new().days(1)).take_while(|day| *day <= to).map(|day| day.to_string()).collect()
}

fn filters(form: &StatisticsForm, accounts: &[Account]) -> Markup {
    let kinds = [("", "customers"), ("sandbox", "tests in a sandbox"), ("study", "studies")];
    html! {
        form.filters method="get" action="/console/statistics" aria-label="Choose days and account" {
            label { span { "From" } input type="date" name="from" value=(form.from); }
            label { span { "To" } input type="date" name="to" value=(form.to); }
            label { span { "Account" } select name="account" {
                option value="" { "all" }
                @for one in accounts { option value=(one.access_key) selected[one.access_key == form.account] { (one.name) } }
            } }
            label { span { "Kind, for all accounts" } select name="kind" {
                @for (value, text) in kinds { option value=(value) selected[value == form.kind] { (text) } }
            } }
            button type="submit" { "Show" }
        }
        p.note { "A session counts on the day (UTC) on which it was created. Tests in a sandbox and studies are counted apart." }
    }
}
