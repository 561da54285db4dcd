//! The tables of `docs/ERRORS.md`: every code with its message and HTTP status, and every error of ConfigureUI; no others.

use std::collections::BTreeSet;
use std::path::Path;

use nearfar_protocol::status;
use nearfar_protocol::ui::{Kind, PAGES};

/// The cells of the document's rows, without backquotes.
fn rows() -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ERRORS.md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
    text.lines().filter(|line| line.starts_with("| `")).map(cells).collect()
}

/// The HTTP status that a `CLIENT_ERROR`'s message names; 200 for all others.
fn http_status(row: &status::Status) -> String {
    let named = row.message.strip_prefix("HTTP ").filter(|_| row.code == "CLIENT_ERROR");
    named.map_or("200", |message| &message[..3]).to_owned()
}

#[test]
fn every_code_has_a_row_and_every_row_a_code() {
    let rows = rows();
    let written: Vec<[String; 3]> =
        rows.iter().filter(|row| row.len() == 5).map(|row| [row[0].clone(), row[1].clone(), row[2].clone()]).collect();
    let known: BTreeSet<_> =
        status::ALL.iter().map(|row| [row.code.to_owned(), row.message.to_owned(), http_status(row)]).collect();
    assert_eq!(written.iter().cloned().collect::<BTreeSet<_>>(), known);
    assert_eq!(written.len(), known.len(), "no row is there twice");
    for row in rows.iter().filter(|row| row.len() == 5) {
        assert!(!row[3].is_empty() && !row[4].is_empty(), "{row:?}");
    }
}

#[test]
fn every_error_of_configure_ui_has_a_row_and_every_row_an_error() {
    let mut known = BTreeSet::new();
    for field in PAGES.iter().flat_map(|page| page.fields) {
        let of_tips = match field.kind {
            Kind::Tips(errors) => vec![errors.count, errors.icon, errors.text],
            _ => Vec::new(),
        };
        let errors = field.error.into_iter().chain(of_tips);
        known.extend(errors.map(|error| vec![error.name.to_owned(), error.message.to_owned()]));
    }
    let rows = rows();
    let written: Vec<_> = rows.into_iter().filter(|row| row.len() == 2).collect();
    assert_eq!(written.iter().cloned().collect::<BTreeSet<_>>(), known);
    assert_eq!(written.len(), known.len(), "no row is there twice");
}
