//! The `audit` command: verifies and exports the audit log.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use nearfar_store::{Actor, AuditAction, NewAuditEntry, Store};
use serde_json::json;

/// Entries read at once.
const PAGE: u32 = 500;

/// Audit commands.
#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Verifies the chain and prints the number of entries and the hash of the last one. Names the first broken entry.
    Verify {
        /// A hash that an earlier run printed: the chain must contain it. This finds an end that was cut off.
        #[arg(long, value_name = "HASH", value_parser = parse_hash)]
        expect_head: Option<String>,
    },
    /// Writes the entries as JSON lines, oldest first. The export itself becomes the last entry.
    Export {
        /// Only entries after this sequence.
        #[arg(long, value_name = "SEQUENCE", default_value_t = 0)]
        after: i64,
        /// The file to write; it must not exist [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

fn parse_hash(text: &str) -> Result<String, String> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { Ok(text.to_ascii_lowercase()) } else { Err("should be 64 hex digits".to_owned()) }
}

/// Runs the command and writes its output.
///
/// # Errors
/// If the chain is broken, and errors of the store and of the output.
pub async fn run(store: &Store, command: AuditCommand, actor: &Actor, now: i64) -> anyhow::Result<()> {
    match command {
        AuditCommand::Verify { expect_head } => {
            let line = verify(store, expect_head.as_deref()).await?;
            let mut out = io::stdout().lock();
            writeln!(out, "{line}").and_then(|()| out.flush()).context("writing to standard output")
        }
        AuditCommand::Export { after, out } => match out {
            None => export(store, after, actor, now, &mut io::stdout()).await,
            Some(path) => {
                let mut options = OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let file = options.open(&path).with_context(|| format!("creating {}", path.display()))?;
                let mut file = BufWriter::new(file);
                export(store, after, actor, now, &mut file).await?;
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.sync_all().with_context(|| format!("writing {}", path.display()))
            }
        },
    }
}

/// Verifies the chain: `{"count": …, "head": …}`.
///
/// # Errors
/// If it is broken.
pub async fn verify(store: &Store, expected: Option<&str>) -> anyhow::Result<String> {
    match store.verify_audit(expected).await? {
        Ok(head) => Ok(json!({ "count": head.count, "head": head.hash }).to_string()),
        Err(broken) => bail!("{broken}"),
    }
}

/// Records the export, then writes the entries as JSON lines.
///
/// # Errors
/// Errors of the store and of the output.
pub async fn export(
    store: &Store,
    after: i64,
    actor: &Actor,
    now: i64,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let entry = NewAuditEntry::new(actor, AuditAction::AuditExported).details(json!({ "after": after }));
    let last = store.record_audit(entry, now).await?.sequence;
    let mut after = after;
    while after < last {
        let entries = store.audit_entries_after(after, PAGE).await?;
        let Some(newest) = entries.last() else { break };
        after = newest.sequence;
        for entry in entries.iter().filter(|entry| entry.sequence <= last) {
            writeln!(out, "{}", entry.to_json()).context("writing the export")?;
        }
    }
    out.flush().context("writing the export")
}
