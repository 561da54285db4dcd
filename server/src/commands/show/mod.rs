//! The `show` command: writes everything stored about a session to one HTML file, for the operator only. The console
//! shows the same page to reviewers.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use nearfar_protocol::manifest::{FAR, NEAR};
use nearfar_scoring::Scorer;
use nearfar_store::{Actor, AuditAction, Error as StoreError, NewAuditEntry, Session, Store};
use sha2::{Digest, Sha256};

use crate::review::depth_map::depth_map;
use crate::review::pictures::{DEPTH_MAP, PictureSource, has_both_pictures, is_picture};
use crate::review::{self, AttemptReview, SessionReview, page};

/// The session and the output file.
#[derive(Clone, Debug, clap::Args)]
pub struct ShowArgs {
    /// The session.
    pub signature_id: String,
    /// The file to write; it must not exist [default: SIGNATURE_ID.html]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The pictures of a page as `data:` URLs, by attempt and name.
#[derive(Default)]
struct Embedded(BTreeMap<(String, String), String>);

impl PictureSource for Embedded {
    fn address(&self, attempt: &str, name: &str) -> Option<String> {
        self.0.get(&(attempt.to_owned(), name.to_owned())).cloned()
    }
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
    let html = render(store, scorer, &args.signature_id, now).await?;
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.html", args.signature_id)));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).with_context(|| format!("creating {}", path.display()))?;
    file.write_all(html.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}

/// The page: self-contained HTML without scripts or requests. `now` in Unix ms.
///
/// # Errors
/// For an unknown session, and errors of the store.
pub async fn render(store: &Store, scorer: &dyn Scorer, signature_id: &str, now: i64) -> anyhow::Result<String> {
    let review = review::load(store, find(store, signature_id).await?).await?;
    let mut pictures = Embedded::default();
    for attempt in &review.attempts {
        embed(store, scorer, attempt, &mut pictures).await?;
    }
    Ok(document(&review, &pictures, now).into_string())
}

async fn find(store: &Store, signature_id: &str) -> anyhow::Result<Session> {
    match store.session(signature_id).await {
        Err(StoreError::NotFound(_)) => bail!("no session {signature_id}"),
        other => Ok(other?),
    }
}

/// Reads the pictures of an attempt and draws its depth map.
async fn embed(
    store: &Store,
    scorer: &dyn Scorer,
    AttemptReview { attempt, upload, .. }: &AttemptReview,
    pictures: &mut Embedded,
) -> anyhow::Result<()> {
    let Some(upload) = upload else { return Ok(()) };
    let mut add = |name: &str, kind: &str, bytes: &[u8]| {
        let address = format!("data:image/{kind};base64,{}", BASE64.encode(bytes));
        pictures.0.insert((attempt.id.clone(), name.to_owned()), address);
    };
    let read = async |name: &str| store.file(&attempt.session_id, &attempt.id, name).await;
    for file in upload.files.iter().filter(|file| is_picture(&file.name)) {
        add(&file.name, "jpeg", &read(&file.name).await?);
    }
    if !has_both_pictures(upload) {
        return Ok(());
    }
    let (far, near) = (read(FAR).await?, read(NEAR).await?);
    if let Some(map) = depth_map(scorer, attempt, upload.manifest.clone(), &far, &near)? {
        add(DEPTH_MAP, "png", &map);
    }
    Ok(())
}

fn document(review: &SessionReview, pictures: &Embedded, now: i64) -> Markup {
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        BASE64.encode(Sha256::digest(review::STYLE))
    );
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                title { "Session " (review.session.id) }
                style { (PreEscaped(review::STYLE)) }
            }
            body.review.standalone {
                header {
                    h1 { "Session " code { (review.session.id) } }
                    (page::banner(review, now))
                    p.note { "This file contains pictures of a person. Delete it once you no longer need it." }
                }
                main { (page::session(review, pictures)) }
            }
        }
    }
}
