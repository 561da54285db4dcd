//! Signing keys by purpose and generation: a rotation adds a generation, and the earlier ones stay until they retire.

use crate::database::database_error;
use crate::error::{Conflict, Result};
use crate::{Millis, Store};
use sqlx::Row;
use sqlx::any::AnyRow;
use zeroize::Zeroizing;

/// A stored key. It contains a secret and is therefore not `Debug`.
#[derive(Clone)]
pub struct StoredSigningKey {
    /// Its generation: 1 for the first key of a purpose.
    pub generation: i64,
    /// The secret; `None` once the key has retired.
    pub secret: Option<Zeroizing<Vec<u8>>>,
    /// The public key, as the caller wrote it; `None` if there is none.
    pub public_key: Option<String>,
    /// When it was created.
    pub created_at: Millis,
    /// From when on it signs.
    pub active_from: Millis,
    /// When the last thing that it signed becomes invalid; `None` for the newest key.
    pub retires_at: Option<Millis>,
}

/// A new key for a purpose. It contains a secret and is therefore not `Debug`.
#[derive(Clone)]
pub struct NewSigningKey {
    /// The purpose.
    pub purpose: &'static str,
    /// The secret.
    pub secret: Zeroizing<Vec<u8>>,
    /// The public key, if others verify what it signs.
    pub public_key: Option<String>,
}

impl Store {
    /// The keys of a purpose, oldest first. The first one is created on first use; instances of earlier versions know it
    /// as the [`Store::server_secret`] of that name.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] if the master key has changed; [`crate::Error::Unavailable`].
    pub async fn signing_keys(&self, purpose: &str, now: Millis) -> Result<Vec<StoredSigningKey>> {
        let keys = self.find_signing_keys(purpose).await?;
        if !keys.is_empty() {
            return Ok(keys);
        }
        let first = self.server_secret(purpose).await?;
        let id = format!("{purpose}/1");
        let sealed = self.master.seal_text(&first, &context(&id), &self.entropy)?;
        let mut write = self.database.write().await?;
        // If several instances start at once, they add the same key. It is unique by id and by generation: PostgreSQL may
        // find either first.
        sqlx::query(
            "INSERT INTO signing_keys (id, purpose, generation, sealed, public_key, created_at, active_from, retires_at) \
             VALUES ($1, $2, 1, $3, NULL, $4, 0, NULL) ON CONFLICT DO NOTHING",
        )
        .bind(&id)
        .bind(purpose)
        .bind(sealed)
        .bind(now)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        write.commit().await?;
        self.find_signing_keys(purpose).await
    }

    async fn find_signing_keys(&self, purpose: &str) -> Result<Vec<StoredSigningKey>> {
        let query = "SELECT id, generation, sealed, public_key, created_at, active_from, retires_at FROM signing_keys \
                     WHERE purpose = $1 ORDER BY generation";
        let rows = sqlx::query(query).bind(purpose).fetch_all(self.database.pool()).await.map_err(database_error)?;
        rows.iter().map(|row| self.read_signing_key(row)).collect()
    }

    fn read_signing_key(&self, row: &AnyRow) -> Result<StoredSigningKey> {
        let id: String = row.try_get("id").map_err(database_error)?;
        let sealed: Option<String> = row.try_get("sealed").map_err(database_error)?;
        let open = |sealed: String| self.master.open_text(&sealed, &context(&id), "signing key");
        Ok(StoredSigningKey {
            generation: row.try_get("generation").map_err(database_error)?,
            secret: sealed.map(open).transpose()?,
            public_key: row.try_get("public_key").map_err(database_error)?,
            created_at: row.try_get("created_at").map_err(database_error)?,
            active_from: row.try_get("active_from").map_err(database_error)?,
            retires_at: row.try_get("retires_at").map_err(database_error)?,
        })
    }

    /// Records the public key of a generation that has none, such as the first.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn set_public_key(&self, purpose: &str, generation: i64, public_key: &str) -> Result<()> {
        let mut write = self.database.write().await?;
        sqlx::query("UPDATE signing_keys SET public_key = $3 WHERE purpose = $1 AND generation = $2")
            .bind(purpose)
            .bind(generation)
            .bind(public_key)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
        write.commit().await
    }

    /// Adds a generation to each purpose, which signs from `active_from` on. The earlier keys retire at `retires_at`.
    /// All or none are added.
    ///
    /// # Errors
    /// [`Conflict::TooMany`] while the keys of an earlier rotation do not sign yet; [`Conflict::IdTaken`] if two rotations
    /// run at once.
    pub async fn add_signing_keys(
        &self,
        new: &[NewSigningKey],
        active_from: Millis,
        retires_at: Millis,
        now: Millis,
    ) -> Result<()> {
        for key in new {
            self.signing_keys(key.purpose, now).await?;
        }
        let mut write = self.database.write().await?;
        for key in new {
            let query = "SELECT MAX(generation) AS generation, MAX(active_from) AS active FROM signing_keys \
                         WHERE purpose = $1";
            let newest = sqlx::query_as(query).bind(key.purpose).fetch_one(&mut *write).await;
            let (newest, active): (i64, i64) = newest.map_err(database_error)?;
            if active > now {
                return Err(Conflict::TooMany.into());
            }
            let generation = newest + 1;
            let id = format!("{}/{generation}", key.purpose);
            let sealed = self.master.seal_text(&key.secret, &context(&id), &self.entropy)?;
            sqlx::query(
                "UPDATE signing_keys SET retires_at = $2 WHERE purpose = $1 \
                 AND (retires_at IS NULL OR retires_at > $2)",
            )
            .bind(key.purpose)
            .bind(retires_at)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
            sqlx::query(
                "INSERT INTO signing_keys (id, purpose, generation, sealed, public_key, created_at, active_from, \
                 retires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
            )
            .bind(&id)
            .bind(key.purpose)
            .bind(generation)
            .bind(sealed)
            .bind(&key.public_key)
            .bind(now)
            .bind(active_from)
            .execute(&mut *write)
            .await
            .map_err(database_error)?;
        }
        write.commit().await
    }

    /// Destroys the secrets of retired keys. Public keys stay. Returns the number of keys.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn destroy_retired_keys(&self, now: Millis) -> Result<u64> {
        let waiting = "SELECT COUNT(*) FROM signing_keys WHERE retires_at <= $1 AND sealed IS NOT NULL";
        let waiting: i64 =
            sqlx::query_scalar(waiting).bind(now).fetch_one(self.database.pool()).await.map_err(database_error)?;
        if waiting == 0 {
            return Ok(0);
        }
        let mut write = self.database.write().await?;
        let statement = "UPDATE signing_keys SET sealed = NULL WHERE retires_at <= $1 AND sealed IS NOT NULL";
        let done = sqlx::query(statement).bind(now).execute(&mut *write).await.map_err(database_error)?;
        // The first generation is also a server secret, for instances of earlier versions.
        let copies = "DELETE FROM server_secrets WHERE name IN \
                      (SELECT purpose FROM signing_keys WHERE generation = 1 AND sealed IS NULL)";
        sqlx::query(copies).execute(&mut *write).await.map_err(database_error)?;
        write.commit().await?;
        self.database.flush_log().await?;
        Ok(done.rows_affected())
    }
}

fn context(id: &str) -> String {
    format!("signing key/{id}")
}
