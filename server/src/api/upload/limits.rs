//! Checks a manifest against the limits of its account.

use nearfar_protocol::manifest::{FAR, Manifest, NEAR, STOP_PREFIX, VIDEO};
use nearfar_protocol::result::CameraType;
use nearfar_protocol::status;

use crate::config::upload_limit::UploadLimit;
use crate::response::ApiError;

/// Rejects a manifest with a file that is too large, or that the account may not send.
pub fn check(limit: &UploadLimit, manifest: &Manifest) -> Result<(), ApiError> {
    if manifest.camera_type == CameraType::SystemCamera && !limit.system_camera {
        let reason = "the account takes no pictures of SYSTEM_CAMERA";
        return Err(ApiError::with_extra(status::MANIFEST_INVALID, reason));
    }
    for file in &manifest.files {
        let max = match file.name.as_str() {
            FAR | NEAR => limit.image,
            name if name.starts_with(STOP_PREFIX) => limit.image,
            VIDEO if limit.video == 0 => return Err(ApiError::new(status::VIDEO_DISABLED)),
            VIDEO => limit.video,
            _ => limit.audit,
        };
        if file.bytes > max {
            let extra = format!("{}: at most {max} bytes", file.name);
            return Err(ApiError::with_extra(status::FILE_TOO_LARGE, extra));
        }
    }
    Ok(())
}
