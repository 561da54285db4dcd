//! Checks that the manifest is well formed and names exactly the uploaded files.

use crate::evidence::Evidence;
use crate::verdict::{Bounds, Check, CheckOutcome};
use nearfar_protocol::manifest::VIDEO;
use std::collections::BTreeSet;

/// No file is missing, and the manifest names every file. The video may still be on its way.
pub fn check(evidence: &Evidence) -> CheckOutcome {
    let named: BTreeSet<&str> = evidence.manifest.files.iter().map(|file| file.name.as_str()).collect();
    let received: BTreeSet<&str> = evidence.files.keys().map(String::as_str).collect();
    let mut missing = &named - &received;
    missing.remove(VIDEO);
    let outcome = CheckOutcome::passed(Check::Manifest)
        .with("files", named.len() as f64)
        .with_bounds("missing", missing.len() as f64, Bounds::at_most(0.0))
        .with_bounds("foreign", received.difference(&named).count() as f64, Bounds::at_most(0.0));
    if let Err(error) = evidence.manifest.check() {
        return outcome.require(false, || error.to_string());
    }
    let first = |names: BTreeSet<&str>, what: &str| {
        names.first().map(|name| format!("{what}: {}", name.chars().take(40).collect::<String>()))
    };
    let missing = first(missing, "a file did not come");
    let foreign = first(&received - &named, "a file is not in the manifest");
    match missing.or(foreign) {
        Some(note) => outcome.require(false, || note),
        None => outcome,
    }
}
