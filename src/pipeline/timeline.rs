//! Records which instruction was shown when.

use crate::clock::Millis;
use crate::guidance::{Instruction, InstructionSet};
use crate::session::Phase;
use serde::Serialize;

/// An instruction that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(tsify::Tsify))]
pub struct InstructionRecord {
    /// When it was shown, Unix ms.
    #[cfg_attr(test, tsify(type = "number"))]
    pub time: Millis,
    /// The session's phase at that time.
    pub phase: Phase,
    /// The instruction.
    #[cfg_attr(test, tsify(type = "InstructionCode"))]
    pub code: Instruction,
    /// All checks that failed at that time.
    #[cfg_attr(test, tsify(type = "InstructionCode[]"))]
    pub failing: InstructionSet,
}

/// Maximum number of records. With a hold of 600 ms and a session limit of 120 s there are at most about 200. Later
/// ones are not recorded.
pub const MAX_RECORDS: usize = 512;

/// The shown instructions in order, at most [`MAX_RECORDS`].
#[derive(Clone, Debug)]
pub(super) struct Timeline(Vec<InstructionRecord>);

impl Timeline {
    pub(super) fn new() -> Self {
        Timeline(Vec::with_capacity(MAX_RECORDS))
    }

    pub(super) fn push(&mut self, record: InstructionRecord) {
        if self.0.len() < MAX_RECORDS {
            self.0.push(record);
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn records(&self) -> &[InstructionRecord] {
        &self.0
    }
}
