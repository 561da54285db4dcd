//! The filters of the list of sessions, as the form sends them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use nearfar_protocol::device_class::{BrowserFamily, DeviceType, OsFamily};
use nearfar_protocol::result::Decision;
use nearfar_protocol::sessions::LifecycleState;
use nearfar_store::{Account, SessionFilter};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

/// The fields of the form. An empty field does not filter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FilterForm {
    /// The first day, UTC.
    pub from: String,
    /// The last day, UTC.
    pub to: String,
    /// The access key of an account.
    pub account: String,
    /// The integrator's id of the person.
    pub user: String,
    /// A [`LifecycleState`].
    pub state: String,
    /// A [`Decision`].
    pub verdict: String,
    /// A [`DeviceType`].
    pub device: String,
    /// An [`OsFamily`].
    pub os: String,
    /// A [`BrowserFamily`].
    pub browser: String,
    /// `needed`: only sessions that need a review.
    pub review: String,
    /// The end of the page before.
    pub after: String,
    /// A session to open instead.
    pub id: String,
}

impl FilterForm {
    /// The filter.
    ///
    /// # Errors
    /// The field with a value that does not exist, as a sentence.
    pub(super) fn filter(&self, accounts: &[Account]) -> Result<SessionFilter, String> {
        let account = accounts.iter().find(|one| one.access_key == self.account);
        if !self.account.is_empty() && account.is_none() {
            return Err("There is no such account.".into());
        }
        Ok(SessionFilter {
            account_id: account.map(|one| one.id.clone()),
            created_from: self.start_of("From", &self.from, 0)?,
            created_before: self.start_of("To", &self.to, 1)?,
            user_id: some(&self.user).map(str::to_owned),
            state: known("state", &self.state, LifecycleState::from_code)?,
            verdict: known("verdict", &self.verdict, Decision::from_code)?,
            device_type: known("device", &self.device, DeviceType::from_code)?,
            os: known("system", &self.os, OsFamily::from_code)?,
            browser: known("browser", &self.browser, BrowserFamily::from_code)?,
            needs_review: self.review == "needed",
            ..SessionFilter::default()
        })
    }

    /// The start of a day, or of the one so many days later, Unix ms.
    fn start_of(&self, label: &str, day: &str, later: i64) -> Result<Option<i64>, String> {
        let Some(day) = some(day) else { return Ok(None) };
        let start = day.parse::<Date>().and_then(|day| day.checked_add(jiff::Span::new().try_days(later)?));
        let start = start.and_then(|day| day.to_zoned(TimeZone::UTC));
        match start {
            Ok(start) => Ok(Some(start.timestamp().as_millisecond())),
            Err(_) => Err(format!("{label} must be a day, such as 2026-03-31.")),
        }
    }

    /// The filters with a value, by the names of their fields.
    fn set(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fields = [
            ("from", self.from.as_str()),
            ("to", &self.to),
            ("account", &self.account),
            ("user", &self.user),
            ("state", &self.state),
            ("verdict", &self.verdict),
            ("device", &self.device),
            ("os", &self.os),
            ("browser", &self.browser),
            ("review", &self.review),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// The names of the filters with a value.
    pub(super) fn used(&self) -> Vec<&'static str> {
        self.set().map(|(name, _)| name).collect()
    }

    /// The address of the list with these filters, from the end of a page on.
    pub(super) fn link(&self, after: Option<&str>) -> String {
        let after = after.map(|after| ("after", after));
        let query: Vec<String> = self
            .set()
            .chain(after)
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
            .collect();
        if query.is_empty() { "/console/sessions".to_owned() } else { format!("/console/sessions?{}", query.join("&")) }
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn known<T>(field: &str, value: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    match some(value) {
        None => Ok(None),
        Some(value) => parse(value).map(Some).ok_or_else(|| format!("There is no such {field}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_include_the_last_one_and_links_keep_every_filter() {
        let form = FilterForm {
            from: "2024-02-29".into(),
            to: "2024-02-29".into(),
            user: "a b&c=\"".into(),
            review: "needed".into(),
            ..FilterForm::default()
        };
        let filter = form.filter(&[]).unwrap();
        assert_eq!(filter.created_from, Some(1_709_164_800_000));
        assert_eq!(filter.created_before, Some(1_709_164_800_000 + 86_400_000));
        assert!(filter.needs_review);
        let link = form.link(Some("7.a"));
        assert_eq!(
            link,
            "/console/sessions?from=2024%2D02%2D29&to=2024%2D02%2D29&user=a%20b%26c%3D%22&review=needed&after=7%2Ea"
        );
    }

    #[test]
    fn unknown_values_are_named() {
        let error = |change: fn(&mut FilterForm)| {
            let mut form = FilterForm::default();
            change(&mut form);
            form.filter(&[]).unwrap_err()
        };
        assert_eq!(error(|form| form.from = "yesterday".into()), "From must be a day, such as 2026-03-31.");
        assert_eq!(error(|form| form.to = "9999-12-31".into()), "To must be a day, such as 2026-03-31.");
        assert_eq!(error(|form| form.verdict = "maybe".into()), "There is no such verdict.");
        assert_eq!(error(|form| form.account = "x".into()), "There is no such account.");
    }
}
