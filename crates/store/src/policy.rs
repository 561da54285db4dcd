//! The policy of a session: its challenges and passing score.

use crate::levels::{LightSetting, MotionSetting};
use crate::settings::AccountSettings;
use nearfar_protocol::level::Level;

/// The policy of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its level.
    pub level: Level,
    /// The stricter of the level's and the account's setting.
    pub motion: MotionSetting,
    /// Likewise.
    pub light: LightSetting,
    /// The level's own passing score, if any.
    pub pass_score: Option<u8>,
}

impl AccountSettings {
    /// The policy of a session with this `productLevel`. A level never disables what the account has enabled.
    pub fn policy(&self, product_level: Option<&str>) -> Policy {
        let level = product_level.and_then(Level::from_code).unwrap_or(self.default_level);
        let (own, motion, light) = match level {
            Level::Standard => (self.levels.standard, MotionSetting::Off, LightSetting::Off),
            Level::Pro => (self.levels.pro, MotionSetting::Required, LightSetting::Offered),
        };
        Policy {
            level,
            motion: own.motion_challenge.unwrap_or(motion).max(self.motion_challenge),
            light: own.light_challenge.unwrap_or(light).max(self.light_challenge),
            pass_score: own.pass_score,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(json: &str) -> AccountSettings {
        let settings: AccountSettings = serde_json::from_str(json).unwrap();
        settings.validate().unwrap();
        settings
    }

    #[test]
    fn default_settings_have_two_levels() {
        let plain = AccountSettings::default();
        let standard =
            Policy { level: Level::Standard, motion: MotionSetting::Off, light: LightSetting::Off, pass_score: None };
        assert_eq!(plain.policy(None), standard);
        assert_eq!(plain.policy(Some("STANDARD")), standard);
        let pro =
            Policy { level: Level::Pro, motion: MotionSetting::Required, light: LightSetting::Offered, ..standard };
        assert_eq!(plain.policy(Some("PRO")), pro);
    }

    #[test]
    fn levels_can_be_changed_but_do_not_disable_account_challenges() {
        let own = settings(
            r#"{"defaultLevel": "PRO", "motionChallenge": "on", "lightChallenge": "offered",
                "levels": {"STANDARD": {"motionChallenge": "off", "lightChallenge": "off", "passScore": 60},
                           "PRO": {"lightChallenge": "required", "passScore": 80}}}"#,
        );
        let standard = own.policy(Some("STANDARD"));
        assert_eq!((standard.motion, standard.light), (MotionSetting::On, LightSetting::Offered));
        assert_eq!(standard.pass_score, Some(60));
        let pro = own.policy(None);
        assert_eq!((pro.level, pro.motion, pro.light), (Level::Pro, MotionSetting::Required, LightSetting::Required));
        assert_eq!(pro.pass_score, Some(80));
        let lighter = settings(r#"{"levels": {"PRO": {"motionChallenge": "off"}}}"#).policy(Some("PRO"));
        assert_eq!((lighter.motion, lighter.light), (MotionSetting::Off, LightSetting::Offered));
    }

    #[test]
    fn invalid_settings_are_named() {
        let low: AccountSettings = serde_json::from_str(r#"{"levels": {"PRO": {"passScore": 49}}}"#).unwrap();
        assert!(low.validate().unwrap_err().to_string().contains("levels.PRO.passScore"));
        for wrong in [
            r#"{"levels": {"GOLD": {}}}"#,
            r#"{"levels": {"PRO": {"passscore": 50}}}"#,
            r#"{"defaultLevel": "GOLD"}"#,
            r#"{"motionChallenge": true}"#,
        ] {
            assert!(serde_json::from_str::<AccountSettings>(wrong).is_err(), "{wrong}");
        }
    }
}
