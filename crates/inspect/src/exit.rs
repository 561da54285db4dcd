//! How the commands end.

use std::process::ExitCode;

/// The exit code of a command, and its error on one line: what a person did wrong needs no backtrace, whatever
/// `RUST_BACKTRACE` says.
pub fn exit_code(name: &str, result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
