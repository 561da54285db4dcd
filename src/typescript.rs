//! Generates the TypeScript of events and messages from the Rust types: `www/src/engine/types.ts`.
//!
//! `NEARFAR_WRITE_TYPES=1 cargo test --package nearfar --lib typescript` writes the file.

use crate::error::{CaptureFailure, ErrorCode};
use crate::events::*;
use crate::guidance::{Instruction, Stage, StageThresholds, Thresholds, Viewport};
use crate::messages::*;
use crate::pipeline::{InstructionRecord, PipelineConfig};
use crate::selection::FaceFacts;
use crate::session::{Outcome, PauseReason, Phase, RestartReason, SessionConfig};
use std::fmt::Write;
use std::path::Path;
use tsify::Tsify;

/// Errors that occur while this module is not running, so that the page needs their messages: before it is loaded, in
/// the page's own checks, after a crash.
const WITHOUT_MODULE: [ErrorCode; 9] = [
    ErrorCode::StreamInterrupted,
    ErrorCode::NoFrames,
    ErrorCode::AssetLoadFailed,
    ErrorCode::AssetTimeout,
    ErrorCode::WorkerBlocked,
    ErrorCode::Internal,
    ErrorCode::NoWasm,
    ErrorCode::UnsupportedImage,
    ErrorCode::Cancelled,
];

const HEAD: &str = "\
// Generated from the Rust types by the test in src/typescript.rs. Do not edit. To update:
// NEARFAR_WRITE_TYPES=1 cargo test --package nearfar --lib typescript
";

const EVENTS: &str = "\
/** Events and their details. */
export type CaptureEvents = {
    [Event in CaptureEvent as Event[\"name\"]]: Event extends { detail: infer Detail } ? Detail : undefined;
};
/** Receives every event. */
export type Listener = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => void;";

const EVENT_MESSAGE: &str = "\
/** An event for the page, sent by the worker. */
export type EventMessage = { kind: \"event\" } & CaptureEvent;";

fn failures() -> String {
    let mut text = String::from("/** Messages of the errors that occur while the module is not running. */\n");
    text += "export const FAILURES = {\n";
    for code in WITHOUT_MODULE {
        let message = serde_json::to_string(code.message()).unwrap();
        writeln!(text, "    {}: {{ message: {message}, recoverable: {} }},", code.code(), code.recoverable()).unwrap();
    }
    text + "} as const satisfies Partial<Record<ErrorCode, Pick<CaptureFailure, \"message\" | \"recoverable\">>>;"
}

fn generated() -> String {
    // Serde's defaults apply to reading; generated values are complete.
    let face = FaceFacts::DECL.replace("?: ", ": ");
    let failures = failures();
    let declarations = [
        ErrorCode::DECL,
        CaptureFailure::DECL,
        &failures,
        PipelineConfig::DECL,
        Thresholds::DECL,
        StageThresholds::DECL,
        SessionConfig::DECL,
        Phase::DECL,
        Stage::DECL,
        Instruction::DECL,
        Outcome::DECL,
        RestartReason::DECL,
        PauseReason::DECL,
        CameraPermission::DECL,
        Source::DECL,
        CameraSettings::DECL,
        Oval::DECL,
        &face,
        Still::DECL,
        AuditStill::DECL,
        InstructionRecord::DECL,
        Finished::DECL,
        CaptureEvent::DECL,
        EVENTS,
        Viewport::DECL,
        FrameTransfer::DECL,
        Signal::DECL,
        WindowMessage::DECL,
        WorkerAbilities::DECL,
        WorkerMessage::DECL,
        EVENT_MESSAGE,
    ];
    let mut text = String::from(HEAD);
    for declaration in declarations {
        writeln!(text, "\n{}", collapse_comments(declaration)).unwrap();
    }
    text
}

/// Puts single-line comments on one line.
fn collapse_comments(declaration: &str) -> String {
    let lines: Vec<&str> = declaration.lines().collect();
    let mut generated = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        match lines[at..] {
            [begin, text, end, ..] if begin.trim() == "/**" && end.trim() == "*/" => {
                generated.push([begin, text.trim_start().trim_start_matches('*'), " */"].concat());
                at += 3;
            }
            _ => {
                generated.push(line.to_owned());
                at += 1;
            }
        }
    }
    generated.join("\n")
}

#[test]
fn the_typescript_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/src/engine/types.ts");
    let generated = generated();
    if std::env::var_os("NEARFAR_WRITE_TYPES").is_some() {
        return std::fs::write(&path, generated).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).is_ok_and(|text| text == generated),
        "www/src/engine/types.ts is out of date: NEARFAR_WRITE_TYPES=1 cargo test --package nearfar --lib typescript"
    );
}
