//! The light challenge of an attempt.

use nearfar_protocol::light::LightChallenge;
use nearfar_scoring::IssuedLightChallenge;
use nearfar_store::{Entropy, LightSetting};
use serde::{Deserialize, Serialize};

use crate::challenges::StoredChallenge;

/// A stored challenge. Whether it is required is decided when it is issued.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredLightChallenge {
    /// The challenge for the page.
    pub challenge: LightChallenge,
    /// Whether only a face that reflects the colours may pass.
    pub required: bool,
}

impl StoredChallenge for StoredLightChallenge {}

impl StoredLightChallenge {
    /// Draws a challenge if the setting asks for one.
    pub fn draw(setting: LightSetting, entropy: &Entropy) -> Option<Self> {
        if setting == LightSetting::Off {
            return None;
        }
        let mut bytes = [0; 8];
        entropy(&mut bytes);
        let challenge = LightChallenge::new(u64::from_be_bytes(bytes));
        Some(Self { challenge, required: setting == LightSetting::Required })
    }

    /// The challenge for the scorer.
    pub fn into_issued(self) -> IssuedLightChallenge {
        IssuedLightChallenge { colors: self.challenge.colors, required: self.required }
    }
}
