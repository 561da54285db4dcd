//! Validates a UI configuration against the table.

use serde_json::{Map, Value};

use super::table::{Field, FieldError, Kind, PAGES, TOP_LEVEL, TipErrors};
use super::{MAX_TEXT, MAX_TIPS, SHOWN_TIP, SHOWN_TIP_CHINESE};
use crate::locale::Locale;
use crate::origin::{Origin, web_url};

/// The link field of a tip.
const TIP_ICON: &str = "iconLink";
const NO_WEB_URL: &str = "should be an http or https URL";

/// A valid configuration: only known fields, none of them null.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UiConfig {
    /// The values for the page: the fields outside a page, and pages with their fields.
    pub values: Map<String, Value>,
    /// The paths of unknown fields, to be reported.
    pub unknown: Vec<String>,
}

/// Why a configuration is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UiError {
    /// The body is not a JSON object.
    #[error("the configuration is no JSON object")]
    NotAnObject,
    /// `locale` is missing.
    #[error("locale is missing")]
    NoLocale,
    /// `locale` is not listed.
    #[error("locale is not one of the list")]
    UnknownLocale,
    /// A value is invalid.
    #[error("{message} ({path})")]
    Field {
        /// The message of the response.
        message: String,
        /// The error's name, `M_…`, if the contract has one.
        name: Option<&'static str>,
        /// The path of the field.
        path: String,
    },
}

impl UiConfig {
    /// Validates a body of ConfigureUI. The first error in table order is reported.
    pub fn parse(body: &Value) -> Result<(Locale, Self), UiError> {
        let body = body.as_object().ok_or(UiError::NotAnObject)?;
        let locale = match body.get("locale") {
            None | Some(Value::Null) => return Err(UiError::NoLocale),
            Some(Value::String(text)) if text.is_empty() => return Err(UiError::NoLocale),
            Some(Value::String(text)) => Locale::parse(text).ok_or(UiError::UnknownLocale)?,
            Some(_) => return Err(UiError::UnknownLocale),
        };
        let mut config = Self::default();
        for field in &TOP_LEVEL {
            if let Some(value) = present(body, field.name) {
                config.values.insert(field.name.to_owned(), check_field(field, value, "")?);
            }
        }
        for page in &PAGES {
            let Some(sent) = present(body, page.name) else { continue };
            let sent = sent.as_object().ok_or_else(|| plain(page.name, "should be an object"))?;
            let mut kept = Map::new();
            for field in page.fields {
                if let Some(value) = present(sent, field.name) {
                    kept.insert(field.name.to_owned(), check_field(field, value, page.name)?);
                }
            }
            let known = |name: &str| page.fields.iter().any(|field| field.name == name);
            let foreign = sent.keys().filter(|name| !known(name)).map(|name| format!("{}.{name}", page.name));
            config.unknown.extend(foreign);
            config.values.insert(page.name.to_owned(), Value::Object(kept));
        }
        let listed = TOP_LEVEL.iter().map(|field| field.name).chain(PAGES.iter().map(|page| page.name));
        let known: Vec<&str> = listed.chain(["locale"]).collect();
        config.unknown.extend(body.keys().filter(|name| !known.contains(&name.as_str())).cloned());
        Ok((locale, config))
    }

    /// The paths and values of a configuration's picture links, ignoring links elsewhere.
    pub fn links(values: &Map<String, Value>) -> Vec<(String, &str)> {
        let pictures = TOP_LEVEL.iter().filter(|field| field.kind == Kind::Link);
        let outside = pictures.filter_map(|field| Some((field.name.to_owned(), values.get(field.name)?.as_str()?)));
        let mut links: Vec<_> = outside.collect();
        for page in &PAGES {
            for field in page.fields {
                let Some(value) = values.get(page.name).and_then(|page| page.get(field.name)) else { continue };
                let path = format!("{}.{}", page.name, field.name);
                match field.kind {
                    Kind::Link => links.extend(value.as_str().map(|link| (path, link))),
                    Kind::Tips(_) => {
                        let tips = value.as_array().into_iter().flatten().enumerate();
                        let icons = tips.filter_map(|(index, tip)| Some((index, tip.get(TIP_ICON)?.as_str()?)));
                        links.extend(icons.map(|(index, icon)| (format!("{path}[{index}].{TIP_ICON}"), icon)));
                    }
                    Kind::Text | Kind::Color | Kind::Flag | Kind::Target => {}
                }
            }
        }
        links
    }

    /// The configuration as the page shows it: long tips are truncated.
    pub fn for_display(mut values: Map<String, Value>, locale: Locale) -> Map<String, Value> {
        for tip in values.values_mut().filter_map(|page| page.get_mut("tips")?.as_array_mut()).flatten() {
            if let Some(Value::String(text)) = tip.get_mut("text") {
                *text = tip_for_display(text, locale).to_owned();
            }
        }
        values
    }
}

/// The part of a tip that the page shows.
pub fn tip_for_display(text: &str, locale: Locale) -> &str {
    let most = if locale.is_chinese() { SHOWN_TIP_CHINESE } else { SHOWN_TIP };
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

fn present<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn check_field(field: &Field, value: &Value, page: &str) -> Result<Value, UiError> {
    let path = if page.is_empty() { field.name.to_owned() } else { format!("{page}.{}", field.name) };
    match field.kind {
        Kind::Text => check_text(value, &path, field.error),
        Kind::Color => {
            let good = value.as_str().is_some_and(is_color);
            good.then(|| value.clone()).ok_or_else(|| wrong(&path, field.error, "should be a color that starts with #"))
        }
        Kind::Link => check_link(value, &path, field.error),
        Kind::Target => {
            let good = value.as_str().and_then(web_url).is_some();
            good.then(|| value.clone()).ok_or_else(|| wrong(&path, field.error, NO_WEB_URL))
        }
        Kind::Flag => value.as_bool().map(Value::Bool).ok_or_else(|| plain(&path, "should be true or false")),
        Kind::Tips(errors) => check_tips(value, &path, errors),
    }
}

fn check_text(value: &Value, path: &str, error: Option<FieldError>) -> Result<Value, UiError> {
    let text = value.as_str().ok_or_else(|| plain(path, "should be a text"))?;
    if text.chars().count() > MAX_TEXT {
        return Err(wrong(path, error, "is too long, at most 100 characters"));
    }
    Ok(value.clone())
}

fn check_link(value: &Value, path: &str, error: Option<FieldError>) -> Result<Value, UiError> {
    // The link's origin goes into the page's policy: a host that a policy cannot contain would never be shown.
    let good = value.as_str().and_then(web_url).is_some_and(|url| Origin::of(&url).is_some());
    good.then(|| value.clone()).ok_or_else(|| wrong(path, error, NO_WEB_URL))
}

fn check_tips(value: &Value, path: &str, errors: &TipErrors) -> Result<Value, UiError> {
    let tips = value.as_array().ok_or_else(|| plain(path, "should be a list"))?;
    if tips.len() > MAX_TIPS {
        return Err(wrong(path, Some(errors.count), ""));
    }
    let mut kept = Vec::new();
    for (index, tip) in tips.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let tip = tip.as_object().ok_or_else(|| plain(&path, "should be an object"))?;
        let mut one = Map::new();
        if let Some(icon) = present(tip, TIP_ICON) {
            one.insert(TIP_ICON.into(), check_link(icon, &format!("{path}.{TIP_ICON}"), Some(errors.icon))?);
        }
        if let Some(text) = present(tip, "text") {
            one.insert("text".into(), check_text(text, &format!("{path}.text"), Some(errors.text))?);
        }
        kept.push(Value::Object(one));
    }
    Ok(Value::Array(kept))
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn wrong(path: &str, error: Option<FieldError>, otherwise: &str) -> UiError {
    match error {
        Some(FieldError { name, message }) => {
            UiError::Field { message: message.to_owned(), name: Some(name), path: path.to_owned() }
        }
        None => plain(path, otherwise),
    }
}

fn plain(path: &str, what: &str) -> UiError {
    UiError::Field { message: format!("{path} {what}."), name: None, path: path.to_owned() }
}
