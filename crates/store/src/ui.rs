//! UI configurations, one per account and locale.

use crate::database::database_error;
use crate::error::Result;
use crate::{Millis, Store};

impl Store {
    /// Sets the UI configuration of a locale, replacing the previous one.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] if the account does not exist.
    pub async fn put_ui(&self, account_id: &str, locale: &str, body: &str, now: Millis) -> Result<()> {
        let mut write = self.database.write().await?;
        sqlx::query(
            "INSERT INTO ui_configurations (account_id, locale, body, updated_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (account_id, locale) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
        )
        .bind(account_id)
        .bind(locale)
        .bind(body)
        .bind(now)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        write.commit().await
    }

    /// The UI configuration of exactly this locale, if any.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn ui(&self, account_id: &str, locale: &str) -> Result<Option<String>> {
        sqlx::query_scalar("SELECT body FROM ui_configurations WHERE account_id = $1 AND locale = $2")
            .bind(account_id)
            .bind(locale)
            .fetch_optional(self.database.pool())
            .await
            .map_err(database_error)
    }

    /// The locales that have a UI configuration.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`].
    pub async fn ui_locales(&self, account_id: &str) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT locale FROM ui_configurations WHERE account_id = $1 ORDER BY locale")
            .bind(account_id)
            .fetch_all(self.database.pool())
            .await
            .map_err(database_error)
    }
}
