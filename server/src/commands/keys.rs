//! The `key` command: rotates keys, and counts what each encrypts.

use std::time::Duration;

use anyhow::{Context, bail};
use clap::Subcommand;
use nearfar_store::{
    Actor, AuditAction, Conflict, Entropy, Error as StoreError, FileCursor, NewAuditEntry, ReencryptedFiles, Store,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::{Clock, random_hex};
use crate::config::Config;
use crate::state::signing_keys::{self, PURPOSES};

/// Progress lines have at least this many files between them.
const PROGRESS_FILES: u64 = 500;

/// Key commands.
#[derive(Clone, Debug, Subcommand)]
pub enum KeyCommand {
    /// Prints a new random key of 64 hex digits.
    Generate,
    /// Counts what each key encrypts, and lists the signing keys.
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Encrypts every secret of the database with `master_key`. Needs the former key in `master_key_previous`.
    Rotate,
    /// Encrypts every captured file with the first of `blob_keys`. The others stay configured until it has ended.
    RotateBlobs {
        /// The most megabytes a second to read and write.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        megabytes_per_second: u32,
    },
    /// Adds new signing keys of tokens and capture records. The former ones stay valid until their tokens have expired.
    RotateSigning {
        /// The former keys are known to somebody: they end at once, and all tokens with them.
        #[arg(long)]
        compromised: bool,
    },
}

/// The keys and what they encrypt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyStatus {
    /// Ids of the configured master keys, the current one first.
    pub master_keys: Vec<String>,
    /// Secrets by column and key.
    pub secrets: Vec<SecretStatus>,
    /// Ids of the configured blob keys, the one that encrypts first.
    pub blob_keys: Vec<String>,
    /// Captured files by key.
    pub files: Vec<FileStatus>,
    /// Signing keys by purpose.
    pub signing_keys: Vec<SigningKeyStatus>,
}

/// How many secrets a key encrypts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretStatus {
    /// `table.column`.
    pub column: String,
    /// The key's id; `None` if no configured key opens them.
    pub key: Option<String>,
    /// Number of rows.
    pub rows: u64,
}

/// How many captured files a key encrypts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileStatus {
    /// The key's id; `None` for files that are not encrypted.
    pub key: Option<String>,
    /// Whether the key is configured; `true` for files that are not encrypted.
    pub readable: bool,
    /// Number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A signing key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeyStatus {
    /// The purpose.
    pub purpose: &'static str,
    /// 1 for the first key.
    pub generation: i64,
    /// From when on it signs, Unix ms.
    pub active_from: i64,
    /// When it retires, Unix ms; `None` for the newest.
    pub retires_at: Option<i64>,
    /// Whether its secret was destroyed.
    pub destroyed: bool,
}

/// A new key.
pub fn generate(entropy: &Entropy) -> String {
    random_hex(entropy, 32)
}

/// Runs a command and returns its output. `progress` gets a line now and then.
///
/// # Errors
/// The error is a message for the operator.
pub async fn run(
    store: &Store,
    config: &Config,
    entropy: &Entropy,
    command: KeyCommand,
    actor: &Actor,
    clock: &dyn Clock,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<String> {
    let now = clock.now();
    let record = async |action, details: Value| {
        let entry = NewAuditEntry::new(actor, action).details(details);
        store.record_audit(entry, clock.now()).await.context("the keys were rotated, but the audit log was not written")
    };
    match command {
        KeyCommand::Generate => Ok(generate(entropy)),
        KeyCommand::Status { json: true } => Ok(serde_json::to_string_pretty(&status(store, now).await?)?),
        KeyCommand::Status { json: false } => Ok(report(&status(store, now).await?)),
        KeyCommand::Rotate => {
            let (secrets, output) = rotate_master(store, progress).await?;
            record(AuditAction::MasterKeyRotated, json!({ "secrets": secrets })).await?;
            Ok(output)
        }
        KeyCommand::RotateBlobs { megabytes_per_second } => {
            let (files, output) = rotate_blobs(store, megabytes_per_second, clock, progress).await?;
            record(AuditAction::BlobKeyRotated, json!({ "files": files })).await?;
            Ok(output)
        }
        KeyCommand::RotateSigning { compromised } => {
            let rotation = match signing_keys::rotate(store, config, entropy, compromised, now).await {
                Err(StoreError::Conflict(Conflict::TooMany)) => bail!("the keys of the last rotation do not sign yet"),
                Err(StoreError::Conflict(Conflict::IdTaken)) => bail!("another rotation is under way"),
                other => other?,
            };
            record(AuditAction::SigningKeyRotated, json!({ "compromised": compromised })).await?;
            Ok(match compromised {
                true => "the new keys sign now; the former keys and all their tokens have ended".to_owned(),
                false => format!(
                    "the new keys sign from {} on; the former ones retire at {}",
                    time(rotation.active_from),
                    time(rotation.former_retire_at)
                ),
            })
        }
    }
}

/// Returns the number of secrets, and the output.
async fn rotate_master(store: &Store, progress: &mut dyn FnMut(&str)) -> anyhow::Result<(u64, String)> {
    let keys = store.master_key_ids();
    let current = keys.first().cloned().unwrap_or_default();
    if keys.len() < 2 {
        bail!("no former key is configured: set master_key to the new key and master_key_previous to the former one");
    }
    let done = store.reencrypt_secrets(|done| progress(&format!("{} secrets re-encrypted", done.done))).await;
    let done = done.context("interrupted: run the command again, it continues")?;
    if !done.unreadable.is_empty() {
        let count = done.unreadable.len();
        let some = done.unreadable[..count.min(20)].join(", ");
        bail!("no configured key opens {count} secrets: {some}; keep the former keys");
    }
    let output = format!(
        "{} secrets re-encrypted: all are encrypted with the key {current}, and master_key_previous can be removed from \
         every instance",
        done.done
    );
    Ok((done.done, output))
}

/// Returns the number of files, and the output.
async fn rotate_blobs(
    store: &Store,
    megabytes_per_second: u32,
    clock: &dyn Clock,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<(u64, String)> {
    let (mut cursor, mut all) = (FileCursor::default(), ReencryptedFiles::default());
    let mut reported = 0;
    let started = clock.monotonic();
    while let Some((next, done)) = store
        .reencrypt_files_after(&cursor, clock.now())
        .await
        .context("interrupted: run the command again, it continues")?
    {
        cursor = next;
        all.files += done.files;
        all.bytes += done.bytes;
        all.skipped += done.skipped;
        all.failed.extend(done.failed);
        if all.files >= reported + PROGRESS_FILES {
            reported = all.files;
            progress(&format!("{} files re-encrypted", all.files));
        }
        // A megabyte per second is a byte per microsecond.
        let due = Duration::from_micros(all.bytes / u64::from(megabytes_per_second));
        tokio::time::sleep(due.saturating_sub(clock.monotonic().saturating_sub(started))).await;
    }
    if !all.failed.is_empty() {
        let some = all.failed[..all.failed.len().min(5)].join("; ");
        bail!("{} groups of files cannot be read: {some}; keep the former keys", all.failed.len());
    }
    let output = format!(
        "{} files re-encrypted, {} erased meanwhile; the former blob_keys can be removed once `key status` counts no files \
         with them",
        all.files, all.skipped
    );
    Ok((all.files, output))
}

async fn status(store: &Store, now: i64) -> nearfar_store::Result<KeyStatus> {
    let secrets = store.count_secrets().await?.into_iter();
    let secrets = secrets.map(|count| SecretStatus { column: count.column, key: count.key_id, rows: count.rows });
    let mut signing_keys = Vec::new();
    for purpose in PURPOSES {
        for key in store.signing_keys(purpose, now).await? {
            signing_keys.push(SigningKeyStatus {
                purpose,
                generation: key.generation,
                active_from: key.active_from,
                retires_at: key.retires_at,
                destroyed: key.secret.is_none(),
            });
        }
    }
    let blob_keys = store.blob_key_ids();
    let files = store.count_files().await?.into_iter().map(|count| FileStatus {
        readable: count.key_id.as_ref().is_none_or(|key| blob_keys.contains(key)),
        key: count.key_id,
        files: count.files,
        bytes: count.bytes,
    });
    let files = files.collect();
    Ok(KeyStatus { master_keys: store.master_key_ids(), secrets: secrets.collect(), blob_keys, files, signing_keys })
}

/// The status for reading.
fn report(status: &KeyStatus) -> String {
    let mut lines = Vec::new();
    for (at, key) in status.master_keys.iter().enumerate() {
        let role = if at == 0 { "master_key" } else { "master_key_previous" };
        let rows: u64 = status.secrets.iter().filter(|s| s.key.as_ref() == Some(key)).map(|s| s.rows).sum();
        lines.push(format!("{role} {key}: {rows} secrets"));
    }
    for SecretStatus { column, key, rows } in &status.secrets {
        let key = key.as_deref().unwrap_or("no configured key");
        lines.push(format!("  {column}: {rows} by {key}"));
    }
    for FileStatus { key, readable, files, bytes } in &status.files {
        let key = key.as_deref().unwrap_or("unencrypted");
        let role = match status.blob_keys.iter().position(|known| known == key) {
            Some(0) => "the first of blob_keys",
            Some(_) => "one of blob_keys",
            None if *readable => "no key",
            None => "a key that is not configured",
        };
        lines.push(format!("{role}, {key}: {files} files, {bytes} bytes"));
    }
    for key in &status.signing_keys {
        let end = match (key.destroyed, key.retires_at) {
            (true, _) => "destroyed".to_owned(),
            (false, Some(end)) => format!("retires {}", time(end)),
            (false, None) => "current".to_owned(),
        };
        let start = if key.active_from == 0 { "the start".to_owned() } else { time(key.active_from) };
        lines.push(format!("{} {}: signs from {start}, {end}", key.purpose, key.generation));
    }
    lines.join("\n")
}

/// Unix milliseconds in UTC.
fn time(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |time| time.to_string())
}
