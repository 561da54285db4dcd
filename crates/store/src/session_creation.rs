//! Creates sessions.

use crate::database::{Write, database_error};
use crate::error::{Entity, Error, Result};
use crate::sessions::{COLUMNS, NewSession, Session, SessionState};
use crate::statistics::{Increments, Metric};
use crate::{Millis, Store, check_id, is_study};
use futures::FutureExt;

impl Store {
    /// Creates a session.
    ///
    /// # Errors
    /// [`crate::Conflict::IdTaken`]: draw another id. [`Error::NotFound`] if the account does not exist.
    /// [`Error::Invalid`] for chosen results outside a sandbox account, and for none in one.
    pub async fn create_session(&self, new: NewSession, now: Millis) -> Result<Session> {
        check_id("signatureId", &new.id)?;
        if is_study(&new.id) {
            return Err(Error::invalid("signatureId", "is one of a study"));
        }
        let store = self.clone();
        self.group_commit.run(move |write| async move { store.insert_session(write, new, now).await }.boxed()).await
    }

    async fn insert_session(&self, write: &mut Write, new: NewSession, now: Millis) -> Result<Session> {
        // Creates nothing unless the account exists and is of the same kind.
        let query = format!(
            "INSERT INTO sessions ({COLUMNS}) SELECT $1, id, $3, 0, 'open', NULL, $4, $5, $6, $7, $8, $9, $10, 0, 0, \
             0, 0, 0, NULL, $11, $12, $13, NULL, NULL, $14, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
             FROM accounts WHERE id = $2 AND sandbox = $15"
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(&new.id)
            .bind(&new.account_id)
            .bind(new.token_epoch)
            .bind(&new.region)
            .bind(&new.user_id)
            .bind(&new.return_url)
            .bind(&new.failed_return_url)
            .bind(new.try_count.map(i64::from))
            .bind(&new.product_level)
            .bind(i64::from(new.iframe))
            .bind(now)
            .bind(new.expires_at)
            .bind(new.purge_at)
            .bind(&new.sandbox)
            .bind(i64::from(new.sandbox.is_some()))
            .execute(&mut **write)
            .await
            .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(wrong_account(write, &new).await);
        }
        let session = Session::created(new, now);
        self.count(write, Increments::of(&session, Metric::Created));
        Ok(session)
    }
}

impl Session {
    /// A session as it is stored at first.
    fn created(new: NewSession, now: Millis) -> Self {
        Self {
            id: new.id,
            account_id: new.account_id,
            token_epoch: new.token_epoch,
            version: 0,
            state: SessionState::Open,
            failure: None,
            region: new.region,
            user_id: new.user_id,
            return_url: Some(new.return_url),
            failed_return_url: new.failed_return_url,
            try_count: new.try_count,
            product_level: new.product_level,
            iframe: new.iframe,
            sandbox: new.sandbox,
            multi_device: false,
            use_slave_url: false,
            starts: 0,
            scored: 0,
            inconclusive: 0,
            result_attempt: None,
            created_at: now,
            expires_at: new.expires_at,
            purge_at: new.purge_at,
            finished_at: None,
            cleared_at: None,
            opened_at: None,
            expired_at: None,
            verdict: None,
            device_class: None,
            camera_type: None,
            counted: true,
        }
    }
}

/// Why a session was not created.
async fn wrong_account(write: &mut Write, new: &NewSession) -> Error {
    let query = "SELECT 1 AS found FROM accounts WHERE id = $1";
    match sqlx::query(query).bind(&new.account_id).fetch_optional(&mut **write).await {
        Err(error) => database_error(error),
        Ok(None) => Error::NotFound(Entity::Account),
        Ok(Some(_)) if new.sandbox.is_some() => Error::invalid("sandbox", "is accepted only from sandbox accounts"),
        Ok(Some(_)) => Error::invalid("sandbox", "is required in a sandbox account"),
    }
}
