//! Reads a face's coarse appearance from a frame.

use crate::frame::{Frame, Rect};
use crate::session::{Appearance, CELLS_PER_SIDE};

/// Pixels read along each side of a cell. Their mean is steady enough, and a thousand pixels in total cost almost
/// nothing.
const SAMPLES: usize = 8;
/// Luma at which chroma is left unchanged, and the minimum exposure that is compensated.
const MIDDLE_GREY: f32 = 0.5;
const MIN_EXPOSURE: f32 = 0.2;

/// The appearance of the face in `bbox`. Pixels outside the frame are black.
pub fn appearance(frame: &Frame, bbox: &Rect) -> Appearance {
    const SIDE: usize = CELLS_PER_SIDE * SAMPLES;
    let mut appearance = Appearance::default();
    for (row, column) in (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column))) {
        let position = |index: usize| (index as f32 + 0.5) / SIDE as f32;
        let (x, y) = (bbox.x + bbox.width * position(column), bbox.y + bbox.height * position(row));
        let [r, g, b] = frame.rgb_at(x, y).unwrap_or_default().map(|channel| f32::from(channel) / 255.0);
        // BT.601, full range, as in JPEG.
        let luma = 0.299 * r + 0.587 * g + 0.114 * b;
        let cell = row / SAMPLES * CELLS_PER_SIDE + column / SAMPLES;
        let share = 1.0 / (SAMPLES * SAMPLES) as f32;
        appearance.luma[cell] += luma * share;
        appearance.blue[cell] += (b - luma) * 0.564 * share;
        appearance.red[cell] += (r - luma) * 0.713 * share;
    }
    // Chroma grows with the exposure too.
    let mean = appearance.luma.iter().sum::<f32>() / appearance.luma.len() as f32;
    let exposure = (mean / MIDDLE_GREY).max(MIN_EXPOSURE);
    appearance.blue.iter_mut().chain(&mut appearance.red).for_each(|chroma| *chroma /= exposure);
    standardise(&mut appearance.luma);
    appearance
}

/// Normalises the values to mean 0 and deviation 1, which cancels light and exposure. The deviation has a minimum, so
/// that a flat area is not amplified to noise.
fn standardise(values: &mut [f32; CELLS_PER_SIDE * CELLS_PER_SIDE]) {
    const MIN_DEVIATION: f32 = 0.02;
    let count = values.len() as f32;
    let mean = values.iter().sum::<f32>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / count;
    let deviation = variance.sqrt().max(MIN_DEVIATION);
    values.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
}
