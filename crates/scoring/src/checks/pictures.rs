//! Far, near and audit frames are JPEG within the limits and decode.

use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::picture::{PictureError, decode};
use crate::verdict::{Check, CheckOutcome};
use image::RgbaImage;
use nearfar_protocol::manifest::{AUDIT_PREFIX, FAR, NEAR};

/// The decoded far and near picture.
#[derive(Debug)]
pub struct Pictures {
    /// The far one.
    pub far: RgbaImage,
    /// The near one.
    pub near: RgbaImage,
}

/// Decodes far and near.
pub fn stills(evidence: &Evidence, limits: &Limits) -> (CheckOutcome, Option<Pictures>) {
    let open = |name: &str| -> Result<RgbaImage, String> {
        let bytes = evidence.files.get(name).ok_or_else(|| format!("{name} did not come"))?;
        decode(bytes, &limits.picture).map_err(|error| format!("{name}: {error}"))
    };
    match open(FAR).and_then(|far| Ok(Pictures { near: open(NEAR)?, far })) {
        Ok(pictures) => {
            let outcome = CheckOutcome::passed(Check::Pictures)
                .with("farWidth", pictures.far.width())
                .with("farHeight", pictures.far.height())
                .with("nearWidth", pictures.near.width())
                .with("nearHeight", pictures.near.height());
            (outcome, Some(pictures))
        }
        Err(note) => (CheckOutcome::failed(Check::Pictures, note), None),
    }
}

/// Decodes every audit frame, and forgets it again.
pub fn audit(evidence: &Evidence, limits: &Limits) -> CheckOutcome {
    let frames = || evidence.files.iter().filter(|(name, _)| name.starts_with(AUDIT_PREFIX));
    if frames().next().is_none() {
        return CheckOutcome::skipped(Check::AuditPictures, "there are none");
    }
    let outcome = CheckOutcome::passed(Check::AuditPictures).with("frames", frames().count() as f64);
    let broken = frames().find_map(|(name, bytes)| {
        let error: Option<PictureError> = decode(bytes, &limits.audit).err();
        error.map(|error| format!("{}: {error}", name.chars().take(40).collect::<String>()))
    });
    match broken {
        Some(note) => outcome.require(false, || note),
        None => outcome,
    }
}
