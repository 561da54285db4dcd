//! A colour histogram of the background around the head.

use crate::picture::luma;
use nearfar::frame::{Frame, Rect, sample_rgb};

/// Pixels along a side of the sampling grid.
const GRID: usize = 48;
/// Side of the sampled area, in face boxes.
const AREA: f32 = 2.2;
/// Side of the area of face, hair and ears, in face boxes.
const HEAD: f32 = 1.35;
/// Bins of blue and of red chroma. Bins are coarse, since light and white balance change between far and near.
const CHROMA_BINS: usize = 8;
/// Bins of luma.
const LUMA_BINS: usize = 4;
/// The least number of background pixels.
const MIN_PIXELS: u32 = 40;

/// A histogram of the colours above and beside the head, as shares of 1. `None` without enough background.
#[derive(Clone, Debug)]
pub(super) struct Background(Option<Box<[f32; LUMA_BINS * CHROMA_BINS * CHROMA_BINS]>>);

impl Background {
    /// Samples the area around a face box.
    pub(super) fn new(frame: &Frame, bbox: &Rect) -> Self {
        let around = bbox.scaled(AREA);
        let mut pixels = vec![0; 3 * GRID * GRID];
        sample_rgb(frame, &around, GRID as u32, GRID as u32, &mut pixels);
        let mut counts = Box::new([0.0; LUMA_BINS * CHROMA_BINS * CHROMA_BINS]);
        let mut total = 0;
        let size = frame.size();
        for (index, pixel) in pixels.as_chunks::<3>().0.iter().enumerate() {
            // From -1 to 1 across the area.
            let position = |index: usize| (index as f32 + 0.5) / GRID as f32 * 2.0 - 1.0;
            let (dx, dy) = (position(index % GRID), position(index / GRID));
            let (x, y) = (around.x + (dx + 1.0) / 2.0 * around.width, around.y + (dy + 1.0) / 2.0 * around.height);
            let is_inside = (0.0..size.width as f32).contains(&x) && (0.0..size.height as f32).contains(&y);
            let is_head = dx.abs() < HEAD / AREA && dy > -HEAD / AREA;
            // Below the chin are clothes, of which near and far show different parts.
            if is_inside && !is_head && dy < 1.0 / AREA {
                counts[bin(pixel.map(f32::from))] += 1.0;
                total += 1;
            }
        }
        counts.iter_mut().for_each(|count| *count /= total.max(1) as f32);
        Background((total >= MIN_PIXELS).then_some(counts))
    }

    /// The share of `near` that `self` also has, 0 to 1; `None` if one of them has no background. Neighbouring bins
    /// count as equal, so that a small change of light has no effect.
    pub(super) fn share_of(&self, near: &Background) -> Option<f32> {
        let (far, near) = (self.0.as_deref()?, near.0.as_deref()?);
        let with_neighbours = |index: usize| neighbours(index).map(|other| far[other]).sum::<f32>();
        // A colour of a twentieth of the far background may fill all of the near one.
        Some((0..near.len()).map(|index| near[index] * (with_neighbours(index) * 20.0).min(1.0)).sum())
    }
}

fn bin([r, g, b]: [f32; 3]) -> usize {
    let luma = luma([r, g, b]);
    let bin = |value: f32, bins: usize| ((value * bins as f32) as usize).min(bins - 1);
    // Nearly all chroma of rooms lies within a third of full scale either way.
    let chroma = |value: f32| bin((value / 255.0 * 1.5 + 0.5).clamp(0.0, 1.0), CHROMA_BINS);
    let (blue, red) = (chroma((b - luma) * 0.564), chroma((r - luma) * 0.713));
    (bin(luma / 256.0, LUMA_BINS) * CHROMA_BINS + blue) * CHROMA_BINS + red
}

fn neighbours(index: usize) -> impl Iterator<Item = usize> {
    let (luma, blue, red) = (index / CHROMA_BINS / CHROMA_BINS, index / CHROMA_BINS % CHROMA_BINS, index % CHROMA_BINS);
    let near = |at: usize, bins: usize| at.saturating_sub(1)..=(at + 1).min(bins - 1);
    near(luma, LUMA_BINS).flat_map(move |l| {
        near(blue, CHROMA_BINS)
            .flat_map(move |b| near(red, CHROMA_BINS).map(move |r| (l * CHROMA_BINS + b) * CHROMA_BINS + r))
    })
}
