//! Settings of an account.

use crate::columns::Parameters;
use crate::error::{Error, Result};
use crate::levels::{Levels, LightSetting, MotionSetting};
use crate::retention_by_kind::RetentionByKind;
use nearfar_protocol::level::Level;
use nearfar_protocol::origin::Origin;
use nearfar_protocol::page::{Accessibility, CrossDevice};
use nearfar_protocol::return_url::{AppScheme, return_url};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use sqlx::any::{AnyTypeInfo, AnyValueRef};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Any, Decode, Encode, Type};
use std::fmt::Display;
use std::str::FromStr;

/// Settings that are lists of origins.
const ORIGIN_LISTS: [&str; 3] = ["frameAncestors", "messageOrigins", RETURN_ORIGINS];
const RETURN_ORIGINS: &str = "allowedReturnOrigins";
const RETURN_SCHEMES: &str = "allowedReturnSchemes";
/// Replaces a stored list of return origins of which none is valid: an empty list would allow all. `.invalid` never
/// resolves (RFC 6761).
const NOWHERE: &str = "https://nowhere.invalid";

/// The settings of an account. camelCase in JSON; missing fields have defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AccountSettings {
    /// Where the page offers to continue on another device: `off` (the default), `fallback` (where the capture did not
    /// work), `offer` (also on a computer's start page) or `first` (before a computer's start page). `false` reads as
    /// `off`, `true` as `fallback`: older versions had no other values.
    #[serde(deserialize_with = "cross_device")]
    pub cross_device: CrossDevice,
    /// More time and a larger oval: `off`, `offer` (the default: if the person chooses so) or `on` (unless the person
    /// chooses otherwise).
    pub accessibility: Accessibility,
    /// Whether a video is recorded, uploaded and returned. Default: no.
    pub video: bool,
    /// Whether results have a link to the audit pictures. Default: no.
    pub audit_images: bool,
    /// Whether the person may use the device's own camera app if the page cannot use the camera. Such pictures prove
    /// less. Default: no.
    pub system_camera: bool,
    /// The light challenge: `off` (the default), `offered` (can lower the score) or `required` (only a face that
    /// reflects the colours passes).
    pub light_challenge: LightSetting,
    /// The motion challenge: `off` (the default), `on` (if the page supports it) or `required` (every attempt needs a
    /// path).
    pub motion_challenge: MotionSetting,
    /// The level of sessions without `productLevel`: `STANDARD` (the default) or `PRO`.
    pub default_level: Level,
    /// Overrides of the levels. Default: none.
    pub levels: Levels,
    /// Whether results contain `multiDevice` and `useSlaveUrl`. Default: no.
    pub multi_device_fields: bool,
    /// Whether results contain `passed`, `verdict` and `reasons`. Default: no.
    pub verdict_fields: bool,
    /// Capture starts per session before the person is sent to `retryLimitUrl`: 1 to 1000. Default: 100.
    pub retry_limit: Option<u32>,
    /// Redirect beyond the retry limit: an http(s) URL, or one of `allowedReturnSchemes`. Default: the session's `failedReturnUrl`.
    pub retry_limit_url: Option<String>,
    /// Origins that may embed the page, such as `https://shop.example`. Default: none.
    pub frame_ancestors: Vec<Origin>,
    /// Origins that receive the page's messages. Default: none.
    pub message_origins: Vec<Origin>,
    /// Hours to keep sessions and their data: 1 to 87600 (ten years). Default: 720 (30 days).
    pub retention_hours: u32,
    /// Shorter retention of single kinds of data. Default: none.
    pub retention_by_kind: RetentionByKind,
    /// Allowed regions of sessions, as ISO 3166 alpha-3 codes. Default: empty, which allows all.
    pub regions: Vec<String>,
    /// Allowed origins of return URLs. Default: empty, which allows all.
    pub allowed_return_origins: Vec<Origin>,
    /// Schemes of apps that return URLs may have, such as `myapp`. Default: none.
    pub allowed_return_schemes: Vec<AppScheme>,
}

impl Default for AccountSettings {
    fn default() -> Self {
        AccountSettings {
            cross_device: CrossDevice::Off,
            accessibility: Accessibility::Offer,
            video: false,
            audit_images: false,
            system_camera: false,
            light_challenge: LightSetting::Off,
            motion_challenge: MotionSetting::Off,
            default_level: Level::Standard,
            levels: Levels::default(),
            multi_device_fields: false,
            verdict_fields: false,
            retry_limit: None,
            retry_limit_url: None,
            frame_ancestors: Vec::new(),
            message_origins: Vec::new(),
            retention_hours: 720,
            retention_by_kind: RetentionByKind::default(),
            regions: Vec::new(),
            allowed_return_origins: Vec::new(),
            allowed_return_schemes: Vec::new(),
        }
    }
}

impl AccountSettings {
    /// Validates every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the first invalid field.
    pub fn validate(&self) -> Result<()> {
        if self.retry_limit.is_some_and(|limit| !(1..=1000).contains(&limit)) {
            return Err(Error::invalid("retryLimit", "must be 1 to 1000"));
        }
        if let Some(url) = &self.retry_limit_url {
            let reason = "must be an http or https URL, or have one of allowedReturnSchemes";
            return_url(url, &self.allowed_return_schemes).ok_or_else(|| Error::invalid("retryLimitUrl", reason))?;
        }
        self.levels.validate()?;
        if !(1..=87_600).contains(&self.retention_hours) {
            return Err(Error::invalid("retentionHours", "must be 1 to 87600"));
        }
        self.retention_by_kind.validate()?;
        let is_region = |region: &String| region.len() == 3 && region.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(wrong) = self.regions.iter().find(|region| !is_region(region)) {
            return Err(Error::invalid("regions", format!("{wrong:?} is not an ISO alpha-3 code such as IDN")));
        }
        Ok(())
    }

    fn to_json(&self) -> String {
        // Strings, numbers and lists of strings always serialise.
        serde_json::json!(self).to_string()
    }

    /// Parses stored settings. Origins and schemes that an older version accepted and this one rejects are dropped and
    /// logged.
    fn from_json(text: &str) -> serde_json::Result<Self> {
        let mut stored: Value = serde_json::from_str(text)?;
        for setting in ORIGIN_LISTS {
            if let Some(Value::Array(list)) = stored.get_mut(setting) {
                let before = list.len();
                drop_invalid::<Origin>(setting, list);
                if setting == RETURN_ORIGINS && list.is_empty() && before > 0 {
                    list.push(NOWHERE.into());
                }
            }
        }
        if let Some(Value::Array(list)) = stored.get_mut(RETURN_SCHEMES) {
            drop_invalid::<AppScheme>(RETURN_SCHEMES, list);
        }
        serde_json::from_value(stored)
    }
}

impl Type<Any> for AccountSettings {
    fn type_info() -> AnyTypeInfo {
        <str as Type<Any>>::type_info()
    }
}

impl<'r> Decode<'r, Any> for AccountSettings {
    fn decode(value: AnyValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::from_json(<&str as Decode<Any>>::decode(value)?)?)
    }
}

impl Encode<'_, Any> for AccountSettings {
    fn encode_by_ref(&self, parameters: &mut Parameters) -> Result<IsNull, BoxDynError> {
        <String as Encode<Any>>::encode(self.to_json(), parameters)
    }
}

fn cross_device<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CrossDevice, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Bool(true) => Ok(CrossDevice::Fallback),
        Value::Bool(false) => Ok(CrossDevice::Off),
        word => CrossDevice::deserialize(word).map_err(D::Error::custom),
    }
}

fn drop_invalid<T: FromStr<Err: Display>>(setting: &'static str, list: &mut Vec<Value>) {
    list.retain(|entry| match entry.as_str().map(str::parse::<T>) {
        Some(Err(error)) => {
            tracing::warn!(setting, %error, "a stored entry is invalid and ignored: set it again");
            false
        }
        // A value that is not even a string comes from no older version: parsing fails.
        _ => true,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl Fn(&mut AccountSettings)) -> String {
        let mut settings = AccountSettings::default();
        change(&mut settings);
        match settings.validate() {
            Err(Error::Invalid { what, .. }) => what.to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_field_is_checked() {
        AccountSettings::default().validate().unwrap();
        assert_eq!(refused(|s| s.retry_limit = Some(0)), "retryLimit");
        assert_eq!(refused(|s| s.retry_limit_url = Some("javascript:alert(1)".into())), "retryLimitUrl");
        assert_eq!(refused(|s| s.retention_hours = 0), "retentionHours");
        assert_eq!(refused(|s| s.regions = vec!["idn".into()]), "regions");
    }

    #[test]
    fn unreadable_stored_origins_are_ignored() {
        let stored = |list: &str| {
            let lists = ORIGIN_LISTS.map(|name| format!("\"{name}\": {list}")).join(", ");
            AccountSettings::from_json(&format!("{{{lists}}}"))
        };
        let good: Origin = "https://shop.example".parse().unwrap();
        let read = stored(r#"["https://a;sandbox", "https://shop.example", "https://a.example/x"]"#).unwrap();
        for list in [&read.frame_ancestors, &read.message_origins, &read.allowed_return_origins] {
            assert_eq!(list, std::slice::from_ref(&good));
        }
        let read = stored(r#"["https://a;sandbox"]"#).unwrap();
        assert!(read.frame_ancestors.is_empty() && read.message_origins.is_empty());
        assert_eq!(read.allowed_return_origins, [NOWHERE.parse().unwrap()], "none must not become all");
        assert_eq!(AccountSettings::from_json(&read.to_json()).unwrap(), read);
        assert!(stored("[]").unwrap().allowed_return_origins.is_empty(), "all, as the account was set");
        assert!(stored("[5]").is_err());
    }

    #[test]
    fn schemes_of_apps_are_validated() {
        let parse = |list: &str| serde_json::from_str::<AccountSettings>(&format!("{{\"{RETURN_SCHEMES}\": {list}}}"));
        let error = parse(r#"["myapp", "javascript"]"#).unwrap_err();
        assert!(error.to_string().starts_with("\"javascript\" is not the scheme of an app"), "{error}");
        let mut settings = parse(r#"["myapp"]"#).unwrap();
        settings.retry_limit_url = Some("myapp://too-often".into());
        settings.validate().unwrap();
        assert_eq!(AccountSettings::from_json(&settings.to_json()).unwrap(), settings);
        settings.allowed_return_schemes.clear();
        assert!(settings.validate().is_err());
        let stored = format!("{{\"{RETURN_SCHEMES}\": [\"javascript\", \"myapp\"]}}");
        let read = AccountSettings::from_json(&stored).unwrap();
        assert_eq!(read.allowed_return_schemes, ["myapp".parse().unwrap()], "the rest of the account stays usable");
    }

    #[test]
    fn invalid_origins_cannot_be_set() {
        for name in ORIGIN_LISTS {
            let json = format!("{{\"{name}\": [\"https://a;sandbox\"]}}");
            let error = serde_json::from_str::<AccountSettings>(&json).unwrap_err();
            assert!(error.to_string().contains("\"https://a;sandbox\" is not an origin"), "{error}");
        }
    }

    #[test]
    fn settings_round_trip_and_old_rows_parse() {
        let settings = AccountSettings {
            cross_device: CrossDevice::Offer,
            retry_limit: Some(3),
            frame_ancestors: ["https://shop.example", "http://localhost:8080"].map(|text| text.parse().unwrap()).into(),
            ..AccountSettings::default()
        };
        settings.validate().unwrap();
        assert_eq!(AccountSettings::from_json(&settings.to_json()).unwrap(), settings);
        assert_eq!(AccountSettings::from_json("{}").unwrap(), AccountSettings::default());
        assert!(AccountSettings::from_json("{\"vidoe\": true}").is_err());
        for (stored, is) in
            [("true", CrossDevice::Fallback), ("false", CrossDevice::Off), ("\"first\"", CrossDevice::First)]
        {
            let read = AccountSettings::from_json(&format!("{{\"crossDevice\": {stored}}}")).unwrap();
            assert_eq!(read.cross_device, is, "{stored}");
        }
        let error = AccountSettings::from_json("{\"crossDevice\": \"on\"}").unwrap_err().to_string();
        assert!(error.contains("unknown variant `on`, expected one of `off`, `fallback`, `offer`, `first`"), "{error}");
        let lit = AccountSettings::from_json("{\"lightChallenge\": \"offered\"}").unwrap();
        assert_eq!(lit.light_challenge, LightSetting::Offered);
        assert!(AccountSettings::from_json("{\"lightChallenge\": true}").is_err());
    }
}
