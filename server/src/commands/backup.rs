//! The commands `backup`, `restore` and `erasures`.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use nearfar_store::{Actor, AuditAction, Entropy, ErasedSession, NewAuditEntry, Store, StoreConfig};
use serde_json::json;

use crate::state::is_valid_id;

/// Arguments of `backup`.
#[derive(Clone, Debug, Args)]
pub struct BackupArgs {
    /// The folder to create, empty or missing.
    pub folder: PathBuf,
}

/// Arguments of `restore`.
#[derive(Clone, Debug, Args)]
pub struct RestoreArgs {
    /// The folder of a backup.
    pub folder: PathBuf,
    /// A file of sessions that were erased after the backup, as `erasures` prints them or one signatureId a line.
    #[arg(long)]
    pub erased: Option<PathBuf>,
}

/// Arguments of `erasures`.
#[derive(Clone, Debug, Args)]
pub struct ErasuresArgs {
    /// Only erasures at or after this time, Unix milliseconds.
    #[arg(long, default_value_t = 0)]
    pub since: i64,
}

/// Progress lines have at least this many files between them.
const PROGRESS_FILES: usize = 1000;

/// Makes a backup. Returns the output.
///
/// # Errors
/// As [`Store::backup`]; if files are missing, after the backup is complete.
pub async fn backup(
    store: &Store,
    args: &BackupArgs,
    actor: &Actor,
    now: i64,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<String> {
    let made = store.backup(&args.folder, now, |files| {
        if files > 0 && files % PROGRESS_FILES == 0 {
            progress(&format!("{files} files copied"));
        }
    });
    let made = made.await?;
    let entry = NewAuditEntry::new(actor, AuditAction::BackupCreated).details(json!({ "files": made.files.len() }));
    store.record_audit(entry, now).await?;
    ensure!(
        made.missing.is_empty(),
        "the backup is complete but for {} files that the object store does not have: {} …",
        made.missing.len(),
        made.missing[..made.missing.len().min(5)].join(", ")
    );
    Ok(format!(
        "{}: the database and {} files; {} sessions were erased meanwhile. The encryption keys are not in it: keep \
         master_key and blob_keys elsewhere",
        args.folder.display(),
        made.files.len(),
        made.erased_meanwhile.len()
    ))
}

/// Restores a backup. Returns the output.
///
/// # Errors
/// As [`Store::restore`]; if the configured master key opens none of its secrets.
pub async fn restore(
    settings: &StoreConfig,
    args: &RestoreArgs,
    entropy: &Entropy,
    actor: &Actor,
    now: i64,
) -> anyhow::Result<String> {
    let erased = args.erased.as_deref().map(read_erased).transpose()?.unwrap_or_default();
    let done = Store::restore(settings, &args.folder, &erased, entropy.clone(), now).await?;
    ensure!(
        done.unreadable_secrets == 0,
        "restored, but the configured master keys do not open {} secrets: set the master key of the time of the backup",
        done.unreadable_secrets
    );
    let store = Store::open(settings, entropy.clone()).await?;
    let details = json!({ "files": done.files, "erasedAgain": done.erased });
    let entry = NewAuditEntry::new(actor, AuditAction::BackupRestored).details(details);
    let recorded = store.record_audit(entry, now).await;
    store.close().await;
    recorded?;
    let warning = match args.erased {
        Some(_) => "",
        None => ". People who were erased after the backup are back: erase them again (docs/KEYS-AND-BACKUPS.md)",
    };
    Ok(format!(
        "restored {} files; {} sessions were erased again, {} were not in the backup. All operators have to sign in \
         again. Repeat what was revoked after the backup (docs/KEYS-AND-BACKUPS.md){warning}",
        done.files, done.erased, done.unknown
    ))
}

/// Lists erased sessions as JSON lines.
///
/// # Errors
/// As [`Store::erased_sessions`].
pub async fn erasures(store: &Store, args: &ErasuresArgs, actor: &Actor, now: i64) -> anyhow::Result<String> {
    let erased = store.erased_sessions(args.since).await?;
    let details = json!({ "list": "erasures", "sessions": erased.len() });
    store.record_audit(NewAuditEntry::new(actor, AuditAction::SessionsListed).details(details), now).await?;
    let lines: Vec<String> = erased.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    Ok(lines.join("\n"))
}

/// The ids in a file.
fn read_erased(path: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let mut ids = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let parsed = serde_json::from_str::<ErasedSession>(line).map(|erased| erased.signature_id);
        let id = parsed.unwrap_or_else(|_| line.trim().to_owned());
        ensure!(is_valid_id(&id), "{}, line {}: not a signatureId", path.display(), number + 1);
        ids.push(id);
    }
    Ok(ids)
}
