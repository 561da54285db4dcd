//! Checks that the upload belongs to the attempt for which the nonce was issued.

use crate::evidence::Evidence;
use crate::verdict::{Bounds, Check, CheckOutcome};
use subtle::ConstantTimeEq;

/// The manifest has the issued nonce, and the upload came before it expired. An upload that came before the nonce was
/// issued, by the server's clock, means that this clock was set back: nobody has a nonce before it is issued.
pub fn check(evidence: &Evidence) -> CheckOutcome {
    let issued = &evidence.nonce;
    let is_same: bool = evidence.manifest.nonce.as_bytes().ct_eq(issued.value.as_bytes()).into();
    let age = i128::from(evidence.received_at) - i128::from(issued.issued_at);
    let left = i128::from(issued.expires_at) - i128::from(evidence.received_at);
    CheckOutcome::passed(Check::Nonce)
        .with("ageMs", age as f64)
        .with_bounds("leftMs", left as f64, Bounds::at_least(0.0))
        .require(is_same && !issued.value.is_empty(), || "the nonce is not the one that was given out".into())
        .require(left > 0, || "the nonce had run out".into())
}
