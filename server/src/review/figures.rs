//! Labels and units of the figures that the checks report.

use std::borrow::Cow;

use nearfar_scoring::Check;

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number without a unit, three digits.
    Plain,
    /// A whole number.
    Count,
    /// A share of 1, shown in percent.
    Share,
    /// Milliseconds, shown in seconds.
    Millis,
    /// Degrees.
    Degrees,
    /// Bytes.
    Bytes,
    /// Pixels.
    Pixels,
    /// A factor, shown as "1.55 times".
    Times,
    /// A natural log likelihood ratio, with its sign: above 0 it speaks for a living person.
    LogOdds,
    /// 1 where something was found.
    Flag,
}

/// How a figure is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureWords {
    /// The label, such as "Far: turned sideways".
    pub label: Cow<'static, str>,
    /// The unit.
    pub unit: Unit,
}

impl Unit {
    /// Formats a figure with its unit.
    pub fn format(self, value: f64) -> String {
        match self {
            Unit::Plain => rounded(value),
            Unit::Count => format!("{value:.0}"),
            Unit::Share => format!("{} %", rounded(100.0 * value)),
            Unit::Millis => format!("{} s", rounded(value / 1000.0)),
            Unit::Degrees => format!("{value:.1}°"),
            Unit::Bytes if value >= 1e6 => format!("{:.1} MB", value / 1e6),
            Unit::Bytes => format!("{:.1} kB", value / 1e3),
            Unit::Pixels => format!("{value:.0} px"),
            Unit::Times => format!("{value:.2} times"),
            Unit::LogOdds if value == 0.0 => "0".to_owned(),
            Unit::LogOdds => format!("{value:+.2}"),
            Unit::Flag => if value > 0.0 { "yes" } else { "no" }.to_owned(),
        }
    }
}

/// Three significant digits at most.
fn rounded(value: f64) -> String {
    let digits = if value.abs() >= 100.0 || value == value.trunc() {
        0
    } else if value.abs() >= 10.0 {
        1
    } else if value.abs() >= 1.0 {
        2
    } else {
        3
    };
    format!("{:.digits$}", value + 0.0)
}

/// The words for a figure; `None` for a name that no check of this version reports.
pub fn figure_words(check: Check, name: &str) -> Option<FigureWords> {
    let words = |(label, unit): (&'static str, Unit)| FigureWords { label: label.into(), unit };
    if let Some(found) = whole(check, name) {
        return Some(words(found));
    }
    let (picture, rest) = picture_and_rest(check, name)?;
    if check == Check::Pad {
        return Some(FigureWords { label: format!("{picture}: {rest}").into(), unit: Unit::LogOdds });
    }
    let (label, unit) = of_picture(check, rest)?;
    Some(FigureWords { label: format!("{picture}: {label}").into(), unit })
}

/// Splits the name of a figure of one picture: `farYaw`, `stop0Share`, and for networks `near NAME`.
fn picture_and_rest(check: Check, name: &str) -> Option<(&'static str, &str)> {
    let pictures = [("far", "Far"), ("near", "Near"), ("stop0", "First stop"), ("stop1", "Second stop")];
    pictures.into_iter().find_map(|(prefix, label)| {
        let rest = name.strip_prefix(prefix)?;
        let rest = if check == Check::Pad { rest.strip_prefix(' ')? } else { rest };
        Some((label, rest))
    })
}

/// Figures of one picture.
fn of_picture(check: Check, name: &str) -> Option<(&'static str, Unit)> {
    Some(match (check, name) {
        (Check::Pictures, "Width") => ("width", Unit::Pixels),
        (Check::Pictures, "Height") => ("height", Unit::Pixels),
        (Check::Faces, "Faces") => ("faces", Unit::Count),
        (Check::Faces, "Score") => ("detection score", Unit::Plain),
        (Check::Size, "Pixels") => ("width of the face", Unit::Pixels),
        (Check::Size | Check::Motion, "Share") => ("face of the shorter side", Unit::Share),
        (Check::Place, "Inside") => ("face inside the picture", Unit::Share),
        (Check::Place, "OffCenter") | (Check::Motion, "Off") => ("distance from its place", Unit::Share),
        (Check::Motion, "Likelihood") => ("same face as far", Unit::Share),
        (Check::Pose, "Yaw") => ("turned sideways", Unit::Degrees),
        (Check::Pose, "Pitch") => ("turned up or down", Unit::Degrees),
        (Check::Pose, "Roll") => ("tilted", Unit::Degrees),
        (Check::Light, "Brightness") => ("brightness", Unit::Plain),
        (Check::Light, "Backlight") => ("brightness over the background", Unit::Plain),
        (Check::Light, "Overexposed") => ("overexposed", Unit::Share),
        (Check::Light, "Underexposed") => ("underexposed", Unit::Share),
        (Check::Occlusion, "Occlusion") => ("covered", Unit::Plain),
        (Check::Sharpness, "Sharpness") => ("sharpness", Unit::Plain),
        _ => return None,
    })
}

/// Figures of a whole capture.
fn whole(check: Check, name: &str) -> Option<(&'static str, Unit)> {
    Some(match (check, name) {
        (Check::Manifest, "files") => ("files listed", Unit::Count),
        (Check::Manifest, "missing") => ("files missing", Unit::Count),
        (Check::Manifest, "foreign") => ("files not listed", Unit::Count),
        (Check::Nonce, "ageMs") => ("from start to upload", Unit::Millis),
        (Check::Nonce, "leftMs") => ("time left", Unit::Millis),
        (Check::Hashes | Check::Video, "bytes") => ("size", Unit::Bytes),
        (Check::AuditPictures, "frames") => ("audit pictures", Unit::Count),
        (Check::Times, "farToNearMs") => ("from far to near", Unit::Millis),
        (Check::Times, "captureMs") => ("duration of the capture", Unit::Millis),
        (Check::Times, "clockOffsetMs") => ("offset of the device's clock", Unit::Millis),
        (Check::Timeline, "instructions") => ("instructions", Unit::Count),
        (Check::Timeline, "audit") => ("audit pictures", Unit::Count),
        (Check::Growth | Check::Texture, "growth") => ("near face over far face", Unit::Times),
        (Check::Motion, "stops") => ("stops", Unit::Count),
        (Check::Shape, "aspectDifference") => ("difference of the formats", Unit::Share),
        (Check::SameFace | Check::Depth, "likelihood") => ("likelihood", Unit::Share),
        (Check::SameFace, "patternDifference") => ("difference of the skin's pattern", Unit::Plain),
        (Check::SameFace, "coarseDifference") => ("difference of light and dark", Unit::Plain),
        (Check::SameFace, "lumaDifference") => ("difference of brightness", Unit::Plain),
        (Check::SameFace, "chromaDifference") => ("difference of colour", Unit::Plain),
        (Check::SameFace, "skinDifference") => ("difference of skin colour", Unit::Plain),
        (Check::SameFace, "landmarkDifference") => ("difference of eyes, nose and mouth", Unit::Plain),
        (Check::Background, "commonShare") => ("colours in common", Unit::Share),
        (Check::Texture, "points") => ("points found again", Unit::Count),
        (Check::Texture, "approachError") => ("error of the approach", Unit::Plain),
        (Check::Depth, "correlation") => ("correlation with a mean face", Unit::Plain),
        (Check::Depth, "overCylinder") => ("better than a bent sheet", Unit::Plain),
        (Check::Depth, "overCrease") => ("better than a folded sheet", Unit::Plain),
        (Check::Depth, "beyondBending") => ("beyond bending", Unit::Plain),
        (Check::Depth, "beyondCreases") => ("beyond creases", Unit::Plain),
        (Check::Depth, "overEnlarged") => ("better than an enlarged picture", Unit::Plain),
        (Check::Depth | Check::FocalLength, "inverseFocal") => ("inverse focal length, diagonals", Unit::Plain),
        (Check::Depth | Check::FocalLength, "inverseFocalError") => ("its standard error", Unit::Plain),
        (Check::Depth, "approach") => ("approach", Unit::Plain),
        (Check::Depth, "inlierShare") => ("points that fit", Unit::Share),
        (Check::Depth, "residual") => ("residual flow", Unit::Plain),
        (Check::Depth, "noise") => ("noise", Unit::Plain),
        (Check::Pad, "logOdds") => ("all networks", Unit::LogOdds),
        (Check::Background | Check::FocalLength | Check::Screen | Check::Source | Check::Reflection, "doubt") => {
            ("penalty", Unit::Plain)
        }
        (Check::Screen, name) => return screen(name),
        (Check::Source, name) => return source(name),
        (Check::Reflection, name) => return reflection(name),
        (Check::Certainty, name) => return certainty(name),
        _ => return None,
    })
}

fn screen(name: &str) -> Option<(&'static str, Unit)> {
    Some(match name {
        "logLikelihoodRatio" => ("person over screen", Unit::LogOdds),
        "grid" => ("grid, brightness", Unit::Plain),
        "gridColor" => ("grid, colour", Unit::Plain),
        "bands" => ("horizontal bands", Unit::Plain),
        "secondSide" => ("second straight edge around the face", Unit::Plain),
        "thirdSide" => ("third straight edge", Unit::Plain),
        "sideBelow" => ("straight edge below the face", Unit::Plain),
        "black" => ("darkest parts", Unit::Plain),
        "gamut" => ("most colourful parts", Unit::Plain),
        "glare" => ("glare", Unit::Plain),
        _ => return None,
    })
}

fn source(name: &str) -> Option<(&'static str, Unit)> {
    Some(match name {
        "automation" => ("the browser says that a program drives it", Unit::Flag),
        "virtualCamera" => ("the camera has the name of a program", Unit::Flag),
        "madeTrack" => ("a page produced the pictures; they come from no camera", Unit::Flag),
        "replacedFunction" => ("the function that opens the camera was replaced", Unit::Flag),
        "recurringFrames" => ("frames return exactly, as in a looped video", Unit::Flag),
        "frozenFrames" => ("nearly all frames are equal", Unit::Flag),
        "noNoise" => ("the frames have no noise", Unit::Flag),
        "changedSize" => ("the size of the frames changed", Unit::Flag),
        "repeatedFrames" => ("audit pictures equal to another", Unit::Count),
        "frames" => ("frames read", Unit::Count),
        "interval" => ("time between frames", Unit::Millis),
        "jitter" => ("its variation", Unit::Millis),
        "equal" => ("frames equal to the one before", Unit::Count),
        "recurring" => ("frames equal to an earlier one", Unit::Count),
        "quiet" => ("unchanged part of a frame", Unit::Share),
        _ => return None,
    })
}

fn reflection(name: &str) -> Option<(&'static str, Unit)> {
    Some(match name {
        "followed" => ("the face follows the colours", Unit::Flag),
        "logOdds" => ("right order over others", Unit::LogOdds),
        "correlation" => ("correlation with the colours", Unit::Plain),
        "share" => ("screen's light over the room's", Unit::Share),
        "shareError" => ("its standard error", Unit::Share),
        "better" => ("other orders that fit better", Unit::Count),
        "detailShare" => ("the same in the face's contrast", Unit::Share),
        "detailShareError" => ("its standard error", Unit::Share),
        _ => return None,
    })
}

fn certainty(name: &str) -> Option<(&'static str, Unit)> {
    let label = match name {
        "depth" => "depth",
        "likeness" => "same face",
        "pad" => "networks",
        "background" => "background",
        "screen" => "traces of a screen",
        "source" => "evidence of a program",
        "reflection" => "light challenge",
        "focalLength" => "implied camera",
        "quality" => "picture quality",
        "decisive" => "evidence that decides",
        "logOdds" => "evidence that makes the score",
        _ => return None,
    };
    Some((label, Unit::LogOdds))
}
