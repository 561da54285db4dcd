//! Every pixel format, rotation and mirroring gives the same upright picture.

use nearfar::frame::{
    ColorMatrix, Frame, Layout, MAX_TAPS, PixelFormat, Point, Rect, Region, Rotation, Size, sample_rgb, warp_rgb,
    yuv_to_rgb,
};
use proptest::prelude::*;

const FORMATS: [PixelFormat; 6] =
    [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444, PixelFormat::Nv12, PixelFormat::Rgba, PixelFormat::Bgra];
const ROTATIONS: [Rotation; 4] = [Rotation::None, Rotation::Clockwise90, Rotation::Half, Rotation::Clockwise270];

/// A smooth upright picture: components (Y, U, V or R, G, B) at a continuous position.
fn picture(x: f64, y: f64) -> [f64; 3] {
    [
        120.0 + 60.0 * (x / 17.0).sin() + 30.0 * (y / 23.0).cos(),
        128.0 + 40.0 * ((x + y) / 29.0).sin(),
        128.0 + 40.0 * ((x - 2.0 * y) / 31.0).cos(),
    ]
}

/// Stores the picture in a layout, with padding at the ends of rows.
fn stored(mut layout: Layout) -> (Layout, Vec<u8>) {
    let mut offset = 3;
    for index in 0..layout.format.plane_count() {
        let (row, rows) = layout.format.plane_extent(index, layout.coded);
        layout.planes[index].offset = offset;
        layout.planes[index].stride = row + 5;
        offset += (row + 5) * rows;
    }
    let mut data = vec![0xee; offset];
    let upright = layout.upright();
    for y in 0..upright.height {
        for x in 0..upright.width {
            let (column, row) = layout.stored_position(x, y);
            let (column, row) = (column as usize, row as usize);
            let values = picture(f64::from(x) + 0.5, f64::from(y) + 0.5).map(|v| v.round() as u8);
            let (sx, sy) = layout.format.chroma_subsampling();
            let (cc, cr) = (column / sx as usize, row / sy as usize);
            let mut put = |plane: usize, column: usize, row: usize, value: u8| {
                data[layout.planes[plane].offset + layout.planes[plane].stride * row + column] = value;
            };
            match layout.format {
                PixelFormat::Rgba | PixelFormat::Bgra => {
                    let order = if layout.format == PixelFormat::Rgba { [0, 1, 2] } else { [2, 1, 0] };
                    for (byte, component) in order.into_iter().enumerate() {
                        put(0, 4 * column + byte, row, values[component]);
                    }
                }
                PixelFormat::Nv12 => {
                    put(0, column, row, values[0]);
                    put(1, 2 * cc, cr, values[1]);
                    put(1, 2 * cc + 1, cr, values[2]);
                }
                _ => {
                    put(0, column, row, values[0]);
                    put(1, cc, cr, values[1]);
                    put(2, cc, cr, values[2]);
                }
            }
        }
    }
    (layout, data)
}

fn expected_rgb(layout: &Layout, x: f64, y: f64) -> [u8; 3] {
    let [a, b, c] = picture(x, y).map(|v| v.round() as u8);
    match layout.format {
        PixelFormat::Rgba | PixelFormat::Bgra => [a, b, c],
        _ => yuv_to_rgb(a, b, c, layout.matrix, layout.full_range),
    }
}

fn close(found: [u8; 3], wanted: [u8; 3], by: u8) -> bool {
    found.iter().zip(&wanted).all(|(a, b)| a.abs_diff(*b) <= by)
}

fn every_layout(width: u32, height: u32, mut check: impl FnMut(&Frame)) {
    for format in FORMATS {
        for rotation in ROTATIONS {
            for flip in [false, true] {
                let coded = Size { width, height };
                let (layout, data) = stored(Layout { rotation, flip, ..Layout::packed(format, coded) });
                check(&Frame::new(layout, &data).expect("the layout fits"));
            }
        }
    }
}

#[test]
fn single_pixels_match_the_upright_picture() {
    every_layout(47, 30, |frame| {
        let (layout, size) = (frame.layout(), frame.size());
        for (x, y) in [(0, 0), (size.width - 1, 0), (3, size.height - 1), (11, 17)] {
            let (px, py) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
            // A chroma sample covers two pixels in each direction.
            let found = frame.rgb_at(x as f32, y as f32).unwrap();
            assert!(close(found, expected_rgb(layout, px, py), 14), "{layout:?} at {x}, {y}");
        }
        assert_eq!(frame.rgb_at(size.width as f32, 0.0), None);
        assert_eq!(frame.rgb_at(0.0, size.height as f32), None);
        assert_eq!(frame.rgb_at(-0.1, 0.0), None);
    });
}

#[test]
fn ranges_and_matrices_are_distinguished() {
    let size = Size { width: 2, height: 2 };
    let mut rgb = Vec::new();
    for matrix in [ColorMatrix::Bt601, ColorMatrix::Bt709] {
        for full_range in [false, true] {
            let layout = Layout { matrix, full_range, ..Layout::packed(PixelFormat::I420, size) };
            let frame = Frame::new(layout, &[81, 81, 81, 81, 90, 240]).unwrap();
            rgb.extend(frame.rgb_at(0.0, 0.0));
        }
    }
    // The limited-range BT.601 red of colour bars, and its value under the other interpretations.
    assert_eq!(rgb, [[254, 0, 0], [238, 14, 14], [255, 24, 0], [255, 36, 10]]);
}

/// A rectangle by its centre.
fn around(x: f32, y: f32, width: f32, height: f32) -> Rect {
    Rect { x: x - width / 2.0, y: y - height / 2.0, width, height }
}

/// Compares a sampled rectangle with the picture at the centres of the output pixels.
fn check(frame: &Frame, rect: &Rect, out_w: u32, out_h: u32, by: u8) {
    let mut rgb = vec![9; (out_w * out_h * 3) as usize];
    sample_rgb(frame, rect, out_w, out_h, &mut rgb);
    let region = Region { center: rect.center(), width: rect.width, height: rect.height, angle: 0.0 };
    check_pixels(frame, &region, &rgb, [out_w, out_h], by);
}

fn check_warped(frame: &Frame, region: &Region, out_w: u32, out_h: u32, by: u8) {
    let mut rgb = vec![9; (out_w * out_h * 3) as usize];
    warp_rgb(frame, region, [out_w, out_h], MAX_TAPS, &mut rgb);
    check_pixels(frame, region, &rgb, [out_w, out_h], by);
}

fn check_pixels(frame: &Frame, region: &Region, rgb: &[u8], [out_w, out_h]: [u32; 2], by: u8) {
    let (sin, cos) = f64::from(region.angle).sin_cos();
    for row in 0..out_h {
        for column in 0..out_w {
            let u = ((f64::from(column) + 0.5) / f64::from(out_w) - 0.5) * f64::from(region.width);
            let v = ((f64::from(row) + 0.5) / f64::from(out_h) - 0.5) * f64::from(region.height);
            let x = f64::from(region.center.x) + u * cos - v * sin;
            let y = f64::from(region.center.y) + u * sin + v * cos;
            let index = (row * out_w + column) as usize;
            let found = [rgb[3 * index], rgb[3 * index + 1], rgb[3 * index + 2]];
            let (width, height) = (f64::from(frame.size().width), f64::from(frame.size().height));
            let margin = |value: f64, length: f64| value.min(length - value);
            let inside = margin(x, width).min(margin(y, height));
            if inside < -0.01 {
                assert_eq!(found, [0; 3], "outside at {x}, {y}");
            } else if inside > 4.0 {
                let wanted = expected_rgb(frame.layout(), x, y);
                assert!(close(found, wanted, by), "{found:?} for {wanted:?} at {x}, {y} of {:?}", frame.layout());
            }
        }
    }
}

#[test]
fn rectangles_match_the_upright_picture_in_every_layout() {
    every_layout(96, 74, |frame| {
        // Shrunk, enlarged, past every edge.
        check(frame, &around(40.0, 41.0, 50.0, 44.0), 17, 20, 12);
        check(frame, &around(33.3, 35.1, 14.0, 20.0), 40, 39, 12);
        check(frame, &around(40.0, 30.0, 200.0, 190.0), 64, 60, 14);
        // Rotated, and rotated while shrunk.
        let tilted = |x, y, side, angle| Region { center: Point { x, y }, width: side, height: side, angle };
        check_warped(frame, &tilted(38.0, 36.0, 30.0, 0.4), 33, 30, 12);
        check_warped(frame, &tilted(40.0, 38.0, 110.0, -2.0), 30, 31, 14);
    });
}

#[test]
fn a_copy_is_exact() {
    let (layout, data) = stored(Layout::packed(PixelFormat::Rgba, Size { width: 20, height: 11 }));
    let frame = Frame::new(layout, &data).unwrap();
    let mut rgb = vec![0; 20 * 11 * 3];
    sample_rgb(&frame, &around(10.0, 5.5, 20.0, 11.0), 20, 11, &mut rgb);
    for y in 0..11 {
        for x in 0..20 {
            assert_eq!(rgb[(y * 20 + x) * 3..][..3], frame.rgb_at(x as f32, y as f32).unwrap());
        }
    }
}

#[test]
fn shrinking_averages_every_pixel() {
    // One white pixel among 63 black ones gives 1/64 of white wherever it is.
    for at in 0..64 {
        let mut data = vec![0; 64 * 4];
        data[at * 4..][..4].fill(255);
        let frame = Frame::new(Layout::packed(PixelFormat::Rgba, Size { width: 8, height: 8 }), &data).unwrap();
        let mut out = [0; 3];
        sample_rgb(&frame, &around(4.0, 4.0, 8.0, 8.0), 1, 1, &mut out);
        assert_eq!(out, [4; 3]);
    }
}

proptest! {
    #[test]
    fn sampling_never_panics(
        format in 0usize..6, rotation in 0usize..4, flip: bool,
        width in 1u32..40, height in 1u32..40,
        numbers in prop::array::uniform4(prop_oneof![-80f32..80.0, Just(0.0), Just(f32::NAN), any::<f32>()]),
        out_w in 0u32..20, out_h in 0u32..20, spare in 0usize..5,
    ) {
        let layout = Layout {
            rotation: ROTATIONS[rotation], flip, ..Layout::packed(FORMATS[format], Size { width, height })
        };
        let data = vec![200; layout.byte_len()];
        let frame = Frame::new(layout, &data).unwrap();
        let [x, y, width, height] = numbers;
        let mut out = vec![7; (out_w * out_h * 3) as usize + spare];
        sample_rgb(&frame, &Rect { x, y, width, height }, out_w, out_h, &mut out);
        let region = Region { center: Point { x, y }, width, height, angle: x };
        warp_rgb(&frame, &region, [out_w, out_h], MAX_TAPS, &mut out);
        out.truncate(spare);
        sample_rgb(&frame, &Rect { x, y, width, height }, out_w, out_h, &mut out);
    }

    #[test]
    fn a_flat_picture_stays_flat(
        format in 0usize..6, rotation in 0usize..4, level: u8,
        x in 10f32..30.0, y in 10f32..30.0, side in 0.5f32..14.0,
        out in 1u32..24,
    ) {
        let layout = Layout {
            rotation: ROTATIONS[rotation], ..Layout::packed(FORMATS[format], Size { width: 40, height: 40 })
        };
        let data = vec![level; layout.byte_len()];
        let frame = Frame::new(layout, &data).unwrap();
        let mut rgb = vec![0; (out * out * 3) as usize];
        sample_rgb(&frame, &around(x, y, side, side), out, out, &mut rgb);
        let wanted = frame.rgb_at(20.0, 20.0).unwrap();
        prop_assert!(rgb.as_chunks::<3>().0.iter().all(|&pixel| pixel == wanted), "{rgb:?} for {wanted:?}");
    }
}
