//! Frame layouts and JPEG encoding: a valid frame encodes, and the result passes the rule for the engine's files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nearfar::encoding::{JpegLimits, audit_jpeg, encode_jpeg};
use nearfar::frame::{ColorMatrix, Frame, Layout, PixelFormat, Plane, Rotation, Size};
use nearfar_protocol::jpeg::{JpegEncoder, PictureRule};

const FORMATS: [PixelFormat; 6] =
    [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444, PixelFormat::Nv12, PixelFormat::Rgba, PixelFormat::Bgra];
const RULE: PictureRule = PictureRule { encoder: JpegEncoder::Engine, sides: 1..=16384, max_pixels: u32::MAX };

/// Numbers of all sizes, most of them small.
fn number(bytes: [u8; 2]) -> usize {
    let [low, high] = bytes.map(usize::from);
    match high {
        0..=199 => low,
        200..=249 => low << (high - 200),
        _ => usize::MAX - low,
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&[format, turn, quality, max_side], rest)) = data.split_first_chunk::<4>() else { return };
    let Some((numbers, pixels)) = rest.split_first_chunk::<16>() else { return };
    let (pairs, _) = numbers.as_chunks::<2>();
    let [width, height, a, b, c, d, e, f] = std::array::from_fn(|index| number(pairs[index]));
    let side = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let layout = Layout {
        format: FORMATS[usize::from(format) % FORMATS.len()],
        coded: Size { width: side(width), height: side(height) },
        planes: [Plane { offset: a, stride: b }, Plane { offset: c, stride: d }, Plane { offset: e, stride: f }],
        rotation: Rotation::from_degrees(f64::from(turn & 3) * 90.0),
        flip: turn & 4 != 0,
        matrix: if turn & 8 == 0 { ColorMatrix::Bt601 } else { ColorMatrix::Bt709 },
        full_range: turn & 16 != 0,
    };
    let packed = Layout {
        planes: Layout::packed(layout.format, Size { width: 24, height: 18 }).planes,
        coded: Size { width: 24, height: 18 },
        ..layout
    };
    for layout in [layout, packed] {
        let Ok(frame) = Frame::new(layout, pixels) else { continue };
        let limits = JpegLimits {
            min_side: 1,
            max_side: u32::from(max_side).max(1),
            max_bytes: if turn & 32 == 0 { 2_000_000 } else { 2_000 },
            quality: quality % 100 + 1,
            min_quality: (quality % 100 + 1).min(60),
        };
        for made in [encode_jpeg(&frame, &limits, |_| ()), audit_jpeg(&frame, u32::from(max_side).max(1))] {
            let Ok(jpeg) = made else { continue };
            let size = RULE.check(&jpeg.bytes).expect("the engine's own file");
            assert_eq!((u32::from(size.width), u32::from(size.height)), (jpeg.width, jpeg.height));
        }
    }
});
