//! The words that a reviewer reads for each check: its title, its group, and what passing and failing mean.

use nearfar_scoring::{Check, Kind, Outcome};

/// A group of checks, in the order in which the page shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// All evidence together.
    Conclusion,
    /// Evidence of a program between camera and page.
    Program,
    /// The face has depth.
    Depth,
    /// Far and near show one person in one capture.
    SamePerson,
    /// The operator's networks, and traces of a screen.
    Presentation,
    /// The motion and the light challenge.
    Challenges,
    /// Face, pose, light and sharpness.
    PictureQuality,
    /// The order and duration of the capture.
    Timing,
    /// The files of the upload.
    Upload,
}

impl Group {
    /// All groups in order.
    pub const ALL: [Group; 9] = [
        Group::Conclusion,
        Group::Program,
        Group::Depth,
        Group::SamePerson,
        Group::Presentation,
        Group::Challenges,
        Group::PictureQuality,
        Group::Timing,
        Group::Upload,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::Conclusion => "All evidence together",
            Group::Program => "Evidence of a program",
            Group::Depth => "Depth of the face",
            Group::SamePerson => "Same person",
            Group::Presentation => "Screens and networks",
            Group::Challenges => "Challenges",
            Group::PictureQuality => "Picture quality",
            Group::Timing => "Timing",
            Group::Upload => "Upload",
        }
    }

    /// The group of a check.
    pub fn of(check: Check) -> Self {
        match check {
            Check::Certainty => Group::Conclusion,
            Check::Source => Group::Program,
            Check::Texture | Check::Depth | Check::FocalLength => Group::Depth,
            Check::Shape | Check::SameFace | Check::Background => Group::SamePerson,
            Check::Pad | Check::Screen => Group::Presentation,
            Check::Motion | Check::Reflection => Group::Challenges,
            Check::Faces
            | Check::Size
            | Check::Place
            | Check::Growth
            | Check::Pose
            | Check::Light
            | Check::Occlusion
            | Check::Sharpness => Group::PictureQuality,
            Check::Times | Check::Timeline => Group::Timing,
            Check::Manifest | Check::Nonce | Check::Hashes | Check::Pictures | Check::AuditPictures | Check::Video => {
                Group::Upload
            }
        }
    }
}

/// The words for one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckWords {
    /// A short name.
    pub title: &'static str,
    /// The sentence for a check that passed.
    pub passed: &'static str,
    /// The sentence for a check that failed. For checks that never fail: the sentence for evidence against the capture.
    pub failed: &'static str,
}

/// The words for a check. Exhaustive: a new check does not compile without its words.
pub fn check_words(check: Check) -> CheckWords {
    let words = |title, passed, failed| CheckWords { title, passed, failed };
    match check {
        Check::Manifest => words(
            "List of files",
            "The upload contains exactly the files that its list names.",
            "The upload and its list of files do not match.",
        ),
        Check::Nonce => words(
            "One-time number",
            "The upload belongs to this attempt and arrived in time.",
            "The upload belongs to another attempt, or it arrived too late.",
        ),
        Check::Hashes => {
            words("Unaltered files", "No file was altered on the way.", "A file was altered after the page listed it.")
        }
        Check::Pictures => words(
            "Picture files",
            "The far and the near picture are complete JPEG files of an accepted size.",
            "The far or the near picture is missing, damaged or of a wrong size.",
        ),
        Check::AuditPictures => words(
            "Audit picture files",
            "Every audit picture is a complete JPEG file of an accepted size.",
            "An audit picture is damaged or of a wrong size.",
        ),
        Check::Video => words(
            "Video file",
            "The video is a webm or mp4 file of an accepted size. Its content is not examined.",
            "The video is neither webm nor mp4, or it is too long.",
        ),
        Check::Times => words(
            "Time of capture",
            "The capture took a plausible time and fits into this attempt.",
            "The capture does not fit into the time of this attempt.",
        ),
        Check::Timeline => words(
            "Order of events",
            "Instructions, pictures and audit pictures are in a plausible order.",
            "Instructions, pictures and audit pictures contradict each other.",
        ),
        Check::Faces => {
            words("Number of faces", "There is one face in each picture.", "A picture shows no face, or more than one.")
        }
        Check::Size => {
            words("Size of the face", "The face has the right size in both pictures.", "The face has the wrong size.")
        }
        Check::Place => words(
            "Position of the face",
            "The face is complete and in its place in both pictures.",
            "The face is cut off or not in its place.",
        ),
        Check::Growth => words(
            "Approach",
            "The person came nearer from the far to the near picture.",
            "The person did not come near enough.",
        ),
        Check::Motion => words(
            "Motion challenge",
            "The face followed the path that the service drew.",
            "The face did not follow the path that the service drew.",
        ),
        Check::Pose => words("Pose", "The person looks into the camera.", "The person does not look into the camera."),
        Check::Light => words(
            "Light",
            "The face is neither too dark nor too bright.",
            "The face is too dark, too bright or lit from behind.",
        ),
        Check::Occlusion => words("Covered face", "Nothing covers the face.", "Something covers the face."),
        Check::Sharpness => words("Sharpness", "The face is in focus.", "The face is blurred."),
        Check::Shape => words(
            "Picture format",
            "Both pictures have one format, as from one camera.",
            "The pictures have different formats, as from two cameras.",
        ),
        Check::SameFace => words(
            "Same face",
            "Both pictures look like one face in one capture.",
            "The pictures hardly show one face in one capture.",
        ),
        Check::Background => words(
            "Background",
            "The backgrounds of both pictures have colours in common.",
            "The backgrounds of the two pictures have no colours in common.",
        ),
        Check::Texture => words(
            "Measurable depth",
            "Light, skin detail and approach are sufficient to measure depth.",
            "The pictures are not sufficient to measure depth.",
        ),
        Check::Depth => words(
            "Depth",
            "The face changes from far to near as a head in depth does.",
            "The pictures show something flat, bent, folded or enlarged, not a head that came nearer.",
        ),
        Check::FocalLength => words(
            "Implied camera",
            "The distances fit the lens of a real camera.",
            "The face was enlarged rather than moved: no camera of a phone or laptop has such a lens.",
        ),
        Check::Pad => words(
            "Detection networks",
            "The operator's networks scored the pictures.",
            "A network failed, so the attempt cannot be decided.",
        ),
        Check::Screen => words(
            "Traces of a screen",
            "The pictures show no more traces of a screen than those of people do. A good screen leaves none.",
            "The pictures show traces that are more usual for a screen than for a person.",
        ),
        Check::Source => words(
            "Program between camera and page",
            "The page found no evidence of a program. A program can hide it.",
            "There is evidence that a program supplied the pictures.",
        ),
        Check::Reflection => words(
            "Light challenge",
            "The face reflects the colours that the service drew.",
            "The face does not reflect the colours that the service drew.",
        ),
        Check::Certainty => words(
            "Decision",
            "All evidence together decides.",
            "The evidence for and against a living person leaves doubt.",
        ),
    }
}

/// What the failure of a check means for the attempt.
pub fn consequence(kind: Kind) -> &'static str {
    match kind {
        Kind::Integrity => "A failure means: not captured by the page (injection), score 0.",
        Kind::Presence => "A failure means: no score; the person may try again.",
        Kind::Comparison => "A failure means: not one capture, score 0.",
        Kind::Presentation => "A failure means: presentation attack, score 0.",
        Kind::Evidence => "Never decides alone: it lowers the score.",
    }
}

/// The label of an outcome, with a mark that does not depend on colour. `against` marks evidence against a capture in a
/// check that never fails.
pub fn outcome_label(outcome: Outcome, against: bool) -> (&'static str, &'static str) {
    match (outcome, against) {
        (Outcome::Failed, _) => ("failed", "✗ failed"),
        (Outcome::Passed | Outcome::Skipped, true) => ("doubt", "! doubt"),
        (Outcome::Passed, false) => ("passed", "✓ passed"),
        (Outcome::Skipped, false) => ("skipped", "– skipped"),
    }
}

/// The text of an instruction or phase of the page. Unknown codes keep their name; the page reports them, so they are
/// not trusted.
pub fn instruction_text(code: &str) -> String {
    let known = match code {
        "no_face" => "No face in view",
        "multiple_faces" => "More than one face",
        "too_far" => "Move closer",
        "too_near" => "Move back",
        "move_left" => "Move left",
        "move_right" => "Move right",
        "move_up" => "Move up",
        "move_down" => "Move down",
        "not_centered" => "Centre the face",
        "not_frontal" => "Look into the camera",
        "occluded" => "Uncover the face",
        "too_dark" => "More light",
        "too_bright" => "Less light",
        "blurry" => "Clean the lens",
        "keep_still" => "Keep still",
        "far" => "Far",
        "first_stop" => "First stop",
        "second_stop" => "Second stop",
        "near" => "Near",
        "light" => "Colours",
        other => return other.replace('_', " "),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nearfar_protocol::problem::INSTRUCTIONS;
    use std::collections::BTreeSet;

    #[test]
    fn every_check_has_words_of_its_own() {
        let all = Check::ALL.map(check_words);
        for texts in [all.map(|words| words.title), all.map(|words| words.passed), all.map(|words| words.failed)] {
            assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), Check::ALL.len(), "{texts:?}");
        }
        for words in all {
            assert!(words.passed.ends_with('.') && words.failed.ends_with('.') && words.passed != words.failed);
        }
    }

    #[test]
    fn every_group_has_checks_and_every_instruction_a_text() {
        for group in Group::ALL {
            assert!(Check::ALL.into_iter().any(|check| Group::of(check) == group), "{group:?}");
        }
        for code in INSTRUCTIONS {
            assert_ne!(instruction_text(code), code.replace('_', " "), "{code}");
        }
    }
}
