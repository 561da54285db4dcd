//! Light on the face and around it.
//!
//! Skin reflects between a twentieth and two thirds of the light, and lamps and screens have all colours, so no single
//! luma separates well-lit faces from others. Dark faces are measured by the strongest channel of their brighter part:
//! skin of every tone reflects most in red, and blue light is all in blue. Bright faces are measured by luma and by the
//! share clipped in two channels: red alone is clipped on many a well-exposed light face. Rates and limits:
//! `docs/FRAMES.md`.

use crate::frame::{Frame, Rect};

/// Points sampled along each side of the face box, and of the background.
const FACE_SAMPLES: usize = 32;
const BACKGROUND_SAMPLES: usize = 24;
/// Side of the background square, in face boxes.
const BACKGROUND_SCALE: f32 = 2.2;
/// Within this many face boxes are face, hair and ears, not background.
const HEAD_SCALE: f32 = 1.35;
/// A channel value (0 to 255) from which the channel counts as clipped.
const CLIPPED: u8 = 250;
/// The strongest channel up to which a pixel counts as black.
const CRUSHED: u8 = 12;
/// The share of the face that is excluded as shaded: beard, brows, eyes, the side away from the light.
const LIT_QUANTILE: f32 = 0.7;
/// Bins of the histogram of channel values.
const BINS: usize = 64;

/// Light measured on one face. The fields are those of `FaceMeasurements`.
#[derive(Default)]
pub(super) struct Light {
    pub(super) brightness: f32,
    pub(super) backlight: f32,
    pub(super) overexposed: f32,
    pub(super) underexposed: f32,
}

/// Measures the light on and around the face in `bbox`.
pub(super) fn measure(frame: &Frame, bbox: &Rect) -> Light {
    let (mut bins, mut luma, mut count, mut white, mut black) = ([0u16; BINS], 0.0, 0u16, 0u16, 0u16);
    read(frame, bbox, FACE_SAMPLES, |dx, dy, [r, g, b]| {
        // The ellipse of skin; the corners of the box are hair and background.
        if (dx / 0.8) * (dx / 0.8) + (dy / 0.95) * (dy / 0.95) > 1.0 {
            return;
        }
        let strongest = r.max(g).max(b);
        let middle = r.max(g).min(r.min(g).max(b));
        bins[usize::from(strongest) * BINS / 256] += 1;
        luma += 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
        count += 1;
        white += u16::from(middle >= CLIPPED);
        black += u16::from(strongest <= CRUSHED);
    });
    if count == 0 {
        return Light::default();
    }
    let total = f32::from(count);
    let lit = quantile(&bins, LIT_QUANTILE * total);
    let luma = luma / total / 255.0;
    // Weighted towards the strongest channel in the dark and towards luma in the light.
    let brightness = lit + lit * lit * (luma - lit);
    let backlight = mean_background(frame, bbox).map_or(0.0, |light| lit - light);
    Light { brightness, backlight, overexposed: f32::from(white) / total, underexposed: f32::from(black) / total }
}

/// The value, 0 to 1, below which `rank` samples lie.
fn quantile(bins: &[u16; BINS], rank: f32) -> f32 {
    let mut below = 0.0;
    for (bin, &count) in bins.iter().enumerate() {
        let count = f32::from(count);
        if count > 0.0 && below + count >= rank {
            return (bin as f32 + (rank - below) / count) / BINS as f32;
        }
        below += count;
    }
    1.0
}

/// Mean of the strongest channel, 0 to 1, above and beside the head. Below it are clothes, whose colour does not
/// indicate the light.
fn mean_background(frame: &Frame, bbox: &Rect) -> Option<f32> {
    let (width, height) = (bbox.width * BACKGROUND_SCALE, bbox.height * BACKGROUND_SCALE);
    let center = bbox.center();
    let around = Rect { x: center.x - width / 2.0, y: center.y - height / 2.0, width, height };
    let (mut sum, mut count) = (0u32, 0u32);
    const EDGE: f32 = HEAD_SCALE / BACKGROUND_SCALE;
    read(frame, &around, BACKGROUND_SAMPLES, |dx, dy, [r, g, b]| {
        let on_head = dx.abs() < EDGE && dy > -EDGE;
        if !on_head && dy < 1.0 / BACKGROUND_SCALE {
            sum += u32::from(r.max(g).max(b));
            count += 1;
        }
    });
    (count > 0).then(|| sum as f32 / count as f32 / 255.0)
}

/// Reads `points` x `points` pixels of a rectangle inside the frame, with their position in it from -1 to 1.
#[inline(always)]
fn read(frame: &Frame, rect: &Rect, points: usize, mut each: impl FnMut(f32, f32, [u8; 3])) {
    let position = |index: usize| (index as f32 + 0.5) * 2.0 / points as f32 - 1.0;
    let center = rect.center();
    for dy in (0..points).map(position) {
        for dx in (0..points).map(position) {
            let (x, y) = (center.x + dx * rect.width / 2.0, center.y + dy * rect.height / 2.0);
            if let Some(rgb) = frame.rgb_at(x, y) {
                each(dx, dy, rgb);
            }
        }
    }
}
