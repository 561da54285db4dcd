//! Whom a session is for: a customer, an integrator's test or a study.

use crate::Account;
use crate::studies::is_study_account;
use serde::{Deserialize, Serialize};

/// Whom a session is for. All sessions of an account are of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A customer's person.
    #[default]
    Regular,
    /// A test that chose its results, in a sandbox account.
    Sandbox,
    /// A study of the operator.
    Study,
}

impl SessionKind {
    /// The kind of all sessions of an account.
    pub fn of_account(account: &Account) -> Self {
        if is_study_account(account) {
            Self::Study
        } else if account.sandbox {
            Self::Sandbox
        } else {
            Self::Regular
        }
    }

    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Sandbox => "sandbox",
            Self::Study => "study",
        }
    }
}
