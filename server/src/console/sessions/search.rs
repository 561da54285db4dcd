//! Searches sessions for the list.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use nearfar_store::{AuditAction, FoundSessions, NewAuditEntry, SessionCursor};
use serde_json::json;

use super::PATH;
use super::filter::FilterForm;
use super::list::list;
use crate::console::access::Operator;
use crate::console::{Console, ConsoleResult, layout};
use crate::state::is_valid_id;

/// Sessions on a page.
const PAGE: u32 = 50;

/// Shows the sessions that match, or opens the one that was asked for.
pub(super) async fn search(
    State(console): State<Console>,
    operator: Operator,
    Query(form): Query<FilterForm>,
) -> ConsoleResult {
    let app = &console.app;
    let id = form.id.trim();
    if is_valid_id(id) {
        return Ok(Redirect::to(&format!("/console/sessions/{id}")).into_response());
    }
    let accounts = app.store.accounts().await?;
    let after = match form.after.as_str() {
        "" => Ok(None),
        text => text.parse::<SessionCursor>().map(Some).map_err(|error| format!("This page does not exist: {error}.")),
    };
    let wrong_id = || format!("{id} is no signature id.");
    let asked = if id.is_empty() { Ok(()) } else { Err(wrong_id()) };
    let (status, found, error) = match asked.and_then(|()| Ok((form.filter(&accounts)?, after?))) {
        Ok((filter, after)) => {
            // Which filters were used, without their values: a user id is the person's.
            let used = json!({ "filters": form.used().join(" ") });
            let entry = NewAuditEntry::new(&operator.actor(), AuditAction::SessionsListed).details(used);
            app.store.record_audit(entry, app.now()).await?;
            let found = app.store.search_sessions(&filter, PAGE, after.as_ref(), app.now()).await?;
            (StatusCode::OK, found, None)
        }
        Err(error) => (StatusCode::BAD_REQUEST, FoundSessions { sessions: Vec::new(), next: None }, Some(error)),
    };
    let ids: Vec<&str> = found.sessions.iter().map(|one| one.session.id.as_str()).collect();
    let decisions = app.store.last_decisions(&ids).await?;
    let body = list(&form, &accounts, &found, &decisions, error.as_deref(), app.now());
    Ok(layout::page_with(status, &operator, "Sessions", PATH, &body))
}
