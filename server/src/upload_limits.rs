//! How much an upload may hold.

use nearfar_protocol::manifest::{FAR, MAX_AUDIT, Manifest, NEAR, VIDEO};
use nearfar_protocol::status;

use crate::config::Config;
use crate::reply::Failure;

/// The largest manifest, in bytes.
pub const MANIFEST_BYTES: u64 = 1_000_000;

/// The limits for one account.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimit {
    /// Bytes of a picture.
    pub image: u64,
    /// Bytes of an audit picture.
    pub audit: u64,
    /// Bytes of the video; 0 if the account takes none.
    pub video: u64,
}

impl UploadLimit {
    /// The limits of the configuration.
    pub fn new(config: &Config, video: bool) -> Self {
        Self { image: config.image_bytes, audit: config.audit_bytes, video: if video { config.video_bytes } else { 0 } }
    }

    /// All of an upload.
    pub fn total(&self) -> u64 {
        let pictures = self.image.saturating_mul(2).saturating_add(self.audit.saturating_mul(MAX_AUDIT as u64));
        pictures.saturating_add(self.video).saturating_add(MANIFEST_BYTES)
    }

    /// Refuses a manifest that announces too much.
    pub fn check(&self, manifest: &Manifest) -> Result<(), Failure> {
        for file in &manifest.files {
            let most = match file.name.as_str() {
                FAR | NEAR => self.image,
                VIDEO if self.video == 0 => return Err(Failure::of(status::VIDEO_DISABLED)),
                VIDEO => self.video,
                _ => self.audit,
            };
            if file.bytes > most {
                return Err(Failure::with_extra(
                    status::FILE_TOO_LARGE,
                    format!("{}: at most {most} bytes", file.name),
                ));
            }
        }
        Ok(())
    }
}
