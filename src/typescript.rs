//! The TypeScript of what crosses the border to JavaScript, from the types of Rust: `www/src/engine/types.ts`.
//!
//! `NEARFAR_WRITE_TYPES=1 cargo test --package nearfar --lib typescript` writes it.

use crate::error::{CaptureFailure, ErrorCode};
use crate::events::*;
use crate::guidance::{Instruction, Stage, StageThresholds, Thresholds, Viewport};
use crate::handoff::HandoffStage;
use crate::messages::*;
use crate::pipeline::{InstructionRecord, PipelineConfig};
use crate::selection::FaceFacts;
use crate::session::{Outcome, PauseReason, Phase, RestartReason, SessionConfig};
use std::fmt::Write;
use std::path::Path;
use tsify::Tsify;

/// What arises where this module is not running, so that the page has to know its words: before it is loaded, in the
/// page's own checks, after a crash.
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
// Written by the test of src/typescript.rs from the types of Rust: change those, then run
// NEARFAR_WRITE_TYPES=1 cargo test --package nearfar --lib typescript
";

const EVENTS: &str = "\
/** Events and their details. */
export type CaptureEvents = {
    [Event in CaptureEvent as Event[\"name\"]]: Event extends { detail: infer Detail } ? Detail : undefined;
};
/** Hears every event. */
export type Listener = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => void;";

const EVENT_MESSAGE: &str = "\
/** An event for the page on its way from the worker. */
export type EventMessage = { kind: \"event\" } & CaptureEvent;";

fn failures() -> String {
    let mut text = String::from("/** What a person reads of what arises where the module is not running. */\n");
    text += "export const FAILURES = {\n";
    for code in WITHOUT_MODULE {
        let message = serde_json::to_string(code.message()).unwrap();
        writeln!(text, "    {}: {{ message: {message}, recoverable: {} }},", code.code(), code.recoverable()).unwrap();
    }
    text + "} as const satisfies Partial<Record<ErrorCode, Pick<CaptureFailure, \"message\" | \"recoverable\">>>;"
}

fn written() -> String {
    // Serde's defaults are for reading: what goes out is whole.
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
        HandoffStage::DECL,
        FrameTransfer::DECL,
        Signal::DECL,
        WindowMessage::DECL,
        WorkerAbilities::DECL,
        WorkerMessage::DECL,
        EVENT_MESSAGE,
    ];
    let mut text = String::from(HEAD);
    for declaration in declarations {
        writeln!(text, "\n{}", on_one_line(declaration)).unwrap();
    }
    text
}

/// With each comment of one line on one line.
fn on_one_line(declaration: &str) -> String {
    let lines: Vec<&str> = declaration.lines().collect();
    let mut written = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        match lines[at..] {
            [begin, text, end, ..] if begin.trim() == "/**" && end.trim() == "*/" => {
                written.push([begin, text.trim_start().trim_start_matches('*'), " */"].concat());
                at += 3;
            }
            _ => {
                written.push(line.to_owned());
                at += 1;
            }
        }
    }
    written.join("\n")
}

#[test]
fn the_pages_types_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/src/engine/types.ts");
    let written = written();
    if std::env::var_os("NEARFAR_WRITE_TYPES").is_some() {
        return std::fs::write(&path, written).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).is_ok_and(|text| text == written),
        "www/src/engine/types.ts is behind the code: NEARFAR_WRITE_TYPES=1 cargo test --package nearfar --lib typescript"
    );
}
