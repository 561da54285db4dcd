//! Reviewers' decisions about sessions. They are kept as a history and erased with the session's data.

use crate::audit::{self, Actor, AuditAction, NewAuditEntry};
use crate::database::{Write, database_error};
use crate::entropy::random_hex;
use crate::error::{Conflict, Error, Result};
use crate::sessions::{self, SessionState};
use crate::{Millis, Store};
use nearfar_protocol::review::{MAX_REVIEW_NOTE, ReviewDecision, ReviewView};
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use std::collections::BTreeMap;

/// Maximum number of decisions per session.
const MAX_REVIEWS: i64 = 100;

/// A stored decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: String,
    /// The decision.
    pub decision: ReviewDecision,
    /// The note; may be empty.
    pub note: String,
    /// The name of the operator who decided.
    pub operator: String,
    /// When, Unix ms.
    pub decided_at: Millis,
}

impl Review {
    /// The decision for the integrator, without the operator's name.
    pub fn into_view(self) -> ReviewView {
        ReviewView { decision: self.decision, note: self.note, decided_at: self.decided_at }
    }
}

/// A new decision.
#[derive(Clone, Debug)]
pub struct NewReview<'a> {
    /// The session.
    pub session_id: &'a str,
    /// The decision.
    pub decision: ReviewDecision,
    /// The note: at most [`MAX_REVIEW_NOTE`] characters. Line breaks are allowed, other control characters are not.
    pub note: &'a str,
}

impl Store {
    /// Stores a decision, with an entry of the audit log in the same transaction. Earlier ones remain; the last one
    /// counts. The entry does not contain the note, since it outlives the session's data.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown session. [`Conflict::Cleared`] once its data was erased. [`Conflict::TooMany`]
    /// after 100 decisions. [`Error::Invalid`] for a note that is too long or has control characters.
    pub async fn add_review(&self, actor: &Actor, new: NewReview<'_>, now: Millis) -> Result<Review> {
        let note = normalized(new.note)?;
        let mut write = self.database.write().await?;
        let session = sessions::lock(&mut write, new.session_id).await?;
        if session.state == SessionState::Cleared {
            return Err(Conflict::Cleared.into());
        }
        let query = "SELECT COUNT(*) FROM session_reviews WHERE session_id = $1";
        let stored: i64 =
            sqlx::query_scalar(query).bind(new.session_id).fetch_one(&mut *write).await.map_err(database_error)?;
        if stored >= MAX_REVIEWS {
            return Err(Conflict::TooMany.into());
        }
        // Two decisions in one millisecond, or after the clock was set back, keep their order.
        let query = "SELECT MAX(decided_at) FROM session_reviews WHERE session_id = $1";
        let last: Option<i64> =
            sqlx::query_scalar(query).bind(new.session_id).fetch_one(&mut *write).await.map_err(database_error)?;
        let review = Review {
            id: random_hex(8, &self.entropy),
            decision: new.decision,
            note,
            operator: actor.name().to_owned(),
            decided_at: last.map_or(now, |last| now.max(last.saturating_add(1))),
        };
        insert(&mut write, new.session_id, &review).await?;
        let entry = NewAuditEntry::new(actor, AuditAction::ReviewDecided);
        let entry = entry.account(&session.account_id).subject(new.session_id);
        let entry = entry.details(json!({ "decision": new.decision.code() }));
        audit::append(&mut write, entry, now).await?;
        write.commit().await?;
        Ok(review)
    }

    /// The decisions about a session, oldest first; none after erasure.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn reviews(&self, session_id: &str) -> Result<Vec<Review>> {
        let query = "SELECT id, decision, note, operator, decided_at FROM session_reviews WHERE session_id = $1 \
                     ORDER BY decided_at, id";
        sqlx::query_as(query).bind(session_id).fetch_all(self.database.pool()).await.map_err(database_error)
    }

    /// The last decision of each of these sessions that has one, by the session's id. For a page of sessions: at most
    /// some hundred.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn last_decisions(&self, session_ids: &[&str]) -> Result<BTreeMap<String, ReviewDecision>> {
        if session_ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let parameters: Vec<String> = (1..=session_ids.len()).map(|number| format!("${number}")).collect();
        let query = format!(
            "SELECT session_id, decision FROM session_reviews WHERE session_id IN ({}) ORDER BY decided_at, id",
            parameters.join(", ")
        );
        let mut rows = sqlx::query_as(sqlx::AssertSqlSafe(query));
        for id in session_ids {
            rows = rows.bind(*id);
        }
        let rows: Vec<(String, String)> = rows.fetch_all(self.database.pool()).await.map_err(database_error)?;
        // A later decision replaces an earlier one. Decisions of a later version are left out.
        let known = |(id, code): (String, String)| Some((id, ReviewDecision::from_code(&code)?));
        Ok(rows.into_iter().filter_map(known).collect())
    }
}

async fn insert(write: &mut Write, session_id: &str, review: &Review) -> Result<()> {
    let query = "INSERT INTO session_reviews (id, session_id, decision, note, operator, decided_at) \
                 VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(query)
        .bind(&review.id)
        .bind(session_id)
        .bind(review.decision.code())
        .bind(&review.note)
        .bind(&review.operator)
        .bind(review.decided_at)
        .execute(&mut **write)
        .await
        .map_err(database_error)?;
    Ok(())
}

/// The note with line breaks as `\n` and without space around it.
fn normalized(note: &str) -> Result<String> {
    let note = note.replace("\r\n", "\n").trim().to_owned();
    if note.chars().count() > MAX_REVIEW_NOTE {
        return Err(Error::invalid("note", format!("must have at most {MAX_REVIEW_NOTE} characters")));
    }
    if note.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')) {
        return Err(Error::invalid("note", "must not have control characters"));
    }
    Ok(note)
}

impl FromRow<'_, AnyRow> for Review {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let code: String = row.try_get("decision")?;
        let unknown = || sqlx::Error::ColumnDecode {
            index: "\"decision\"".into(),
            source: format!("unknown variant `{code}`").into(),
        };
        Ok(Review {
            id: row.try_get("id")?,
            decision: ReviewDecision::from_code(&code).ok_or_else(unknown)?,
            note: row.try_get("note")?,
            operator: row.try_get("operator")?,
            decided_at: row.try_get("decided_at")?,
        })
    }
}
