//! The pictures of an attempt: which there are, and where a page gets them from.

use nearfar_protocol::manifest::{AUDIT_PREFIX, FAR, NEAR, STOP_PREFIX, VIDEO};

use super::UploadReview;

/// The name of the drawing of residual flow, which is computed and not stored.
pub const DEPTH_MAP: &str = "depth-map";

/// Where the pictures of a page come from.
pub trait PictureSource {
    /// The address of a picture: a link or a `data:` URL. `None` if this page does not show it.
    fn address(&self, attempt: &str, name: &str) -> Option<String>;

    /// Why there are no pictures at all, as a sentence; `None` if there are.
    fn withheld(&self) -> Option<&'static str> {
        None
    }
}

/// A picture with its caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The name of the file, or [`DEPTH_MAP`].
    pub name: String,
    /// The caption.
    pub caption: String,
}

/// Far, the stops, near and the depth map.
pub fn main_pictures(upload: &UploadReview) -> Vec<Picture> {
    let stops = upload.manifest.stops.iter().enumerate();
    let stops = stops.map(|(index, stop)| Picture { name: stop.name.clone(), caption: format!("Stop {}", index + 1) });
    let fixed = |name: &str, caption: &str| Picture { name: name.to_owned(), caption: caption.to_owned() };
    [fixed(FAR, "Far")]
        .into_iter()
        .chain(stops)
        .chain([
            fixed(NEAR, "Near"),
            fixed(DEPTH_MAP, "Depth: what a flat picture does not explain. Blue is none, red is much"),
        ])
        .collect()
}

/// Whether a file is a picture that pages show.
pub fn is_picture(name: &str) -> bool {
    matches!(name, FAR | NEAR) || [AUDIT_PREFIX, STOP_PREFIX].iter().any(|prefix| name.starts_with(prefix))
}

/// Whether the far and the near picture are still stored: an account may keep them for a shorter time than results.
pub fn has_both_pictures(upload: &UploadReview) -> bool {
    [FAR, NEAR].iter().all(|name| upload.files.iter().any(|file| file.name == *name))
}

/// Whether a picture is stored, or can be drawn from those that are.
pub fn is_stored(upload: &UploadReview, name: &str) -> bool {
    if name == DEPTH_MAP { has_both_pictures(upload) } else { upload.files.iter().any(|file| file.name == name) }
}

/// Whether an upload has a video.
pub fn has_video(upload: &UploadReview) -> bool {
    upload.files.iter().any(|file| file.name == VIDEO)
}
