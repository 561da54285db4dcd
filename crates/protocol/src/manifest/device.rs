//! Facts about the device and its camera, as reported by the page.

use super::{ManifestError, bounded};
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::{Deserialize, Serialize};

/// Maximum number of languages, and of pieces of injection evidence.
const MAX_NAMES: usize = 32;

/// Evidence that a program supplies the pictures. None is proof, and honest people show some: a phone used as a webcam,
/// an extension that wraps browser functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum InjectionEvidence {
    /// The browser reports that it is automated.
    Automation,
    /// The camera has the name of a program.
    VirtualCamera,
    /// A page produced the track, for example from a canvas; it comes from no device.
    #[serde(rename = "made_track")]
    SyntheticTrack,
    /// The function that opens the camera is not the browser's own.
    ReplacedFunction,
}

impl InjectionEvidence {
    /// The evidence with that name, if known.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::deserialize(StrDeserializer::<ValueError>::new(name)).ok()
    }
}

/// Facts about the device and its camera, as reported by the browser. All fields are optional.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceFacts {
    /// `navigator.userAgent`.
    pub user_agent: Option<String>,
    /// The operating system.
    pub platform: Option<String>,
    /// The browser's languages.
    pub languages: Option<Vec<String>>,
    /// Whether the device reports that it is a phone or tablet.
    pub mobile: Option<bool>,
    /// The camera's name.
    pub camera_label: Option<String>,
    /// `user`, `environment`…
    pub facing_mode: Option<String>,
    /// Width of the camera's frames, px.
    pub frame_width: Option<u32>,
    /// Height of the camera's frames, px.
    pub frame_height: Option<u32>,
    /// Frames per second of the camera.
    pub frame_rate: Option<f64>,
    /// How frames were captured: `track`, `video_frame`, `image_bitmap`, `canvas`.
    pub frame_source: Option<String>,
    /// Width of the screen, CSS px.
    pub screen_width: Option<f64>,
    /// Height of the screen, CSS px.
    pub screen_height: Option<f64>,
    /// Device pixels per CSS px.
    pub pixel_ratio: Option<f64>,
    /// `screen.orientation.type`.
    pub orientation: Option<String>,
    /// The page's version.
    pub page_version: Option<String>,
    /// The engine's version.
    pub engine_version: Option<String>,
    /// Evidence that a program supplies the pictures, as far as the page found any. Unknown names are ignored.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<InjectionEvidence>>))]
    pub signs: Option<Vec<String>>,
    /// Measurements of the camera's frames.
    pub stream: Option<StreamFacts>,
}

/// Measurements of the camera's frames: of the middle square of each frame that the page read, in the browser's bytes.
/// All zeros if it could read none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreamFacts {
    /// Number of frames read.
    pub frames: u32,
    /// Median interval between frames shown, in ms.
    pub interval_ms: f64,
    /// Median deviation from that interval, in ms.
    pub jitter_ms: f64,
    /// Number of distinct frame sizes; turning the device does not add one.
    pub sizes: u32,
    /// Number of frames identical to the previous one.
    pub equal: u32,
    /// Number of frames identical to an earlier one, with others in between.
    pub recurring: u32,
    /// Share of small squares identical to the previous frame, 0 to 1: the median over frames that were not identical
    /// as a whole.
    pub quiet: f64,
}

impl DeviceFacts {
    /// Checks counts, lengths and numbers.
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        for (name, text) in [
            ("device.userAgent", &self.user_agent),
            ("device.platform", &self.platform),
            ("device.cameraLabel", &self.camera_label),
            ("device.facingMode", &self.facing_mode),
            ("device.frameSource", &self.frame_source),
            ("device.orientation", &self.orientation),
            ("device.pageVersion", &self.page_version),
            ("device.engineVersion", &self.engine_version),
        ] {
            text.iter().try_for_each(|text| bounded(name, text))?;
        }
        named("languages", "device.languages", self.languages.as_deref().unwrap_or_default())?;
        named("signs", "device.signs", self.signs.as_deref().unwrap_or_default())?;
        if self.stream.is_some_and(|stream| !stream.makes_sense()) {
            return Err(ManifestError::Figure("device.stream"));
        }
        Ok(())
    }
}

fn named(what: &'static str, place: &'static str, names: &[String]) -> Result<(), ManifestError> {
    if names.len() > MAX_NAMES {
        return Err(ManifestError::TooMany { what, most: MAX_NAMES });
    }
    names.iter().try_for_each(|name| bounded(place, name))
}

impl StreamFacts {
    fn makes_sense(&self) -> bool {
        let times = [self.interval_ms, self.jitter_ms];
        times.into_iter().all(|time| (0.0..=100_000.0).contains(&time)) && (0.0..=1.0).contains(&self.quiet)
    }
}
