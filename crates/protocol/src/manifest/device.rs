//! What the page says of the device it runs on and of the camera's pictures.

use super::{ManifestError, bounded};
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::{Deserialize, Serialize};

/// The most languages, and the most signs.
const MAX_NAMES: usize = 32;

/// A sign that the pictures come from a program. None proves it, and honest people show some: a phone that serves as a
/// webcam, an extension that wraps functions of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum InjectionEvidence {
    /// The browser says that it is driven by a program.
    Automation,
    /// The camera has the name of a program.
    VirtualCamera,
    /// A page produced the track, for example from a canvas; it comes from no device.
    #[serde(rename = "made_track")]
    SyntheticTrack,
    /// What gives the camera is not the browser's own function.
    ReplacedFunction,
}

impl InjectionEvidence {
    /// The sign of that name, if it is a known one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::deserialize(StrDeserializer::<ValueError>::new(name)).ok()
    }
}

/// What the browser says about the device and its camera; nothing of it has to be there.
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
    /// Whether the device says it is a phone or tablet.
    pub mobile: Option<bool>,
    /// The camera's name.
    pub camera_label: Option<String>,
    /// `user`, `environment`..
    pub facing_mode: Option<String>,
    /// Width of the camera's frames, px.
    pub frame_width: Option<u32>,
    /// Height of the camera's frames, px.
    pub frame_height: Option<u32>,
    /// The camera's frames a second.
    pub frame_rate: Option<f64>,
    /// How frames were taken: `track`, `video_frame`, `image_bitmap`, `canvas`.
    pub frame_source: Option<String>,
    /// Width of the screen, CSS px.
    pub screen_width: Option<f64>,
    /// Height of the screen, CSS px.
    pub screen_height: Option<f64>,
    /// Device pixels a CSS px.
    pub pixel_ratio: Option<f64>,
    /// `screen.orientation.type`.
    pub orientation: Option<String>,
    /// The page's version.
    pub page_version: Option<String>,
    /// The engine's version.
    pub engine_version: Option<String>,
    /// Signs that the pictures come from a program, as far as the page knows some. A name that the service does not know
    /// is no error.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<InjectionEvidence>>))]
    pub signs: Option<Vec<String>>,
    /// How the camera's pictures came while it went.
    pub stream: Option<StreamFacts>,
}

/// How the camera's pictures came, of those that the page looked at: a square in the middle of each, its bytes as the
/// browser has them. All zeros where it could look at none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreamFacts {
    /// How many were looked at.
    pub frames: u32,
    /// The median time from one to the next that the browser showed, ms.
    pub interval_ms: f64,
    /// The median of how far such times are from that, ms.
    pub jitter_ms: f64,
    /// How many sizes they had; a device that is turned gives no other one.
    pub sizes: u32,
    /// How many were equal to the byte to the one before.
    pub equal: u32,
    /// How many were equal to the byte to an earlier one, others having come between.
    pub recurring: u32,
    /// The share of small squares that were equal to the byte to those of the picture before, 0 to 1: the median of the
    /// pictures that were not equal as a whole.
    pub quiet: f64,
}

impl DeviceFacts {
    /// Checks the shape: counts, lengths, figures.
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
