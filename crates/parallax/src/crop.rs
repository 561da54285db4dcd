//! Crops a face from a frame, upright and normalised in size by its eyes and mouth.

use nalgebra::{Complex, Point2};
use nearfar::detection::Face;
use nearfar::frame::{Frame, MAX_TAPS, Point, Region, warp_rgb};

/// Side of the crop in pixels. Faces of the far stage are about as large in a picture of 720 x 1280.
pub(crate) const SIDE: usize = 256;
/// Distance between the eyes in pixels of the crop: 0.28 of the side, as in the experiment that this follows.
pub(crate) const EYE_DISTANCE: f32 = 72.0;
/// Row of the eyes: 0.40 of the side.
const EYE_ROW: f32 = 102.0;
/// Distance of the mouth from the line of the eyes, in eye distances of the detector: see `quality::pose`.
const MOUTH: f32 = 1.07;

/// A grey picture, stored row by row.
#[derive(Clone, Debug)]
pub(crate) struct Gray {
    /// Pixels per row, and number of rows.
    pub side: usize,
    /// `side * side` values.
    pub values: Vec<f32>,
}

impl Gray {
    /// The value interpolated at `(x, y)`; pixel centres are at integers. Edge pixels are repeated.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let last = (self.side - 1) as f32;
        let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
        let (left, top) = ((x as usize).min(self.side - 2), (y as usize).min(self.side - 2));
        let (fx, fy) = (x - left as f32, y - top as f32);
        let at = top * self.side + left;
        let line = |at: usize| self.values[at] + (self.values[at + 1] - self.values[at]) * fx;
        let (above, below) = (line(at), line(at + self.side));
        above + (below - above) * fy
    }

    /// Half the size: each pixel is the mean of four.
    pub(crate) fn downsampled(&self) -> Gray {
        let side = self.side / 2;
        let value = |index: usize| {
            let at = index / side * 2 * self.side + index % side * 2;
            let v = &self.values;
            (v[at] + v[at + 1] + v[at + self.side] + v[at + self.side + 1]) / 4.0
        };
        Gray { side, values: (0..side * side).map(value).collect() }
    }

    /// Normalises the local contrast: each pixel minus the mean of the `2 * radius + 1` square around it, divided by
    /// the deviation. Removes exposure, gamma and side light.
    pub(crate) fn contrast_normalised(&self, radius: usize) -> Gray {
        // Below this deviation (of 255) only noise would be amplified.
        const FLOOR: f64 = 4.0;
        let (side, wide) = (self.side, self.side + 1);
        let mut sums = vec![[0f64; 2]; wide * wide];
        for y in 0..side {
            let mut row = [0f64; 2];
            for x in 0..side {
                let value = f64::from(self.values[y * side + x]);
                row = [row[0] + value, row[1] + value * value];
                let above = sums[y * wide + x + 1];
                sums[(y + 1) * wide + x + 1] = [above[0] + row[0], above[1] + row[1]];
            }
        }
        let value = |index: usize| {
            let (x, y) = (index % side, index / side);
            let (x0, y0) = (x.saturating_sub(radius), y.saturating_sub(radius));
            let (x1, y1) = ((x + radius + 1).min(side), (y + radius + 1).min(side));
            let count = ((x1 - x0) * (y1 - y0)) as f64;
            let sum = |i: usize| {
                sums[y1 * wide + x1][i] - sums[y0 * wide + x1][i] - sums[y1 * wide + x0][i] + sums[y0 * wide + x0][i]
            };
            let mean = sum(0) / count;
            let deviation = (sum(1) / count - mean * mean).max(0.0).sqrt();
            ((f64::from(self.values[index]) - mean) / (deviation + FLOOR)) as f32
        };
        Gray { side, values: (0..side * side).map(value).collect() }
    }
}

/// Position of a face in a frame: the similarity transform that best maps eyes and mouth to those of an upright face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    region: Region,
    /// Distance between the eyes in frame pixels, estimated from all three points.
    pub unit: f32,
}

impl Placement {
    /// `None` if the keypoints are not finite or coincide.
    pub(crate) fn new(face: &Face) -> Option<Self> {
        let seen = [Face::RIGHT_EYE, Face::LEFT_EYE, Face::MOUTH].map(|index| face.keypoints[index]);
        let seen = seen.map(|Point { x, y }| Complex::new(x, y));
        let middle = seen.iter().sum::<Complex<f32>>() / 3.0;
        let model_middle = MOUTH / 3.0;
        let model = [(-0.5, 0.0), (0.5, 0.0), (0.0, MOUTH)].map(|(x, y)| Complex::new(x, y - model_middle));
        // Rotation and scale as one complex number, by least squares.
        let along: Complex<f32> = seen.iter().zip(model).map(|(seen, model)| (seen - middle) * model.conj()).sum();
        let turn = along / model.iter().map(Complex::norm_sqr).sum::<f32>();
        let unit = turn.re.hypot(turn.im);
        if !(unit.is_finite() && unit > 1.0 && middle.is_finite()) {
            return None;
        }
        // The crop's centre relative to that of the three points, in eye distances.
        let down = (SIDE as f32 / 2.0 - EYE_ROW) / EYE_DISTANCE - model_middle;
        let center = middle + turn * Complex::new(0.0, down);
        let center = Point { x: center.re, y: center.im };
        let side = unit * SIDE as f32 / EYE_DISTANCE;
        Some(Placement { region: Region { center, width: side, height: side, angle: turn.im.atan2(turn.re) }, unit })
    }

    /// The face's luma, 0 to 255. Pixels outside the frame are black.
    pub(crate) fn luma(&self, frame: &Frame) -> Gray {
        let mut rgb = vec![0; 3 * SIDE * SIDE];
        warp_rgb(frame, &self.region, [SIDE as u32; 2], MAX_TAPS, &mut rgb);
        // BT.601, as in JPEG.
        let luma = |[r, g, b]: [f32; 3]| 0.299 * r + 0.587 * g + 0.114 * b;
        Gray { side: SIDE, values: rgb.as_chunks::<3>().0.iter().map(|pixel| luma(pixel.map(f32::from))).collect() }
    }

    /// Whether a pixel of the crop lies inside the frame.
    pub(crate) fn is_inside_frame(&self, frame: &Frame, pixel: Point2<f32>) -> bool {
        let middle = SIDE as f32 / 2.0;
        let from_middle = Complex::new(pixel.x + 0.5 - middle, pixel.y + 0.5 - middle) * (self.unit / EYE_DISTANCE);
        let (sin, cos) = self.region.angle.sin_cos();
        let from_center = from_middle * Complex::new(cos, sin);
        let Point { x, y } = self.region.center;
        frame.stored_pixel(x + from_center.re, y + from_center.im).is_some()
    }
}

/// Converts a pixel of the crop to face coordinates: eye distances from the point between the eyes.
pub(crate) fn face_coordinates(pixel: Point2<f32>) -> Point2<f32> {
    Point2::new((pixel.x + 0.5 - SIDE as f32 / 2.0) / EYE_DISTANCE, (pixel.y + 0.5 - EYE_ROW) / EYE_DISTANCE)
}

/// Whether a point in face coordinates lies on the face: in an ellipse inside the depth table, from the hairline to the
/// chin.
pub(crate) fn is_on_face(at: Point2<f32>) -> bool {
    (at.x / 1.1).powi(2) + ((at.y - 0.5) / 1.3).powi(2) < 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use nearfar::frame::{Layout, PixelFormat, Rect, Size};

    fn face(eyes: [(f32, f32); 2], mouth: (f32, f32)) -> Face {
        let at = |(x, y)| Point { x, y };
        let keypoints = [at(eyes[0]), at(eyes[1]), at((0.0, 0.0)), at(mouth), at((0.0, 0.0)), at((0.0, 0.0))];
        Face { bbox: Rect::default(), keypoints, score: 1.0 }
    }

    #[test]
    fn a_tilted_face_is_cropped_upright() {
        // Bright dots at eyes and mouth of a face lying on its side.
        let size = Size { width: 400, height: 400 };
        let mut rgba = vec![20; 400 * 400 * 4];
        let spots = [(200.0, 150.0), (200.0, 250.0), (93.0, 200.0)];
        for (x, y) in spots {
            for (dx, dy) in (-3..4).flat_map(|dx| (-3..4).map(move |dy| (dx, dy))) {
                let at = ((y as i32 + dy) * 400 + x as i32 + dx) as usize * 4;
                rgba[at..at + 3].fill(250);
            }
        }
        let frame = Frame::new(Layout::packed(PixelFormat::Rgba, size), &rgba).unwrap();
        let placement = Placement::new(&face([spots[0], spots[1]], spots[2])).unwrap();
        assert!((placement.unit - 100.0).abs() < 0.5, "{placement:?}");
        let luma = placement.luma(&frame);
        let middle = SIDE as f32 / 2.0;
        let points = [
            (middle - EYE_DISTANCE / 2.0, EYE_ROW),
            (middle + EYE_DISTANCE / 2.0, EYE_ROW),
            (middle, EYE_ROW + MOUTH * EYE_DISTANCE),
        ];
        for (x, y) in points {
            assert!(luma.at(x, y) > 200.0, "{x} {y}: {}", luma.at(x, y));
        }
        assert!(luma.at(middle, EYE_ROW) < 50.0);
        assert!(
            placement.is_inside_frame(&frame, Point2::new(middle, middle))
                && !placement.is_inside_frame(&frame, Point2::new(middle, 1e4))
        );
    }

    #[test]
    fn invalid_keypoints_give_no_placement() {
        assert!(Placement::new(&face([(5.0, 5.0), (5.0, 5.0)], (5.0, 5.0))).is_none());
        assert!(Placement::new(&face([(f32::NAN, 5.0), (9.0, 5.0)], (5.0, 5.0))).is_none());
    }

    #[test]
    fn contrast_normalisation_removes_exposure() {
        let values: Vec<f32> = (0..64 * 64).map(|i| ((i % 64 * 7 + i / 64 * 13) % 90) as f32 + 60.0).collect();
        let dim = values.iter().map(|v| v * 0.6 + 20.0).collect();
        let (a, b) =
            (Gray { side: 64, values }.contrast_normalised(8), Gray { side: 64, values: dim }.contrast_normalised(8));
        let most = a.values.iter().zip(&b.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(most < 0.4, "{most}");
        assert!(a.values.iter().any(|v| *v > 1.0));
    }
}
