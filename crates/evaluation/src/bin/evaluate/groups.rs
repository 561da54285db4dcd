//! Groups of bona fide captures: skin, luma, resolution, accessories.

use anyhow::Result;
use image::RgbImage;
use nearfar::detection::{Detector, Face};
use nearfar::frame::Point;
use nearfar_inspect::model::largest;
use nearfar_protocol::light::linear;
use nearfar_rendering::augmentation::with_frame;
use nearfar_rendering::lighting::typology_angle_of;
use nearfar_rendering::portraits::Worn;
use nearfar_scoring::Evidence;
use nearfar_scoring::picture;

/// A group of people or captures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    pub(crate) by: &'static str,
    /// Its order among the groups of the same attribute.
    order: u8,
    pub(crate) name: &'static str,
}

/// Side of the square patch on each cheek, in distances between the eyes.
const PATCH: f32 = 0.3;

/// The groups of a bona fide capture, as far as its pictures can be read. `wears` is `None` if accessories are not
/// labelled.
///
/// # Errors
/// If a picture is not a valid frame.
pub(crate) fn groups(evidence: &Evidence, wears: Option<&[Worn]>, detector: &mut Detector) -> Result<Vec<Group>> {
    let mut face_of = |name: &str| -> Result<Option<(RgbImage, Face)>> {
        let picture = evidence.files.get(name).and_then(|bytes| image::load_from_memory(bytes).ok());
        let Some(picture) = picture.map(|picture| picture.to_rgb8()) else { return Ok(None) };
        let face = largest(with_frame(&picture, |frame| detector.detect_still(frame))?);
        Ok(face.map(|face| (picture, face)))
    };
    let mut groups = Vec::new();
    if let Some((picture, face)) = face_of("near")? {
        groups.extend(
            cheek(&picture, &face).map(|color| skin(typology_angle_of(color.map(|channel| linear(channel / 255.0))))),
        );
        groups.extend(cheek(&picture, &face).map(luma));
    }
    if let Some((_, face)) = face_of("far")? {
        groups.push(resolution(face.keypoints[Face::RIGHT_EYE].distance(face.keypoints[Face::LEFT_EYE])));
    }
    if let Some(wears) = wears {
        let worn = |what: Worn, name: &'static str| {
            let (order, worn) = if wears.contains(&what) { (0, "worn") } else { (1, "none") };
            Group { by: name, order, name: worn }
        };
        groups.extend([worn(Worn::Glasses, "glasses"), worn(Worn::Headwear, "headwear")]);
    }
    Ok(groups)
}

/// The mean colour of both cheeks, each channel 0 to 255.
fn cheek(picture: &RgbImage, face: &Face) -> Option<[f32; 3]> {
    let [right, left, mouth] = [Face::RIGHT_EYE, Face::LEFT_EYE, Face::MOUTH].map(|index| face.keypoints[index]);
    let half = 0.5 * PATCH * right.distance(left);
    let (mut sum, mut count) = ([0.0; 3], 0.0);
    for eye in [right, left] {
        let middle = Point { x: eye.x, y: 0.45 * eye.y + 0.55 * mouth.y };
        let side = |middle: f32, most: u32| {
            let at = |value: f32| value.clamp(0.0, most as f32) as u32;
            at(middle - half)..at(middle + half)
        };
        for y in side(middle.y, picture.height()) {
            for x in side(middle.x, picture.width()) {
                let pixel = picture.get_pixel(x, y);
                (0..3).for_each(|channel| sum[channel] += f32::from(pixel[channel]));
                count += 1.0;
            }
        }
    }
    (count > 0.0).then(|| sum.map(|channel| channel / count))
}

/// The classes of Chardon et al.
fn skin(angle: f32) -> Group {
    let (order, name) = match angle {
        55.0.. => (0, "very light"),
        41.0.. => (1, "light"),
        28.0.. => (2, "intermediate"),
        10.0.. => (3, "tan"),
        -30.0.. => (4, "brown"),
        _ => (5, "dark"),
    };
    Group { by: "skin on the cheek", order, name }
}

fn luma(color: [f32; 3]) -> Group {
    let (order, name) = match picture::luma(color) {
        ..70.0 => (0, "below 70"),
        ..170.0 => (1, "70 to 170"),
        _ => (2, "from 170"),
    };
    Group { by: "luma of the cheek", order, name }
}

/// Groups by the distance between the eyes in far, pixels: about 40 with a webcam of 640 x 480, about 85 with a phone
/// of 720 x 1280.
fn resolution(eyes: f32) -> Group {
    let (order, name) = match eyes {
        ..45.0 => (0, "below 45"),
        ..80.0 => (1, "45 to 80"),
        _ => (2, "from 80"),
    };
    Group { by: "pixels between the eyes in far", order, name }
}
