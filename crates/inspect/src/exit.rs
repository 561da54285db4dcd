//! Exit codes and error output of the commands.

use std::process::ExitCode;

/// Returns the exit code of a command and prints its error on one line. User errors need no backtrace, whatever
/// `RUST_BACKTRACE` is set to.
pub fn exit_code(name: &str, result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
