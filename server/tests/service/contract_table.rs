//! The table of `docs/CONTRACT.md`: every test that it names exists, and no code is missing.

use std::path::Path;

use nearfar_protocol::status;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_listed_test_exists() {
    let table = read("docs/CONTRACT.md");
    let mut rows = 0;
    for line in table.lines().filter(|line| line.starts_with("| ")).filter(|line| !line.starts_with("| what")) {
        let test = line.trim_end_matches(" |").rsplit("| ").next().expect("a test").trim_matches('`');
        let (place, name) = test.rsplit_once("::").expect("a path");
        let file = match place.strip_prefix("protocol ") {
            Some(file) => format!("crates/protocol/tests/{file}.rs"),
            None if place.starts_with("api::") => {
                format!("server/src/{}.rs", place.trim_end_matches("::tests").replace("::", "/"))
            }
            None => format!("server/tests/service/{place}.rs"),
        };
        assert!(read(&file).contains(&format!("fn {name}()")), "{test}");
        rows += 1;
    }
    assert!(rows >= 70, "{rows}");
}

#[test]
fn every_code_and_message_is_in_the_table() {
    let table = read("docs/CONTRACT.md");
    for row in status::ALL.iter().take_while(|row| row.code != "SESSION_EXPIRED") {
        let arguments = format!("`{}` {}", row.code, row.message);
        assert!(table.contains(&arguments), "{arguments}");
    }
}
