//! Sharpness of a face region, independent of its size and contrast.
//!
//! The region is resampled to a fixed grid and the luma differences of neighbouring cells are compared with
//! those of cells further apart (the ratio of two values of the structure function of the picture). Pictures of
//! faces are rough at every scale, so a sharp one keeps a good part of its differences between neighbours; blur,
//! of whatever cause (focus, motion, a small picture that was enlarged), takes them away while the coarse
//! differences remain. Contrast and light scale both and cancel.

use super::crop::LumaGrid;

/// Cells along a side of the grid over the face box: detail finer than 1/96 of the face's width is not judged.
pub(super) const GRID: usize = 96;
/// Distance in cells of the coarse differences.
const COARSE_LAG: usize = 6;
/// Mean squared difference (luma 0 to 255) of sensor noise and compression, not counted as detail.
const NOISE_FLOOR: f32 = 1.0;
/// Root of the ratio of fine to coarse for a face blurred out of recognition, where luma only rises and falls
/// smoothly: sharpness 0.
const BLURRED_RATIO: f32 = 0.155;
/// The same for the crispest of the portraits that `crates/evaluation/corpus/photographs.json` lists: sharpness 1.
const CRISP_RATIO: f32 = 0.46;

/// Sharpness from the grid over the face box, 0 to 1: the logarithm of that root between its two marks. Portraits as
/// packages ship them have 0.6 in the middle, soft ones 0.35.
pub(super) fn measure(grid: &LumaGrid) -> f32 {
    let (fine, coarse) = (mean_squared_difference(grid, 1) - NOISE_FLOOR, mean_squared_difference(grid, COARSE_LAG));
    if fine <= 0.0 || coarse <= NOISE_FLOOR {
        return 0.0;
    }
    let ratio = (fine / coarse).sqrt();
    ((ratio / BLURRED_RATIO).ln() / (CRISP_RATIO / BLURRED_RATIO).ln()).clamp(0.0, 1.0)
}

/// Mean over the inner face of the squared differences of cells `lag` apart, the mean of across and down.
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
