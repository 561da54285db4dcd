//! The descriptor of a face in one picture, for comparison with another picture.

use super::background::Background;
use crate::picture::luma;
use nearfar::detection::Face;
use nearfar::frame::{Frame, MAX_TAPS, Point, Region, warp_rgb};
use nearfar::pipeline::appearance;
use nearfar::session::Appearance;

/// Pixels along a side of a face patch.
pub(super) const SIDE: usize = 36;
/// Side of the patch in face units (see [`FaceDescriptor::new`]): brow to chin with a margin.
const PATCH_UNITS: f32 = 2.5;
/// Scales of the patch relative to the landmarks, whose distances are off by some percent.
pub(super) const SCALES: [f32; 5] = [0.88, 0.94, 1.0, 1.06, 1.12];

/// Luma of the upright face, 0 to 255, by rows.
pub(super) type Patch = Box<[f32; SIDE * SIDE]>;

/// The face aligned by its landmarks, and the background around the head.
#[derive(Clone, Debug)]
pub struct FaceDescriptor {
    /// Coarse colours over the face box.
    pub(super) appearance: Appearance,
    /// The patch at each of [`SCALES`].
    pub(super) patches: Vec<Patch>,
    /// Mean blue and red chroma of the middle of the face, -0.5 to 0.5, normalised to medium luma.
    pub(super) skin: [f32; 2],
    /// Landmarks of the upright face, relative to the point between the eyes, in face units.
    pub(super) landmarks: [Point; 6],
    /// The colours around the head.
    pub(super) background: Background,
}

impl FaceDescriptor {
    /// Describes `face` in `frame`. The face unit is the mean of two distances: between the eyes, and from the eyes to
    /// the mouth divided by 1.07. Both are equal in a frontal face; yaw shortens the first, pitch the second.
    pub fn new(frame: &Frame, face: &Face) -> Self {
        let [right, left, mouth] = [Face::RIGHT_EYE, Face::LEFT_EYE, Face::MOUTH].map(|index| face.keypoints[index]);
        let eyes = Point { x: (right.x + left.x) / 2.0, y: (right.y + left.y) / 2.0 };
        let unit = ((right.distance(left) + eyes.distance(mouth) / 1.07) / 2.0).max(1.0);
        let angle = (left.y - right.y).atan2(left.x - right.x);
        let (sin, cos) = angle.sin_cos();
        let upright = |point: Point| {
            let (dx, dy) = ((point.x - eyes.x) / unit, (point.y - eyes.y) / unit);
            Point { x: dx * cos + dy * sin, y: dy * cos - dx * sin }
        };
        let center = Point { x: eyes.x - 0.5 * unit * sin, y: eyes.y + 0.5 * unit * cos };
        let patch = |scale: f32| {
            let side = unit * PATCH_UNITS * scale;
            rgb_patch(frame, &Region { center, width: side, height: side, angle })
        };
        let rgb = SCALES.map(patch);
        FaceDescriptor {
            appearance: appearance(frame, &face.bbox),
            skin: chroma(&rgb[SCALES.len() / 2]),
            patches: rgb.iter().map(|rgb| luma_patch(rgb)).collect(),
            landmarks: face.keypoints.map(upright),
            background: Background::new(frame, &face.bbox),
        }
    }
}

fn rgb_patch(frame: &Frame, region: &Region) -> Vec<u8> {
    let mut pixels = vec![0; 3 * SIDE * SIDE];
    warp_rgb(frame, region, [SIDE as u32; 2], MAX_TAPS, &mut pixels);
    pixels
}

fn luma_patch(rgb: &[u8]) -> Patch {
    let mut patch = Box::new([0.0; SIDE * SIDE]);
    for (value, pixel) in patch.iter_mut().zip(rgb.as_chunks::<3>().0) {
        *value = luma(pixel.map(f32::from));
    }
    patch
}

/// Mean chroma of the middle half of a patch, normalised by its luma.
fn chroma(rgb: &[u8]) -> [f32; 2] {
    let (mut blue, mut red, mut sum) = (0.0, 0.0, 0.0);
    let middle = SIDE / 4..SIDE - SIDE / 4;
    for (index, pixel) in rgb.as_chunks::<3>().0.iter().enumerate() {
        if middle.contains(&(index % SIDE)) && middle.contains(&(index / SIDE)) {
            let [r, g, b] = pixel.map(f32::from);
            let luma = luma([r, g, b]);
            blue += (b - luma) * 0.564;
            red += (r - luma) * 0.713;
            sum += luma;
        }
    }
    // Chroma grows with exposure; in the dark it is noise.
    let pixels = (SIDE / 2 * SIDE / 2) as f32;
    let exposure = 2.0 * sum.max(25.0 * pixels);
    [blue / exposure, red / exposure]
}
