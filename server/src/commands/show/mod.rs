//! The `show` command: writes everything stored about a session to one HTML file, for the operator only. There is no
//! HTTP endpoint: the person who runs the command has the service's keys.

mod page;

use std::io::{Cursor, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use bytes::Bytes;
use image::ImageFormat;
use nearfar_protocol::manifest::{AUDIT_PREFIX, FAR, Manifest, NEAR, STOP_PREFIX};
use nearfar_scoring::{CheckOutcome, Evidence, IssuedNonce, Scorer};
use nearfar_store::{
    Actor, Attempt, AttemptState, AuditAction, Error as StoreError, FileEntry, MANIFEST, NewAuditEntry, Session, Store,
};

use crate::stored::manifest::parse_manifest;

/// The session and the output file.
#[derive(Clone, Debug, clap::Args)]
pub struct ShowArgs {
    /// The session.
    pub signature_id: String,
    /// The file to write; it must not exist [default: SIGNATURE_ID.html]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A session with all stored data.
struct Record {
    session: Session,
    attempts: Vec<Entry>,
}

/// An attempt with all stored data.
struct Entry {
    attempt: Attempt,
    checks: Vec<CheckOutcome>,
    /// The upload; `None` before it arrives and after erasure.
    upload: Option<Upload>,
}

struct Upload {
    manifest: Manifest,
    files: Vec<FileEntry>,
    far: Bytes,
    /// The pictures at the stops of the path.
    stops: Vec<Bytes>,
    near: Bytes,
    /// In the order of the manifest's audit entries.
    audit: Vec<Bytes>,
    /// The map of residual flow, as PNG.
    map: Option<Vec<u8>>,
}

/// Records the access, then writes the page, readable only by its owner, and returns its path.
///
/// # Errors
/// For an unknown session, and if the file exists.
pub async fn write(
    store: &Store,
    scorer: &dyn Scorer,
    args: &ShowArgs,
    actor: &Actor,
    now: i64,
) -> anyhow::Result<PathBuf> {
    let session = find(store, &args.signature_id).await?;
    let entry = NewAuditEntry::new(actor, AuditAction::SessionShown);
    store.record_audit(entry.account(&session.account_id).subject(&session.id), now).await?;
    let html = render(store, scorer, &args.signature_id).await?;
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.html", args.signature_id)));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).with_context(|| format!("creating {}", path.display()))?;
    file.write_all(html.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}

/// The page: self-contained HTML without scripts or requests.
///
/// # Errors
/// For an unknown session, and errors of the store.
pub async fn render(store: &Store, scorer: &dyn Scorer, signature_id: &str) -> anyhow::Result<String> {
    let session = find(store, signature_id).await?;
    let mut attempts = Vec::new();
    for attempt in store.attempts(&session.id).await? {
        attempts.push(entry(store, scorer, attempt).await?);
    }
    Ok(page::session(&Record { session, attempts }).into_string())
}

async fn find(store: &Store, signature_id: &str) -> anyhow::Result<Session> {
    match store.session(signature_id).await {
        Err(StoreError::NotFound(_)) => bail!("no session {signature_id}"),
        other => Ok(other?),
    }
}

async fn entry(store: &Store, scorer: &dyn Scorer, attempt: Attempt) -> anyhow::Result<Entry> {
    let checks = match &attempt.outcome {
        Some(outcome) => serde_json::from_str(&outcome.checks).context("the stored checks")?,
        None => Vec::new(),
    };
    let upload = match attempt.state {
        AttemptState::Issued => None,
        AttemptState::Received | AttemptState::Scored => Some(upload(store, scorer, &attempt).await?),
    };
    Ok(Entry { attempt, checks, upload })
}

async fn upload(store: &Store, scorer: &dyn Scorer, attempt: &Attempt) -> anyhow::Result<Upload> {
    let read = async |name: &str| store.file(&attempt.session_id, &attempt.id, name).await;
    let manifest = parse_manifest(&read(MANIFEST).await?)?;
    let files = store.files(&attempt.session_id, &attempt.id).await?;
    let (far, near) = (read(FAR).await?, read(NEAR).await?);
    let mut stops = Vec::new();
    for stop in &manifest.stops {
        stops.push(read(&stop.name).await?);
    }
    let mut audit = Vec::new();
    for shown in &manifest.audit {
        audit.push(read(&shown.name).await?);
    }
    let pictures = [(FAR, &far), (NEAR, &near)].map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
    let evidence = Evidence {
        manifest: manifest.clone(),
        nonce: IssuedNonce {
            value: attempt.nonce.clone(),
            issued_at: attempt.issued_at,
            expires_at: attempt.nonce_expires_at,
        },
        files: pictures.into_iter().collect(),
        received_at: attempt.received_at.unwrap_or(attempt.issued_at),
        light: None,
        motion: None,
    };
    let map = scorer.residual_map(&evidence).map(|map| {
        let mut png = Cursor::new(Vec::new());
        map.write_to(&mut png, ImageFormat::Png).map(|()| png.into_inner())
    });
    Ok(Upload { manifest, files, far, stops, near, audit, map: map.transpose()? })
}

/// Whether a file is shown among the pictures.
fn is_shown(name: &str) -> bool {
    matches!(name, FAR | NEAR) || [AUDIT_PREFIX, STOP_PREFIX].iter().any(|prefix| name.starts_with(prefix))
}
