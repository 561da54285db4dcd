//! The motion challenge of an attempt.

use nearfar_protocol::motion::{MotionPath, PathLength};
use nearfar_protocol::status::{self, Status};
use nearfar_scoring::IssuedMotionChallenge;
use nearfar_store::{Entropy, LightSetting, MotionSetting, Policy};
use serde::{Deserialize, Serialize};

use crate::challenges::StoredChallenge;

/// What the page supports.
#[derive(Clone, Copy, Debug)]
pub struct Abilities {
    /// It supports motion challenges.
    pub motion: bool,
    /// It will not show colours to this person.
    pub light_unwanted: bool,
}

/// A stored challenge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredMotionChallenge {
    /// The path for the page.
    pub path: MotionPath,
    /// Whether the path is short because colours accompany it. The colours then have to be shown.
    pub with_light: bool,
}

/// Whether a longer path replaces the colours.
pub fn replaces_light(policy: &Policy, abilities: Abilities) -> bool {
    policy.motion == MotionSetting::Required && policy.light == LightSetting::Offered && abilities.light_unwanted
}

impl StoredChallenge for StoredMotionChallenge {}

impl StoredMotionChallenge {
    /// Draws a path if the policy asks for one and the page supports it: a long one if it is required and no colours
    /// accompany it.
    ///
    /// # Errors
    /// `CLIENT_OUTDATED` if a path is required and the page does not support it.
    pub fn draw(policy: &Policy, abilities: Abilities, entropy: &Entropy) -> Result<Option<Self>, Status> {
        match policy.motion {
            MotionSetting::Off => return Ok(None),
            MotionSetting::On if !abilities.motion => return Ok(None),
            MotionSetting::Required if !abilities.motion => return Err(status::CLIENT_OUTDATED),
            MotionSetting::On | MotionSetting::Required => {}
        }
        let is_required = policy.motion == MotionSetting::Required;
        let is_alone = policy.light == LightSetting::Off || replaces_light(policy, abilities);
        let length = if is_required && is_alone { PathLength::Long } else { PathLength::Short };
        // Required colours are enforced by their own check.
        let with_light = is_required && !is_alone && policy.light == LightSetting::Offered;
        let mut bytes = [0; 8];
        entropy(&mut bytes);
        Ok(Some(Self { path: MotionPath::new(length, u64::from_be_bytes(bytes)), with_light }))
    }

    /// The challenge for the scorer.
    pub fn into_issued(self) -> IssuedMotionChallenge {
        IssuedMotionChallenge { path: self.path, with_light: self.with_light }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nearfar_store::AccountSettings;
    use std::sync::Arc;

    const ABLE: Abilities = Abilities { motion: true, light_unwanted: false };

    fn stops(settings: &str, level: Option<&str>, abilities: Abilities) -> Result<usize, &'static str> {
        let settings: AccountSettings = serde_json::from_str(settings).unwrap();
        let entropy: Entropy = Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        let drawn = StoredMotionChallenge::draw(&settings.policy(level), abilities, &entropy);
        drawn.map(|stored| stored.map_or(0, |stored| stored.path.stops.len())).map_err(|status| status.code)
    }

    #[test]
    fn a_page_without_motion_support_gets_no_path() {
        let unable = Abilities { motion: false, ..ABLE };
        let on = r#"{"motionChallenge": "on"}"#;
        assert_eq!(stops("{}", None, ABLE), Ok(0));
        assert_eq!(stops(on, None, ABLE), Ok(1));
        assert_eq!(stops(on, None, unable), Ok(0));
        assert_eq!(stops(on, Some("PRO"), unable), Err("CLIENT_OUTDATED"));
    }

    #[test]
    fn the_path_is_longer_without_colours() {
        let unlit = Abilities { light_unwanted: true, ..ABLE };
        assert_eq!(stops("{}", Some("PRO"), ABLE), Ok(1));
        assert_eq!(stops("{}", Some("PRO"), unlit), Ok(2));
        assert_eq!(stops(r#"{"levels": {"PRO": {"lightChallenge": "off"}}}"#, Some("PRO"), ABLE), Ok(2));
        // Colours required by the account cannot be replaced.
        assert_eq!(stops(r#"{"lightChallenge": "required"}"#, Some("PRO"), unlit), Ok(1));
        assert_eq!(stops(r#"{"motionChallenge": "on"}"#, Some("STANDARD"), unlit), Ok(1));
    }
}
