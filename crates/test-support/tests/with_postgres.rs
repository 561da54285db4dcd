//! The program `with-postgres`, on a real PostgreSQL where there is one.

use nearfar_test_support::Cluster;
use std::process::{Command, Output};

fn with_postgres(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_with-postgres")).args(arguments).output().expect("it starts")
}

#[test]
fn usage_is_printed_without_a_command() {
    let output = with_postgres(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage: with-postgres"));
}

#[test]
fn the_command_gets_a_database_and_its_exit_code_is_returned() {
    if let Err(why) = Cluster::start() {
        eprintln!("SKIPPED: no PostgreSQL: {why}");
        return;
    }
    let output = with_postgres(&["sh", "-c", "printf %s \"$TEST_POSTGRES\"; exit 7"]);
    assert_eq!(output.status.code(), Some(7));
    let url = String::from_utf8_lossy(&output.stdout);
    let folder = url.strip_prefix("postgres://postgres@localhost?host=").expect("a URL of a socket's folder");
    assert!(!std::path::Path::new(folder).exists(), "the database is gone with its command");
    let missing = with_postgres(&["/nowhere/such-a-program"]);
    assert_eq!(missing.status.code(), Some(1));
}
