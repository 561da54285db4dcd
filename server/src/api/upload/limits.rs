//! What an upload may hold.

use nearfar_protocol::manifest::{FAR, MAX_AUDIT, Manifest, NEAR, STOP_PREFIX, VIDEO};
use nearfar_protocol::motion::MAX_STOPS;
use nearfar_protocol::result::CameraType;
use nearfar_protocol::status;
use nearfar_store::AccountSettings;

use crate::api::integrator::capture_record::RECORD_FACTOR;
use crate::api::integrator::get_result::RESULT_FACTOR;
use crate::api::response::ApiError;
use crate::config::Config;

/// The largest manifest, in bytes.
pub const MANIFEST_BYTES: u64 = 1_000_000;

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
    /// Whether the pictures may come from the device's own camera program.
    pub system_camera: bool,
}

impl UploadLimit {
    /// What the configuration allows an account with these settings.
    pub fn new(config: &Config, settings: &AccountSettings) -> Self {
        let largest = Self::largest(config);
        let video = if settings.video { largest.video } else { 0 };
        Self { video, system_camera: settings.system_camera, ..largest }
    }

    /// What the configuration allows the account that may send most.
    pub fn largest(config: &Config) -> Self {
        Self { image: config.image_bytes, audit: config.audit_bytes, video: config.video_bytes, system_camera: true }
    }

    /// All of an upload.
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

    /// Refuses a manifest that announces too much, or what the account may not send.
    pub fn check(&self, manifest: &Manifest) -> Result<(), ApiError> {
        if manifest.camera_type == CameraType::SystemCamera && !self.system_camera {
            let reason = "the account takes no pictures of SYSTEM_CAMERA";
            return Err(ApiError::with_extra(status::MANIFEST_INVALID, reason));
        }
        for file in &manifest.files {
            let most = match file.name.as_str() {
                FAR | NEAR => self.image,
                name if name.starts_with(STOP_PREFIX) => self.image,
                VIDEO if self.video == 0 => return Err(ApiError::new(status::VIDEO_DISABLED)),
                VIDEO => self.video,
                _ => self.audit,
            };
            if file.bytes > most {
                return Err(ApiError::with_extra(
                    status::FILE_TOO_LARGE,
                    format!("{}: at most {most} bytes", file.name),
                ));
            }
        }
        Ok(())
    }
}
