//! The capture manifest: describes the files of an upload.
//!
//! It binds the files to the service's nonce by their SHA-256, and reports how the capture went. None of it is trusted:
//! it is checked against the files and against the service's own data.

mod device;
#[cfg(test)]
mod tests;

pub use device::{DeviceFacts, InjectionEvidence, StreamFacts};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::light::{self, LightReport};
use crate::motion::MAX_STOPS;
use crate::result::CameraType;

/// The name of the far picture.
pub const FAR: &str = "far";
/// The name of the near picture.
pub const NEAR: &str = "near";
/// The name of the video.
pub const VIDEO: &str = "video";
/// Prefix of pictures at the stops of a motion challenge; a number from 0 follows.
pub const STOP_PREFIX: &str = "stop-";
/// Prefix of audit pictures; a number from 0 follows.
pub const AUDIT_PREFIX: &str = "audit-";
/// Maximum number of audit pictures per attempt.
pub const MAX_AUDIT: usize = 32;
/// Maximum number of instruction entries.
pub const MAX_INSTRUCTIONS: usize = 2_000;
/// Maximum length of a device fact or instruction, in characters.
pub const MAX_TEXT: usize = 512;

/// The page's report about one attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manifest {
    /// The nonce of the attempt.
    pub nonce: String,
    /// Every file of the upload, in order.
    pub files: Vec<ManifestFile>,
    /// When the far picture was taken, Unix ms.
    pub far_image_time: i64,
    /// When the near picture was taken, Unix ms.
    pub near_image_time: i64,
    /// The pictures at the stops of a motion challenge, in the order of its path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<StopEntry>,
    /// The camera that took the pictures.
    #[serde(default)]
    pub camera_type: CameraType,
    /// The position of the ovals on the screen.
    pub ovals: Ovals,
    /// The size of the screen area that showed the camera, CSS px.
    pub viewport: Size,
    /// The instructions shown to the person, in order.
    #[serde(default)]
    pub instructions: Vec<InstructionEntry>,
    /// Descriptions of the audit pictures, in order.
    #[serde(default)]
    pub audit: Vec<AuditEntry>,
    /// Facts about the device.
    #[serde(default)]
    pub device: DeviceFacts,
    /// The report about the light challenge, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<LightReport>,
}

/// One file of the upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManifestFile {
    /// `far`, `near`, `stop-0`…, `audit-0`… or `video`.
    pub name: String,
    /// SHA-256 in lower-case hex.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// The two ovals, in CSS px from the top left of the viewport.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ovals {
    /// The small oval, for the far picture.
    pub far: Rect,
    /// The large oval, for the near picture.
    pub near: Rect,
}

/// A rectangle, CSS px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A size, CSS px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// An instruction and when it was first shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstructionEntry {
    /// Unix ms.
    pub time: i64,
    /// The phase of the session, snake_case.
    pub phase: String,
    /// The instruction, snake_case.
    pub code: String,
    /// Every check that failed then, snake_case.
    #[serde(default)]
    pub failing: Vec<String>,
}

/// The picture at a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StopEntry {
    /// The file: `stop-0` for the first stop.
    pub name: String,
    /// When it was taken, Unix ms.
    pub time: i64,
}

/// Description of an audit picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// The file.
    pub name: String,
    /// Unix ms.
    pub time: i64,
    /// The phase of the session, snake_case.
    pub phase: String,
    /// The instruction then, snake_case.
    pub code: String,
}

/// Why a manifest is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON of this shape.
    #[error("the manifest cannot be read: {0}")]
    Syntax(String),
    /// An invalid file name.
    #[error("no file may be called {0:?}")]
    Name(String),
    /// A duplicate file name.
    #[error("the file {0} is named twice")]
    Twice(String),
    /// The far or near picture is missing.
    #[error("the file {0} is missing")]
    Missing(&'static str),
    /// Not 64 lower-case hex digits.
    #[error("the hash of {0} is not SHA-256 in lower-case hex")]
    Hash(String),
    /// A file without content.
    #[error("the file {0} is empty")]
    Empty(String),
    /// A limit was exceeded.
    #[error("too many {what}: at most {most}")]
    TooMany {
        /// The limited field.
        what: &'static str,
        /// The limit.
        most: usize,
    },
    /// A text is too long.
    #[error("the text {0} is too long")]
    TooLong(&'static str),
    /// A number is not finite or out of range.
    #[error("the figure {0} is out of range")]
    Figure(&'static str),
    /// The stop entries do not match their files, in order.
    #[error("the entries of the stops do not match their files")]
    Stops,
    /// The audit entries do not match the audit files.
    #[error("the audit entries do not match the audit files")]
    Audit,
}

impl Manifest {
    /// Parses and validates a manifest.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(json).map_err(|error| ManifestError::Syntax(error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The entry of the file with that name.
    pub fn file(&self, name: &str) -> Option<&ManifestFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// Validates names, hashes, counts and lengths. The scorer assesses what the manifest says about the capture.
    pub fn check(&self) -> Result<(), ManifestError> {
        self.check_files()?;
        if self.light.as_ref().is_some_and(|light| !light.is_bounded()) {
            return Err(ManifestError::TooMany { what: "colours", most: light::MAX_REPORTED });
        }
        self.check_texts()?;
        self.check_figures()
    }

    fn check_files(&self) -> Result<(), ManifestError> {
        let mut names = BTreeSet::new();
        for file in &self.files {
            if !is_file_name(&file.name) {
                return Err(ManifestError::Name(file.name.chars().take(40).collect()));
            }
            if !names.insert(file.name.as_str()) {
                return Err(ManifestError::Twice(file.name.clone()));
            }
            if file.sha256.len() != 64 || !file.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                return Err(ManifestError::Hash(file.name.clone()));
            }
            if file.bytes == 0 {
                return Err(ManifestError::Empty(file.name.clone()));
            }
        }
        for needed in [FAR, NEAR] {
            if !names.contains(needed) {
                return Err(ManifestError::Missing(needed));
            }
        }
        let stop_files: BTreeSet<&str> = names.iter().copied().filter(|name| name.starts_with(STOP_PREFIX)).collect();
        let is_named = |(index, entry): (usize, &StopEntry)| {
            entry.name == stop_name(index) && stop_files.contains(entry.name.as_str()) && entry.time > 0
        };
        if stop_files.len() != self.stops.len() || !self.stops.iter().enumerate().all(is_named) {
            return Err(ManifestError::Stops);
        }
        let audit_files: BTreeSet<&str> = names.into_iter().filter(|name| name.starts_with(AUDIT_PREFIX)).collect();
        let audit_entries: BTreeSet<&str> = self.audit.iter().map(|entry| entry.name.as_str()).collect();
        if audit_files != audit_entries || audit_entries.len() != self.audit.len() {
            return Err(ManifestError::Audit);
        }
        Ok(())
    }

    fn check_texts(&self) -> Result<(), ManifestError> {
        if self.instructions.len() > MAX_INSTRUCTIONS {
            return Err(ManifestError::TooMany { what: "instructions", most: MAX_INSTRUCTIONS });
        }
        for entry in &self.instructions {
            bounded("instructions.phase", &entry.phase)?;
            bounded("instructions.code", &entry.code)?;
            if entry.failing.len() > 32 {
                return Err(ManifestError::TooMany { what: "failing checks", most: 32 });
            }
            entry.failing.iter().try_for_each(|check| bounded("instructions.failing", check))?;
        }
        for entry in &self.audit {
            bounded("audit.phase", &entry.phase)?;
            bounded("audit.code", &entry.code)?;
        }
        self.device.check()
    }

    fn check_figures(&self) -> Result<(), ManifestError> {
        let inside = |figure: f64| figure.is_finite() && figure.abs() <= 100_000.0;
        let rect = |r: &Rect| [r.x, r.y, r.width, r.height].into_iter().all(inside) && r.width > 0.0 && r.height > 0.0;
        if !rect(&self.ovals.far) {
            return Err(ManifestError::Figure("ovals.far"));
        }
        if !rect(&self.ovals.near) {
            return Err(ManifestError::Figure("ovals.near"));
        }
        let Size { width, height } = self.viewport;
        if !(inside(width) && inside(height) && width > 0.0 && height > 0.0) {
            return Err(ManifestError::Figure("viewport"));
        }
        if self.far_image_time <= 0 || self.near_image_time <= 0 {
            return Err(ManifestError::Figure("farImageTime or nearImageTime"));
        }
        Ok(())
    }
}

fn bounded(what: &'static str, text: &str) -> Result<(), ManifestError> {
    if text.chars().count() > MAX_TEXT { Err(ManifestError::TooLong(what)) } else { Ok(()) }
}

/// The name of the picture at a stop, counted from 0.
pub fn stop_name(stop: usize) -> String {
    format!("{STOP_PREFIX}{stop}")
}

fn is_file_name(name: &str) -> bool {
    let numbered = |prefix: &str, most: usize| {
        let number = name.strip_prefix(prefix);
        number.is_some_and(|number| number.parse::<usize>().is_ok_and(|n| n < most && n.to_string() == number))
    };
    matches!(name, FAR | NEAR | VIDEO) || numbered(AUDIT_PREFIX, MAX_AUDIT) || numbered(STOP_PREFIX, MAX_STOPS)
}
