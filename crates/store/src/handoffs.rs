//! Handoff links: a second device continues a session after the first device has confirmed it.
//!
//! A link has one claim by one device, and one number. A second device voids an unconfirmed link, because nobody can
//! tell which device is the person's.

use crate::columns::named_column;
use crate::database::{Write, database_error};
use crate::error::{Conflict, Entity, Error, Result};
use crate::sessions::{self, Session};
use crate::{Millis, Store, check_id};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use subtle::ConstantTimeEq;

/// Maximum number of opened links per session: each has a 1 in 90 chance that two numbers match. Unopened links do not
/// count.
pub const MAX_OPENED_LINKS: usize = 10;

/// Maximum number of claims of one unconfirmed link, including repeated claims of its device.
const MAX_CLAIMS: i64 = 20;

/// The state of a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffState {
    /// The link was created.
    Created,
    /// A device has opened the link and waits for confirmation by the first device.
    Opened,
    /// A second device opened the link before confirmation. It admits no device.
    Voided,
    /// The first device has confirmed; the second may capture.
    Confirmed,
}

named_column!(HandoffState);

/// A new link.
#[derive(Clone, Debug)]
pub struct NewHandoff {
    /// Random, drawn by the caller.
    pub id: String,
    /// The session.
    pub session_id: String,
    /// SHA-256 of the link's secret, hex. Only the link contains the secret.
    pub secret_sha256: String,
    /// When the link expires.
    pub expires_at: Millis,
}

/// A device's claim of a link.
#[derive(Clone, Debug)]
pub struct HandoffClaim {
    /// The link.
    pub link: String,
    /// SHA-256 of the secret that the device presents, hex.
    pub secret_sha256: String,
    /// The device, as the caller names it. It may repeat its claim and gets the same code.
    pub device: String,
    /// A new random claim id, drawn by the caller.
    pub claim: String,
    /// More than [`MAX_OPENED_LINKS`] distinct codes, drawn by the caller. The first one that no other link of the
    /// session has used is taken.
    pub codes: Vec<String>,
}

/// The result of [`Store::claim_handoff`].
#[derive(Clone, Debug, PartialEq)]
pub enum ClaimOutcome {
    /// The device holds the claim.
    Held(Handoff),
    /// Two devices opened the link before confirmation; neither holds it.
    Voided(Handoff),
}

/// A stored handoff.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    /// Its id.
    pub id: String,
    /// The session.
    pub session_id: String,
    /// The state.
    pub state: HandoffState,
    /// The device that opened it first, as the caller names it.
    pub device: Option<String>,
    /// The id of its claim.
    pub claim: Option<String>,
    /// The code that both devices show for comparison.
    pub code: Option<String>,
    /// When the link was created.
    pub created_at: Millis,
    /// When the link expires.
    pub expires_at: Millis,
    /// When it was opened.
    pub opened_at: Option<Millis>,
    /// When it was confirmed.
    pub confirmed_at: Option<Millis>,
}

const COLUMNS: &str =
    "id, session_id, secret_sha256, state, device, claim, code, created_at, expires_at, opened_at, confirmed_at";

impl Store {
    /// Creates a link and ends older unconfirmed links of the session. Unopened links are deleted.
    ///
    /// # Errors
    /// [`Conflict::Finished`], [`Conflict::Cleared`], [`Conflict::Expired`], [`Conflict::IdTaken`];
    /// [`Conflict::TooMany`] once [`MAX_OPENED_LINKS`] were opened.
    pub async fn create_handoff(&self, new: NewHandoff, now: Millis) -> Result<Handoff> {
        check_id("handoff id", &new.id)?;
        let mut write = self.database.write().await?;
        let session = lock_usable(&mut write, &new.session_id, now).await?;
        let (opened, latest): (i64, Option<i64>) = sqlx::query_as(
            "SELECT COUNT(opened_at) AS opened, MAX(created_at) AS latest FROM hand_offs WHERE session_id = $1",
        )
        .bind(&session.id)
        .fetch_one(&mut *write)
        .await
        .map_err(database_error)?;
        if opened >= MAX_OPENED_LINKS as i64 {
            return Err(Conflict::TooMany.into());
        }
        // Orders links created in the same millisecond.
        let created_at = latest.map_or(now, |latest| now.max(latest + 1));
        sqlx::query("DELETE FROM hand_offs WHERE session_id = $1 AND state = 'created'")
            .bind(&session.id)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
        sqlx::query(
            "UPDATE hand_offs SET expires_at = $2 \
             WHERE session_id = $1 AND state <> 'confirmed' AND expires_at > $2",
        )
        .bind(&new.session_id)
        .bind(now)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        let query = format!(
            "INSERT INTO hand_offs ({COLUMNS}) VALUES ($1, $2, $3, 'created', NULL, NULL, NULL, $4, $5, NULL, NULL) \
             RETURNING {COLUMNS}"
        );
        let created = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(new.id)
            .bind(new.session_id)
            .bind(new.secret_sha256)
            .bind(created_at)
            .bind(new.expires_at)
            .fetch_one(&mut *write)
            .await
            .map_err(database_error)?;
        write.commit().await?;
        Ok(created)
    }

    /// A device claims a link, possibly again. Another device voids an unconfirmed link, and is rejected after
    /// confirmation.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a wrong secret; [`Conflict::LinkExpired`]; [`Conflict::OtherDevice`] after
    /// confirmation for another device; [`Conflict::TooMany`] for too many repeated claims; [`Conflict::Finished`],
    /// [`Conflict::Cleared`], [`Conflict::Expired`].
    pub async fn claim_handoff(&self, claim: HandoffClaim, now: Millis) -> Result<ClaimOutcome> {
        let mut write = self.database.write().await?;
        let session_id = check_secret(&mut write, &claim.link, &claim.secret_sha256).await?;
        lock_usable(&mut write, &session_id, now).await?;
        let known = find(&mut write, &session_id, &claim.link).await?;
        let same_device = known.device.as_deref() == Some(&claim.device);
        let query = match known.state {
            HandoffState::Voided => return Ok(ClaimOutcome::Voided(known)),
            HandoffState::Confirmed if !same_device => return Err(Conflict::OtherDevice.into()),
            HandoffState::Confirmed => return Ok(ClaimOutcome::Held(known)),
            HandoffState::Created | HandoffState::Opened if now >= known.expires_at => {
                return Err(Conflict::LinkExpired.into());
            }
            HandoffState::Opened if same_device => {
                return self.repeat_claim(write, known).await.map(ClaimOutcome::Held);
            }
            HandoffState::Opened => format!("UPDATE hand_offs SET state = 'voided' WHERE id = $1 RETURNING {COLUMNS}"),
            HandoffState::Created => format!(
                "UPDATE hand_offs SET state = 'opened', device = $2, claim = $3, code = $4, opened_at = $5, claims = 1 \
                 WHERE id = $1 RETURNING {COLUMNS}"
            ),
        };
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(&claim.link);
        let opens = known.state == HandoffState::Created;
        if opens {
            let code = unused_code(&mut write, &session_id, claim.codes).await?;
            query = query.bind(&claim.device).bind(&claim.claim).bind(code).bind(now);
        }
        let changed = query.fetch_one(&mut *write).await.map_err(database_error)?;
        write.commit().await?;
        Ok(if opens { ClaimOutcome::Held(changed) } else { ClaimOutcome::Voided(changed) })
    }

    /// Counts a repeated claim.
    async fn repeat_claim(&self, mut write: Write, known: Handoff) -> Result<Handoff> {
        let done = sqlx::query("UPDATE hand_offs SET claims = claims + 1 WHERE id = $1 AND claims < $2")
            .bind(&known.id)
            .bind(MAX_CLAIMS)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(Conflict::TooMany.into());
        }
        write.commit().await?;
        Ok(known)
    }

    /// The first device confirms the claim and code that it showed. Marks the session as multi-device. Confirming again
    /// succeeds.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Conflict::NotOpened`]; [`Conflict::OtherClaim`] if claim or code do not match;
    /// [`Conflict::LinkVoided`] if another device has opened the link since; [`Conflict::LinkExpired`],
    /// [`Conflict::Finished`], [`Conflict::Cleared`], [`Conflict::Expired`].
    pub async fn confirm_handoff(
        &self,
        session_id: &str,
        id: &str,
        claim: &str,
        code: &str,
        now: Millis,
    ) -> Result<Handoff> {
        let mut write = self.database.write().await?;
        let mut session = lock_usable(&mut write, session_id, now).await?;
        let known = find(&mut write, session_id, id).await?;
        let is_its_claim = known.claim.as_deref() == Some(claim) && known.code.as_deref() == Some(code);
        match known.state {
            HandoffState::Created => return Err(Conflict::NotOpened.into()),
            HandoffState::Voided => return Err(Conflict::LinkVoided.into()),
            _ if !is_its_claim => return Err(Conflict::OtherClaim.into()),
            HandoffState::Confirmed => return Ok(known),
            HandoffState::Opened if now >= known.expires_at => return Err(Conflict::LinkExpired.into()),
            HandoffState::Opened => {}
        }
        let query =
            format!("UPDATE hand_offs SET state = 'confirmed', confirmed_at = $2 WHERE id = $1 RETURNING {COLUMNS}");
        let confirmed = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).bind(now).fetch_one(&mut *write).await;
        let confirmed = confirmed.map_err(database_error)?;
        session.multi_device = true;
        session.use_slave_url = true;
        sessions::save(&mut write, &session).await?;
        write.commit().await?;
        Ok(confirmed)
    }

    /// Whether a link with this secret exists. Locks nothing: for unauthenticated requests.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn handoff_exists(&self, id: &str, secret_sha256: &str) -> Result<bool> {
        let known: Option<String> = sqlx::query_scalar("SELECT secret_sha256 FROM hand_offs WHERE id = $1")
            .bind(id)
            .fetch_optional(self.database.pool())
            .await
            .map_err(database_error)?;
        Ok(known.is_some_and(|known| known.as_bytes().ct_eq(secret_sha256.as_bytes()).into()))
    }

    /// A handoff by its id, without authorization: the id alone grants nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unavailable`].
    pub async fn handoff(&self, id: &str) -> Result<Handoff> {
        let query = format!("SELECT {COLUMNS} FROM hand_offs WHERE id = $1");
        let link = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(self.database.pool()).await;
        link.map_err(database_error)?.ok_or(Error::NotFound(Entity::Handoff))
    }

    /// The hand-offs of a session, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn handoffs(&self, session_id: &str) -> Result<Vec<Handoff>> {
        let query = format!("SELECT {COLUMNS} FROM hand_offs WHERE session_id = $1 ORDER BY created_at, id");
        let links = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(session_id).fetch_all(self.database.pool()).await;
        links.map_err(database_error)
    }
}

async fn lock_usable(write: &mut Write, session_id: &str, now: Millis) -> Result<Session> {
    let session = sessions::lock(write, session_id).await?;
    session.check_unfinished()?;
    if session.is_expired(now) {
        return Err(Conflict::Expired.into());
    }
    Ok(session)
}

/// The first code that no link of the session has used: a number seen on one link reveals nothing about the next.
async fn unused_code(write: &mut Write, session_id: &str, codes: Vec<String>) -> Result<String> {
    let used: Vec<String> = sqlx::query_scalar("SELECT code FROM hand_offs WHERE session_id = $1 AND code IS NOT NULL")
        .bind(session_id)
        .fetch_all(&mut **write)
        .await
        .map_err(database_error)?;
    let unused = codes.into_iter().find(|code| !used.contains(code));
    unused.ok_or_else(|| Error::Internal("too few codes were drawn for a link".into()))
}

/// The session of the link, if the secret matches. Takes no lock: these columns never change.
async fn check_secret(write: &mut Write, id: &str, secret_sha256: &str) -> Result<String> {
    let query = "SELECT session_id, secret_sha256 FROM hand_offs WHERE id = $1";
    let (session_id, known): (String, String) = sqlx::query_as(query)
        .bind(id)
        .fetch_optional(&mut **write)
        .await
        .map_err(database_error)?
        .ok_or(Error::NotFound(Entity::Handoff))?;
    if !bool::from(known.as_bytes().ct_eq(secret_sha256.as_bytes())) {
        return Err(Error::NotFound(Entity::Handoff));
    }
    Ok(session_id)
}

async fn find(write: &mut Write, session_id: &str, id: &str) -> Result<Handoff> {
    let query = format!("SELECT {COLUMNS} FROM hand_offs WHERE session_id = $1 AND id = $2");
    let link = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(session_id).bind(id).fetch_optional(&mut **write).await;
    link.map_err(database_error)?.ok_or(Error::NotFound(Entity::Handoff))
}

impl FromRow<'_, AnyRow> for Handoff {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Handoff {
            id: row.try_get("id")?,
            session_id: row.try_get("session_id")?,
            state: row.try_get("state")?,
            device: row.try_get("device")?,
            claim: row.try_get("claim")?,
            code: row.try_get("code")?,
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            opened_at: row.try_get("opened_at")?,
            confirmed_at: row.try_get("confirmed_at")?,
        })
    }
}
