//! Builds a network's input from a picture and a face box.

use crate::config::{Colors, ModelConfig};
use image::RgbaImage;
use nearfar::frame::Rect;

/// A crop of a picture in whole pixels. Right and bottom are exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// Left edge.
    pub left: u32,
    /// Top edge.
    pub top: u32,
    /// Right edge.
    pub right: u32,
    /// Bottom edge.
    pub bottom: u32,
}

impl Crop {
    /// The face box enlarged by `scale` around its centre, shrunk and moved to fit into the picture, as in
    /// minivision-ai/Silent-Face-Anti-Spoofing (Apache-2.0). `None` for an invalid box or an empty picture.
    pub fn around(face: &Rect, scale: f32, (width, height): (u32, u32)) -> Option<Crop> {
        let whole = [face.x, face.y, face.width, face.height].iter().all(|value| value.is_finite());
        if !(whole && face.width >= 1.0 && face.height >= 1.0 && width > 1 && height > 1) {
            return None;
        }
        // From the centre of the first pixel to that of the last.
        let (across, down) = (f64::from(width - 1), f64::from(height - 1));
        let scale = f64::from(scale).min(across / f64::from(face.width)).min(down / f64::from(face.height));
        let ends = |from: f32, side: f32, most: f64| {
            let (from, side) = (f64::from(from), f64::from(side));
            // Rounding must neither push an edge out of the picture nor omit the last pixel.
            let wanted = (scale * side).min(most);
            let start = (from + 0.5 * side - 0.5 * wanted).clamp(0.0, most - wanted);
            (start as u32, (start + wanted + 1e-6).min(most) as u32 + 1)
        };
        let ((left, right), (top, bottom)) = (ends(face.x, face.width, across), ends(face.y, face.height, down));
        Some(Crop { left, top, right, bottom })
    }
}

/// The network's input, channel by channel and row by row. Interpolated bilinearly and rounded like OpenCV's
/// `INTER_LINEAR`; `image`'s resize truncates instead. `None` if the face box is invalid.
pub fn input(picture: &RgbaImage, face: &Rect, config: &ModelConfig) -> Option<Vec<f32>> {
    let crop = Crop::around(face, config.crop, picture.dimensions())?;
    let side = config.side;
    let taps = |from: u32, to: u32| -> Vec<(u32, u32, f32)> {
        let step = (to - from) as f32 / side as f32;
        let tap = |index: usize| {
            let at = ((index as f32 + 0.5) * step - 0.5).clamp(0.0, (to - from - 1) as f32);
            let first = from + at as u32;
            (first, (first + 1).min(to - 1), at.fract())
        };
        (0..side).map(tap).collect()
    };
    let (columns, rows) = (taps(crop.left, crop.right), taps(crop.top, crop.bottom));
    let [black, white] = config.range;
    let channels = match config.colors {
        Colors::Rgb => [0, 1, 2],
        Colors::Bgr => [2, 1, 0],
    };
    let mut values = vec![0.0; 3 * side * side];
    for (row, (top, bottom, down)) in rows.into_iter().enumerate() {
        for (column, (left, right, across)) in columns.iter().enumerate() {
            let pixels = [(*left, top), (*right, top), (*left, bottom), (*right, bottom)];
            let pixels = pixels.map(|(x, y)| picture.get_pixel(x, y));
            for (plane, channel) in channels.into_iter().enumerate() {
                let [a, b, c, d] = pixels.map(|pixel| f32::from(pixel[channel]));
                let (above, below) = (a + (b - a) * across, c + (d - c) * across);
                let value = (above + (below - above) * down).round() / 255.0;
                values[(plane * side + row) * side + column] = black + (white - black) * value;
            }
        }
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn config(colors: Colors, range: [f32; 2]) -> ModelConfig {
        ModelConfig {
            file: "a.onnx".into(),
            sha256: "0f".repeat(32),
            side: 16,
            crop: 1.0,
            colors,
            range,
            live: 0,
            temperature: 1.0,
            threshold: 0.5,
            weight: 1.0,
        }
    }

    fn face(x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect { x, y, width, height }
    }

    #[test]
    fn crops_lie_inside_the_picture() {
        let cut = |face, scale| Crop::around(&face, scale, (810, 1080)).unwrap();
        assert_eq!(cut(face(400.0, 500.0, 100.0, 120.0), 2.0), Crop { left: 350, top: 440, right: 551, bottom: 681 });
        // Moved, ...
        assert_eq!(cut(face(0.0, 1000.0, 100.0, 80.0), 2.0), Crop { left: 0, top: 919, right: 201, bottom: 1080 });
        // ... and shrunk.
        assert_eq!(cut(face(183.49, 15.56, 364.89, 438.63), 2.7), Crop { left: 0, top: 0, right: 810, bottom: 973 });
        for wrong in [face(0.0, 0.0, 0.0, 10.0), face(f32::NAN, 0.0, 9.0, 9.0), face(0.0, 0.0, f32::INFINITY, 9.0)] {
            assert_eq!(Crop::around(&wrong, 2.0, (100, 100)), None);
        }
        // For a face outside the picture, the crop lies at the nearest edge.
        assert_eq!(cut(face(2000.0, -900.0, 100.0, 100.0), 1.0), Crop { left: 709, top: 0, right: 810, bottom: 101 });
        assert_eq!(Crop::around(&face(0.0, 0.0, 10.0, 10.0), 2.0, (0, 5)), None);
    }

    #[test]
    fn the_input_matches_opencv() {
        // Two rows of cv2.resize(picture[7:58, 0:41], (16, 16), interpolation=cv2.INTER_LINEAR) of OpenCV 4.12.
        let picture =
            RgbaImage::from_fn(47, 61, |x, y| Rgba([(x * 5 + y * 3) as u8, (x * y) as u8, (x * x + 7 * y) as u8, 255]));
        let face = face(10.0, 20.0, 20.0, 25.0);
        assert_eq!(Crop::around(&face, 2.0, (47, 61)), Some(Crop { left: 0, top: 7, right: 41, bottom: 58 }));
        let wanted = [
            (0, 0, [28, 41, 54, 67, 79, 92, 105, 118, 131, 143, 156, 169, 182, 195, 207, 220]),
            (0, 9, [114, 127, 140, 153, 165, 178, 191, 204, 217, 229, 242, 61, 12, 25, 37, 50]),
            (1, 0, [6, 27, 48, 68, 89, 110, 131, 151, 172, 193, 214, 211, 108, 20, 41, 61]),
            (1, 9, [29, 123, 217, 55, 150, 125, 82, 176, 55, 109, 203, 43, 136, 211, 68, 162]),
            (2, 0, [57, 68, 91, 128, 178, 227, 62, 151, 182, 113, 138, 128, 136, 171, 120, 59]),
            (2, 9, [58, 13, 36, 73, 123, 186, 54, 96, 198, 58, 187, 72, 122, 140, 65, 204]),
        ];
        let config = ModelConfig { crop: 2.0, ..config(Colors::Rgb, [0.0, 255.0]) };
        let built = input(&picture, &face, &config).unwrap();
        for (channel, row, values) in wanted {
            let own = &built[(channel * 16 + row) * 16..][..16];
            // OpenCV's coefficients are multiples of 1/2048.
            let off = own.iter().zip(values).map(|(own, value)| (own - value as f32).abs()).fold(0.0, f32::max);
            assert!(off < 1.01, "{channel}, {row}: {own:?}");
        }
    }

    #[test]
    fn channels_and_range_follow_the_configuration() {
        let picture = RgbaImage::from_fn(40, 40, |x, _| Rgba([255, if x < 20 { 0 } else { 51 }, 0, 9]));
        let whole = face(0.0, 0.0, 40.0, 40.0);
        let rgb = input(&picture, &whole, &config(Colors::Rgb, [0.0, 1.0])).unwrap();
        assert_eq!((rgb.len(), rgb[0], rgb[256], rgb[256 + 15], rgb[512]), (768, 1.0, 0.0, 0.2, 0.0));
        let bgr = input(&picture, &whole, &config(Colors::Bgr, [-1.0, 1.0])).unwrap();
        assert_eq!((bgr[0], bgr[256], bgr[512]), (-1.0, -1.0, 1.0));
    }
}
