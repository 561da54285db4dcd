//! Renders the list of sessions with its filters.

use std::collections::BTreeMap;

use maud::{Markup, html};
use nearfar_protocol::device_class::{BrowserFamily, DeviceType, OsFamily};
use nearfar_protocol::result::Decision;
use nearfar_protocol::review::ReviewDecision;
use nearfar_protocol::sessions::LifecycleState;
use nearfar_store::{Account, FoundSession, FoundSessions};

use super::filter::FilterForm;
use crate::console::forms::filter_panel;
use crate::review::time::time;

/// A page of sessions. `decisions` has the last decision of those that have one.
pub(super) fn list(
    form: &FilterForm,
    accounts: &[Account],
    found: &FoundSessions,
    decisions: &BTreeMap<String, ReviewDecision>,
    error: Option<&str>,
    now: i64,
) -> Markup {
    let names: BTreeMap<&str, &str> = accounts.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
    html! { div.review {
        h1 { "Sessions" }
        @if let Some(error) = error { p.error role="alert" { (error) } }
        (filters(form, accounts))
        @if error.is_some() {}
        @else if found.sessions.is_empty() && found.next.is_some() { p.none { "None among the newest; older ones may match." } }
        @else if found.sessions.is_empty() { p.none { "No session matches." } }
        @else {
            div.scrolls tabindex="0" role="region" aria-label="Sessions" {
                table.sessions.stacked {
                    thead { tr {
                        th scope="col" { "session" } th scope="col" { "result" } th scope="col" { "created" }
                        th scope="col" { "decision" } th scope="col" { "account" } th scope="col" { "user id" } th scope="col" { "device" }
                    } }
                    tbody { @for one in &found.sessions { (row(one, &names, decisions, now)) } }
                }
            }
        }
        @if let Some(next) = &found.next {
            p { a.button href=(form.link(Some(&next.to_string()))) rel="next" { "Older sessions" } }
        }
    } }
}

fn row(
    found: &FoundSession,
    names: &BTreeMap<&str, &str>,
    decisions: &BTreeMap<String, ReviewDecision>,
    now: i64,
) -> Markup {
    let session = &found.session;
    let state = session.lifecycle(now);
    let (class, label) = result(found, state);
    html! {
        tr {
            td.session { a href=(format!("/console/sessions/{}", session.id)) { code { (session.id) } } @if session.sandbox.is_some() { " " span.badge.sandbox { "sandbox" } } }
            td.result { span class=(format!("badge {class}")) { (label) } }
            td.created data-label="Created" { (time(session.created_at)) }
            (cell("Decision", decisions.get(&session.id).map(|decision| decision_label(*decision))))
            (cell("Account", names.get(session.account_id.as_str()).copied()))
            (cell("User id", session.user_id.as_deref()))
            (cell("Device", device(found).as_deref()))
        }
    }
}

/// The class and the text of a result.
fn result(found: &FoundSession, state: LifecycleState) -> (&'static str, String) {
    let score = found.score.map(|score| format!(" {score}")).unwrap_or_default();
    match (state, found.session.verdict) {
        (LifecycleState::Passed, _) => ("live", format!("✓ passed{score}")),
        (LifecycleState::Erased, _) => ("waiting", "erased".to_owned()),
        (LifecycleState::Scoring, _) => ("waiting", "… being scored".to_owned()),
        (_, Some(Decision::Attack)) => ("attack", format!("✗ attack{score}")),
        (_, Some(Decision::Inconclusive)) => ("inconclusive", "? inconclusive".to_owned()),
        (_, Some(Decision::Live)) => ("inconclusive", format!("? not passed{score}")),
        (LifecycleState::Failed, None) => ("inconclusive", "failed".to_owned()),
        (LifecycleState::Expired, None) => ("waiting", "expired".to_owned()),
        (LifecycleState::Open, None) => ("waiting", "open".to_owned()),
    }
}

/// A decision for people.
pub(super) fn decision_label(decision: ReviewDecision) -> &'static str {
    match decision {
        ReviewDecision::Accepted => "✓ accepted",
        ReviewDecision::Rejected => "✗ rejected",
        ReviewDecision::Unsure => "? unsure",
    }
}

/// A cell, which phones leave out without a value. `label`: the column's, for screens that show no columns
fn cell(label: &str, value: Option<&str>) -> Markup {
    html! { td.none[value.is_none()] data-label=(label) { (value.unwrap_or("–")) } }
}

fn device(found: &FoundSession) -> Option<String> {
    let class = found.session.device_class.as_ref()?;
    let mut codes = vec![class.device_type.code(), class.os.code(), class.browser.code()];
    // Each may be "other".
    codes.dedup();
    Some(codes.join(", ").replace('_', " "))
}

fn filters(form: &FilterForm, accounts: &[Account]) -> Markup {
    let option = |code: &str| (code.to_owned(), code.replace('_', " "));
    let states = LifecycleState::ALL.iter().map(|one| option(one.code())).collect();
    let verdicts = ["live", "attack", "inconclusive"].into_iter().map(option).collect();
    let devices = DeviceType::ALL.iter().map(|one| option(one.code())).collect();
    let systems = OsFamily::ALL.iter().map(|one| option(one.code())).collect();
    let browsers = BrowserFamily::ALL.iter().map(|one| option(one.code())).collect();
    let of_accounts = accounts.iter().map(|one| (one.access_key.clone(), one.name.clone())).collect();
    let fields = html! {
        form.filters method="get" action="/console/sessions" role="search" aria-label="Filter sessions" {
            (field("From", "from", "date", &form.from))
            (field("To", "to", "date", &form.to))
            (select("Account", "account", of_accounts, &form.account))
            (field("User id", "user", "text", &form.user))
            (select("State", "state", states, &form.state))
            (select("Verdict", "verdict", verdicts, &form.verdict))
            (select("Device", "device", devices, &form.device))
            (select("System", "os", systems, &form.os))
            (select("Browser", "browser", browsers, &form.browser))
            label.check { input type="checkbox" name="review" value="needed" checked[form.review == "needed"]; " Needs review" }
            button type="submit" { "Filter" }
            a href="/console/sessions" { "Reset" }
        }
    };
    html! {
        form.find method="get" action="/console/sessions" aria-label="Find a session" {
            (field("Signature id", "id", "text", &form.id))
            button type="submit" { "Open" }
        }
        ul.shortcuts {
            @let used = form.used();
            li { a href="/console/sessions" aria-current=[used.is_empty().then_some("true")] { "All sessions" } }
            li { a href="/console/sessions?review=needed" aria-current=[(used == ["review"]).then_some("true")] { "Needs review" } }
        }
        (filter_panel(form.used().len(), &fields))
    }
}

fn field(label: &str, name: &str, kind: &str, value: &str) -> Markup {
    html! { label { span { (label) } input type=(kind) name=(name) value=(value) autocomplete="off"; } }
}

fn select(label: &str, name: &str, options: Vec<(String, String)>, chosen: &str) -> Markup {
    html! {
        label {
            span { (label) }
            select name=(name) {
                option value="" { "any" }
                @for (value, text) in options { option value=(value) selected[value == chosen] { (text) } }
            }
        }
    }
}
