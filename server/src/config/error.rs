//! Errors of the configuration.

use crate::config::environment::{self, PREFIX};

/// Why the configuration is invalid.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be parsed.
    #[error("{}", in_one_line(.0))]
    Read(Box<figment::Error>),
    /// An unknown option.
    #[error("{name} is not an option{}", suggestion(near))]
    Unknown {
        /// The name as written.
        name: String,
        /// The suggested option, written the same way.
        near: Option<String>,
    },
    /// An invalid value.
    #[error("{option}: {reason}")]
    Value {
        /// The option.
        option: &'static str,
        /// The reason.
        reason: String,
    },
}

fn in_one_line(error: &figment::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn suggestion(near: &Option<String>) -> String {
    near.as_ref().map_or_else(String::new, |near| format!("; did you mean {near}?"))
}

impl From<figment::Error> for ConfigError {
    fn from(error: figment::Error) -> Self {
        let figment::error::Kind::UnknownField(name, known) = &error.kind else { return Self::Read(Box::new(error)) };
        let variable = format!("{PREFIX}{}", name.to_ascii_uppercase());
        let written = std::env::vars_os().any(|(name, _)| name.eq_ignore_ascii_case(&variable));
        let spelt =
            |name: &str| if written { format!("{PREFIX}{}", name.to_ascii_uppercase()) } else { name.to_owned() };
        Self::Unknown { name: spelt(name), near: environment::nearest(name, known).map(spelt) }
    }
}
