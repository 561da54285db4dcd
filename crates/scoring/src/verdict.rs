//! What comes out: the code, the score, and how each check went.

use nearfar_protocol::result::{AttackType, ResultCode};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How an attempt was judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// `SUCCESS` when there is a score, else what was wrong with the pictures. `FACE_QUALITY_TOO_POOR` stands for an
    /// inconclusive attempt: nothing is held against anybody.
    pub code: ResultCode,
    /// 50 to 100: a living head; 0 to 49: an attack. `None` with any code but `SUCCESS`.
    pub score: Option<u8>,
    /// With a score of 0, which kind of attack.
    pub attack_type: Option<AttackType>,
    /// Every check in its order, those that were skipped too.
    pub checks: Vec<CheckOutcome>,
}

impl Verdict {
    /// How `check` went.
    pub fn outcome(&self, check: Check) -> Option<&CheckOutcome> {
        self.checks.iter().find(|outcome| outcome.check == check)
    }
}

/// One check of an attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckOutcome {
    /// Which one.
    pub check: Check,
    /// How it went.
    pub outcome: Outcome,
    /// What was measured, all finite; names of one picture's figures begin with `far` or `near`.
    pub figures: BTreeMap<Cow<'static, str>, f64>,
    /// Why it failed or was skipped, in a sentence for the operator; empty when it passed. Holds nothing secret.
    pub note: String,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All is as it should be.
    Passed,
    /// Something is not.
    Failed,
    /// Not done, since what it needs is missing or an earlier check decided already.
    Skipped,
}

/// The checks in the order in which they are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The manifest is well formed and names exactly the files that were uploaded.
    Manifest,
    /// The nonce is the one that was given out, and was not void when the upload came in.
    Nonce,
    /// Length and SHA-256 of every file are those of the manifest.
    Hashes,
    /// Far and near decode and are JPEG within the limits.
    Pictures,
    /// Every audit frame decodes and is JPEG within its limits.
    AuditPictures,
    /// The video is webm or mp4 by its first bytes and not too long.
    Video,
    /// Near after far, all times inside the life of the nonce.
    Times,
    /// The times agree with the instruction timeline and those of the audit frames.
    Timeline,
    /// One face in each picture.
    Faces,
    /// The face has the size that its stage asks for.
    Size,
    /// The face is whole and where the oval was.
    Place,
    /// The near face is larger than the far one by the set ratio.
    Growth,
    /// At each stop of the motion challenge the face was where its path says, as large, and in its order.
    Motion,
    /// The face looks into the camera.
    Pose,
    /// Not too dark, not too bright, no strong back light.
    Light,
    /// Nothing covers the face.
    Occlusion,
    /// The face is in focus.
    Sharpness,
    /// Both pictures have the same shape: one camera, not turned.
    Shape,
    /// Both show the same face: colours, fine pattern and landmarks.
    SameFace,
    /// How alike the colours around the head are.
    Background,
    /// There is the light, texture and change of distance by which depth can be judged.
    Texture,
    /// What is shown has the depth of a face.
    Depth,
    /// Whether the distances along the path imply one focal length.
    FocalLength,
    /// What the operator's networks for presentation attack detection say of the pictures.
    Pad,
    /// What in the pictures looks like a screen.
    Screen,
    /// What the page saw of programs between camera and page.
    Source,
    /// The face reflects the colours of the light challenge in their order.
    Reflection,
    /// All evidence taken together leaves no doubt.
    Certainty,
}

/// What a failed check means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The upload is not what the page captured: score 0, injection.
    Integrity,
    /// The pictures cannot be judged: a code of their own, no score.
    Presence,
    /// Far and near are not the same capture: score 0, unsure which attack.
    Agreement,
    /// Something else than a head was before the camera: score 0, presentation attack.
    Presentation,
    /// It never fails: what was found is told, and lowers the score a little.
    Evidence,
}

impl Check {
    /// All of them, in order.
    pub const ALL: [Check; 28] = [
        Check::Manifest,
        Check::Nonce,
        Check::Hashes,
        Check::Pictures,
        Check::AuditPictures,
        Check::Video,
        Check::Times,
        Check::Timeline,
        Check::Faces,
        Check::Size,
        Check::Place,
        Check::Growth,
        Check::Motion,
        Check::Pose,
        Check::Light,
        Check::Occlusion,
        Check::Sharpness,
        Check::Shape,
        Check::SameFace,
        Check::Background,
        Check::Texture,
        Check::Depth,
        Check::FocalLength,
        Check::Pad,
        Check::Screen,
        Check::Source,
        Check::Reflection,
        Check::Certainty,
    ];

    /// What its failure means.
    pub fn kind(self) -> Kind {
        match self {
            _ if self <= Check::Timeline => Kind::Integrity,
            _ if self <= Check::Sharpness => Kind::Presence,
            Check::Texture | Check::Pad | Check::Certainty => Kind::Presence,
            Check::Depth => Kind::Presentation,
            Check::Background | Check::FocalLength | Check::Screen | Check::Source | Check::Reflection => {
                Kind::Evidence
            }
            _ => Kind::Agreement,
        }
    }
}

impl CheckOutcome {
    /// Begins as passed, with nothing measured.
    pub fn passed(check: Check) -> Self {
        CheckOutcome { check, outcome: Outcome::Passed, figures: BTreeMap::new(), note: String::new() }
    }

    /// Failed for this reason.
    pub fn failed(check: Check, note: impl Into<String>) -> Self {
        CheckOutcome { outcome: Outcome::Failed, note: note.into(), ..CheckOutcome::passed(check) }
    }

    /// Skipped for this reason.
    pub fn skipped(check: Check, note: impl Into<String>) -> Self {
        CheckOutcome { outcome: Outcome::Skipped, note: note.into(), ..CheckOutcome::passed(check) }
    }

    /// Adds a figure; one that is not finite is left out, since JSON has no such numbers.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, figure: impl Into<f64>) -> Self {
        let figure = figure.into();
        if figure.is_finite() {
            self.figures.insert(name.into(), figure);
        }
        self
    }

    /// Fails unless `holds`; the first reason is the one that is told.
    pub fn require(mut self, holds: bool, note: impl FnOnce() -> String) -> Self {
        if !holds && self.outcome != Outcome::Failed {
            self.outcome = Outcome::Failed;
            self.note = note();
        }
        self
    }

    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        self.outcome == Outcome::Failed
    }
}
