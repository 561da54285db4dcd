//! Compares the tables with the contract, if it is next to the repository.

use std::path::Path;

use nearfar_protocol::locale::CODES;
use nearfar_protocol::status;
use nearfar_protocol::ui::{Kind, PAGES, UiConfig};
use serde_json::Value;

/// The contract, or `None` with a warning.
fn contract() -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let places = [root.join("shared/seed/h5-liveness.txt"), Path::new("/work/shared/seed/h5-liveness.txt").to_owned()];
    let found = places.iter().find_map(|place| std::fs::read_to_string(place).ok());
    if found.is_none() {
        eprintln!("SKIPPED: the contract (shared/seed/h5-liveness.txt) is not beside the repository");
    }
    found
}

fn sample(text: &str) -> Value {
    let after = text.split_once("UI Configration Code Sample:").expect("sample").1;
    serde_json::Deserializer::from_str(after).into_iter().next().expect("one").expect("JSON")
}

#[test]
fn the_whole_sample_is_accepted() {
    let Some(text) = contract() else { return };
    let (_, config) = UiConfig::parse(&sample(&text)).expect("the sample is good");
    assert!(config.unknown.is_empty(), "{:?}", config.unknown);
}

#[test]
fn every_configuration_error_is_in_the_table() {
    let Some(text) = contract() else { return };
    let listed: Vec<(&str, &str)> = text
        .lines()
        .filter(|line| line.starts_with("M_"))
        .filter_map(|line| line.strip_suffix("\"),").and_then(|line| line.split_once("(\"")))
        .collect();
    let mut known: Vec<(&str, &str)> = Vec::new();
    for field in PAGES.iter().flat_map(|page| page.fields) {
        known.extend(field.error.map(|error| (error.name, error.message)));
        if let Kind::Tips(errors) = field.kind {
            known.extend([errors.count, errors.icon, errors.text].map(|error| (error.name, error.message)));
        }
    }
    assert_eq!(listed.len(), 44);
    assert_eq!(known.len(), listed.len());
    for error in listed {
        assert!(known.contains(&error), "{error:?}");
    }
}

#[test]
fn every_example_response_is_in_the_status_table() {
    let Some(text) = contract() else { return };
    let mut code = None;
    let mut count = 0;
    for line in text.lines() {
        let quoted = |key: &str| {
            let rest = line.trim().strip_prefix(&format!("\"{key}\":"))?;
            Some(rest.trim().trim_end_matches(',').trim_matches('"').to_owned())
        };
        if let Some(found) = quoted("code") {
            code = Some(found);
        }
        let Some(message) = quoted("message") else { continue };
        if let Some(code) = code.take() {
            count += 1;
            assert!(status::ALL.iter().any(|row| row.code == code && row.message == message), "{code} {message}");
        }
    }
    assert_eq!(count, 35);
}

#[test]
fn every_listed_code_is_known() {
    let Some(text) = contract() else { return };
    for row in status::ALL.iter().take_while(|row| row.code != "SESSION_EXPIRED") {
        assert!(text.contains(row.code), "{}", row.code);
        let words = row.message.trim_end_matches('.');
        let own = ["HTTP 408", "HTTP 413", "HTTP 415"].iter().any(|start| words.starts_with(start));
        assert!(own || text.contains(words), "{words}");
    }
    for code in CODES {
        assert!(text.contains(code), "{code}");
    }
}
