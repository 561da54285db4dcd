//! Types of a study: labels of a presentation, and consent. No I/O.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Maximum length of a label's text, in characters.
pub const MAX_LABEL: usize = 100;
/// Maximum size of a consent text, in bytes.
pub const MAX_CONSENT_BYTES: usize = 64 * 1024;
/// Maximum number of additional labels per session.
pub const MAX_FURTHER_LABELS: usize = 20;
/// The name of bona fide presentations, in place of a species of attack.
pub const BONA_FIDE: &str = "bona-fide";

/// Why a label or consent text is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StudyError {
    /// An invalid person code.
    #[error(
        "{0:?} is not a person code: it must be a pseudonym of 2 to 16 capital letters and digits, at least one of each, such as P07. Never a name"
    )]
    Person(String),
    /// An invalid species.
    #[error(
        "{0:?} is not a species of attack: it must be 1 to 32 lower-case letters, digits and single hyphens, such as print or mask-silicone, and not bona-fide"
    )]
    Species(String),
    /// An invalid label name.
    #[error(
        "{0:?} is not a label name: it must be 1 to 32 lower-case letters, digits and underscores, beginning with a letter, and not the name of a label with its own option"
    )]
    Name(String),
    /// An invalid label text.
    #[error("{0:?} is not a label text: it must be 1 to {MAX_LABEL} characters on one line")]
    Text(String),
    /// Too many labels.
    #[error("at most {MAX_FURTHER_LABELS} additional labels are allowed")]
    TooMany,
    /// An instrument without an attack.
    #[error("an instrument requires a species of attack")]
    Instrument,
    /// A presenter without an attack.
    #[error("a presenter requires a species of attack: people show their own face themselves")]
    Presenter,
    /// An invalid consent text.
    #[error(
        "the consent text must be 1 to {MAX_CONSENT_BYTES} bytes of plain text in UTF-8, without control characters other than line breaks and tabs"
    )]
    Consent,
    /// An invalid name of a consent text.
    #[error(
        "{0:?} is not the name of a consent text: it must be 1 to 40 letters, digits, dots, hyphens and underscores"
    )]
    ConsentName(String),
}

/// String types with a validated form.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $error:ident, $is_good:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = StudyError;

            fn from_str(text: &str) -> Result<Self, StudyError> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = StudyError;

            fn try_from(text: String) -> Result<Self, StudyError> {
                let is_good: fn(&str) -> bool = $is_good;
                if is_good(&text) { Ok(Self(text)) } else { Err(StudyError::$error(text)) }
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl Display for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_text! {
    /// A person's pseudonym, such as `P07`. The service does not store whose it is.
    PersonCode, Person, |text| {
        let is_letter = |byte: u8| byte.is_ascii_uppercase();
        (2..=16).contains(&text.len())
            && text.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit())
            && text.bytes().any(is_letter)
            && text.bytes().any(|byte| byte.is_ascii_digit())
    }
}

checked_text! {
    /// A species of attack, such as `print`. Each has its own error rate.
    Species, Species, |text| {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        text.len() <= 32 && text.split('-').all(is_word) && text != BONA_FIDE
    }
}

checked_text! {
    /// The name of an additional label.
    LabelName, Name, |text| {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let own = ["person", "presenter", "species", "instrument", "phone", "light", "glasses", "label", "tries"];
        text.len() <= 32
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(is_plain)
            && !own.contains(&text)
    }
}

checked_text! {
    /// The text of a label.
    LabelText, Text, |text| {
        let trimmed = text.trim();
        trimmed == text && (1..=MAX_LABEL).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    }
}

/// Glasses of the person shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Glasses {
    /// None.
    None,
    /// Clear glasses.
    Clear,
    /// Tinted glasses.
    Tinted,
}

impl Display for Glasses {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Clear => "clear",
            Self::Tinted => "tinted",
        })
    }
}

/// The export half of a person: thresholds are chosen on one half, error rates reported on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// For choosing thresholds.
    Fit,
    /// For reporting error rates.
    Test,
}

impl Display for Half {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fit => "fit",
            Self::Test => "test",
        })
    }
}

/// Labels of a presentation. A session without a species is bona fide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Labels {
    /// The species of attack; `None`: bona fide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub species: Option<Species>,
    /// The instrument of the attack, such as `A4 matt, inkjet`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<LabelText>,
    /// The capturing device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<LabelText>,
    /// The lighting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<LabelText>,
    /// Glasses of the person shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glasses: Option<Glasses>,
    /// Additional labels of the operator.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub further: BTreeMap<LabelName, LabelText>,
}

impl Labels {
    /// Validates combinations of labels. `presenter`: whether somebody other than the person shown presents it.
    ///
    /// # Errors
    /// [`StudyError`] for the first invalid label.
    pub fn validate(&self, presenter: bool) -> Result<(), StudyError> {
        if self.species.is_none() && self.instrument.is_some() {
            return Err(StudyError::Instrument);
        }
        if self.species.is_none() && presenter {
            return Err(StudyError::Presenter);
        }
        if self.further.len() > MAX_FURTHER_LABELS {
            return Err(StudyError::TooMany);
        }
        Ok(())
    }

    /// The species, or [`BONA_FIDE`].
    pub fn presentation(&self) -> &str {
        self.species.as_ref().map_or(BONA_FIDE, Species::as_str)
    }
}

/// The state of a person's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConsentState {
    /// Not answered yet: nothing may be captured.
    Asked,
    /// Agreed.
    Agreed,
    /// Declined or withdrawn.
    Declined,
}

/// The consent view before a capture of a study.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentView {
    /// The state.
    pub state: ConsentState,
    /// The text's version: its name and the SHA-256 of its bytes.
    pub version: String,
    /// The operator's text, plain text.
    pub text: String,
    /// The code of the person asked. With it they can have their data erased.
    pub person: String,
}

/// A person's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentAnswer {
    /// The version of the text that they read.
    pub version: String,
    /// Whether they agree.
    pub agrees: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_people_are_pseudonyms() {
        for good in ["P07", "A1", "0K", "P123456789012345"] {
            assert_eq!(good.parse::<PersonCode>().unwrap().as_str(), good);
        }
        for wrong in ["", "P", "7", "77", "ANNA", "p07", "P-07", "P 07", "P0712345678901234", "Ä1", "../P1"] {
            let error = wrong.parse::<PersonCode>().unwrap_err();
            assert_eq!(error, StudyError::Person(wrong.into()));
        }
    }

    #[test]
    fn species_are_words_and_bona_fide_is_none() {
        for good in ["print", "mask-silicone", "replay2"] {
            good.parse::<Species>().unwrap();
        }
        for wrong in ["", "Print", "a--b", "-a", "a-", "a b", "a/b", "bona-fide", ".."] {
            assert_eq!(wrong.parse::<Species>().unwrap_err(), StudyError::Species(wrong.into()));
        }
    }

    #[test]
    fn labels_are_short_and_on_one_line() {
        for good in ["Pixel 8", "=1+1", "Tageslicht, Fenster", "日光"] {
            good.parse::<LabelText>().unwrap();
        }
        let long = "x".repeat(MAX_LABEL + 1);
        for wrong in ["", " a", "a ", "a\nb", "a\u{7}", long.as_str()] {
            assert_eq!(wrong.parse::<LabelText>().unwrap_err(), StudyError::Text(wrong.into()));
        }
        "skin_tone".parse::<LabelName>().unwrap();
        for wrong in ["", "7a", "Skin", "a-b", "person", "glasses"] {
            assert_eq!(wrong.parse::<LabelName>().unwrap_err(), StudyError::Name(wrong.into()));
        }
    }

    #[test]
    fn labels_fit_together() {
        let bona_fide = Labels::default();
        assert_eq!((bona_fide.validate(false), bona_fide.presentation()), (Ok(()), BONA_FIDE));
        assert_eq!(bona_fide.validate(true), Err(StudyError::Presenter));
        let instrument = Some("A4".parse().unwrap());
        let without = Labels { instrument: instrument.clone(), ..Labels::default() };
        assert_eq!(without.validate(false), Err(StudyError::Instrument));
        let print = Labels { species: Some("print".parse().unwrap()), instrument, ..Labels::default() };
        assert_eq!((print.validate(true), print.presentation()), (Ok(()), "print"));
        let many = (0..=MAX_FURTHER_LABELS).map(|n| (format!("l{n}").parse().unwrap(), "x".parse().unwrap()));
        assert_eq!(Labels { further: many.collect(), ..print }.validate(false), Err(StudyError::TooMany));
    }

    #[test]
    fn stored_files_are_verified_when_read() {
        let labels: Labels = serde_json::from_str(r#"{"species":"print","further":{"room":"2"}}"#).unwrap();
        assert_eq!(serde_json::to_string(&labels).unwrap(), r#"{"species":"print","further":{"room":"2"}}"#);
        for wrong in [r#"{"species":"../x"}"#, r#"{"further":{"A":"b"}}"#, r#"{"colour":"red"}"#] {
            assert!(serde_json::from_str::<Labels>(wrong).is_err(), "{wrong}");
        }
    }
}
