//! The page of a session: the review, the decisions with their form, and for administrators the way to erase.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maud::{Markup, html};
use nearfar_protocol::review::{MAX_REVIEW_NOTE, ReviewDecision};
use nearfar_store::{Account, AuditAction, NewAuditEntry, Review, Role, Session, SessionState};
use serde_json::json;

use super::PATH;
use super::list::decision_label;
use super::lookup::find;
use super::pictures::ViewToken;
use crate::console::access::Operator;
use crate::console::{Console, ConsoleError, ConsoleResult, layout};
use crate::review::pictures::PictureSource;
use crate::review::time::time;
use crate::review::{self, SessionReview, page};

/// What a decision form was sent with, if it was refused.
#[derive(Clone, Debug, Default)]
pub(super) struct RefusedDecision {
    /// The decision, if it was one.
    pub decision: Option<ReviewDecision>,
    /// The note.
    pub note: String,
    /// Why it was refused, as a sentence.
    pub error: String,
}

/// Shows a session.
pub(super) async fn show(State(console): State<Console>, operator: Operator, Path(id): Path<String>) -> ConsoleResult {
    show_with(&console, &operator, &id, None).await
}

/// Shows a session, with the form that was refused.
pub(super) async fn show_with(
    console: &Console,
    operator: &Operator,
    id: &str,
    refused: Option<&RefusedDecision>,
) -> ConsoleResult {
    let app = &console.app;
    let session = find(console, id).await?;
    let shows_pictures = operator.role() >= Role::Reviewer && session.state != SessionState::Cleared;
    // Without the entry nothing is shown.
    let action = if shows_pictures { AuditAction::SessionPicturesViewed } else { AuditAction::SessionShown };
    let entry = NewAuditEntry::new(&operator.actor(), action).account(&session.account_id).subject(&session.id);
    app.store.record_audit(entry.details(json!({ "pictures": shows_pictures })), app.now()).await?;

    let account = app.store.account(&session.account_id).await?;
    let decisions = app.store.reviews(&session.id).await?;
    let review = match review::load(&app.store, session).await {
        Ok(review) => review,
        Err(error) => return Err(ConsoleError::internal(&format!("{error:#}"))),
    };
    let id = &review.session.id;
    let pictures = Links {
        signature_id: id,
        token: if shows_pictures { Some(ViewToken::issue(console, operator, id)?) } else { None },
    };
    let body = html! {
        div.review {
            p.breadcrumb { a href="/console/sessions" { "Sessions" } " › " (account.name) }
            h1 { "Session " code { (id) } }
            (page::banner(&review, app.now()))
            // Where there is one column, the decision is at the end of a long page.
            @if operator.role() >= Role::Reviewer || !decisions.is_empty() {
                p.to-decision { a href="#decision" { "To the decision" } }
            }
            (key_facts(&review.session, &account))
            div.review-columns {
                div.review-main { (page::session(&review, &pictures)) }
                aside.review-side aria-label="Decision" {
                    (history(&decisions))
                    @if review.session.state != SessionState::Cleared {
                        @if operator.role() >= Role::Reviewer { (decision_form(&review, operator, refused)) }
                        @if operator.role() >= Role::Administrator {
                            p { a.danger href=(format!("/console/sessions/{id}/erase")) { "Erase this session or person…" } }
                        }
                    }
                }
            }
        }
    };
    let status = if refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(layout::page_with(status, operator, &format!("Session {id}"), PATH, &body))
}

/// Links to the pictures; none for those who may not see them.
struct Links<'a> {
    signature_id: &'a str,
    token: Option<ViewToken>,
}

impl PictureSource for Links<'_> {
    fn address(&self, attempt: &str, name: &str) -> Option<String> {
        let token = self.token.as_ref()?;
        // Ids and names of files have letters that need no encoding.
        Some(format!("/console/sessions/{}/pictures/{attempt}/{name}?{}", self.signature_id, token.query()))
    }

    fn withheld(&self) -> Option<&'static str> {
        self.token.is_none().then_some("Your role does not show pictures. A reviewer can see them.")
    }
}

fn key_facts(session: &Session, account: &Account) -> Markup {
    html! {
        dl.key-facts {
            div { dt { "Account" } dd { (account.name) } }
            div { dt { "User id" } dd { (session.user_id.as_deref().unwrap_or("–")) } }
            div { dt { "Created" } dd { (time(session.created_at)) } }
            div { dt { "Attempts" } dd { (session.starts) " started, " (session.scored) " scored" } }
        }
    }
}

/// The decisions, newest first.
fn history(decisions: &[Review]) -> Markup {
    html! {
        h2 id="decision" { "Decision" }
        @if decisions.is_empty() { p.none { "Nobody has decided yet." } }
        ol.decisions reversed {
            @for one in decisions.iter().rev() {
                li class=(one.decision.code()) {
                    p.what { (decision_label(one.decision)) }
                    p.who { (one.operator) ", " (time(one.decided_at)) }
                    @if !one.note.is_empty() { p.note-text { (one.note) } }
                }
            }
        }
    }
}

fn decision_form(review: &SessionReview, operator: &Operator, refused: Option<&RefusedDecision>) -> Markup {
    let chosen = refused.and_then(|refused| refused.decision);
    let note = refused.map_or("", |refused| refused.note.as_str());
    let error = refused.map(|refused| refused.error.as_str());
    let options = [
        (ReviewDecision::Accepted, "Accept", "a living person"),
        (ReviewDecision::Rejected, "Reject", "an attack, or unusable"),
        (ReviewDecision::Unsure, "Unsure", "somebody else should look"),
    ];
    html! {
        form.decision method="post" action=(format!("/console/sessions/{}/decision", review.session.id)) {
            (layout::csrf_field(&operator.csrf))
            @if let Some(error) = error { p.error id="decision-error" role="alert" { (error) } }
            fieldset aria-describedby=[error.map(|_| "decision-error")] {
                legend { "Your decision" }
                @for (decision, label, meaning) in options {
                    label.choice {
                        input type="radio" name="decision" value=(decision.code()) required checked[chosen == Some(decision)];
                        span { strong { (label) } " " span.meaning { (meaning) } }
                    }
                }
            }
            label for="note" { "Note (optional)" }
            textarea id="note" name="note" rows="3" maxlength=(MAX_REVIEW_NOTE) aria-describedby="note-hint" { (note) }
            p.hint id="note-hint" { "Erased with the session. Write no more about the person than the decision needs." }
            button type="submit" { "Save decision" }
        }
    }
}
