//! The outcomes of an attempt's checks on their way to a verdict.

use crate::verdict::{Check, CheckOutcome, Kind, Verdict};
use nearfar_protocol::result::{AttackType, ResultCode};

/// The outcomes so far.
#[derive(Default)]
pub struct VerdictBuilder {
    checks: Vec<CheckOutcome>,
    /// The code of the first failed check of the faces.
    code: Option<ResultCode>,
}

impl VerdictBuilder {
    pub fn add(&mut self, outcome: CheckOutcome) {
        self.checks.push(outcome);
    }

    /// Adds a check of the faces, with the code that its failure has.
    pub fn add_as(&mut self, outcome: CheckOutcome, code: ResultCode) {
        if outcome.has_failed() {
            self.code.get_or_insert(code);
        }
        self.add(outcome);
    }

    pub fn failed(&self, kind: Kind) -> Option<Check> {
        self.checks
            .iter()
            .find(|outcome| outcome.has_failed() && outcome.check.kind() == kind)
            .map(|outcome| outcome.check)
    }

    pub fn attack(self, attack: AttackType) -> Verdict {
        self.finish(ResultCode::Success, Some(0), Some(attack))
    }

    pub fn refused(self) -> Verdict {
        // Pictures that could not even be looked at show no face.
        let code = self.code.unwrap_or(ResultCode::NoFaceDetected);
        self.finish(code, None, None)
    }

    pub fn scored(self, score: u8) -> Verdict {
        self.finish(ResultCode::Success, Some(score), None)
    }

    /// Every check that was not done is told as skipped.
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
