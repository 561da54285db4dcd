//! Searches sessions, newest first, page by page.
//!
//! Indexes serve account, time, user id and, without a user id, verdict. The other fields are compared row by row, for at
//! most [`MAX_SCANNED`] sessions per page.

mod conditions;

use crate::columns::IntColumn;
use crate::database::database_error;
use crate::error::{Error, Result};
use crate::sessions::{self, Session};
use crate::{Millis, SessionKind, Store};
use conditions::Conditions;
use nearfar_protocol::device_class::{BrowserFamily, DeviceType, OsFamily};
use nearfar_protocol::level::Level;
use nearfar_protocol::result::{CameraType, Decision, ResultCode};
use nearfar_protocol::sessions::{LifecycleState, MAX_PAGE};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use std::fmt;
use std::str::FromStr;

/// Maximum number of sessions that one page is searched in.
pub const MAX_SCANNED: i64 = 5000;

/// What sessions have to match. `None`: anything.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    /// The account; `None`: all accounts.
    pub account_id: Option<String>,
    /// Created at this time or later.
    pub created_from: Option<Millis>,
    /// Created before this time.
    pub created_before: Option<Millis>,
    /// The integrator's id of the person, exactly.
    pub user_id: Option<String>,
    /// The state.
    pub state: Option<LifecycleState>,
    /// The decision about the last scored attempt.
    pub verdict: Option<Decision>,
    /// The operating system of the last upload.
    pub os: Option<OsFamily>,
    /// The browser of the last upload.
    pub browser: Option<BrowserFamily>,
    /// The type of device of the last upload.
    pub device_type: Option<DeviceType>,
    /// The camera of the last upload.
    pub camera_type: Option<CameraType>,
    /// The level, as the integrator sent it.
    pub product_level: Option<Level>,
    /// The kind.
    pub kind: Option<SessionKind>,
    /// Only scored sessions that did not pass and about which no reviewer has decided.
    pub needs_review: bool,
}

/// Where a page ends: after this session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCursor {
    created_at: Millis,
    id: String,
}

impl fmt::Display for SessionCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.created_at, self.id)
    }
}

impl FromStr for SessionCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::invalid("cursor", "is not one of a page before");
        let (created_at, id) = text.split_once('.').ok_or_else(wrong)?;
        crate::check_id("cursor", id)?;
        Ok(Self { created_at: created_at.parse().map_err(|_| wrong())?, id: id.to_owned() })
    }
}

/// A page of sessions, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundSessions {
    /// The sessions. Can be fewer than asked for although more follow.
    pub sessions: Vec<FoundSession>,
    /// Where the next page begins; `None` after the last page.
    pub next: Option<SessionCursor>,
}

/// A session that was found, with the outcome of its last scored attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundSession {
    /// The session.
    pub session: Session,
    /// The code of its last scored attempt.
    pub code: Option<ResultCode>,
    /// The score of its last scored attempt, 0 to 100.
    pub score: Option<u8>,
}

impl Store {
    /// A page of the sessions that match a filter, newest first, after a cursor. Pages do not overlap, whatever is created
    /// or erased between them.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a limit outside 1 to 100; [`Error::Unavailable`].
    pub async fn search_sessions(
        &self,
        filter: &SessionFilter,
        limit: u32,
        after: Option<&SessionCursor>,
        now: Millis,
    ) -> Result<FoundSessions> {
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(Error::invalid("limit", format!("must be 1 to {MAX_PAGE}")));
        }
        let indexed = Conditions::indexed(filter, after);
        let boundary = if filter.is_indexed() { None } else { self.boundary(&indexed).await? };
        let conditions = indexed.with_scanned(filter, boundary.as_ref(), now);
        let statement = statement(&conditions, limit);
        let found = conditions.bind(sqlx::query_as(sqlx::AssertSqlSafe(statement)));
        let mut sessions: Vec<FoundSession> = found.fetch_all(self.database.pool()).await.map_err(database_error)?;
        let has_more = sessions.len() > limit as usize;
        sessions.truncate(limit as usize);
        let last = sessions.last().map(|FoundSession { session, .. }| SessionCursor {
            created_at: session.created_at,
            id: session.id.clone(),
        });
        Ok(FoundSessions { next: if has_more { last } else { boundary }, sessions })
    }

    /// One session of an account as a search finds it.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for another account's session.
    pub async fn found_session(&self, account_id: &str, id: &str) -> Result<FoundSession> {
        let session = self.session_of(account_id, id).await?;
        let attempt = match &session.result_attempt {
            Some(attempt) => self.attempt(id, attempt).await.map(Some),
            None => Ok(None),
        };
        let outcome = match attempt {
            // Erased in the meantime.
            Err(Error::NotFound(_)) => None,
            other => other?.and_then(|attempt| attempt.outcome),
        };
        let code = outcome.as_ref().and_then(|outcome| ResultCode::from_code(&outcome.code));
        Ok(FoundSession { session, code, score: outcome.and_then(|outcome| outcome.score) })
    }

    /// The last session that a page is searched in, if more follow.
    async fn boundary(&self, conditions: &Conditions) -> Result<Option<SessionCursor>> {
        let statement = format!(
            "SELECT created_at, id FROM sessions {} ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET {}",
            conditions.clause(),
            MAX_SCANNED - 1
        );
        let row = conditions.bind(sqlx::query_as(sqlx::AssertSqlSafe(statement)));
        let row: Option<(i64, String)> = row.fetch_optional(self.database.pool()).await.map_err(database_error)?;
        Ok(row.map(|(created_at, id)| SessionCursor { created_at, id }))
    }
}

/// Selects one session more than the limit, which shows whether more follow.
fn statement(conditions: &Conditions, limit: u32) -> String {
    let of_attempt = |column: &str| {
        format!(
            "(SELECT {column} FROM attempts WHERE attempts.session_id = sessions.id \
             AND attempts.id = sessions.result_attempt) AS result_{column}"
        )
    };
    format!(
        "SELECT {}, {}, {} FROM sessions {} ORDER BY created_at DESC, id DESC LIMIT {}",
        sessions::COLUMNS,
        of_attempt("code"),
        of_attempt("score"),
        conditions.clause(),
        limit + 1
    )
}

impl SessionFilter {
    /// Whether indexes serve all of it.
    fn is_indexed(&self) -> bool {
        let others = self.os.is_some() || self.browser.is_some() || self.device_type.is_some();
        let others = others || self.state.is_some() || self.camera_type.is_some() || self.product_level.is_some();
        !others && !self.needs_review && self.kind.is_none() && (self.verdict.is_none() || self.is_verdict_indexed())
    }

    /// Whether an index serves the verdict. With a user id, that one's index is used instead.
    fn is_verdict_indexed(&self) -> bool {
        self.account_id.is_some() && self.user_id.is_none()
    }
}

impl Session {
    /// The state as lists show it.
    pub fn lifecycle(&self, now: Millis) -> LifecycleState {
        use crate::SessionState as S;
        match self.state {
            S::Open if self.is_expired(now) => LifecycleState::Expired,
            S::Open => LifecycleState::Open,
            S::Scoring => LifecycleState::Scoring,
            S::Passed => LifecycleState::Passed,
            S::Failed => LifecycleState::Failed,
            S::Cleared => LifecycleState::Erased,
        }
    }
}

impl FromRow<'_, AnyRow> for FoundSession {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let code: Option<String> = row.try_get("result_code")?;
        let score: Option<IntColumn<u8>> = row.try_get("result_score")?;
        Ok(FoundSession {
            session: Session::from_row(row)?,
            code: code.and_then(|code| ResultCode::from_code(&code)),
            score: score.map(|IntColumn(score)| score),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::conditions::Value;
    use super::*;
    use crate::query_plan::{Bound, Site, explain};
    use crate::{DatabaseKind, NewAccount};
    use sqlx::AssertSqlSafe;

    const NOW: Millis = 1_713_247_589_908;
    /// A page and some more than one search goes through.
    const SESSIONS: i64 = MAX_SCANNED + 700;

    nearfar_test_support::on_both!(Site: indexes_serve_the_searches, a_page_is_searched_in_a_bounded_number_of_sessions);

    /// A store with many sessions of one account, of which the oldest has another browser, and more of another account.
    async fn filled(site: &Site) -> (Store, String) {
        let store = site.open().await;
        let new = || NewAccount { name: "Shop".into(), ..NewAccount::default() };
        let account = store.create_account(new(), NOW).await.unwrap().0.id;
        let other = store.create_account(new(), NOW).await.unwrap().0.id;
        for (account, prefix, count) in [(&account, 's', SESSIONS), (&other, 'o', 3 * SESSIONS)] {
            let insert = format!(
                "INSERT INTO sessions (id, account_id, version, state, iframe, multi_device, use_slave_url, starts, \
                 judged, created_at, expires_at, purge_at, user_id, browser, verdict) \
                 WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) \
                 SELECT '{prefix}' || (100000 + n), '{account}', 0, 'open', 0, 0, 0, 0, 0, {NOW} + n / 3, {NOW}, {NOW}, \
                 'person' || (n % 50), CASE WHEN n = 1 THEN 'opera' ELSE 'chrome' END, \
                 CASE WHEN n % 100 = 0 THEN 'attack' ELSE 'live' END FROM numbers"
            );
            sqlx::query(AssertSqlSafe(insert)).execute(store.database.pool()).await.unwrap();
        }
        // PostgreSQL does so on its own; SQLite never does.
        if store.database_kind() == DatabaseKind::Postgres {
            sqlx::query("ANALYZE").execute(store.database.pool()).await.unwrap();
        }
        (store, account)
    }

    async fn plan(store: &Store, filter: &SessionFilter) -> String {
        let after = SessionCursor { created_at: NOW + 400, id: "s101000".into() };
        let boundary = SessionCursor { created_at: NOW, id: "s".into() };
        let conditions = Conditions::indexed(filter, Some(&after));
        let conditions = match filter.is_indexed() {
            true => conditions,
            false => conditions.with_scanned(filter, Some(&boundary), NOW),
        };
        let values = conditions.values().iter().map(|value| match value {
            Value::Number(number) => Bound::Number(*number),
            Value::Text(text) => Bound::Text(text.clone()),
        });
        explain(store, &statement(&conditions, 20), values.collect()).await
    }

    async fn indexes_serve_the_searches(site: Site) {
        let (store, account) = filled(&site).await;
        let of_account = SessionFilter { account_id: Some(account), ..SessionFilter::default() };
        let of_user = SessionFilter { user_id: Some("person7".into()), ..of_account.clone() };
        let attacks_of_user = SessionFilter { verdict: Some(Decision::Attack), ..of_user.clone() };
        let of_all = SessionFilter { account_id: None, ..of_user.clone() };
        let attacks = SessionFilter { verdict: Some(Decision::Attack), ..of_account.clone() };
        for (filter, index) in [
            (SessionFilter::default(), "sessions_by_time"),
            (of_account, "sessions_of_account"),
            (of_user, "sessions_of_user"),
            (attacks_of_user, "sessions_of_user"),
            (of_all, "sessions_by_user"),
            (attacks, "sessions_by_verdict"),
        ] {
            let plan = plan(&store, &filter).await;
            assert!(plan.contains(index), "{filter:?}: {plan}");
            // PostgreSQL may sort a person's few sessions; SQLite never sorts.
            let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
            assert!(!sorts || (filter.user_id.is_some() && plan.contains("Sort")), "{filter:?}: {plan}");
        }
    }

    async fn a_page_is_searched_in_a_bounded_number_of_sessions(site: Site) {
        let (store, account) = filled(&site).await;
        let filter = SessionFilter {
            account_id: Some(account),
            browser: Some(BrowserFamily::Opera),
            ..SessionFilter::default()
        };
        let first = store.search_sessions(&filter, 20, None, NOW).await.unwrap();
        assert_eq!(first.sessions, []);
        let second = store.search_sessions(&filter, 20, first.next.as_ref(), NOW).await.unwrap();
        assert_eq!(second.sessions.len(), 1);
        assert_eq!((second.sessions[0].session.id.as_str(), second.next), ("s100001", None));
    }
}
