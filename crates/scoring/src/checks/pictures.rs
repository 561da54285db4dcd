//! Decodes far, near, the stops and the audit frames, which have to be JPEG within the limits.

use crate::cancellation::{Cancellation, Cancelled};
use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::picture::decode;
use crate::verdict::{Bounds, Check, CheckOutcome};
use image::RgbaImage;
use nearfar_protocol::manifest::{AUDIT_PREFIX, FAR, NEAR};

/// The decoded pictures at full size.
#[derive(Debug)]
pub struct Pictures {
    /// The far picture.
    pub far: RgbaImage,
    /// The pictures at the stops of the path, if a motion challenge was issued.
    pub stops: Vec<RgbaImage>,
    /// The near picture.
    pub near: RgbaImage,
}

/// Decodes far, near and the stops.
pub fn stills(evidence: &Evidence, limits: &Limits) -> (CheckOutcome, Option<Pictures>) {
    let open = |name: &str| -> Result<RgbaImage, String> {
        let bytes = evidence.files.get(name).ok_or_else(|| format!("{name} did not come"))?;
        decode(bytes, &limits.picture).map_err(|error| format!("{name}: {error}"))
    };
    // Stops without a motion challenge are ignored.
    let named = evidence.manifest.stops.iter().filter(|_| evidence.motion.is_some());
    let stops = || named.map(|stop| open(&stop.name)).collect::<Result<_, _>>();
    match open(FAR).and_then(|far| Ok(Pictures { near: open(NEAR)?, stops: stops()?, far })) {
        Ok(pictures) => {
            let side = Bounds::between(limits.picture.min_side, limits.picture.max_side);
            let outcome = CheckOutcome::passed(Check::Pictures)
                .with_bounds("farWidth", pictures.far.width(), side)
                .with_bounds("farHeight", pictures.far.height(), side)
                .with_bounds("nearWidth", pictures.near.width(), side)
                .with_bounds("nearHeight", pictures.near.height(), side);
            (outcome, Some(pictures))
        }
        Err(note) => (CheckOutcome::failed(Check::Pictures, note), None),
    }
}

/// Decodes every audit frame and drops it.
///
/// # Errors
/// [`Cancelled`] when `cancellation` is set meanwhile.
pub fn audit(evidence: &Evidence, limits: &Limits, cancellation: &Cancellation) -> Result<CheckOutcome, Cancelled> {
    let frames = || evidence.files.iter().filter(|(name, _)| name.starts_with(AUDIT_PREFIX));
    if frames().next().is_none() {
        return Ok(CheckOutcome::skipped(Check::AuditPictures, "there are none"));
    }
    let outcome = CheckOutcome::passed(Check::AuditPictures).with("frames", frames().count() as f64);
    for (name, bytes) in frames() {
        cancellation.check()?;
        if let Err(error) = decode(bytes, &limits.audit) {
            let name: String = name.chars().take(40).collect();
            return Ok(outcome.require(false, || format!("{name}: {error}")));
        }
    }
    Ok(outcome)
}
