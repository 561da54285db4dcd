//! The result of scoring: the code, the score and the outcome of each check.

use nearfar_protocol::result::{AttackType, ResultCode};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The verdict on an attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// `SUCCESS` if there is a score, otherwise the problem of the pictures. `FACE_QUALITY_TOO_POOR` also stands for an
    /// inconclusive attempt, which is not an accusation.
    pub code: ResultCode,
    /// 50 to 100 for a living head, 0 to 49 for an attack. `None` with any code but `SUCCESS`.
    pub score: Option<u8>,
    /// The kind of attack, with a score of 0.
    pub attack_type: Option<AttackType>,
    /// All checks in order, including skipped ones.
    pub checks: Vec<CheckOutcome>,
}

impl Verdict {
    /// The outcome of `check`.
    pub fn outcome(&self, check: Check) -> Option<&CheckOutcome> {
        self.checks.iter().find(|outcome| outcome.check == check)
    }
}

/// The outcome of one check of an attempt.
///
/// ```
/// use nearfar_scoring::{Check, CheckOutcome};
///
/// let outcome = CheckOutcome::passed(Check::Growth).with("growth", 1.2).require(false, || "too little".into());
/// assert!(outcome.has_failed());
/// assert_eq!((outcome.figures["growth"], outcome.note.as_str()), (1.2, "too little"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckOutcome {
    /// The check.
    pub check: Check,
    /// Whether it passed.
    pub outcome: Outcome,
    /// The measured figures, all finite. Figures of one picture begin with `far` or `near`.
    pub figures: BTreeMap<Cow<'static, str>, f64>,
    /// The limits that applied to figures when the attempt was scored, by the figures' names. Figures without one are
    /// reported only. Empty for attempts scored by a version that stored none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bounds: BTreeMap<Cow<'static, str>, Bounds>,
    /// Why it failed or was skipped, for the operator; empty if it passed. Contains no secrets.
    pub note: String,
}

/// The range in which a figure passes. A missing end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// The least value that passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest value that passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl Bounds {
    /// The figure passes from `min` on.
    pub fn at_least(min: impl Into<f64>) -> Self {
        Bounds { min: Some(min.into()), max: None }
    }

    /// The figure passes up to `max`.
    pub fn at_most(max: impl Into<f64>) -> Self {
        Bounds { min: None, max: Some(max.into()) }
    }

    /// The figure passes from `min` to `max`.
    pub fn between(min: impl Into<f64>, max: impl Into<f64>) -> Self {
        Bounds { min: Some(min.into()), max: Some(max.into()) }
    }

    /// The figure passes from `-max` to `max`.
    pub fn within(max: impl Into<f64>) -> Self {
        let max = max.into();
        Bounds::between(-max, max)
    }

    /// Whether the figure passes.
    pub fn contains(&self, figure: f64) -> bool {
        self.min.is_none_or(|min| figure >= min) && self.max.is_none_or(|max| figure <= max)
    }
}

/// Whether a check passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The condition holds.
    Passed,
    /// The condition does not hold.
    Failed,
    /// The check did not run: its input is missing, or an earlier check decided.
    Skipped,
}

/// The checks in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The manifest is well formed and names exactly the files that were uploaded.
    Manifest,
    /// The nonce is the issued one and had not expired when the upload came in.
    Nonce,
    /// Length and SHA-256 of every file match the manifest.
    Hashes,
    /// Far and near decode and are JPEG within the limits.
    Pictures,
    /// Every audit frame decodes and is JPEG within its limits.
    AuditPictures,
    /// The video begins like webm or mp4 and is not too long.
    Video,
    /// Near follows far, and all times lie within the life of the nonce.
    Times,
    /// The times agree with the instruction timeline and those of the audit frames.
    Timeline,
    /// One face in each picture.
    Faces,
    /// The face has the size that its stage asks for.
    Size,
    /// The face is complete and inside the oval.
    Place,
    /// The near face is larger than the far one by the set ratio.
    Growth,
    /// The face follows the path of the motion challenge: place, size and order of each stop.
    Motion,
    /// The face looks into the camera.
    Pose,
    /// The face is neither too dark nor too bright and not strongly back-lit.
    Light,
    /// Nothing covers the face.
    Occlusion,
    /// The face is in focus.
    Sharpness,
    /// Both pictures have the same aspect ratio: one camera, not turned.
    Shape,
    /// Both show the same face: colours, fine pattern and landmarks.
    SameFace,
    /// The colours that the backgrounds have in common.
    Background,
    /// Light, texture and change of distance are sufficient to measure depth.
    Texture,
    /// The face has depth.
    Depth,
    /// The focal length that the distances along the path imply.
    FocalLength,
    /// The scores of the operator's networks for presentation attack detection.
    Pad,
    /// PAD artefacts of a screen in the pictures.
    Screen,
    /// Injection evidence: software between camera and page.
    Source,
    /// The face reflects the colours of the light challenge in their order.
    Reflection,
    /// The fused evidence is conclusive.
    Certainty,
}

/// What the failure of a check means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The upload is not what the page captured: score 0, injection.
    Integrity,
    /// The pictures cannot be scored: a result code of its own, no score.
    Presence,
    /// Far and near are not one capture: score 0, kind of attack unknown.
    Comparison,
    /// No head was in front of the camera: score 0, presentation attack.
    Presentation,
    /// Never fails: the figures are reported, and a penalty may lower the score a little.
    Evidence,
}

impl Check {
    /// All checks in order.
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

    /// The meaning of its failure.
    pub fn kind(self) -> Kind {
        match self {
            _ if self <= Check::Timeline => Kind::Integrity,
            _ if self <= Check::Sharpness => Kind::Presence,
            Check::Texture | Check::Pad | Check::Certainty => Kind::Presence,
            Check::Depth => Kind::Presentation,
            Check::Background | Check::FocalLength | Check::Screen | Check::Source | Check::Reflection => {
                Kind::Evidence
            }
            _ => Kind::Comparison,
        }
    }
}

impl CheckOutcome {
    /// A passed check without figures.
    pub fn passed(check: Check) -> Self {
        CheckOutcome {
            check,
            outcome: Outcome::Passed,
            figures: BTreeMap::new(),
            bounds: BTreeMap::new(),
            note: String::new(),
        }
    }

    /// A failed check.
    pub fn failed(check: Check, note: impl Into<String>) -> Self {
        CheckOutcome { outcome: Outcome::Failed, note: note.into(), ..CheckOutcome::passed(check) }
    }

    /// A skipped check.
    pub fn skipped(check: Check, note: impl Into<String>) -> Self {
        CheckOutcome { outcome: Outcome::Skipped, note: note.into(), ..CheckOutcome::passed(check) }
    }

    /// Adds a figure. Figures that are not finite are dropped, since JSON cannot represent them.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, figure: impl Into<f64>) -> Self {
        let figure = figure.into();
        if figure.is_finite() {
            self.figures.insert(name.into(), figure);
        }
        self
    }

    /// Adds a figure with the limits that apply to it, for the reviewer. It does not decide the check:
    /// [`CheckOutcome::require`] does.
    pub fn with_bounds(self, name: impl Into<Cow<'static, str>>, figure: impl Into<f64>, bounds: Bounds) -> Self {
        let name = name.into();
        let is_finite = |end: Option<f64>| end.is_none_or(f64::is_finite);
        let mut outcome = self.with(name.clone(), figure);
        let is_open = bounds == Bounds::default();
        if !is_open && is_finite(bounds.min) && is_finite(bounds.max) && outcome.figures.contains_key(&name) {
            outcome.bounds.insert(name, bounds);
        }
        outcome
    }

    /// Fails the check unless `holds`; the first failure determines the note.
    pub fn require(mut self, holds: bool, note: impl FnOnce() -> String) -> Self {
        if !holds && self.outcome != Outcome::Failed {
            self.outcome = Outcome::Failed;
            self.note = note();
        }
        self
    }

    /// Whether the check failed.
    pub fn has_failed(&self) -> bool {
        self.outcome == Outcome::Failed
    }
}
