//! Evidence against a sheet: the values that the likelihood ratio is fitted to.

use crate::figures::Figures;

/// Names of the evidence, in order.
pub const EVIDENCE_NAMES: [&str; 3] = ["over_sheet", "beyond_sheet", "noise"];
/// Number of evidence values, and of the coefficients fitted to them.
pub const EVIDENCE_COUNT: usize = EVIDENCE_NAMES.len();

impl Figures {
    /// The evidence for the likelihood ratio against a sheet. Each value is clamped, so that none outweighs the others:
    /// how much better a face fits than the best sheet; how much a face improves any sheet, averaged over bent and
    /// folded ones; and the noise of the flow (natural logarithm of percent), since noise makes all differences small.
    pub fn evidence(&self) -> [f32; EVIDENCE_COUNT] {
        let beyond = |nepers: f32| nepers.clamp(-0.1, 0.3);
        [
            self.over_cylinder.min(self.over_crease).clamp(-0.4, 0.3),
            0.5 * (beyond(self.beyond_bending) + beyond(self.beyond_creases)),
            self.noise.clamp(0.1, 1.0).ln(),
        ]
    }
}
