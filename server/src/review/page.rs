//! Renders the review of a session as HTML without scripts. `maud` escapes all external data.

use maud::{Markup, html};
use nearfar_protocol::manifest::AuditEntry;
use nearfar_store::{FileEntry, Session, SessionState};

use super::checks;
use super::pictures::{Picture, PictureSource, has_both_pictures, has_video, is_picture, is_stored, main_pictures};
use super::problems::problems;
use super::time::time;
use super::timeline::timeline;
use super::verdict::{Banner, of_attempt, of_session, program_evidence};
use super::words::instruction_text;
use super::{AttemptReview, SessionReview, UploadReview};

/// The verdict of a session as a banner, with the warnings that a reviewer must not miss. `now` in Unix ms.
pub fn banner(review: &SessionReview, now: i64) -> Markup {
    let program = review.deciding_attempt().and_then(|deciding| program_evidence(&deciding.checks));
    html! {
        (verdict(&of_session(review, now), true))
        @if let Some(chosen) = &review.session.sandbox {
            p.warning.sandbox { "SANDBOX: a test chose the results, and no picture was analysed. Chosen: " (chosen) }
        }
        @if let Some(evidence) = program { p.warning.program { (evidence.text()) } }
    }
}

/// A label and its value.
type Fact = (&'static str, String);

/// The facts about a session, its attempts, newest first, and the problem reports.
pub fn session(review: &SessionReview, pictures: &dyn PictureSource) -> Markup {
    html! {
        @if review.attempts.is_empty() { p { "No attempts are stored." } }
        @for (index, entry) in review.attempts.iter().enumerate().rev() {
            (attempt(index + 1, entry, &review.session, pictures))
        }
        (problems(&review.problems))
        details.group {
            summary { span.group-title { "Session" } }
            (facts(&session_facts(&review.session)))
        }
    }
}

fn verdict(banner: &Banner, is_main: bool) -> Markup {
    html! {
        div class=(format!("verdict {} {}", banner.tone.class(), if is_main { "main" } else { "small" })) {
            span.mark aria-hidden="true" { (banner.tone.mark()) }
            div {
                @if is_main { h2 { (banner.headline) } } @else { p.headline { (banner.headline) } }
                p { (banner.reason) }
            }
        }
    }
}

fn facts(facts: &[Fact]) -> Markup {
    html! {
        dl {
            @for (name, value) in facts { div { dt { (name) } dd { (value) } } }
        }
    }
}

fn session_facts(session: &Session) -> Vec<Fact> {
    let state = match session.state {
        SessionState::Open => "open",
        SessionState::Scoring => "being scored",
        SessionState::Passed => "passed",
        SessionState::Failed => "failed",
        SessionState::Cleared => "erased",
    };
    let mut facts = vec![("State", state.to_owned()), ("Created", time(session.created_at))];
    facts.extend(session.user_id.clone().map(|id| ("User id", id)));
    facts.extend(session.product_level.clone().map(|level| ("Level", level)));
    facts.extend(session.region.clone().map(|region| ("Region", region)));
    facts.extend([
        ("Expires", time(session.expires_at)),
        ("Erased at", time(session.purge_at)),
        ("Capture starts", session.starts.to_string()),
        ("Scored attempts", session.scored.to_string()),
        ("Inconclusive attempts", session.inconclusive.to_string()),
        ("Several devices", if session.multi_device { "yes" } else { "no" }.to_owned()),
    ]);
    facts.extend(session.finished_at.map(|at| ("Finished", time(at))));
    facts
}

fn attempt(number: usize, review: &AttemptReview, session: &Session, source: &dyn PictureSource) -> Markup {
    let passed =
        session.state == SessionState::Passed && session.result_attempt.as_deref() == Some(review.attempt.id.as_str());
    html! {
        section.attempt aria-labelledby=(format!("attempt-{number}")) {
            h2 id=(format!("attempt-{number}")) { "Attempt " (number) }
            // The banner of the page says the same of the only attempt.
            @if session.starts != 1 { (verdict(&of_attempt(review, passed), false)) }
            @if let Some(upload) = &review.upload { (pictures(&review.attempt.id, upload, source)) }
            @if !review.checks.is_empty() {
                h3 { "Checks" }
                (checks::groups(&review.checks))
            }
            @if let Some(upload) = &review.upload {
                h3 { "Instructions over time" }
                (timeline(&upload.manifest))
                (device(upload))
                (files(&upload.files))
            }
            details.group {
                summary { span.group-title { "Attempt's times" } }
                (facts(&attempt_facts(review)))
            }
        }
    }
}

fn attempt_facts(AttemptReview { attempt, .. }: &AttemptReview) -> Vec<Fact> {
    let mut facts = vec![
        ("Id", attempt.id.clone()),
        ("Device", attempt.device.clone()),
        ("Nonce", attempt.nonce.clone()),
        ("Nonce issued", time(attempt.issued_at)),
    ];
    facts.extend(attempt.far_image_time.map(|at| ("Far picture taken (device clock)", time(at))));
    facts.extend(attempt.near_image_time.map(|at| ("Near picture taken (device clock)", time(at))));
    facts.extend(attempt.received_at.map(|at| ("Upload received", time(at))));
    facts.extend(attempt.scored_at.map(|at| ("Scored", time(at))));
    facts.extend(attempt.camera_type.clone().map(|camera| ("Camera", camera)));
    facts
}

fn pictures(attempt: &str, upload: &UploadReview, source: &dyn PictureSource) -> Markup {
    if let Some(reason) = source.withheld() {
        return html! { p.withheld { (reason) } };
    }
    let figure = |picture: &Picture, address: String| {
        html! {
            figure {
                img src=(address) alt=(picture.caption) loading="lazy";
                figcaption { (picture.caption) }
            }
        }
    };
    // The account may keep pictures for a shorter time than results.
    let shown = |picture: Picture| {
        is_stored(upload, &picture.name)
            .then(|| source.address(attempt, &picture.name))?
            .map(|address| (picture, address))
    };
    let main: Vec<_> = main_pictures(upload).into_iter().filter_map(shown).collect();
    let has_map = main.iter().any(|(picture, _)| picture.name == super::pictures::DEPTH_MAP);
    let audit_picture = |entry: &AuditEntry| Picture {
        name: entry.name.clone(),
        caption: format!("{}, {}", instruction_text(&entry.phase), instruction_text(&entry.code)),
    };
    let audit: Vec<_> = upload.manifest.audit.iter().map(audit_picture).filter_map(shown).collect();
    html! {
        div.pictures {
            @for (picture, address) in main { (figure(&picture, address)) }
            @if !has_both_pictures(upload) {
                p { "The pictures were erased: the account keeps them for a shorter time than results." }
            } @else if !has_map { p { "No depth map: the pictures do not show two comparable faces." } }
        }
        @if !audit.is_empty() {
            details.audit-pictures open {
                summary { "Audit pictures (" (audit.len()) ")" }
                div.audit { @for (picture, address) in audit { (figure(&picture, address)) } }
            }
        }
        @if has_video(upload) { p.note { "There is a video, too. This page does not show it." } }
    }
}

fn device(upload: &UploadReview) -> Markup {
    let device_facts = serde_json::to_value(&upload.manifest.device).unwrap_or_default();
    let device_facts = device_facts.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    html! {
        details.group {
            summary { span.group-title { "Device, as reported by the browser" } }
            dl {
                @for (name, value) in device_facts {
                    div { dt { (name) } dd { (value.as_str().map_or_else(|| value.to_string(), str::to_owned)) } }
                }
            }
        }
    }
}

fn files(files: &[FileEntry]) -> Markup {
    html! {
        details.group {
            summary { span.group-title { "Files" } " " span.tally { (files.len()) } }
            table {
                thead { tr { th scope="col" { "name" } th scope="col" { "bytes" } th scope="col" { "SHA-256" } th scope="col" { "picture" } } }
                tbody {
                    @for file in files {
                        tr {
                            td { (file.name) }
                            td { (file.bytes) }
                            td { code { (file.sha256) } }
                            td { (if is_picture(&file.name) { "yes" } else { "no" }) }
                        }
                    }
                }
            }
        }
    }
}
