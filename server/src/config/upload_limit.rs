//! The sizes of an upload, and the memory that results of it take.

use nearfar_protocol::manifest::MAX_AUDIT;
use nearfar_protocol::motion::MAX_STOPS;

/// The largest manifest, in bytes.
pub const MANIFEST_BYTES: u64 = 1_000_000;

/// Memory of a file in a JSON response, as a multiple of its size: the file, its base64, the JSON.
pub const RESULT_FACTOR: u64 = 4;

/// Memory of a capture record, as a multiple of its files: the files, and an archive that grows by doubling.
pub const RECORD_FACTOR: u64 = 3;

/// Pictures in full size: far, near and the stops.
const PICTURES: u64 = 2 + MAX_STOPS as u64;

/// The limits for one account.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimit {
    /// Bytes of a picture.
    pub image: u64,
    /// Bytes of an audit picture.
    pub audit: u64,
    /// Bytes of the video; 0 if the account takes none.
    pub video: u64,
    /// Whether the pictures may come from the device's own camera app.
    pub system_camera: bool,
}

impl UploadLimit {
    /// Bytes of the largest upload.
    pub fn total(&self) -> u64 {
        let pictures = self.image.saturating_mul(PICTURES).saturating_add(self.audit.saturating_mul(MAX_AUDIT as u64));
        pictures.saturating_add(self.video).saturating_add(MANIFEST_BYTES)
    }

    /// Memory for the largest result of an upload.
    pub fn result(&self) -> u64 {
        let pictures = self.image.saturating_mul(2);
        let audit = self.audit.saturating_mul(MAX_AUDIT as u64);
        let shown = pictures.saturating_add(self.video).max(audit).saturating_mul(RESULT_FACTOR);
        let all = self.image.saturating_mul(PICTURES);
        let record = all.saturating_add(audit).saturating_add(MANIFEST_BYTES).saturating_mul(RECORD_FACTOR);
        shown.max(record)
    }
}
