//! The upload belongs to the attempt for which the nonce was given out.

use crate::evidence::Evidence;
use crate::verdict::{Check, CheckOutcome};
use subtle::ConstantTimeEq;

/// The manifest has the nonce that was given out, and it came while that was good. That it came before, as far as the
/// server's clock tells, is a clock that was set back: nobody has a nonce that was not given out yet.
pub fn check(evidence: &Evidence) -> CheckOutcome {
    let issued = &evidence.nonce;
    let same: bool = evidence.manifest.nonce.as_bytes().ct_eq(issued.value.as_bytes()).into();
    let age = i128::from(evidence.received_at) - i128::from(issued.issued_at);
    let left = i128::from(issued.expires_at) - i128::from(evidence.received_at);
    CheckOutcome::passed(Check::Nonce)
        .with("ageMs", age as f64)
        .with("leftMs", left as f64)
        .require(same && !issued.value.is_empty(), || "the nonce is not the one that was given out".into())
        .require(left > 0, || "the nonce had run out".into())
}
