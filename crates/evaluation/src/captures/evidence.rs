//! Evidence as an unmodified page uploads it. Tests modify it.

use image::RgbImage;
use nearfar::frame::Size;
use nearfar::guidance::{Stage, Target, Thresholds, Viewport};
use nearfar_protocol::manifest::{
    AuditEntry, DeviceFacts, InstructionEntry, Manifest, ManifestFile, Ovals, Rect, Size as CssSize,
};
use nearfar_scoring::{Evidence, IssuedNonce};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::scene::jpeg;

/// When the nonce is issued.
pub const NONCE_ISSUED_AT: i64 = 1_800_000_000_000;

/// The evidence of these two pictures and an audit frame, with a viewport of their size.
pub fn evidence(far: &RgbImage, near: &RgbImage) -> Evidence {
    let audit = image::imageops::thumbnail(far, 120, 160);
    let files = [("far", jpeg(far, 92)), ("near", jpeg(near, 92)), ("audit-0", jpeg(&audit, 70))];
    evidence_from_files(files.map(|(name, bytes)| (name.to_string(), bytes)).into(), far.dimensions())
}

/// The evidence of these files. `size` is the size of the camera's frames.
pub fn evidence_from_files(files: BTreeMap<String, Vec<u8>>, size: (u32, u32)) -> Evidence {
    let at = |ms: i64| NONCE_ISSUED_AT + ms;
    let instruction = |ms: i64, phase: &str, code: &str| InstructionEntry {
        time: at(ms),
        phase: phase.into(),
        code: code.into(),
        failing: vec![],
    };
    let audit = files.keys().filter(|name| name.starts_with("audit-")).enumerate().map(|(index, name)| AuditEntry {
        name: name.clone(),
        time: at(1500 + 300 * index as i64),
        phase: "far".into(),
        code: "keep_still".into(),
    });
    let manifest = Manifest {
        nonce: "5a0d8e3f".into(),
        files: files.iter().map(|(name, bytes)| manifest_file(name, bytes)).collect(),
        far_image_time: at(3000),
        near_image_time: at(6000),
        stops: Vec::new(),
        camera_type: Default::default(),
        ovals: Ovals { far: oval(Stage::Far, size), near: oval(Stage::Near, size) },
        viewport: CssSize { width: f64::from(size.0), height: f64::from(size.1) },
        instructions: vec![
            instruction(1000, "far", "too_far"),
            instruction(2000, "far", "keep_still"),
            instruction(3600, "near", "too_far"),
            instruction(5200, "near", "keep_still"),
        ],
        audit: audit.collect(),
        device: DeviceFacts::default(),
        light: None,
    };
    let nonce = IssuedNonce { value: "5a0d8e3f".into(), issued_at: NONCE_ISSUED_AT, expires_at: at(600_000) };
    Evidence { manifest, nonce, files, received_at: at(9000), light: None, motion: None }
}

/// The entry of a file in the manifest.
pub fn manifest_file(name: &str, bytes: &[u8]) -> ManifestFile {
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ManifestFile { name: name.into(), sha256, bytes: bytes.len() as u64 }
}

fn oval(stage: Stage, (width, height): (u32, u32)) -> Rect {
    let viewport = Viewport { width: width as f32, height: height as f32 };
    let oval = Target::new(stage, Size { width, height }, viewport, &Thresholds::default()).in_viewport();
    let [x, y, width, height] = [oval.x, oval.y, oval.width, oval.height].map(f64::from);
    Rect { x, y, width, height }
}
