//! Light on the face and around it.

use super::crop::LumaGrid;
use crate::frame::Rect;

/// Cells along a side of the grid over the surroundings.
pub(super) const AROUND_GRID: usize = 32;
/// The surroundings reach over this many face boxes.
const AROUND: f32 = 2.2;
/// Inside this many face boxes is face, hair and ears, not surroundings.
const HEAD: f32 = 1.35;
/// From this luma on (0 to 255) a pixel counts as burnt out.
const WHITE: f32 = 250.0;
/// Up to this luma a pixel counts as sunk to black.
const BLACK: f32 = 12.0;

/// Light measured on one face; the fields are those of `FaceMeasurements`.
pub(super) struct Light {
    pub(super) brightness: f32,
    pub(super) backlight: f32,
    pub(super) overexposed: f32,
    pub(super) underexposed: f32,
}

/// The rectangle to sample the surroundings from.
pub(super) fn around(bbox: &Rect) -> Rect {
    let (width, height) = (bbox.width * AROUND, bbox.height * AROUND);
    let center = bbox.center();
    Rect { x: center.x - width / 2.0, y: center.y - height / 2.0, width, height }
}

/// Light from the grid over the face box and the grid over [`around`] it.
pub(super) fn measure(face: &LumaGrid, surroundings: &LumaGrid) -> Light {
    let (mut sum, mut count, mut white, mut black) = (0.0, 0u32, 0u32, 0u32);
    let middle = face.side() as f32 / 2.0;
    for (row, cells) in face.rows().enumerate() {
        for (column, &luma) in cells.iter().enumerate() {
            let (dx, dy) = ((column as f32 + 0.5 - middle) / middle, (row as f32 + 0.5 - middle) / middle);
            // The ellipse that skin fills; the corners of the box are hair and background.
            if luma < 0.0 || (dx / 0.8).powi(2) + (dy / 0.95).powi(2) > 1.0 {
                continue;
            }
            sum += luma;
            count += 1;
            white += u32::from(luma >= WHITE);
            black += u32::from(luma <= BLACK);
        }
    }
    if count == 0 {
        return Light { brightness: 0.0, backlight: 0.0, overexposed: 0.0, underexposed: 0.0 };
    }
    let share = |n: u32| n as f32 / count as f32;
    let brightness = sum / count as f32 / 255.0;
    let backlight = mean_around(surroundings).map_or(0.0, |light| brightness - light);
    Light { brightness, backlight, overexposed: share(white), underexposed: share(black) }
}

/// Mean luma, 0 to 1, above and beside the head: below it are clothes, which say nothing about the light.
fn mean_around(grid: &LumaGrid) -> Option<f32> {
    let middle = grid.side() as f32 / 2.0;
    let head = HEAD / AROUND * middle;
    let (mut sum, mut count) = (0.0, 0u32);
    for (row, cells) in grid.rows().enumerate() {
        let dy = row as f32 + 0.5 - middle;
        for (column, &luma) in cells.iter().enumerate() {
            let dx = column as f32 + 0.5 - middle;
            let on_head = dx.abs() < head && dy > -head;
            if luma >= 0.0 && !on_head && dy < middle / AROUND {
                sum += luma;
                count += 1;
            }
        }
    }
    (count > 0).then(|| sum / count as f32 / 255.0)
}
