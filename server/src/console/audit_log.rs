//! The audit log: its entries, their verification, and the export.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use maud::{Markup, html};
use nearfar_store::{AuditAction, AuditEntry, AuditFilter, NewAuditEntry, Role};
use serde::Deserialize;
use serde_json::json;

use crate::console::access::Operator;
use crate::console::forms::{Field, FormErrors, filter_panel, select};
use crate::console::layout::{csrf_field, notice, page, time};
use crate::console::route::ConsoleRoute;
use crate::console::{Console, ConsoleResult};

const PATH: &str = "/console/audit";
/// Entries of a page.
const PAGE: u32 = 50;
/// Entries of an export read at once.
const EXPORT_PAGE: u32 = 500;

pub(super) fn routes() -> Vec<ConsoleRoute> {
    vec![
        ConsoleRoute::get(PATH, Role::Administrator, list),
        ConsoleRoute::post("/console/audit/verify", Role::Administrator, verify),
        ConsoleRoute::post("/console/audit/export", Role::Administrator, export),
    ]
}

#[derive(Default, Deserialize)]
struct Search {
    before: Option<i64>,
    #[serde(default)]
    action: String,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    subject: String,
}

async fn list(State(console): State<Console>, operator: Operator, Query(search): Query<Search>) -> ConsoleResult {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = AuditFilter {
        before: search.before,
        action: text(&search.action),
        actor: text(&search.actor),
        subject: text(&search.subject),
    };
    let details = json!({ "action": filter.action, "actor": filter.actor, "subject": filter.subject });
    let entry = NewAuditEntry::new(&operator.actor(), AuditAction::AuditViewed).details(details);
    console.app.store.record_audit(entry, console.app.now()).await?;
    let entries = console.app.store.audit_entries(&filter, PAGE).await?;
    let body = html! {
        h1 { "Audit log" }
        (tools(&operator))
        (search_form(&search))
        (table(&entries))
        @if let Some(last) = entries.last().filter(|last| last.sequence > 1 && entries.len() == PAGE as usize) {
            p { a href=(older(&search, last.sequence)) { "Older entries" } }
        }
    };
    Ok(page(&operator, "Audit log", PATH, &body))
}

fn older(search: &Search, before: i64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("before", &before.to_string());
    query.append_pair("action", &search.action).append_pair("actor", &search.actor);
    format!("{PATH}?{}", query.append_pair("subject", &search.subject).finish())
}

fn tools(operator: &Operator) -> Markup {
    let form = |path: &str, label: &str| {
        html! {
            form method="post" action={ (PATH) "/" (path) } {
                (csrf_field(&operator.csrf))
                button.secondary type="submit" { (label) }
            }
        }
    };
    html! { div.actions { (form("verify", "Verify the chain")) (form("export", "Export all entries")) } }
}

fn search_form(search: &Search) -> Markup {
    let none = FormErrors::default();
    let actions = [("", "All")].into_iter().chain(AuditAction::ALL.iter().map(|action| (action.name(), action.name())));
    let actions: Vec<_> = actions.collect();
    let field = |name, label, value| Field { name, label, value, ..Field::default() };
    let fields = html! {
        form.filters method="get" action=(PATH) role="search" {
            (select("action", "Action", &actions, &search.action, "", &none))
            (field("actor", "Actor", &search.actor).render(&none))
            (field("subject", "Subject", &search.subject).render(&none))
            button type="submit" { "Search" }
        }
    };
    let active = [&search.action, &search.actor, &search.subject].iter().filter(|text| !text.trim().is_empty()).count();
    filter_panel(active, &fields)
}

fn table(entries: &[AuditEntry]) -> Markup {
    html! {
        @if entries.is_empty() { p { "No entries match." } }
        @else {
            div.scroll tabindex="0" role="region" aria-label="Entries" {
                table.stacked {
                    caption { "Entries, newest first" }
                    thead { tr {
                        th scope="col" { "No." } th scope="col" { "Time" } th scope="col" { "Actor" }
                        th scope="col" { "Action" } th scope="col" { "Subject" } th scope="col" { "Details" }
                    } }
                    tbody {
                        @for entry in entries {
                            tr {
                                th scope="row" { (entry.sequence) }
                                td { (time(entry.recorded_at)) }
                                td data-label="Actor" { (entry.actor_kind) " " (entry.actor_name) }
                                td data-label="Action" { (entry.action) }
                                td data-label="Subject" { @if let Some(subject) = &entry.subject { (subject) } }
                                td data-label="Details" { code { (entry.details) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

async fn verify(State(console): State<Console>, operator: Operator) -> ConsoleResult {
    let (store, now) = (&console.app.store, console.app.now());
    let verified = store.verify_audit(None).await?;
    let details = json!({ "intact": verified.is_ok() });
    let entry = NewAuditEntry::new(&operator.actor(), AuditAction::AuditVerified).details(details);
    store.record_audit(entry, now).await?;
    let result = match verified {
        Ok(head) => html! {
            (notice(&format!("The chain is intact: {} entries.", head.count)))
            p { "Note the hash of the last entry where administrators of the database cannot write:" }
            p { code.secret { (head.hash) } }
        },
        Err(broken) => html! { p.warning role="alert" { (broken.to_string()) } },
    };
    let body = html! { h1 { "Verification of the audit log" } (result) p { a href=(PATH) { "To the audit log" } } };
    Ok(page(&operator, "Verification of the audit log", PATH, &body))
}

/// All entries as JSON lines. The export itself is the last one.
async fn export(State(console): State<Console>, operator: Operator) -> ConsoleResult {
    let entry = NewAuditEntry::new(&operator.actor(), AuditAction::AuditExported).details(json!({ "after": 0 }));
    let last = console.app.store.record_audit(entry, console.app.now()).await?.sequence;
    let store = console.app.store.clone();
    let pages = stream::try_unfold(0, move |after| {
        let store = store.clone();
        async move {
            let entries = if after < last { store.audit_entries_after(after, EXPORT_PAGE).await? } else { Vec::new() };
            let Some(newest) = entries.last().map(|entry| entry.sequence) else { return Ok(None) };
            let entries = entries.iter().filter(|entry| entry.sequence <= last);
            let lines: String = entries.map(|entry| entry.to_json() + "\n").collect();
            Ok::<_, nearfar_store::Error>(Some((Bytes::from(lines), newest)))
        }
    });
    let mut response: Response = Body::from_stream(pages).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    let file = HeaderValue::from_static("attachment; filename=\"audit.jsonl\"");
    headers.insert(header::CONTENT_DISPOSITION, file);
    Ok(response)
}
