//! Checks the lengths and hashes of the files and the format of the video.

use crate::evidence::Evidence;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar_protocol::manifest::VIDEO;
use sha2::{Digest, Sha256};

/// Every file has the length and the SHA-256 of the manifest.
pub fn hashes(evidence: &Evidence) -> CheckOutcome {
    let mut outcome = CheckOutcome::passed(Check::Hashes);
    let mut total = 0.0;
    for entry in &evidence.manifest.files {
        let Some(bytes) = evidence.files.get(&entry.name) else { continue };
        total += bytes.len() as f64;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        outcome = outcome
            .require(length == entry.bytes, || format!("{} has {length} bytes, not {}", entry.name, entry.bytes))
            .require(hex::encode(Sha256::digest(bytes)) == entry.sha256, || format!("{} was altered", entry.name));
    }
    outcome.with("bytes", total)
}

/// The first bytes of a webm file (EBML).
const WEBM: [u8; 4] = [0x1a, 0x45, 0xdf, 0xa3];
/// Follows the length of the first box of an mp4 file.
const MP4: &[u8; 4] = b"ftyp";

/// Whether the bytes begin like webm or mp4.
pub fn is_video(bytes: &[u8]) -> bool {
    bytes.starts_with(&WEBM) || bytes.get(4..8).is_some_and(|name| name == MP4)
}

/// The video begins like webm or mp4 and is not too long. Its content is not checked.
pub fn video(evidence: &Evidence, max_bytes: u64) -> CheckOutcome {
    let Some(bytes) = evidence.files.get(VIDEO) else {
        return CheckOutcome::skipped(Check::Video, "there is none, or not yet");
    };
    CheckOutcome::passed(Check::Video)
        .with_bounds("bytes", bytes.len() as f64, Bounds::at_most(max_bytes as f64))
        .require(is_video(bytes), || "the video is neither webm nor mp4".into())
        .require(bytes.len() as f64 <= max_bytes as f64, || format!("the video is longer than {max_bytes} bytes"))
}
