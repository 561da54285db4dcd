//! The migrations of the schema, and whether this program understands a migrated database.

use crate::database::{Database, DatabaseKind, database_error};
use crate::error::{Error, Result};
use sqlx::SqlStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use std::sync::LazyLock;

/// Not by sqlx's macro: it would compile everything twice, SQLite included.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let steps = [
        (1, "initial", include_str!("../migrations/0001_initial.sql")),
        (2, "given back", include_str!("../migrations/0002_given_back.sql")),
        (3, "light", include_str!("../migrations/0003_light.sql")),
        (4, "sweeps", include_str!("../migrations/0004_sweeps.sql")),
        (5, "claims", include_str!("../migrations/0005_claims.sql")),
        (6, "token epoch", include_str!("../migrations/0006_token_epoch.sql")),
        (7, "inconclusive", include_str!("../migrations/0007_inconclusive.sql")),
        (8, "motion", include_str!("../migrations/0008_motion.sql")),
        (9, "study", include_str!("../migrations/0009_study.sql")),
        (10, "sandbox", include_str!("../migrations/0010_sandbox.sql")),
        (11, "operators", include_str!("../migrations/0011_operators.sql")),
        (12, "webhooks", include_str!("../migrations/0012_webhooks.sql")),
        (13, "session search", include_str!("../migrations/0013_session_search.sql")),
        (14, "session reviews", include_str!("../migrations/0014_session_reviews.sql")),
        (15, "privacy", include_str!("../migrations/0015_privacy.sql")),
        (16, "keys", include_str!("../migrations/0016_keys.sql")),
        (17, "operator identities", include_str!("../migrations/0017_operator_identities.sql")),
        (18, "fencing and search", include_str!("../migrations/0018_fencing_and_search.sql")),
    ];
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, SqlStr::from_static(sql), false)
    };
    let mut migrator = Migrator::with_migrations(steps.into_iter().map(migration).collect());
    // A newer release may have migrated the database: see `check_compatibility`.
    migrator.set_ignore_missing(true);
    migrator
});

/// The newest schema version that this program knows.
pub(crate) fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

impl Database {
    /// If two processes start at once, the second must wait. sqlx locks migrations on PostgreSQL but not on SQLite,
    /// where they run in one transaction.
    pub(crate) async fn migrate(&self) -> Result<()> {
        let schema_error = |error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => database_error(error),
            other => Error::Configuration(format!("the database's schema: {other}")),
        };
        match self.kind() {
            DatabaseKind::Postgres => MIGRATIONS.run(self.pool()).await.map_err(schema_error)?,
            DatabaseKind::Sqlite => {
                let mut write = self.write().await?;
                // `run` calls the same; its future is not `Send` with a connection.
                MIGRATIONS.run_direct(None, &mut *write, false).await.map_err(schema_error)?;
                write.commit().await?;
            }
        }
        self.check_compatibility().await
    }

    /// Whether this program understands the schema. A newer release may have added to it; what older programs do not
    /// survive raises `compatible_from`.
    ///
    /// # Errors
    /// [`Error::Configuration`] if only newer programs understand it.
    pub(crate) async fn check_compatibility(&self) -> Result<()> {
        let query = "SELECT compatible_from FROM schema_compatibility WHERE id = 1";
        let oldest: i64 = sqlx::query_scalar(query).fetch_one(self.pool()).await.map_err(database_error)?;
        let known = newest_schema();
        if oldest > known {
            return Err(Error::Configuration(format!(
                "a newer release has migrated the database: it requires a program that knows schema {oldest} or later, \
                 and this one knows {known}; start the newer release, or restore the backup from before the upgrade"
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::backend_and_url;
    use sqlx::any::AnyPoolOptions;
    use std::fs::{read_dir, read_to_string};
    use std::path::Path;

    #[test]
    fn every_migration_of_the_folder_is_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut names: Vec<_> = read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        let listed: Vec<_> = MIGRATIONS.iter().collect();
        assert_eq!(names.len(), listed.len());
        for (name, step) in names.iter().zip(listed) {
            assert_eq!(*name, *format!("{:04}_{}.sql", step.version, step.description.replace(' ', "_")));
            assert_eq!(read_to_string(folder.join(name)).unwrap(), step.sql.as_str());
        }
    }

    #[tokio::test]
    async fn migrations_end_open_links_copy_the_token_epoch_and_make_no_sandbox() {
        sqlx::any::install_default_drivers();
        let place = nearfar_test_support::TestStorage::sqlite();
        let (_, url) = backend_and_url(&place.database_url).unwrap();
        let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
        Migrator::with_migrations(MIGRATIONS.iter().take(3).cloned().collect()).run(&pool).await.unwrap();
        let before = "INSERT INTO accounts VALUES ('shop', 'key', 'Shop', '', 1, NULL, '{}', 3, 0); \
             INSERT INTO sessions VALUES ('s', 'shop', 0, 'open', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, \
             0, 0, NULL, 10, 99, 99, NULL, NULL); \
             INSERT INTO hand_offs VALUES ('open', 's', '', 'opened', 'phone', '42', 20, 90, 30, NULL), \
             ('made', 's', '', 'created', NULL, NULL, 20, 90, NULL, NULL), \
             ('done', 's', '', 'confirmed', 'phone', '43', 20, 90, 30, 40)";
        sqlx::raw_sql(before).execute(&pool).await.unwrap();
        MIGRATIONS.run(&pool).await.unwrap();
        let epoch: i64 = sqlx::query_scalar("SELECT token_epoch FROM sessions").fetch_one(&pool).await.unwrap();
        assert_eq!(epoch, 3);
        let sandbox = "SELECT accounts.sandbox FROM accounts JOIN sessions ON sessions.sandbox IS NULL";
        let sandbox: i64 = sqlx::query_scalar(sandbox).fetch_one(&pool).await.unwrap();
        assert_eq!(sandbox, 0, "neither the account nor its session is of a sandbox");
        let links = sqlx::query_as("SELECT id, expires_at FROM hand_offs ORDER BY id").fetch_all(&pool).await;
        let links: Vec<(String, i64)> = links.unwrap();
        let expected = [("done".into(), 90), ("made".into(), 90), ("open".into(), 20)];
        assert_eq!(links, expected);
    }
}
