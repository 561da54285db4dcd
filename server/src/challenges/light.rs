//! The light challenge of an attempt: drawn with the nonce, kept with the attempt, told to the page and to the scorer.

use nearfar_protocol::light::LightChallenge;
use nearfar_scoring::IssuedLightChallenge;
use nearfar_store::{Entropy, LightSetting};
use serde::{Deserialize, Serialize};

use crate::challenges::StoredChallenge;

/// What is kept of a challenge: whether it is required is settled when it is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredLightChallenge {
    /// What the page is asked to show.
    pub challenge: LightChallenge,
    /// Whether only a face that reflects it may pass.
    pub required: bool,
}

impl StoredChallenge for StoredLightChallenge {}

impl StoredLightChallenge {
    /// Draws one, if the account wants any.
    pub fn draw(setting: LightSetting, entropy: &Entropy) -> Option<Self> {
        if setting == LightSetting::Off {
            return None;
        }
        let mut bytes = [0; 8];
        entropy(&mut bytes);
        let challenge = LightChallenge::new(u64::from_be_bytes(bytes));
        Some(Self { challenge, required: setting == LightSetting::Required })
    }

    /// The challenge as the scorer takes it.
    pub fn into_issued(self) -> IssuedLightChallenge {
        IssuedLightChallenge { colors: self.challenge.colors, required: self.required }
    }
}
