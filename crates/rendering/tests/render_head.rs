//! The `render_head` command.
#![allow(clippy::unwrap_used, reason = "a failing unwrap fails the test")]

use std::process::Command;

#[test]
fn a_user_error_is_one_line_without_a_backtrace() {
    let arguments = ["--out", "nowhere", "--distances", "30", "nothing.png"];
    let program = env!("CARGO_BIN_EXE_render_head");
    let output = Command::new(program).args(arguments).env("RUST_BACKTRACE", "1").output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{arguments:?}");
    assert!(message.lines().count() == 1 && message.contains("nothing"), "{arguments:?}: {message}");
}
