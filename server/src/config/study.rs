//! The options of a study.

use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use nearfar_store::ConsentText;
use serde::{Deserialize, Serialize};

/// The `[study]` table: `docs/STUDY.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyConfig {
    /// The consent text: plain UTF-8.
    pub consent_file: PathBuf,
    /// The name of the text's version, before its hash.
    #[serde(default = "first")]
    pub consent_name: String,
    /// A folder or `s3://bucket/prefix` for captures and videos of the study only.
    pub objects_url: String,
}

fn first() -> String {
    "1".to_owned()
}

impl StudyConfig {
    /// Reads the consent text.
    ///
    /// # Errors
    /// When the file cannot be read or is not valid text.
    pub fn consent(&self) -> anyhow::Result<ConsentText> {
        let path = self.consent_file.display();
        let bytes =
            std::fs::read(&self.consent_file).with_context(|| format!("reading {path} (study.consent_file)"))?;
        ConsentText::new(&self.consent_name, &bytes).with_context(|| format!("{path} (study.consent_file)"))
    }

    /// Why the location is invalid, if it is. `customers` is the service's own `objects_url`.
    pub fn location_error(&self, customers: &str) -> Option<&'static str> {
        if self.objects_url.trim().is_empty() {
            return Some("objects_url should name a folder or s3://bucket/prefix");
        }
        if overlap(&self.objects_url, customers) {
            return Some(
                "objects_url should be apart from the service's own objects_url, neither of them inside the other",
            );
        }
        None
    }
}

/// Whether one location equals or contains the other.
fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (parts(one), parts(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// A location as a path that begins with its kind.
fn parts(url: &str) -> PathBuf {
    match url.strip_prefix("file://").unwrap_or(url).split_once("://") {
        Some((scheme, place)) => Path::new(&format!("{scheme}:")).join(place.trim_start_matches('/')),
        None => plain(Path::new(url.strip_prefix("file://").unwrap_or(url))),
    }
}

/// An absolute path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_locations_are_detected() {
        for (one, other) in [
            ("data/objects", "data/objects"),
            ("data/objects/", "./data/objects"),
            ("data/objects/study", "data/objects"),
            ("data", "data/objects"),
            ("data/x/../objects", "data/objects"),
            ("file:///srv/objects", "/srv/objects"),
            ("s3://bucket", "s3://bucket/customers"),
            ("s3://bucket/a/", "s3://bucket/a"),
        ] {
            assert!(overlap(one, other), "{one}, {other}");
        }
        for (one, other) in [
            ("data/study", "data/objects"),
            ("data/objects2", "data/objects"),
            ("s3://bucket/a", "s3://bucket/ab"),
            ("s3://study", "s3://customers"),
            ("data/study", "s3://data"),
        ] {
            assert!(!overlap(one, other), "{one}, {other}");
        }
    }
}
