//! Stores a reviewer's decision.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use nearfar_protocol::review::ReviewDecision;
use nearfar_store::{Conflict, Error as StoreError, NewReview};
use serde::Deserialize;

use super::lookup::find;
use super::session::{RefusedDecision, show_with};
use crate::console::access::Operator;
use crate::console::{Console, ConsoleResult};

/// The fields of the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DecisionForm {
    decision: String,
    note: String,
}

/// Stores the decision. The store records it in the audit log, without its note.
pub(super) async fn decide(
    State(console): State<Console>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<DecisionForm>,
) -> ConsoleResult {
    let app = &console.app;
    let session = find(&console, &id).await?;
    let refuse = async |decision: Option<ReviewDecision>, error: String| {
        let refused = RefusedDecision { decision, note: form.note.clone(), error };
        show_with(&console, &operator, &id, Some(&refused)).await
    };
    let Some(decision) = ReviewDecision::from_code(&form.decision) else {
        return refuse(None, "Choose a decision.".into()).await;
    };
    let new = NewReview { session_id: &session.id, decision, note: &form.note };
    match app.store.add_review(&operator.actor(), new, app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/console/sessions/{}#decision", session.id)).into_response()),
        Err(StoreError::Invalid { what: "note", reason }) => {
            refuse(Some(decision), format!("The note {reason}.")).await
        }
        Err(StoreError::Conflict(Conflict::Cleared)) => {
            refuse(None, "The session was erased in the meantime.".into()).await
        }
        Err(StoreError::Conflict(Conflict::TooMany)) => {
            refuse(Some(decision), "This session has too many decisions already.".into()).await
        }
        Err(error) => Err(error.into()),
    }
}
