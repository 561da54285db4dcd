//! Problem reports of the page, and the fixed lists by which they are counted.

use serde::{Deserialize, Serialize};

/// A problem report of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable snake_case code, such as `camera_in_use`.
    pub code: String,
    /// Details.
    #[serde(default)]
    pub message: Option<String>,
    /// The phase of the session, snake_case.
    #[serde(default)]
    pub phase: Option<String>,
    /// The user agent.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// The instruction that the person could not follow, or at which they gave up.
    #[serde(default)]
    pub instruction: Option<String>,
}

/// Every instruction of the page, as metric labels: clients cannot invent others. A test of the service compares them
/// with the engine's.
pub const INSTRUCTIONS: [&str; 15] = [
    "no_face",
    "multiple_faces",
    "too_far",
    "too_near",
    "move_left",
    "move_right",
    "move_up",
    "move_down",
    "not_centered",
    "not_frontal",
    "occluded",
    "too_dark",
    "too_bright",
    "blurry",
    "keep_still",
];

/// Codes of problem reports that are counted by name; others count as `other`. A test of the service compares them with
/// the engine's error codes.
pub const PROBLEM_CODES: [&str; 17] = [
    "insecure_context",
    "no_media_devices",
    "permission_denied",
    "permission_policy_blocked",
    "no_camera",
    "camera_in_use",
    "overconstrained",
    "stream_interrupted",
    "no_frames",
    "asset_load_failed",
    "asset_timeout",
    "worker_blocked",
    "capture_timeout",
    "internal",
    "no_wasm",
    "cancelled",
    "video_not_sent",
];

/// The codes of [`PROBLEM_CODES`] with which a person stopped a capture.
pub const DROP_OFF_CODES: [&str; 2] = ["capture_timeout", "cancelled"];

/// Steps of a capture in which a person can stop.
pub const STEPS: [&str; 4] = ["far", "first_stop", "second_stop", "near"];

/// What a problem report is counted as. All texts are of fixed lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemKind {
    /// One of [`PROBLEM_CODES`], or `other`.
    pub code: &'static str,
    /// One of [`STEPS`], if reported.
    pub step: Option<&'static str>,
    /// One of [`INSTRUCTIONS`], if reported.
    pub instruction: Option<&'static str>,
}

impl ProblemKind {
    /// Whether a person stopped a capture.
    pub fn is_drop_off(&self) -> bool {
        DROP_OFF_CODES.contains(&self.code)
    }
}

/// Maximum length of a [`Problem`]'s texts, in characters.
pub const MAX_PROBLEM_TEXT: usize = 500;

impl Problem {
    /// Whether its form and size are acceptable.
    pub fn is_valid(&self) -> bool {
        let code = self.code.len() <= 64
            && !self.code.is_empty()
            && self.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.chars().count() <= MAX_PROBLEM_TEXT);
        code && short(&self.instruction) && short(&self.message) && short(&self.phase) && short(&self.user_agent)
    }

    /// What it is counted as.
    pub fn kind(&self) -> ProblemKind {
        let known = |list: &[&'static str], text: &str| list.iter().copied().find(|known| *known == text);
        ProblemKind {
            code: known(&PROBLEM_CODES, &self.code).unwrap_or("other"),
            step: self.phase.as_deref().and_then(|phase| known(&STEPS, phase)),
            instruction: self.instruction.as_deref().and_then(|code| known(&INSTRUCTIONS, code)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_cannot_invent_counts() {
        let problem = |code: &str, phase: Option<&str>, instruction: Option<&str>| Problem {
            code: code.into(),
            message: None,
            phase: phase.map(Into::into),
            user_agent: None,
            instruction: instruction.map(Into::into),
        };
        let kind = problem("cancelled", Some("far"), Some("too_dark")).kind();
        assert_eq!((kind.code, kind.step, kind.instruction), ("cancelled", Some("far"), Some("too_dark")));
        assert!(kind.is_drop_off());
        let kind = problem("invented", Some("invented"), Some("invented")).kind();
        assert_eq!(kind, ProblemKind { code: "other", step: None, instruction: None });
        assert!(!kind.is_drop_off());
        assert!(DROP_OFF_CODES.iter().all(|code| PROBLEM_CODES.contains(code)));
    }
}
