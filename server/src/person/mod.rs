//! The export of a person's data: a ZIP file with JSON, pictures and videos.

use std::io::{Seek, Write};

use anyhow::Context;
use nearfar_protocol::manifest::VIDEO;
use nearfar_protocol::result::Decision;
use nearfar_store::{Attempt, Error as StoreError, FileEntry, MANIFEST, Review, Session, Store};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Writes everything stored about the sessions. A file that the retention erases meanwhile is left out, and the export
/// says so.
///
/// # Errors
/// Errors of the store and of the output.
pub async fn export(store: &Store, sessions: &[Session], out: &mut (impl Write + Seek)) -> anyhow::Result<()> {
    let mut archive = ZipWriter::new(out);
    let list: Vec<&str> = sessions.iter().map(|session| session.id.as_str()).collect();
    add(&mut archive, "README.txt", README.as_bytes())?;
    add_json(&mut archive, "sessions.json", &json!(list))?;
    for session in sessions {
        let folder = format!("sessions/{}", session.id);
        add_json(&mut archive, &format!("{folder}/session.json"), &session_facts(session))?;
        let reports = store.reports(&session.id).await?;
        if !reports.is_empty() {
            let reports: Vec<Value> = reports
                .iter()
                .map(|report| json!({ "reportedAt": report.created_at, "report": parsed(&report.body) }))
                .collect();
            add_json(&mut archive, &format!("{folder}/problem-reports.json"), &json!(reports))?;
        }
        let reviews = store.reviews(&session.id).await?;
        if !reviews.is_empty() {
            let reviews: Vec<Value> = reviews.iter().map(review_facts).collect();
            add_json(&mut archive, &format!("{folder}/reviews.json"), &json!(reviews))?;
        }
        for attempt in store.attempts(&session.id).await? {
            let folder = format!("{folder}/attempts/{}", attempt.id);
            let files = store.files(&session.id, &attempt.id).await?;
            let mut missing = Vec::new();
            for file in &files {
                match store.file(&session.id, &attempt.id, &file.name).await {
                    Ok(content) => add(&mut archive, &format!("{folder}/{}", file_name(file, &content)), &content)?,
                    Err(StoreError::NotFound(_)) => missing.push(file.name.as_str()),
                    Err(error) => return Err(error).with_context(|| format!("{folder}/{}", file.name)),
                }
            }
            add_json(&mut archive, &format!("{folder}/attempt.json"), &attempt_facts(&attempt, &missing))?;
        }
    }
    archive.finish()?.flush()?;
    Ok(())
}

const README: &str = "Everything that the liveness service stores about one person.\n\n\
    sessions.json            the ids of the sessions, newest first\n\
    sessions/ID              one session: session.json, problem reports, reviewers' decisions, attempts\n\
    .../attempts/ID          one attempt: attempt.json with the result and its reasons, manifest.json with what the\n\
    \u{20}                        browser reported, pictures and video\n\n\
    Times are Unix milliseconds.\n";

fn session_facts(session: &Session) -> Value {
    json!({
        "signatureId": session.id,
        "userId": session.user_id,
        "region": session.region,
        "returnUrl": session.return_url,
        "failedReturnUrl": session.failed_return_url,
        "productLevel": session.product_level,
        "state": format!("{:?}", session.state).to_lowercase(),
        "verdict": session.verdict.map(Decision::code),
        "starts": session.starts,
        "scoredAttempts": session.scored,
        "multiDevice": session.multi_device,
        "useSlaveUrl": session.use_slave_url,
        "cameraType": session.camera_type.map(|camera| format!("{camera:?}")),
        "deviceClass": session.device_class.map(|class| format!("{class:?}")),
        "createdAt": session.created_at,
        "expiresAt": session.expires_at,
        "erasedAt": session.purge_at,
        "openedAt": session.opened_at,
        "finishedAt": session.finished_at,
    })
}

fn review_facts(review: &Review) -> Value {
    json!({ "decision": review.decision.code(), "note": review.note, "decidedAt": review.decided_at })
}

fn attempt_facts(attempt: &Attempt, missing: &[&str]) -> Value {
    let outcome = attempt.outcome.as_ref().map(|outcome| {
        json!({
            "code": outcome.code, "score": outcome.score, "attackType": outcome.attack_type,
            "checks": parsed(&outcome.checks),
        })
    });
    json!({
        "attemptId": attempt.id,
        "device": attempt.device,
        "issuedAt": attempt.issued_at,
        "receivedAt": attempt.received_at,
        "farImageTime": attempt.far_image_time,
        "nearImageTime": attempt.near_image_time,
        "cameraType": attempt.camera_type,
        "scoredAt": attempt.scored_at,
        "outcome": outcome,
        "filesErasedMeanwhile": missing,
    })
}

/// Stored JSON as a value; a text that is none as a string, so that nothing is left out.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// The file's name in the archive, with an extension. Names in the store have only letters, digits and hyphens.
fn file_name(file: &FileEntry, content: &[u8]) -> String {
    let extension = match file.name.as_str() {
        MANIFEST => "json",
        VIDEO if content.get(4..8) == Some(b"ftyp") => "mp4",
        VIDEO => "webm",
        _ => "jpg",
    };
    format!("{}.{extension}", file.name)
}

fn add_json(archive: &mut ZipWriter<impl Write + Seek>, name: &str, value: &Value) -> anyhow::Result<()> {
    add(archive, name, serde_json::to_string_pretty(value)?.as_bytes())
}

fn add(archive: &mut ZipWriter<impl Write + Seek>, name: &str, content: &[u8]) -> anyhow::Result<()> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    archive.start_file(name, options.large_file(content.len() as u64 >= u64::from(u32::MAX)))?;
    archive.write_all(content)?;
    Ok(())
}
