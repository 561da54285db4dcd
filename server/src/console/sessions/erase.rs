//! Erases a session, or all sessions of a person, after a page that asks for confirmation.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use maud::html;
use nearfar_protocol::sessions::MAX_PAGE;
use nearfar_store::{AuditAction, Conflict, Error as StoreError, NewAuditEntry, Session, SessionFilter};
use serde::Deserialize;
use serde_json::json;

use super::PATH;
use super::lookup::find;
use crate::console::access::Operator;
use crate::console::{Console, ConsoleError, ConsoleResult, layout};

/// What to erase.
#[derive(Debug, Deserialize)]
pub(super) struct EraseForm {
    /// `session` or `person`.
    scope: String,
    /// The box that confirms.
    #[serde(default)]
    confirm: String,
}

/// Asks for confirmation.
pub(super) async fn confirm(
    State(console): State<Console>,
    operator: Operator,
    Path(id): Path<String>,
) -> ConsoleResult {
    let session = find(&console, &id).await?;
    // The page shows the user id.
    let entry = NewAuditEntry::new(&operator.actor(), AuditAction::SessionShown);
    let entry = entry.account(&session.account_id).subject(&session.id).details(json!({ "pictures": false }));
    console.app.store.record_audit(entry, console.app.now()).await?;
    let count = sessions_of_person(&console, &session).await?.len();
    let erase = |scope: &str, button: &str| {
        html! {
            form.erase method="post" action=(format!("/console/sessions/{}/erase", session.id)) {
                (layout::csrf_field(&operator.csrf))
                input type="hidden" name="scope" value=(scope);
                label.check { input type="checkbox" name="confirm" value="yes" required; " I know that this cannot be undone." }
                button.danger type="submit" { (button) }
            }
        }
    };
    let body = html! { div.review {
        p.breadcrumb { a href="/console/sessions" { "Sessions" } " › " a href=(format!("/console/sessions/{}", session.id)) { code { (session.id) } } }
        h1 { "Erase" }
        p { "Erasing deletes pictures, results, problem reports, decisions and notes. An empty record of the session remains, and the audit log keeps that you erased it." }
        h2 { "This session" }
        (erase("session", "Erase this session"))
        @if let Some(user) = &session.user_id {
            h2 { "This person" }
            p { "Sessions of the account with the user id " strong { (user) } ": " (count) "." }
            (erase("person", "Erase all sessions of this person"))
        }
    } };
    Ok(layout::page(&operator, "Erase", PATH, &body))
}

/// Records the erasure, then erases.
pub(super) async fn erase(
    State(console): State<Console>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<EraseForm>,
) -> ConsoleResult {
    if form.confirm != "yes" {
        return Err(ConsoleError::BadRequest("Confirm that this cannot be undone.".into()));
    }
    let session = find(&console, &id).await?;
    let erased = match form.scope.as_str() {
        "session" => vec![session.clone()],
        "person" => sessions_of_person(&console, &session).await?,
        _ => return Err(ConsoleError::BadRequest("There is nothing of that name to erase.".into())),
    };
    let app = &console.app;
    if form.scope == "person" {
        let entry = NewAuditEntry::new(&operator.actor(), AuditAction::PersonErased).account(&session.account_id);
        app.store.record_audit(entry.details(json!({ "sessions": erased.len() })), app.now()).await?;
    }
    let mut held = 0;
    for one in &erased {
        match app.store.erase_session_by(Some(&operator.actor()), &one.id, app.now()).await {
            Ok(()) => app.notify_change(&one.id),
            Err(StoreError::Conflict(Conflict::OnHold)) => held += 1,
            Err(error) => return Err(error.into()),
        }
    }
    if held > 0 {
        let reason = format!("{held} of {} sessions are on legal hold and are erased after it.", erased.len());
        return Err(ConsoleError::BadRequest(reason));
    }
    Ok(Redirect::to(&format!("/console/sessions/{id}")).into_response())
}

/// All sessions of the account with the session's user id; without one only the session itself.
async fn sessions_of_person(console: &Console, session: &Session) -> Result<Vec<Session>, ConsoleError> {
    let app = &console.app;
    let Some(user_id) = session.user_id.clone() else { return Ok(vec![session.clone()]) };
    let account_id = Some(session.account_id.clone());
    let filter = SessionFilter { account_id, user_id: Some(user_id), ..SessionFilter::default() };
    let (mut sessions, mut after) = (Vec::new(), None);
    loop {
        let found = app.store.search_sessions(&filter, MAX_PAGE, after.as_ref(), app.now()).await?;
        sessions.extend(found.sessions.into_iter().map(|one| one.session));
        match found.next {
            Some(next) => after = Some(next),
            None => return Ok(sessions),
        }
    }
}
