//! Synthetic frames of videos from still pictures.

use image::{Rgb, RgbImage, RgbaImage, imageops};
use nearfar::frame::{Point, Rect};

/// The frame `t` seconds into a video of `picture` by a handheld camera: `bbox` is `width` pixels wide around `place`,
/// with small movements and zooms.
pub fn handheld_frame(picture: &RgbImage, bbox: &Rect, place: Point, width: f32, size: (u32, u32), t: f32) -> RgbImage {
    let wave = |hz: f32, phase: f32| (std::f32::consts::TAU * hz * t + phase).sin();
    let (zoom, sway) = (1.0 + 0.02 * wave(0.4, 0.3), 0.03 * width);
    let scale = bbox.width / (width * zoom);
    let middle = (place.x + sway * wave(0.5, 0.0), place.y + sway * wave(0.35, 1.0));
    let from = bbox.center();
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    let taps = (scale.ceil() as u32).clamp(1, 4);
    RgbImage::from_fn(size.0, size.1, |x, y| {
        let mut sum = [0u32; 3];
        for tap in 0..taps * taps {
            let part = |index: u32| (index as f32 + 0.5) / taps as f32;
            let px = from.x + (x as f32 + part(tap % taps) - middle.0) * scale;
            let py = from.y + (y as f32 + part(tap / taps) - middle.1) * scale;
            let inside = px >= 0.0 && py >= 0.0 && px < w && py < h;
            let pixel = if inside { picture.get_pixel(px as u32, py as u32).0 } else { [110; 3] };
            sum = [0, 1, 2].map(|i| sum[i] + u32::from(pixel[i]));
        }
        Rgb(sum.map(|value| (value / (taps * taps)) as u8))
    })
}

/// Composites a waving hand of `height` pixels into a frame, `t` seconds into the video.
pub fn composite_hand(frame: &mut RgbImage, hand: &RgbaImage, height: u32, t: f32) {
    let (w, h) = (frame.width() as f32, frame.height() as f32);
    let scaled = imageops::resize(
        hand,
        (hand.width() * height / hand.height()).max(1),
        height.max(1),
        imageops::FilterType::Triangle,
    );
    let wave = |hz: f32, phase: f32| (std::f32::consts::TAU * hz * t + phase).sin();
    let (x, y) = (w * (0.5 + 0.42 * wave(0.11, 0.0)), h * (0.55 + 0.3 * wave(0.17, 0.5)));
    let corner = ((x - scaled.width() as f32 / 2.0) as i64, (y - scaled.height() as f32 / 2.0) as i64);
    for (column, row, pixel) in scaled.enumerate_pixels() {
        let (px, py) = (corner.0 + i64::from(column), corner.1 + i64::from(row));
        if px < 0 || py < 0 || px >= i64::from(frame.width()) || py >= i64::from(frame.height()) {
            continue;
        }
        let share = f32::from(pixel[3]) / 255.0;
        let under = frame.get_pixel_mut(px as u32, py as u32);
        under.0 = [0, 1, 2].map(|i| (f32::from(under[i]) * (1.0 - share) + f32::from(pixel[i]) * share) as u8);
    }
}
