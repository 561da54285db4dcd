//! Renders the page's HTML. `maud` escapes all external data.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use nearfar_scoring::{CheckOutcome, Outcome};
use nearfar_store::{Attempt, FileEntry, Session};
use sha2::{Digest, Sha256};

use super::{Entry, Record, Upload, is_shown};

const STYLE: &str = include_str!("style.css");

/// The whole page.
pub(super) fn session(record: &Record) -> Markup {
    let Record { session, attempts } = record;
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        BASE64.encode(Sha256::digest(STYLE))
    );
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                title { "Session " (session.id) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Session " code { (session.id) } }
                    p.warning { "This file contains pictures of a person. Delete it once you no longer need it." }
                    @if let Some(chosen) = &session.sandbox {
                        p.warning { "SANDBOX: a test chose the results, and no picture was analysed. Chosen: " (chosen) }
                    }
                    (facts(&session_facts(session)))
                }
                main {
                    @if attempts.is_empty() { p { "No attempts are stored." } }
                    @for (index, entry) in attempts.iter().enumerate() { (attempt(index + 1, entry)) }
                }
            }
        }
    }
}

/// A label and its value.
type Fact = (&'static str, String);

fn facts(facts: &[Fact]) -> Markup {
    html! {
        dl {
            @for (name, value) in facts { div { dt { (name) } dd { (value) } } }
        }
    }
}

fn session_facts(session: &Session) -> Vec<Fact> {
    let mut facts = vec![
        ("State", format!("{:?}", session.state).to_lowercase()),
        ("Created", time(session.created_at)),
        ("Expires", time(session.expires_at)),
        ("Capture starts", session.starts.to_string()),
        ("Scored attempts", session.scored.to_string()),
        ("Inconclusive attempts", session.inconclusive.to_string()),
    ];
    facts.extend(session.finished_at.map(|at| ("Finished", time(at))));
    facts
}

fn attempt(number: usize, Entry { attempt, checks, upload }: &Entry) -> Markup {
    html! {
        section {
            h2 { "Attempt " (number) ": " (outcome(attempt)) }
            (facts(&attempt_facts(attempt)))
            @if let Some(upload) = upload { (pictures(upload)) }
            @if !checks.is_empty() { (check_table(checks)) }
            @if let Some(upload) = upload { (timeline(upload)) (device(upload)) (files(&upload.files)) }
        }
    }
}

/// Describes the outcome of an attempt.
fn outcome(attempt: &Attempt) -> String {
    let Some(outcome) = &attempt.outcome else {
        return if attempt.received_at.is_some() { "waiting for its score" } else { "started, nothing received" }
            .into();
    };
    let kind = match outcome.attack_type {
        Some(1) => ", a presentation attack",
        Some(2) => ", an injection",
        Some(3) => ", an attack of unknown kind",
        _ => "",
    };
    match outcome.score {
        Some(score) => format!("score {score}{kind}"),
        None => format!("no score, {}", outcome.code),
    }
}

fn attempt_facts(attempt: &Attempt) -> Vec<Fact> {
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

fn pictures(upload: &Upload) -> Markup {
    let picture = |bytes: &[u8], kind: &str, caption: &str| {
        html! {
            figure {
                img src=(format!("data:image/{kind};base64,{}", BASE64.encode(bytes))) alt=(caption);
                figcaption { (caption) }
            }
        }
    };
    html! {
        div.pictures {
            (picture(&upload.far, "jpeg", "far"))
            @for (index, stop) in upload.stops.iter().enumerate() {
                (picture(stop, "jpeg", &format!("stop {}", index + 1)))
            }
            (picture(&upload.near, "jpeg", "near"))
            @match &upload.map {
                Some(map) => {
                    (picture(map, "png", "residual flow after fitting a plane, over the far face: blue is none, red is much"))
                }
                None => p { "No depth map: the pictures do not show two comparable faces." },
            }
        }
        @if !upload.audit.is_empty() {
            details open {
                summary { "Audit pictures (" (upload.audit.len()) ")" }
                div.audit {
                    @for (bytes, entry) in upload.audit.iter().zip(&upload.manifest.audit) {
                        (picture(bytes, "jpeg", &format!("{}, {}", entry.phase, entry.code)))
                    }
                }
            }
        }
    }
}

fn check_table(checks: &[CheckOutcome]) -> Markup {
    let label = |outcome| match outcome {
        Outcome::Passed => ("passed", "✓ passed"),
        Outcome::Failed => ("failed", "✗ failed"),
        Outcome::Skipped => ("skipped", "– skipped"),
    };
    html! {
        h3 { "Checks" }
        table.checks {
            thead { tr { th { "check" } th { "outcome" } th { "reason" } th { "figures" } } }
            tbody {
                @for check in checks {
                    @let (class, text) = label(check.outcome);
                    tr class=(class) {
                        th scope="row" { (name(check)) }
                        td { (text) }
                        td { (check.note) }
                        td { @for (name, value) in &check.figures { span { (name) " " b { (figure(*value)) } } " " } }
                    }
                }
            }
        }
    }
}

/// The check's stored name.
fn name(check: &CheckOutcome) -> String {
    serde_json::to_value(check.check).ok().and_then(|value| Some(value.as_str()?.to_owned())).unwrap_or_default()
}

/// Three digits are precise enough.
fn figure(value: f64) -> String {
    if value == value.trunc() { format!("{value}") } else { format!("{value:.3}") }
}

fn timeline(upload: &Upload) -> Markup {
    let first = upload.manifest.instructions.first().map_or(0, |entry| entry.time);
    html! {
        details {
            summary { "Instructions shown (" (upload.manifest.instructions.len()) ")" }
            table {
                thead { tr { th { "time, s" } th { "phase" } th { "instruction" } th { "failed checks" } } }
                tbody {
                    @for entry in &upload.manifest.instructions {
                        tr {
                            td { (figure((entry.time - first) as f64 / 1000.0)) }
                            td { (entry.phase) }
                            td { (entry.code) }
                            td { (entry.failing.join(", ")) }
                        }
                    }
                }
            }
        }
    }
}

fn device(upload: &Upload) -> Markup {
    let device_facts = serde_json::to_value(&upload.manifest.device).unwrap_or_default();
    let device_facts = device_facts.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    html! {
        details {
            summary { "Device, as reported by the browser" }
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
        details {
            summary { "Files (" (files.len()) ")" }
            table {
                thead { tr { th { "name" } th { "bytes" } th { "SHA-256" } th { "shown above" } } }
                tbody {
                    @for file in files {
                        tr {
                            td { (file.name) }
                            td { (file.bytes) }
                            td { code { (file.sha256) } }
                            td { (if is_shown(&file.name) { "yes" } else { "no" }) }
                        }
                    }
                }
            }
        }
    }
}

fn time(at: i64) -> String {
    Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |time| format!("{time:.3}"))
}
