//! The form of an account's settings, made from the settings themselves.
//!
//! [`FIELDS`] has the labels. A setting that is missing there gets a field by the type of its default.

use std::collections::BTreeMap;

use maud::{Markup, html};
use nearfar_store::{AccountSettings, Error as StoreError};
use serde_json::{Map, Value, json};

use crate::commands::accounts::apply_setting;
use crate::console::forms::{Field, FormErrors, select, text_area};

/// How a setting is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Flag,
    Choice(&'static [&'static str]),
    /// A whole number; empty for none.
    Number,
    /// Empty for none.
    Text,
    /// A list, one entry per line.
    Lines,
    Json,
}

const LIGHT: Kind = Kind::Choice(&["off", "offered", "required"]);

/// Name, label, kind and hint.
const FIELDS: &[(&str, &str, Kind, &str)] = &[
    ("verdictFields", "Verdict in results", Kind::Flag, "Results contain passed, verdict and reasons"),
    ("retentionHours", "Retention in hours", Kind::Number, "1 to 87600; 720 are 30 days"),
    (
        "retentionByKind",
        "Shorter retention of single kinds",
        Kind::Json,
        "JSON with hours, such as {\"video\": 24}: pictures, auditImages, video, problemReports",
    ),
    ("defaultLevel", "Default level", Kind::Choice(&["STANDARD", "PRO"]), "Of sessions without productLevel"),
    ("levels", "Overrides of the levels", Kind::Json, "JSON, such as {\"PRO\": {\"passScore\": 70}}"),
    ("motionChallenge", "Motion challenge", Kind::Choice(&["off", "on", "required"]), ""),
    ("lightChallenge", "Light challenge", LIGHT, ""),
    ("crossDevice", "Continue on another device", Kind::Choice(&["off", "fallback", "offer", "first"]), ""),
    ("accessibility", "More time and a larger oval", Kind::Choice(&["off", "offer", "on"]), ""),
    ("video", "Video", Kind::Flag, "A video is recorded, uploaded and returned"),
    ("auditImages", "Audit pictures", Kind::Flag, "Results have a link to the audit pictures"),
    ("systemCamera", "Camera app", Kind::Flag, "Pictures of the device's own camera app are accepted; they prove less"),
    ("multiDeviceFields", "Device fields in results", Kind::Flag, "Results contain multiDevice and useSlaveUrl"),
    ("retryLimit", "Capture starts per session", Kind::Number, "1 to 1000; empty: 100"),
    ("retryLimitUrl", "Address beyond that limit", Kind::Text, "Empty: the session's failedReturnUrl"),
    ("frameAncestors", "Origins that may embed the page", Kind::Lines, "One per line, such as https://shop.example"),
    ("messageOrigins", "Origins that receive messages", Kind::Lines, "One per line"),
    ("allowedReturnOrigins", "Origins of return URLs", Kind::Lines, "One per line; empty: all"),
    ("allowedReturnSchemes", "Schemes of apps in return URLs", Kind::Lines, "One per line, such as myapp"),
    ("regions", "Regions of sessions", Kind::Lines, "One per line, such as IDN; empty: all"),
];

/// A setting with its value.
struct Setting {
    name: String,
    label: String,
    kind: Kind,
    hint: &'static str,
    value: Value,
}

fn settings(settings: &AccountSettings) -> Vec<Setting> {
    let mut values = object(settings);
    let mut all = Vec::new();
    for (name, label, kind, hint) in FIELDS {
        if let Some(value) = values.remove(*name) {
            all.push(Setting { name: (*name).into(), label: (*label).into(), kind: *kind, hint, value });
        }
    }
    let defaults = object(&AccountSettings::default());
    for (name, value) in values {
        let kind = match defaults.get(&name) {
            Some(Value::Bool(_)) => Kind::Flag,
            Some(Value::String(_)) => Kind::Text,
            _ => Kind::Json,
        };
        all.push(Setting { label: name.clone(), name, kind, hint: "", value });
    }
    all
}

fn object(settings: &AccountSettings) -> Map<String, Value> {
    match json!(settings) {
        Value::Object(values) => values,
        _ => Map::new(),
    }
}

/// The value as the field shows it.
fn text(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Json, value) => format!("{:#}", without_empty(value)),
        (_, Value::Null) => String::new(),
        (_, Value::String(text)) => text.clone(),
        (Kind::Lines, Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        (_, value) => value.to_string(),
    }
}

/// JSON without what says nothing: members that are null or empty. A setting without them has the same meaning.
fn without_empty(value: &Value) -> Value {
    let Value::Object(members) = value else { return value.clone() };
    let members = members.iter().map(|(name, value)| (name.clone(), without_empty(value)));
    let says_something =
        |value: &Value| !value.is_null() && value.as_object().is_none_or(|members| !members.is_empty());
    Value::Object(members.filter(|(_, value)| says_something(value)).collect())
}

/// The value of a field's text, or why it is none.
fn parse(kind: Kind, text: &str) -> Result<Value, String> {
    let text = text.trim();
    match kind {
        Kind::Flag => Ok(Value::Bool(!text.is_empty())),
        Kind::Choice(_) => Ok(text.into()),
        Kind::Number | Kind::Text if text.is_empty() => Ok(Value::Null),
        Kind::Number => text.parse::<i64>().map(Value::from).map_err(|_| "should be a whole number".into()),
        Kind::Text => Ok(text.into()),
        Kind::Lines => Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().into()),
        Kind::Json => serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}")),
    }
}

/// The fields. `typed` replaces values that could not be stored.
pub(super) fn fields(
    current: &AccountSettings,
    typed: Option<&BTreeMap<String, String>>,
    errors: &FormErrors,
) -> Markup {
    html! {
        @for Setting { name, label, kind, hint, value } in settings(current) {
            @let stored = text(kind, &value);
            @let shown = match typed {
                Some(typed) => typed.get(&name).cloned().unwrap_or_default(),
                None if kind == Kind::Flag && value == Value::Bool(false) => String::new(),
                None => stored,
            };
            @match kind {
                Kind::Flag => {
                    div.field {
                        input #(name) name=(name) type="checkbox" value="true" checked[!shown.is_empty()]
                            aria-describedby=[(!hint.is_empty()).then(|| format!("{name}-hint"))];
                        " " label for=(name) { (label) }
                        @if !hint.is_empty() { p.hint id={ (name) "-hint" } { (hint) } }
                    }
                }
                Kind::Choice(options) => {
                    @let options: Vec<(&str, &str)> = options.iter().map(|option| (*option, *option)).collect();
                    (select(&name, &label, &options, &shown, hint, errors))
                }
                Kind::Number | Kind::Text => {
                    (Field { name: &name, label: &label, value: &shown, hint, ..Field::default() }.render(errors))
                }
                Kind::Lines | Kind::Json => { (text_area(&name, &label, &shown, hint, errors)) }
            }
        }
    }
}

/// The settings without a form.
pub(super) fn table(current: &AccountSettings) -> Markup {
    html! {
        dl {
            @for Setting { label, kind, value, .. } in settings(current) {
                div { dt { (label) } dd { (summary(kind, &value)) } }
            }
        }
    }
}

/// The value for people who only read it.
fn summary(kind: Kind, value: &Value) -> String {
    match (kind, text(kind, value)) {
        (Kind::Flag, _) => if *value == Value::Bool(true) { "yes" } else { "no" }.to_owned(),
        (_, shown) if shown.is_empty() || shown == "{}" => "–".to_owned(),
        (_, shown) => shown,
    }
}

/// The settings of a sent form, or the errors of its fields.
pub(super) fn read(before: &AccountSettings, typed: &BTreeMap<String, String>) -> Result<AccountSettings, FormErrors> {
    let mut errors = FormErrors::default();
    let mut changed = before.clone();
    let defaults = object(&AccountSettings::default());
    for Setting { name, kind, .. } in settings(before) {
        let typed = typed.get(&name).map_or("", String::as_str);
        let value = match kind {
            // An empty field means that nothing differs from the default.
            Kind::Json if typed.trim().is_empty() => Ok(defaults.get(&name).cloned().unwrap_or_default()),
            _ => parse(kind, typed),
        };
        let applied = value.and_then(|value| apply_setting(&changed, &name, value).map_err(|error| error.to_string()));
        match applied {
            Ok(settings) => changed = settings,
            Err(reason) => errors.add(&name, reason),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    match changed.validate() {
        Ok(()) => Ok(changed),
        Err(StoreError::Invalid { what, reason }) => {
            Err(FormErrors::one(what.split('.').next().unwrap_or(what), format!("{what} {reason}")))
        }
        Err(error) => Err(FormErrors::whole(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(current: &AccountSettings) -> BTreeMap<String, String> {
        let shown = settings(current).into_iter().filter(|setting| setting.value != Value::Bool(false));
        shown.map(|setting| (setting.name.clone(), text(setting.kind, &setting.value))).collect()
    }

    #[test]
    fn every_field_is_a_setting_and_every_choice_valid() {
        let defaults = object(&AccountSettings::default());
        for (name, _, kind, _) in FIELDS {
            assert!(defaults.contains_key(*name), "{name}");
            if let Kind::Choice(options) = kind {
                for option in *options {
                    apply_setting(&AccountSettings::default(), name, (*option).into()).unwrap();
                }
                let wrong = apply_setting(&AccountSettings::default(), name, "other".into()).unwrap_err().to_string();
                // serde lists all variants.
                assert_eq!(wrong.matches('`').count() / 2, options.len() + 1, "{wrong}");
            }
        }
    }

    #[test]
    fn an_unchanged_form_changes_nothing() {
        let mut changed = AccountSettings {
            video: true,
            retry_limit: Some(3),
            regions: vec!["IDN".into(), "VNM".into()],
            retry_limit_url: Some("myapp://x".into()),
            allowed_return_schemes: vec!["myapp".parse().unwrap()],
            ..AccountSettings::default()
        };
        changed.levels.pro.pass_score = Some(70);
        for settings in [AccountSettings::default(), changed] {
            assert_eq!(read(&settings, &typed(&settings)), Ok(settings));
        }
    }

    #[test]
    fn overrides_show_only_what_they_override() {
        let mut settings = AccountSettings::default();
        assert!(table(&settings).into_string().contains("<dt>Overrides of the levels</dt><dd>–</dd>"));
        settings.levels.pro.pass_score = Some(70);
        let shown = fields(&settings, None, &FormErrors::default()).into_string();
        assert!(shown.contains("{\n  &quot;PRO&quot;: {\n    &quot;passScore&quot;: 70\n  }\n}"), "{shown}");
    }

    #[test]
    fn errors_belong_to_their_fields() {
        let settings = AccountSettings::default();
        for (name, wrong) in [
            ("retentionHours", "0"),
            ("retentionHours", ""),
            ("retentionHours", "many"),
            ("levels", "{"),
            ("levels", "{\"PRO\": {\"passScore\": 5}}"),
            ("crossDevice", "on"),
            ("frameAncestors", "https://a.example\nhttps://*"),
            ("regions", "<b>"),
        ] {
            let mut typed = typed(&settings);
            typed.insert(name.into(), wrong.into());
            let errors = read(&settings, &typed).unwrap_err();
            assert!(errors.of(name).is_some(), "{name}: {errors:?}");
        }
    }
}
