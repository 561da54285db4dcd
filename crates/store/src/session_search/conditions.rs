//! Conditions of a search, as SQL with parameters.

use super::{SessionCursor, SessionFilter};
use crate::studies::ACCOUNT as STUDY_ACCOUNT;
use crate::{Millis, SessionKind};
use nearfar_protocol::device_class::{BrowserFamily, DeviceType, OsFamily};
use nearfar_protocol::level::Level;
use nearfar_protocol::result::{CameraType, Decision};
use nearfar_protocol::sessions::LifecycleState;
use sqlx::Any;

/// A parameter.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Number(i64),
    Text(String),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Conditions of a statement, joined by AND, with their parameters.
#[derive(Default)]
pub(super) struct Conditions {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Each `{}` of the condition, a literal of this crate, stands for the next value.
    fn add<const N: usize>(&mut self, condition: &'static str, values: [Value; N]) {
        let mut condition = condition.to_owned();
        for value in values {
            self.values.push(value);
            condition = condition.replacen("{}", &format!("${}", self.values.len()), 1);
        }
        self.conditions.push(condition);
    }

    fn equal(&mut self, condition: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(condition, [value.into()]);
        }
    }

    /// The conditions that indexes serve.
    pub(super) fn indexed(filter: &SessionFilter, after: Option<&SessionCursor>) -> Self {
        let mut all = Self::default();
        all.equal("account_id = {}", filter.account_id.as_deref());
        // The index for all accounts is of this expression, so that a search in one account cannot choose it.
        let of_user = if filter.account_id.is_some() {
            "user_id = {}"
        } else {
            "user_id IS NOT NULL AND COALESCE(user_id, '') = {}"
        };
        all.equal(of_user, filter.user_id.as_deref());
        if filter.is_verdict_indexed() {
            all.equal("verdict = {}", filter.verdict.map(Decision::code));
        }
        if let Some(from) = filter.created_from {
            all.add("created_at >= {}", [from.into()]);
        }
        if let Some(before) = filter.created_before {
            all.add("created_at < {}", [before.into()]);
        }
        if let Some(SessionCursor { created_at, id }) = after {
            all.add("(created_at, id) < ({}, {})", [Value::from(*created_at), Value::from(id.as_str())]);
        }
        all
    }

    /// Adds the conditions that are checked row by row, down to the boundary.
    pub(super) fn with_scanned(
        mut self,
        filter: &SessionFilter,
        boundary: Option<&SessionCursor>,
        now: Millis,
    ) -> Self {
        if let Some(SessionCursor { created_at, id }) = boundary {
            self.add("(created_at, id) >= ({}, {})", [Value::from(*created_at), Value::from(id.as_str())]);
        }
        if !filter.is_verdict_indexed() {
            // An expression, so that SQLite cannot prefer the index of verdicts, which has all sessions of an account.
            self.equal("COALESCE(verdict, '') = {}", filter.verdict.map(Decision::code));
        }
        match filter.state {
            None => {}
            Some(LifecycleState::Open) => self.add("state = 'open' AND expires_at > {}", [now.into()]),
            Some(LifecycleState::Expired) => self.add("state = 'open' AND expires_at <= {}", [now.into()]),
            Some(LifecycleState::Scoring) => self.add("state = 'judging'", []),
            Some(LifecycleState::Passed) => self.add("state = 'passed'", []),
            Some(LifecycleState::Failed) => self.add("state = 'failed'", []),
            Some(LifecycleState::Erased) => self.add("state = 'cleared'", []),
        }
        match filter.kind {
            None => {}
            Some(SessionKind::Regular) => {
                self.add("sandbox IS NULL AND account_id <> {}", [STUDY_ACCOUNT.into()]);
            }
            Some(SessionKind::Sandbox) => self.add("sandbox IS NOT NULL", []),
            Some(SessionKind::Study) => self.add("account_id = {}", [STUDY_ACCOUNT.into()]),
        }
        self.equal("os = {}", filter.os.map(OsFamily::code));
        self.equal("browser = {}", filter.browser.map(BrowserFamily::code));
        self.equal("device_type = {}", filter.device_type.map(DeviceType::code));
        self.equal("camera_type = {}", filter.camera_type.map(CameraType::code));
        self.equal("product_level = {}", filter.product_level.map(Level::code));
        if filter.needs_review {
            self.add("state IN ('open', 'judging', 'failed') AND verdict IS NOT NULL", []);
            self.add("NOT EXISTS (SELECT 1 FROM session_reviews WHERE session_reviews.session_id = sessions.id)", []);
        }
        self
    }

    #[cfg(test)]
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    pub(super) fn clause(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!("WHERE {}", self.conditions.join(" AND ")) }
    }

    pub(super) fn bind<'q, T>(
        &self,
        mut query: sqlx::query::QueryAs<'q, Any, T, sqlx::any::AnyArguments>,
    ) -> sqlx::query::QueryAs<'q, Any, T, sqlx::any::AnyArguments> {
        for value in &self.values {
            query = match value {
                Value::Number(number) => query.bind(*number),
                Value::Text(text) => query.bind(text.clone()),
            };
        }
        query
    }
}
