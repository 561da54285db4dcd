//! Runs a command with a temporary PostgreSQL: `with-postgres npm test`. All test processes of the command share the
//! server, whose URL is in `TEST_POSTGRES`.

use nearfar_test_support::{Cluster, URL_VARIABLE};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: with-postgres PROGRAM [ARGUMENT]...");
        return ExitCode::from(2);
    };
    let cluster = match Cluster::start() {
        Ok(cluster) => cluster,
        Err(why) => {
            eprintln!("with-postgres: {why}");
            return ExitCode::FAILURE;
        }
    };
    match Command::new(&program).args(arguments).env(URL_VARIABLE, cluster.url()).status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("with-postgres: {program:?}: {error}");
            ExitCode::FAILURE
        }
    }
}
