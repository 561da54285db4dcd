//! Collects the outcomes of the checks and turns them into a verdict.

use crate::verdict::{Check, CheckOutcome, Kind, Verdict};
use nearfar_protocol::result::{AttackType, ResultCode};

/// The outcomes so far.
#[derive(Default)]
pub(crate) struct VerdictBuilder {
    checks: Vec<CheckOutcome>,
    /// The code of the first failed presence check.
    code: Option<ResultCode>,
}

impl VerdictBuilder {
    pub(crate) fn add(&mut self, outcome: CheckOutcome) {
        self.checks.push(outcome);
    }

    /// Adds a presence check with the result code of its failure.
    pub(crate) fn add_with_code(&mut self, outcome: CheckOutcome, code: ResultCode) {
        if outcome.has_failed() {
            self.code.get_or_insert(code);
        }
        self.add(outcome);
    }

    /// Whether a check of this kind has failed.
    pub(crate) fn has_failed(&self, kind: Kind) -> bool {
        self.checks.iter().any(|outcome| outcome.has_failed() && outcome.check.kind() == kind)
    }

    /// An attack: score 0.
    pub(crate) fn attack(self, attack: AttackType) -> Verdict {
        self.finish(ResultCode::Success, Some(0), Some(attack))
    }

    /// No score, with the code of the first failed presence check.
    pub(crate) fn rejected(self) -> Verdict {
        // Without such a check the pictures could not be analyzed at all.
        let code = self.code.unwrap_or(ResultCode::NoFaceDetected);
        self.finish(code, None, None)
    }

    pub(crate) fn scored(self, score: u8) -> Verdict {
        self.finish(ResultCode::Success, Some(score), None)
    }

    /// Adds every check that has not run as skipped.
    fn finish(mut self, code: ResultCode, score: Option<u8>, attack_type: Option<AttackType>) -> Verdict {
        for check in Check::ALL {
            if !self.checks.iter().any(|outcome| outcome.check == check) {
                self.checks.push(CheckOutcome::skipped(check, "an earlier check decided"));
            }
        }
        self.checks.sort_by_key(|outcome| outcome.check);
        Verdict { code, score, attack_type, checks: self.checks }
    }
}
