//! The input of the scorer: one uploaded attempt and what the server issued for it.

use nearfar_protocol::light::{LightColor, LightReport};
use nearfar_protocol::manifest::Manifest;
use nearfar_protocol::motion::MotionPath;
use std::collections::BTreeMap;

/// One attempt. All times are Unix ms.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The page's own account of the capture, untrusted.
    pub manifest: Manifest,
    /// The nonce that the server issued for this attempt.
    pub nonce: IssuedNonce,
    /// The uploaded files by name: `far`, `near`, `stop-0`.., `audit-0`.., `video`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// When the upload was complete, by the server's clock.
    pub received_at: i64,
    /// The light challenge, if one was issued.
    pub light: Option<IssuedLightChallenge>,
    /// The motion challenge, if one was issued.
    pub motion: Option<IssuedMotionChallenge>,
}

/// A motion challenge as the server issued it.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuedMotionChallenge {
    /// The positions of the face.
    pub path: MotionPath,
    /// Whether the path is short because a light challenge accompanies it; its colours then have to be shown.
    pub with_light: bool,
}

/// A light challenge as the server issued it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedLightChallenge {
    /// The colours in their order.
    pub colors: Vec<LightColor>,
    /// Whether only a face that reflects them may pass.
    pub required: bool,
}

impl IssuedLightChallenge {
    /// Whether the page reports exactly these colours in this order.
    pub fn matches(&self, report: &LightReport) -> bool {
        report.shown.iter().map(|shown| shown.color).eq(self.colors.iter().copied())
    }
}

/// A nonce as the server issued it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedNonce {
    /// Its text.
    pub value: String,
    /// When it was issued, by the server's clock.
    pub issued_at: i64,
    /// When it expires.
    pub expires_at: i64,
}
