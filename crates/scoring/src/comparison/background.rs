//! The colours around the head.

use crate::picture::luma;
use nearfar::frame::{Frame, Rect, sample_rgb};

/// Pixels along a side of the grid over the surroundings.
const GRID: usize = 48;
/// The surroundings reach over this many face boxes.
const AROUND: f32 = 2.2;
/// Inside this many face boxes is face, hair and ears.
const HEAD: f32 = 1.35;
/// Steps of each of blue and red chroma and of luma: coarse, since light and white balance change on the way.
const CHROMA: usize = 8;
const LUMA: usize = 4;
/// Fewer pixels than this are no background.
const LEAST: u32 = 40;

/// A histogram of the colours above and beside the head: shares that add up to 1.
#[derive(Clone, Debug)]
pub struct Background(Option<Box<[f32; LUMA * CHROMA * CHROMA]>>);

impl Background {
    /// The surroundings of a face box; nothing where no room is left around the head.
    pub fn new(frame: &Frame, bbox: &Rect) -> Self {
        let around = bbox.scaled(AROUND);
        let mut pixels = vec![0; 3 * GRID * GRID];
        sample_rgb(frame, &around, GRID as u32, GRID as u32, &mut pixels);
        let mut counts = Box::new([0.0; LUMA * CHROMA * CHROMA]);
        let mut total = 0;
        let size = frame.size();
        for (index, pixel) in pixels.as_chunks::<3>().0.iter().enumerate() {
            // From -1 to 1 over the surroundings.
            let place = |index: usize| (index as f32 + 0.5) / GRID as f32 * 2.0 - 1.0;
            let (dx, dy) = (place(index % GRID), place(index / GRID));
            let (x, y) = (around.x + (dx + 1.0) / 2.0 * around.width, around.y + (dy + 1.0) / 2.0 * around.height);
            let seen = (0.0..size.width as f32).contains(&x) && (0.0..size.height as f32).contains(&y);
            let on_head = dx.abs() < HEAD / AROUND && dy > -HEAD / AROUND;
            // Below the chin are clothes, of which near and far show other parts.
            if seen && !on_head && dy < 1.0 / AROUND {
                counts[bin(pixel.map(f32::from))] += 1.0;
                total += 1;
            }
        }
        counts.iter_mut().for_each(|count| *count /= total.max(1) as f32);
        Background((total >= LEAST).then_some(counts))
    }

    /// The share of `near` that `self` has, too, 0 to 1; `None` where one of them has no background. A colour counts
    /// for its neighbours, so that a small change of light does not move it out of its step.
    pub fn share_of(&self, near: &Background) -> Option<f32> {
        let (far, near) = (self.0.as_deref()?, near.0.as_deref()?);
        let widened = |index: usize| neighbours(index).map(|other| far[other]).sum::<f32>();
        // Any colour that takes a twentieth of the far surroundings may take all of the near ones.
        Some((0..near.len()).map(|index| near[index] * (widened(index) * 20.0).min(1.0)).sum())
    }
}

fn bin([r, g, b]: [f32; 3]) -> usize {
    let luma = luma([r, g, b]);
    let step = |value: f32, steps: usize| ((value * steps as f32) as usize).min(steps - 1);
    // Nearly all chroma of rooms lies within a third of the range.
    let chroma = |value: f32| step((value / 255.0 * 1.5 + 0.5).clamp(0.0, 1.0), CHROMA);
    let (blue, red) = (chroma((b - luma) * 0.564), chroma((r - luma) * 0.713));
    (step(luma / 256.0, LUMA) * CHROMA + blue) * CHROMA + red
}

fn neighbours(index: usize) -> impl Iterator<Item = usize> {
    let (luma, blue, red) = (index / CHROMA / CHROMA, index / CHROMA % CHROMA, index % CHROMA);
    let near = |at: usize, steps: usize| at.saturating_sub(1)..=(at + 1).min(steps - 1);
    near(luma, LUMA).flat_map(move |l| {
        near(blue, CHROMA).flat_map(move |b| near(red, CHROMA).map(move |r| (l * CHROMA + b) * CHROMA + r))
    })
}
