//! What an account may do.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use url::Url;

/// The settings of one account; camelCase in JSON, missing fields take their defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AccountSettings {
    /// Whether the page offers to go on with another device. Default: no.
    pub cross_device: bool,
    /// Whether a video is recorded, uploaded and returned. Default: no.
    pub video: bool,
    /// Whether results have a link to the audit pictures. Default: no.
    pub audit_images: bool,
    /// Whether the person may take the pictures with the device's own camera program where the page cannot use the
    /// camera: such pictures prove less. Default: no.
    pub system_camera: bool,
    /// Whether colours light the face up, and what they count: `off` (the default), `offered` (they may take something
    /// off the score) or `required` (no face that does not reflect them passes).
    pub light_challenge: LightSetting,
    /// Whether results tell `multiDevice` and `useSlaveUrl`. Default: no.
    pub multi_device_fields: bool,
    /// After how many starts of a capture in one session the end user is sent to `retryLimitUrl`: 1 to 1000.
    /// Default: no limit but the session's `tryCount`.
    pub retry_limit: Option<u32>,
    /// Where the end user goes past the retry limit: an http(s) URL. Default: the session's `failedReturnUrl`.
    pub retry_limit_url: Option<String>,
    /// Origins that may embed the page, such as `https://shop.example`. Default: none.
    pub frame_ancestors: Vec<String>,
    /// Origins that get the page's messages. Default: none.
    pub message_origins: Vec<String>,
    /// How long sessions and their data are kept: 1 to 87600 (ten years). Default: 720 (30 days).
    pub retention_hours: u32,
    /// Regions that sessions may name, as ISO 3166 alpha-3 codes. Default: empty, which means all.
    pub regions: Vec<String>,
    /// Origins that return URLs may lead to. Default: empty, which means all.
    pub allowed_return_origins: Vec<String>,
}

/// What the light challenge counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LightSetting {
    /// There is none.
    #[default]
    Off,
    /// The person may leave it out, and a face that does not follow passes all the same, with a lower score.
    Offered,
    /// Only a face that follows passes.
    Required,
}

impl Default for AccountSettings {
    fn default() -> Self {
        AccountSettings {
            cross_device: false,
            video: false,
            audit_images: false,
            system_camera: false,
            light_challenge: LightSetting::Off,
            multi_device_fields: false,
            retry_limit: None,
            retry_limit_url: None,
            frame_ancestors: Vec::new(),
            message_origins: Vec::new(),
            retention_hours: 720,
            regions: Vec::new(),
            allowed_return_origins: Vec::new(),
        }
    }
}

impl AccountSettings {
    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the first field that is wrong.
    pub fn validate(&self) -> Result<()> {
        if self.retry_limit.is_some_and(|limit| !(1..=1000).contains(&limit)) {
            return Err(Error::invalid("retryLimit", "must be 1 to 1000"));
        }
        if let Some(url) = &self.retry_limit_url {
            web_url(url).ok_or_else(|| Error::invalid("retryLimitUrl", "must be an http or https URL"))?;
        }
        if !(1..=87_600).contains(&self.retention_hours) {
            return Err(Error::invalid("retentionHours", "must be 1 to 87600"));
        }
        for (what, origins) in [
            ("frameAncestors", &self.frame_ancestors),
            ("messageOrigins", &self.message_origins),
            ("allowedReturnOrigins", &self.allowed_return_origins),
        ] {
            if let Some(wrong) = origins.iter().find(|origin| !is_origin(origin)) {
                return Err(Error::invalid(what, format!("{wrong:?} is not an origin such as https://shop.example")));
            }
        }
        let is_region = |region: &String| region.len() == 3 && region.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(wrong) = self.regions.iter().find(|region| !is_region(region)) {
            return Err(Error::invalid("regions", format!("{wrong:?} is not an ISO alpha-3 code such as IDN")));
        }
        Ok(())
    }

    pub(crate) fn to_json(&self) -> String {
        // Strings, numbers and lists of strings: writing them cannot fail.
        serde_json::json!(self).to_string()
    }

    pub(crate) fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::corrupt("account settings", error))
    }
}

fn web_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Exactly as a browser writes it in an `Origin` header, so that it can be compared and put into a header as text.
fn is_origin(text: &str) -> bool {
    web_url(text).is_some_and(|url| url.origin().ascii_serialization() == text)
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
        for wrong in [
            "*",
            "https://a.example/",
            "https://a.example/x",
            "a.example",
            "https://A.example",
            "null",
            "https://a.example; script-src *",
            "https://a.example:443",
        ] {
            assert_eq!(refused(|s| s.frame_ancestors = vec![wrong.into()]), "frameAncestors", "{wrong}");
            assert_eq!(refused(|s| s.message_origins = vec![wrong.into()]), "messageOrigins", "{wrong}");
            assert_eq!(refused(|s| s.allowed_return_origins = vec![wrong.into()]), "allowedReturnOrigins", "{wrong}");
        }
    }

    #[test]
    fn json_goes_round_and_old_rows_are_read() {
        let settings = AccountSettings {
            cross_device: true,
            retry_limit: Some(3),
            frame_ancestors: vec!["https://shop.example".into(), "http://localhost:8080".into()],
            ..AccountSettings::default()
        };
        settings.validate().unwrap();
        assert_eq!(AccountSettings::from_json(&settings.to_json()).unwrap(), settings);
        assert_eq!(AccountSettings::from_json("{}").unwrap(), AccountSettings::default());
        assert!(AccountSettings::from_json("{\"vidoe\": true}").is_err());
        let lit = AccountSettings::from_json("{\"lightChallenge\": \"offered\"}").unwrap();
        assert_eq!(lit.light_challenge, LightSetting::Offered);
        assert!(AccountSettings::from_json("{\"lightChallenge\": true}").is_err());
    }
}
