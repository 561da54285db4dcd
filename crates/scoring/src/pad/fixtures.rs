//! Synthetic pictures for tests of single artefacts: a room with an ellipse for a face, 360 x 480.

use image::{Rgba, RgbaImage};
use nearfar::frame::Rect;
use nearfar_rendering::random::Random;

/// The box of the face.
pub(super) fn face() -> Rect {
    Rect { x: 110.0, y: 160.0, width: 140.0, height: 140.0 }
}

/// The light at a pixel, 0 to 255: a wall with a lamp, a face, eyes, a body.
pub(super) fn room(x: f32, y: f32) -> [f32; 3] {
    let inside = |cx: f32, cy: f32, rx: f32, ry: f32| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) < 1.0;
    let shade = 0.8 + 0.2 * (x / 90.0).sin() * (y / 130.0).cos();
    let color = if inside(150.0, 205.0, 12.0, 6.0) || inside(210.0, 205.0, 12.0, 6.0) {
        [25.0, 20.0, 20.0]
    } else if inside(180.0, 230.0, 70.0, 95.0) {
        [205.0, 160.0, 135.0]
    } else if inside(180.0, 480.0, 170.0, 150.0) {
        [60.0, 70.0, 110.0]
    } else {
        [150.0, 155.0, 150.0]
    };
    color.map(|value| value * shade)
}

/// A picture of `light` with the noise of a camera.
pub(super) fn noisy(light: &impl Fn(f32, f32) -> [f32; 3]) -> RgbaImage {
    let mut random = Random::new("made");
    RgbaImage::from_fn(360, 480, |x, y| {
        let [r, g, b] = light(x as f32, y as f32).map(|value| (value + 2.0 * random.normal()).clamp(0.0, 255.0) as u8);
        Rgba([r, g, b, 255])
    })
}
