//! What an attempt brings to be judged.

use nearfar_protocol::light::LightColor;
use nearfar_protocol::manifest::Manifest;
use nearfar_protocol::motion::MotionPath;
use std::collections::BTreeMap;

/// Everything that is known of one attempt. All times are Unix ms.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What the page says. Nothing of it is believed.
    pub manifest: Manifest,
    /// The nonce that the server gave out for this attempt.
    pub nonce: IssuedNonce,
    /// The uploaded files by name: `far`, `near`, `stop-0`.., `audit-0`.., `video`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// When the upload was whole, by the server's clock.
    pub received_at: i64,
    /// The light challenge, where there was one.
    pub light: Option<IssuedLightChallenge>,
    /// The motion challenge, where there was one.
    pub motion: Option<IssuedMotionChallenge>,
}

/// A motion challenge as the server remembers it.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuedMotionChallenge {
    /// Where the face was to be.
    pub path: MotionPath,
    /// Whether the path is short since colours stand beside it: then they have to have been shown.
    pub with_light: bool,
}

/// A light challenge as the server remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedLightChallenge {
    /// The colours in their order.
    pub colors: Vec<LightColor>,
    /// Whether only a face that reflects them may pass.
    pub required: bool,
}

/// A nonce as the server remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedNonce {
    /// Its text.
    pub value: String,
    /// When it was given out, by the server's clock.
    pub issued_at: i64,
    /// From when on it is void.
    pub expires_at: i64,
}
