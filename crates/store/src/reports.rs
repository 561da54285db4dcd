//! Problem reports from the page.

use crate::database::{Write, database_error};
use crate::error::{Conflict, Error, Result};
use crate::sessions::{self, SessionState};
use crate::statistics::{Increments, Metric, problem_label};
use crate::{Millis, Store, check_id};
use futures::FutureExt;
use nearfar_protocol::problem::ProblemKind;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

/// Maximum number of reports per session.
const MAX_REPORTS: i64 = 50;

/// Maximum size of a report, in bytes.
const MAX_REPORT_BYTES: usize = 64 * 1024;

/// A stored problem report.
#[derive(Clone, Debug, PartialEq)]
pub struct ProblemReport {
    /// Its id within the session.
    pub id: String,
    /// The report as JSON.
    pub body: String,
    /// Creation time.
    pub created_at: Millis,
}

impl Store {
    /// Stores a report. Repeating it with the same id changes nothing. Statistics count each kind once per session.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Conflict::Cleared`]; [`Conflict::TooMany`]; [`Error::Invalid`] if it is too long.
    pub async fn report_problem(
        &self,
        session_id: &str,
        id: &str,
        body: &str,
        kind: ProblemKind,
        now: Millis,
    ) -> Result<()> {
        check_id("report id", id)?;
        if body.len() > MAX_REPORT_BYTES {
            return Err(Error::invalid("report", format!("must have at most {MAX_REPORT_BYTES} bytes")));
        }
        let (store, session_id) = (self.clone(), session_id.to_owned());
        let report = ProblemReport { id: id.to_owned(), body: body.to_owned(), created_at: now };
        self.group_commit
            .run(move |write| async move { store.write_report(write, &session_id, report, kind).await }.boxed())
            .await
    }

    async fn write_report(
        &self,
        write: &mut Write,
        session_id: &str,
        report: ProblemReport,
        kind: ProblemKind,
    ) -> Result<()> {
        let session = sessions::lock(write, session_id).await?;
        if session.state == SessionState::Cleared {
            return Err(Conflict::Cleared.into());
        }
        let label = problem_label(kind);
        let (stored, same, alike): (i64, i64, i64) = sqlx::query_as(
            "SELECT COUNT(*) AS kept, COUNT(CASE WHEN id = $2 THEN 1 END) AS same, \
             COUNT(CASE WHEN kind = $3 THEN 1 END) AS alike FROM problem_reports WHERE session_id = $1",
        )
        .bind(session_id)
        .bind(&report.id)
        .bind(&label)
        .fetch_one(&mut **write)
        .await
        .map_err(database_error)?;
        if same > 0 {
            write.discard();
            return Ok(());
        }
        if stored >= MAX_REPORTS {
            return Err(Conflict::TooMany.into());
        }
        sqlx::query("INSERT INTO problem_reports (session_id, id, body, kind, created_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(session_id)
            .bind(&report.id)
            .bind(report.body)
            .bind(&label)
            .bind(report.created_at)
            .execute(&mut **write)
            .await
            .map_err(database_error)?;
        if alike == 0 {
            let mut increments = Increments::default();
            increments.add(&session, Metric::Problem, label);
            self.count(write, increments);
        }
        Ok(())
    }

    /// The reports of a session, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn reports(&self, session_id: &str) -> Result<Vec<ProblemReport>> {
        let query = "SELECT id, body, created_at FROM problem_reports WHERE session_id = $1 ORDER BY created_at, id";
        sqlx::query_as(query).bind(session_id).fetch_all(self.database.pool()).await.map_err(database_error)
    }
}

impl FromRow<'_, AnyRow> for ProblemReport {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(ProblemReport { id: row.try_get("id")?, body: row.try_get("body")?, created_at: row.try_get("created_at")? })
    }
}
