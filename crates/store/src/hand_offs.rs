//! Hand-off links: a second device goes on with a session after the first device has confirmed it.

use crate::database::{Write, database_error, get, get_named};
use crate::error::{Conflict, Error, Result, Thing};
use crate::sessions::{self, Session};
use crate::{Millis, Store, check_id};
use sqlx::any::AnyRow;
use subtle::ConstantTimeEq;

/// Links of one session.
const MOST_LINKS: i64 = 20;

/// How far a hand-off has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandOffState {
    /// The link was made.
    Created,
    /// A device has opened it and waits for the first device's confirmation.
    Opened,
    /// The first device has confirmed: the other one may capture.
    Confirmed,
}

impl HandOffState {
    const ALL: [Self; 3] = [Self::Created, Self::Opened, Self::Confirmed];

    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Opened => "opened",
            Self::Confirmed => "confirmed",
        }
    }
}

/// What a new link is made of.
#[derive(Clone, Debug)]
pub struct NewHandOff {
    /// Random, drawn by the caller.
    pub id: String,
    /// Whose.
    pub session_id: String,
    /// SHA-256 of the link's secret, hex: the secret itself is only in the link.
    pub secret_sha256: String,
    /// When the link can no longer be opened or confirmed.
    pub expires_at: Millis,
}

/// A hand-off as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct HandOff {
    /// Its id.
    pub id: String,
    /// Whose.
    pub session_id: String,
    /// How far it has come.
    pub state: HandOffState,
    /// The device that opened it last (by the caller's own naming).
    pub device: Option<String>,
    /// What both devices show so that the end user can compare it.
    pub code: Option<String>,
    /// When the link was made.
    pub created_at: Millis,
    /// When the link can no longer be opened or confirmed.
    pub expires_at: Millis,
    /// When it was opened last.
    pub opened_at: Option<Millis>,
    /// When it was confirmed.
    pub confirmed_at: Option<Millis>,
}

const COLUMNS: &str =
    "id, session_id, secret_sha256, state, device, code, created_at, expires_at, opened_at, confirmed_at";

impl Store {
    /// Makes a link. Older ones of the session that are not confirmed end: who has opened one need not wait for a
    /// word that does not come.
    ///
    /// # Errors
    /// [`Conflict::Finished`], [`Conflict::Cleared`], [`Conflict::Expired`], [`Conflict::TooMany`],
    /// [`Conflict::IdTaken`].
    pub async fn create_hand_off(&self, new: NewHandOff, now: Millis) -> Result<HandOff> {
        check_id("hand-off id", &new.id)?;
        let mut write = self.database.write().await?;
        let session = lock_usable(&mut write, &new.session_id, now).await?;
        let row =
            sqlx::query("SELECT COUNT(*) AS links, MAX(created_at) AS latest FROM hand_offs WHERE session_id = $1")
                .bind(&session.id)
                .fetch_one(&mut *write)
                .await
                .map_err(database_error)?;
        if get::<i64>(&row, "links")? >= MOST_LINKS {
            return Err(Conflict::TooMany.into());
        }
        // Two links of one millisecond have an order, too.
        let latest = get::<Option<i64>>(&row, "latest")?;
        let created_at = latest.map_or(now, |latest| now.max(latest + 1));
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
            "INSERT INTO hand_offs ({COLUMNS}) VALUES ($1, $2, $3, 'created', NULL, NULL, $4, $5, NULL, NULL) \
             RETURNING {COLUMNS}"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(new.id)
            .bind(new.session_id)
            .bind(new.secret_sha256)
            .bind(created_at)
            .bind(new.expires_at)
            .fetch_one(&mut *write)
            .await
            .map_err(database_error)?;
        let made = read(&row)?;
        write.commit().await?;
        Ok(made)
    }

    /// A device opens a link. It may open it again, and until it is confirmed another device may take its place;
    /// what is confirmed later is the device and code that the first device was shown.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a wrong secret; [`Conflict::LinkExpired`]; [`Conflict::OtherDevice`] once it
    /// is confirmed for another; [`Conflict::Finished`], [`Conflict::Cleared`], [`Conflict::Expired`].
    pub async fn open_hand_off(
        &self,
        id: &str,
        secret_sha256: &str,
        device: &str,
        code: &str,
        now: Millis,
    ) -> Result<HandOff> {
        let mut write = self.database.write().await?;
        let session_id = check_secret(&mut write, id, secret_sha256).await?;
        lock_usable(&mut write, &session_id, now).await?;
        let known = find(&mut write, &session_id, id).await?;
        let same_device = known.device.as_deref() == Some(device);
        match known.state {
            HandOffState::Confirmed if !same_device => return Err(Conflict::OtherDevice.into()),
            HandOffState::Confirmed => return Ok(known),
            HandOffState::Created | HandOffState::Opened if now >= known.expires_at => {
                return Err(Conflict::LinkExpired.into());
            }
            HandOffState::Opened if same_device => return Ok(known),
            HandOffState::Created | HandOffState::Opened => {}
        }
        let query = format!(
            "UPDATE hand_offs SET state = 'opened', device = $2, code = $3, opened_at = $4 WHERE id = $1 \
             RETURNING {COLUMNS}"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).bind(device).bind(code).bind(now);
        let opened = read(&row.fetch_one(&mut *write).await.map_err(database_error)?)?;
        write.commit().await?;
        Ok(opened)
    }

    /// The first device confirms that `device` is the end user's. The session is marked as one of several devices.
    /// Confirming again is no error.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Conflict::NotOpened`]; [`Conflict::OtherDevice`] if another device has opened it since;
    /// [`Conflict::LinkExpired`], [`Conflict::Finished`], [`Conflict::Cleared`], [`Conflict::Expired`].
    pub async fn confirm_hand_off(&self, session_id: &str, id: &str, device: &str, now: Millis) -> Result<HandOff> {
        let mut write = self.database.write().await?;
        let mut session = lock_usable(&mut write, session_id, now).await?;
        let known = find(&mut write, session_id, id).await?;
        if known.state == HandOffState::Created {
            return Err(Conflict::NotOpened.into());
        }
        if known.device.as_deref() != Some(device) {
            return Err(Conflict::OtherDevice.into());
        }
        if known.state == HandOffState::Confirmed {
            return Ok(known);
        }
        if now >= known.expires_at {
            return Err(Conflict::LinkExpired.into());
        }
        let query =
            format!("UPDATE hand_offs SET state = 'confirmed', confirmed_at = $2 WHERE id = $1 RETURNING {COLUMNS}");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).bind(now).fetch_one(&mut *write).await;
        let confirmed = read(&row.map_err(database_error)?)?;
        session.multi_device = true;
        session.use_slave_url = true;
        sessions::save(&mut write, &session).await?;
        write.commit().await?;
        Ok(confirmed)
    }

    /// Whether there is such a link and this is its secret: for who asks to be told before anything is locked for them.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn knows_link(&self, id: &str, secret_sha256: &str) -> Result<bool> {
        let row = sqlx::query("SELECT secret_sha256 FROM hand_offs WHERE id = $1")
            .bind(id)
            .fetch_optional(self.database.pool())
            .await
            .map_err(database_error)?;
        let Some(row) = row else { return Ok(false) };
        let known: String = get(&row, "secret_sha256")?;
        Ok(known.as_bytes().ct_eq(secret_sha256.as_bytes()).into())
    }

    /// A hand-off, whoever asks: its id alone opens nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unavailable`].
    pub async fn hand_off(&self, id: &str) -> Result<HandOff> {
        let query = format!("SELECT {COLUMNS} FROM hand_offs WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id).fetch_optional(self.database.pool()).await;
        read(&row.map_err(database_error)?.ok_or(Error::NotFound(Thing::HandOff))?)
    }

    /// The hand-offs of a session, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn hand_offs(&self, session_id: &str) -> Result<Vec<HandOff>> {
        let query = format!("SELECT {COLUMNS} FROM hand_offs WHERE session_id = $1 ORDER BY created_at, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).bind(session_id).fetch_all(self.database.pool()).await;
        rows.map_err(database_error)?.iter().map(read).collect()
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

/// The session of the link, if the secret is right. Does not lock: neither column ever changes.
async fn check_secret(write: &mut Write, id: &str, secret_sha256: &str) -> Result<String> {
    let row = sqlx::query("SELECT session_id, secret_sha256 FROM hand_offs WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut **write)
        .await
        .map_err(database_error)?
        .ok_or(Error::NotFound(Thing::HandOff))?;
    let known: String = get(&row, "secret_sha256")?;
    if !bool::from(known.as_bytes().ct_eq(secret_sha256.as_bytes())) {
        return Err(Error::NotFound(Thing::HandOff));
    }
    get(&row, "session_id")
}

async fn find(write: &mut Write, session_id: &str, id: &str) -> Result<HandOff> {
    let query = format!("SELECT {COLUMNS} FROM hand_offs WHERE session_id = $1 AND id = $2");
    let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(session_id).bind(id).fetch_optional(&mut **write).await;
    read(&row.map_err(database_error)?.ok_or(Error::NotFound(Thing::HandOff))?)
}

fn read(row: &AnyRow) -> Result<HandOff> {
    Ok(HandOff {
        id: get(row, "id")?,
        session_id: get(row, "session_id")?,
        state: get_named(row, "state", |name| HandOffState::ALL.into_iter().find(|state| state.name() == name))?,
        device: get(row, "device")?,
        code: get(row, "code")?,
        created_at: get(row, "created_at")?,
        expires_at: get(row, "expires_at")?,
        opened_at: get(row, "opened_at")?,
        confirmed_at: get(row, "confirmed_at")?,
    })
}
