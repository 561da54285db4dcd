//! `nearfar`: the command that verifies capture records.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use nearfar_protocol::manifest::VIDEO;
use nearfar_record::{PublicKeys, VerifiedRecord, verify, verify_sandbox};

/// Verifies capture records of nearfar.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verifies a capture record: exits with 0 if it is what the service signed, else with 1.
    Verify {
        /// The record, a ZIP file.
        file: PathBuf,
        /// The service's public key, stored when the record was made or since: JWKS, JWK or PEM.
        #[arg(long)]
        key: PathBuf,
        /// Accepts only a record of a sandbox account, whose result a test chose. Without it such a record is refused.
        #[arg(long)]
        sandbox: bool,
    },
}

fn main() -> ExitCode {
    let Command::Verify { file, key, sandbox } = Cli::parse().command;
    match verify_file(&file, &key, sandbox) {
        // `print!` and `eprintln!` panic if they cannot write.
        Ok(record) => match std::io::stdout().write_all(report(&record).as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "{}: NOT VERIFIED: {why}", file.display());
            ExitCode::FAILURE
        }
    }
}

fn verify_file(file: &Path, key: &Path, sandbox: bool) -> Result<VerifiedRecord, String> {
    let unreadable = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let keys = std::fs::read_to_string(key).map_err(|error| unreadable(key, &error))?;
    let keys = PublicKeys::parse(&keys).map_err(|error| unreadable(key, &error))?;
    let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
    let verified =
        if sandbox { verify_sandbox(BufReader::new(opened), &keys) } else { verify(BufReader::new(opened), &keys) };
    verified.map_err(|error| error.to_string())
}

/// The report, line by line.
fn report(VerifiedRecord { claims, key_id, manifest }: &VerifiedRecord) -> String {
    let time =
        |millis: i64| Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |time| time.to_string());
    let number = |number: Option<u8>| number.map_or("none".to_owned(), |number| number.to_string());
    let key = key_id.as_deref().unwrap_or("without an id");
    let mut lines = vec![
        format!("signature   holds: Ed25519, key {key}"),
        format!("session     {}", claims.signature_id),
        format!("attempt     {}", claims.attempt_id),
        format!("nonce       {}", claims.nonce),
        format!("given       {}", time(claims.nonce_issued_at)),
        format!("received    {}", time(claims.received_at)),
        format!("scored      {}", time(claims.judged_at)),
        format!("code        {}", claims.code),
        format!("score       {}", number(claims.score)),
        format!("attackType  {}", number(claims.attack_type)),
    ];
    let files =
        claims.files.iter().map(|file| format!("file        {} {} bytes, {}", file.path, file.bytes, file.sha256));
    lines.extend(files);
    if let Some(video) = manifest.file(VIDEO) {
        lines
            .push(format!("video       not in the record; the manifest names {} bytes, {}", video.bytes, video.sha256));
    }
    lines.push(if claims.sandbox {
        "VERIFIED SANDBOX RECORD: these are the files that the service received; a test chose the result\n".into()
    } else {
        "VERIFIED: these are the files that the service received, and this is what it scored\n".into()
    });
    lines.join("\n")
}
