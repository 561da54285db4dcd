//! Accounts of integrators: list, creation, settings, keys.

use std::collections::BTreeMap;

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use nearfar_store::{Account, AccountSettings, NewAccount, Role};

use crate::console::access::Operator;
use crate::console::forms::{Field, FormErrors, confirmed};
use crate::console::layout::{csrf_field, page, page_with, time};
use crate::console::route::ConsoleRoute;
use crate::console::{Console, ConsoleResult, settings_form};

const PATH: &str = "/console/accounts";

pub(super) fn routes() -> Vec<ConsoleRoute> {
    vec![
        ConsoleRoute::get(PATH, Role::Viewer, list),
        ConsoleRoute::get("/console/accounts/new", Role::Administrator, new),
        ConsoleRoute::post("/console/accounts/new", Role::Administrator, create),
        ConsoleRoute::get("/console/accounts/{access_key}", Role::Viewer, show),
        ConsoleRoute::post("/console/accounts/{access_key}", Role::Administrator, change),
        ConsoleRoute::post("/console/accounts/{access_key}/disable", Role::Administrator, disable),
        ConsoleRoute::post("/console/accounts/{access_key}/enable", Role::Administrator, enable),
        ConsoleRoute::post("/console/accounts/{access_key}/rotate", Role::Administrator, rotate),
    ]
}

/// The fields of a sent form.
type Typed = BTreeMap<String, String>;

fn path(account: &Account) -> String {
    format!("{PATH}/{}", account.access_key)
}

async fn list(State(console): State<Console>, operator: Operator) -> ConsoleResult {
    let accounts = console.app.store.accounts().await?;
    let body = html! {
        h1 { "Accounts" }
        @if operator.role() >= Role::Administrator {
            p { a.button href="/console/accounts/new" { "New account" } }
        }
        @if accounts.is_empty() { p { "There are no accounts." } }
        @else {
            div.scroll {
                table.stacked {
                    caption { "All accounts, oldest first" }
                    thead { tr {
                        th scope="col" { "Name" } th scope="col" { "Access key" } th scope="col" { "State" }
                        th scope="col" { "Created" } th scope="col" { "Expires" }
                    } }
                    tbody {
                        @for account in &accounts {
                            tr {
                                th scope="row" { a href=(path(account)) { (account.name) } }
                                td data-label="Access key" { code { (account.access_key) } }
                                td data-label="State" { (state(account, console.app.now())) }
                                td data-label="Created" { (time(account.created_at)) }
                                td data-label="Expires" { @match account.expires_at { Some(end) => { (time(end)) } None => { "never" } } }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(page(&operator, "Accounts", PATH, &body))
}

fn state(account: &Account, now: i64) -> String {
    let state = match account {
        Account { enabled: false, .. } => "disabled",
        Account { expires_at: Some(end), .. } if *end <= now => "expired",
        _ => "enabled",
    };
    if account.sandbox { format!("{state}, test account") } else { state.to_owned() }
}

/// Name and expiry.
fn common_fields(name: &str, expires: &str, errors: &FormErrors) -> Markup {
    let name = Field { name: "name", label: "Name", value: name, required: true, ..Field::default() };
    let hint = "UTC; empty: never";
    let expires =
        Field { name: "expires", label: "Expires", kind: "datetime-local", value: expires, hint, ..Field::default() };
    html! { (name.render(errors)) (expires.render(errors)) }
}

async fn new(operator: Operator) -> Response {
    page(&operator, "New account", PATH, &creation(&operator, None, &FormErrors::default()))
}

fn creation(operator: &Operator, typed: Option<&Typed>, errors: &FormErrors) -> Markup {
    let value = |field: &str| typed.and_then(|typed| typed.get(field)).map_or("", String::as_str);
    html! {
        h1 { "New account" }
        (errors.summary())
        form method="post" action="/console/accounts/new" {
            (csrf_field(&operator.csrf))
            (common_fields(value("name"), value("expires"), errors))
            div.field {
                input #sandbox name="sandbox" type="checkbox" value="true" aria-describedby="sandbox-hint"
                    checked[!value("sandbox").is_empty()];
                " " label for="sandbox" { "Test account" }
                p.hint #sandbox-hint { "Tests choose the verdicts. This cannot be changed later." }
            }
            h2 { "Settings" }
            (settings_form::fields(&AccountSettings::default(), typed, errors))
            div.actions { button type="submit" { "Create account" } a href=(PATH) { "Cancel" } }
        }
    }
}

async fn create(State(console): State<Console>, operator: Operator, Form(typed): Form<Typed>) -> ConsoleResult {
    let (settings, expires_at, errors) = read(&typed, &AccountSettings::default(), None);
    if !errors.is_empty() {
        let body = creation(&operator, Some(&typed), &errors);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &operator, "Error: New account", PATH, &body));
    }
    let new = NewAccount { name: name(&typed), sandbox: typed.contains_key("sandbox"), expires_at, settings };
    let actor = operator.actor();
    let (account, secret) = console.app.store.audited(&actor, console.app.now()).create_account(new).await?;
    Ok(keys(&operator, &account, &secret, "The account was created"))
}

/// Keys, shown once.
fn keys(operator: &Operator, account: &Account, secret: &str, title: &str) -> Response {
    let body = html! {
        h1 { (title) }
        p.warning { "Copy the secret key now. It is not shown again." }
        p { "Access key" } p { code.secret { (account.access_key) } }
        p { "Secret key" } p { code.secret { (secret) } }
        p { a href=(path(account)) { "To the account" } }
    };
    page(operator, title, PATH, &body)
}

async fn show(State(console): State<Console>, operator: Operator, Path(access_key): Path<String>) -> ConsoleResult {
    let account = console.app.store.account_by_access_key(&access_key).await?;
    let body = detail(&console, &operator, &account, None, &FormErrors::default());
    Ok(page(&operator, &account.name, PATH, &body))
}

fn detail(
    console: &Console,
    operator: &Operator,
    account: &Account,
    typed: Option<&Typed>,
    errors: &FormErrors,
) -> Markup {
    let may_change = operator.role() >= Role::Administrator;
    let stored = account.expires_at.map(minutes).unwrap_or_default();
    let value = |field: &str, stored: &str| match typed {
        Some(typed) => typed.get(field).cloned().unwrap_or_default(),
        None => stored.to_owned(),
    };
    html! {
        h1 { (account.name) }
        (errors.summary())
        dl {
            div { dt { "Access key" } dd { code { (account.access_key) } } }
            div { dt { "State" } dd { (state(account, console.app.now())) } }
            div { dt { "Created" } dd { (time(account.created_at)) } }
        }
        @if may_change {
            h2 { "Key and access" }
            div.actions {
                (confirmed("New secret key…", "The present key, access tokens and open sessions stop working at once.",
                    &action(operator, account, "rotate", "Replace the secret key")))
                @if account.enabled {
                    (confirmed("Disable…", "Access tokens and open sessions stop working at once.",
                        &action(operator, account, "disable", "Disable the account")))
                } @else { (action(operator, account, "enable", "Enable")) }
            }
            h2 { "Settings" }
            form method="post" action=(path(account)) {
                (csrf_field(&operator.csrf))
                (common_fields(&value("name", &account.name), &value("expires", &stored), errors))
                (settings_form::fields(&account.settings, typed, errors))
                div.actions { button type="submit" { "Save" } }
            }
        } @else {
            h2 { "Settings" }
            (settings_form::table(&account.settings))
        }
    }
}

fn action(operator: &Operator, account: &Account, verb: &str, label: &str) -> Markup {
    html! {
        form method="post" action={ (path(account)) "/" (verb) } {
            (csrf_field(&operator.csrf))
            button type="submit" class=[(verb != "enable").then_some("danger")] { (label) }
        }
    }
}

async fn change(
    State(console): State<Console>,
    operator: Operator,
    Path(access_key): Path<String>,
    Form(typed): Form<Typed>,
) -> ConsoleResult {
    let account = console.app.store.account_by_access_key(&access_key).await?;
    let (settings, expires_at, errors) = read(&typed, &account.settings, account.expires_at);
    if !errors.is_empty() {
        let body = detail(&console, &operator, &account, Some(&typed), &errors);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &operator, "Error: account", PATH, &body));
    }
    let actor = operator.actor();
    let audited = console.app.store.audited(&actor, console.app.now());
    audited.update_account(&account, &name(&typed), expires_at, &settings).await?;
    Ok(Redirect::to(&path(&account)).into_response())
}

async fn disable(console: State<Console>, operator: Operator, access_key: Path<String>) -> ConsoleResult {
    set_enabled(console, operator, access_key, false).await
}

async fn enable(console: State<Console>, operator: Operator, access_key: Path<String>) -> ConsoleResult {
    set_enabled(console, operator, access_key, true).await
}

async fn set_enabled(
    State(console): State<Console>,
    operator: Operator,
    Path(access_key): Path<String>,
    enabled: bool,
) -> ConsoleResult {
    let account = console.app.store.account_by_access_key(&access_key).await?;
    let actor = operator.actor();
    console.app.store.audited(&actor, console.app.now()).enable_account(&account, enabled).await?;
    Ok(Redirect::to(&path(&account)).into_response())
}

async fn rotate(State(console): State<Console>, operator: Operator, Path(access_key): Path<String>) -> ConsoleResult {
    let account = console.app.store.account_by_access_key(&access_key).await?;
    let actor = operator.actor();
    let secret = console.app.store.audited(&actor, console.app.now()).rotate_secret(&account).await?;
    Ok(keys(&operator, &account, &secret, "The account has a new secret key"))
}

fn name(typed: &Typed) -> String {
    typed.get("name").map(|name| name.trim().to_owned()).unwrap_or_default()
}

/// Settings and expiry of a sent form, and the errors of its fields.
fn read(
    typed: &Typed,
    before: &AccountSettings,
    expires_at: Option<i64>,
) -> (AccountSettings, Option<i64>, FormErrors) {
    let (settings, mut errors) = match settings_form::read(before, typed) {
        Ok(settings) => (settings, FormErrors::default()),
        Err(errors) => (before.clone(), errors),
    };
    if !(1..=200).contains(&name(typed).chars().count()) {
        errors.add("name", "Enter 1 to 200 characters.");
    }
    let expires = typed.get("expires").map_or("", |text| text.trim());
    let expires_at = match expires {
        "" => None,
        // The field shows minutes: an unchanged one keeps its seconds.
        same if expires_at.is_some_and(|end| minutes(end) == same) => expires_at,
        text => match parse_minutes(text) {
            Some(end) => Some(end),
            None => {
                errors.add("expires", "Enter a date and a time, such as 2027-01-31T12:00.");
                None
            }
        },
    };
    (settings, expires_at, errors)
}

/// As the browser's field has it: UTC, to the minute.
fn minutes(millis: i64) -> String {
    let stamp = Timestamp::from_millisecond(millis).map(|stamp| stamp.to_string()).unwrap_or_default();
    stamp.get(..16).unwrap_or_default().to_owned()
}

fn parse_minutes(text: &str) -> Option<i64> {
    let time: DateTime = text.parse().ok()?;
    Some(TimeZone::UTC.to_timestamp(time).ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_shown_to_the_minute() {
        let time = parse_minutes("2027-01-31T12:00").unwrap();
        assert_eq!(minutes(time), "2027-01-31T12:00");
        assert_eq!(minutes(time + 59_999), "2027-01-31T12:00");
        for wrong in ["tomorrow", "2027-02-30T12:00", "12:00"] {
            assert_eq!(parse_minutes(wrong), None, "{wrong}");
        }
    }
}
