//! Sharpness of a face region, independent of its size and contrast.
//!
//! The region is resampled to a fixed grid, and the luma differences of neighbouring cells are compared with those of
//! cells farther apart (the ratio of two values of the picture's structure function). Faces have structure at every
//! scale, so a sharp one keeps a good part of its differences between neighbours. Blur of any cause (focus, motion, an
//! enlarged small picture) removes them while the coarse differences remain. Contrast and light scale both and cancel.

use super::crop::LumaGrid;

/// Cells per side of the grid over the face box: detail finer than 1/96 of the face's width is not measured.
pub(super) const GRID: usize = 96;
/// Distance in cells of the coarse differences.
const COARSE_LAG: usize = 6;
/// Mean squared difference (luma 0 to 255) of sensor noise and compression, not counted as detail.
const NOISE_FLOOR: f32 = 1.0;
/// Square root of the fine-to-coarse ratio of an unrecognisably blurred face, whose luma only rises and falls smoothly:
/// sharpness 0.
const BLURRED_RATIO: f32 = 0.155;
/// The same for the crispest portrait of `crates/rendering/corpus/photographs.json`: sharpness 1.
const CRISP_RATIO: f32 = 0.46;

/// Sharpness from the grid over the face box, 0 to 1, on the logarithmic scale between these two ratios. Portraits as
/// packages ship them have a median of 0.6, soft ones 0.35.
pub(super) fn measure(grid: &LumaGrid) -> f32 {
    let (fine, coarse) = (mean_squared_difference(grid, 1) - NOISE_FLOOR, mean_squared_difference(grid, COARSE_LAG));
    if fine <= 0.0 || coarse <= NOISE_FLOOR {
        return 0.0;
    }
    let ratio = (fine / coarse).sqrt();
    ((ratio / BLURRED_RATIO).ln() / (CRISP_RATIO / BLURRED_RATIO).ln()).clamp(0.0, 1.0)
}

/// Mean squared difference of cells `lag` apart in the inner face, horizontally and vertically.
fn mean_squared_difference(grid: &LumaGrid, lag: usize) -> f32 {
    // The rim of the box is hair and background.
    let inset = grid.side() / 8;
    let inner = inset..grid.side() - inset - lag;
    let (mut sum, mut count) = (0.0, 0u32);
    for row in inner.clone() {
        for column in inner.clone() {
            let here = grid.at(column, row);
            for there in [grid.at(column + lag, row), grid.at(column, row + lag)] {
                if here >= 0.0 && there >= 0.0 {
                    sum += (here - there) * (here - there);
                    count += 1;
                }
            }
        }
    }
    if count == 0 { 0.0 } else { sum / count as f32 }
}
