//! A reference measure of sharpness that is independent of the engine's: Tenengrad on the whole face at full
//! resolution.

use image::GrayImage;
use nearfar::frame::Rect;

/// Root mean square of the Sobel gradient over the ellipse in the face box, after a 3 x 3 binomial filter if
/// `denoised`.
pub fn tenengrad(picture: &GrayImage, bbox: &Rect, denoised: bool) -> f32 {
    let picture = if denoised { &image::imageops::filter3x3(picture, &BINOMIAL) } else { picture };
    let (width, height) = (picture.width() as i32, picture.height() as i32);
    let (center, half) = (bbox.center(), (bbox.width * 0.42, bbox.height * 0.48));
    let at = |x: i32, y: i32| f32::from(picture.get_pixel(x as u32, y as u32)[0]);
    let (mut sum, mut count) = (0.0_f64, 0u32);
    for y in ((center.y - half.1) as i32).max(1)..((center.y + half.1) as i32).min(height - 1) {
        for x in ((center.x - half.0) as i32).max(1)..((center.x + half.0) as i32).min(width - 1) {
            let (u, v) = ((x as f32 - center.x) / half.0, (y as f32 - center.y) / half.1);
            if u * u + v * v > 1.0 {
                continue;
            }
            let side = |x: i32| at(x, y - 1) + 2.0 * at(x, y) + at(x, y + 1);
            let row = |y: i32| at(x - 1, y) + 2.0 * at(x, y) + at(x + 1, y);
            let (gx, gy) = (side(x + 1) - side(x - 1), row(y + 1) - row(y - 1));
            sum += f64::from(gx * gx + gy * gy);
            count += 1;
        }
    }
    if count == 0 { 0.0 } else { (sum / f64::from(count)).sqrt() as f32 }
}

const BINOMIAL: [f32; 9] = [0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625];
