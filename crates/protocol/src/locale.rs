//! The languages of the page.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Every accepted code, abbreviations first.
pub const CODES: [&str; 32] = [
    "zh", "en", "vi", "id", "hi", "th", "zh_CN", "en_US", "vi_VN", "in_ID", "hi_IN", "th_TH", "ar_AE", "bn_BD",
    "zh_HK", "zh_TW", "zh_SG", "zh_MO", "nl_NL", "fil_PH", "fr_FR", "de_DE", "it_IT", "ja_JP", "ko_KR", "ms_MY",
    "pl_PL", "pt_PT", "ru_RU", "es_ES", "tr_TR", "ur_PK",
];

/// The long form of each abbreviation.
pub const ABBREVIATIONS: [(&str, &str); 6] =
    [("zh", "zh_CN"), ("en", "en_US"), ("vi", "vi_VN"), ("id", "in_ID"), ("hi", "hi_IN"), ("th", "th_TH")];

/// A language, in its long form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Locale(&'static str);

impl Locale {
    /// The default language.
    pub const ENGLISH: Self = Self("en_US");

    /// The locale with that code, if listed. An abbreviation yields its long form.
    pub fn parse(code: &str) -> Option<Self> {
        let long = ABBREVIATIONS.iter().find(|(short, _)| *short == code).map_or(code, |(_, long)| long);
        CODES.iter().find(|known| **known == long).map(|known| Self(known))
    }

    /// The nearest locale for a browser's language tag, such as `pt-BR` or `zh-Hant-TW`: the same, the same language
    /// and region, then any region of the language.
    pub fn nearest(tag: &str) -> Option<Self> {
        let tag = tag.trim().replace('-', "_");
        if let Some(exact) = Self::parse(&tag) {
            return Some(exact);
        }
        let mut parts = tag.split('_');
        let language = match parts.next()?.to_ascii_lowercase() {
            old if old == "id" => "in".to_owned(),
            language => language,
        };
        let rest: Vec<String> = parts.map(str::to_ascii_uppercase).collect();
        let known = |region: &str| Self::parse(&format!("{language}_{region}"));
        rest.iter()
            .find_map(|region| known(region))
            .or_else(|| (language == "zh" && rest.iter().any(|part| part == "HANT")).then_some(Self("zh_TW")))
            .or_else(|| {
                let of_language = |code: &&str| code.split('_').next() == Some(language.as_str()) && code.contains('_');
                CODES.iter().find(|code| of_language(code)).map(|code| Self(code))
            })
    }

    /// The long form.
    pub fn code(self) -> &'static str {
        self.0
    }

    /// Whether it is written in full-width Chinese characters.
    pub fn is_chinese(self) -> bool {
        self.0.starts_with("zh")
    }
}

impl Serialize for Locale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| D::Error::custom(format!("{code} is no known locale")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_equal_their_long_form() {
        for (short, long) in ABBREVIATIONS {
            assert_eq!(Locale::parse(short), Locale::parse(long));
            assert_eq!(Locale::parse(short).map(Locale::code), Some(long));
        }
        assert!(CODES.iter().all(|code| Locale::parse(code).is_some()));
        assert_eq!(Locale::parse("xx"), None);
        assert_eq!(Locale::parse("EN"), None);
    }

    #[test]
    fn a_browser_gets_the_nearest() {
        let nearest = |tag| Locale::nearest(tag).map(Locale::code);
        assert_eq!(nearest("pt-BR"), Some("pt_PT"));
        assert_eq!(nearest("de"), Some("de_DE"));
        assert_eq!(nearest("id-ID"), Some("in_ID"));
        assert_eq!(nearest("zh-Hant-HK"), Some("zh_HK"));
        assert_eq!(nearest("zh-Hant"), Some("zh_TW"));
        assert_eq!(nearest("zh-Hans"), Some("zh_CN"));
        assert_eq!(nearest("en-GB"), Some("en_US"));
        assert_eq!(nearest("tlh"), None);
        assert_eq!(nearest(""), None);
    }
}
