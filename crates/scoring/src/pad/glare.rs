//! Measures glare: white reflections on a pane in front of the face, which shift over the face from far to near.

use super::region::{PixelRegion, row};
use image::RgbaImage;
use nearfar::frame::Rect;

/// Cells on a side of the face's box.
const CELLS: usize = 8;
/// Least difference of red and blue, relative to red, that distinguishes white light from brighter light.
const MIN_HUE: f32 = 0.15;
/// Least red, 0 to 255.
const MIN_RED: f32 = 40.0;

/// Unevenness of the white light added to the face from far to near, as a share of full white; 0.02 without any. A lamp
/// makes skin brighter and keeps its colour, a reflection desaturates it.
pub(super) fn glare([far, near]: [(&RgbaImage, &Rect); 2]) -> f32 {
    let (far, near) = (cells(far.0, far.1), cells(near.0, near.1));
    let gains = [0, 1, 2].map(|channel| {
        let ratios = far.iter().zip(&near).map(|(far, near)| near[channel] / far[channel].max(1.0)).collect();
        quantile(ratios, 0.5).max(0.05)
    });
    let added = far.iter().zip(&near).filter_map(|(far, near)| {
        let [red, _, blue] = *far;
        if red < MIN_RED || (red - blue) < MIN_HUE * red {
            return None;
        }
        // Near is far with a gain plus white light: two unknowns, solved from red and blue.
        let (near_red, near_blue) = (near[0] / gains[0], near[2] / gains[2]);
        Some((near_blue * red - near_red * blue) / (red - blue) / 255.0)
    });
    let added: Vec<f32> = added.collect();
    if added.len() < CELLS * CELLS / 4 {
        return 0.0;
    }
    (quantile(added.clone(), 0.9) - quantile(added, 0.1)).clamp(0.0, 1.0)
}

/// The value that this share of the values is below.
fn quantile(mut values: Vec<f32>, share: f32) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get((values.len() as f32 * share) as usize).copied().unwrap_or(0.0)
}

/// Mean red, green and blue of the cells of a face.
fn cells(picture: &RgbaImage, face: &Rect) -> Vec<[f32; 3]> {
    let mut cells = Vec::with_capacity(CELLS * CELLS);
    for (v, u) in (0..CELLS).flat_map(|v| (0..CELLS).map(move |u| (v as f32, u as f32))) {
        let (width, height) = (face.width / CELLS as f32, face.height / CELLS as f32);
        let rect = Rect { x: face.x + u * width, y: face.y + v * height, width, height };
        // Whole numbers, which a float holds exactly too.
        let (mut sums, mut count) = ([0u32; 3], 0u32);
        if let Some(region) = PixelRegion::clipped(&rect, picture.dimensions()) {
            // Every other row is enough for the mean.
            for y in (0..region.height).step_by(2) {
                for pixel in row(picture, region, y) {
                    for (sum, value) in sums.iter_mut().zip(pixel) {
                        *sum += u32::from(*value);
                    }
                }
                count += region.width;
            }
        }
        cells.push(sums.map(|sum| sum as f32 / (count as f32).max(1.0)));
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{face, noisy, room};
    use super::*;

    #[test]
    fn a_reflection_on_glass_is_distinguished_from_a_lamp() {
        let (far, near) = (noisy(&room), |light: &dyn Fn(f32, f32) -> [f32; 3]| noisy(&light));
        let found = |near: RgbaImage| glare([(&far, &face()), (&near, &face())]);
        let lamp = found(near(&|x, y| room(x, y).map(|value| value * (0.7 + 0.3 * x / 360.0))));
        let glass = found(near(&|x, y| {
            let spot = 40.0 * (-((x - 220.0).powi(2) + (y - 260.0).powi(2)) / 900.0).exp();
            room(x, y).map(|value| value + spot)
        }));
        assert!(glass > 0.05 && lamp < glass / 2.0, "{glass} {lamp}");
    }
}
