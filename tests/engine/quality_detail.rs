//! Fine detail at full resolution, on a synthetic face: blurred, moved, noisy, in every layout.

use nearfar::detection::Face;
use nearfar::frame::{Frame, Layout, PixelFormat, Plane, Point, Rect, Rotation, Size};
use nearfar::quality::QualityMeter;

const SIDE: usize = 240;

/// A texture with edges in all directions, 0 to 255, box-blurred by this many pixels horizontally and vertically.
fn texture(across: usize, along: usize) -> Vec<f32> {
    let value = |x: f32, y: f32| {
        let rings = (0.35 * ((x - 110.0).hypot(y - 130.0))).sin();
        let stripes = (0.21 * x + 0.33 * y).sin();
        110.0 + 40.0 * (3.0 * rings).clamp(-1.0, 1.0) + 25.0 * stripes
    };
    let mut picture = vec![0.0; SIDE * SIDE];
    for (index, pixel) in picture.iter_mut().enumerate() {
        let (x, y) = ((index % SIDE) as f32, (index / SIDE) as f32);
        let taps = (0..across).flat_map(|i| (0..along).map(move |j| (i as f32, j as f32)));
        *pixel = taps.map(|(i, j)| value(x + i, y + j)).sum::<f32>() / (across * along) as f32;
    }
    picture
}

/// Adds reproducible noise of this deviation.
fn noisy(picture: &[f32], deviation: f32) -> Vec<f32> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    // The sum of four uniform numbers is nearly normal, with a variance of a third.
    picture.iter().map(|value| value + deviation * 3f32.sqrt() * (next() + next() + next() + next())).collect()
}

fn face() -> Face {
    let bbox = Rect { x: 20.0, y: 20.0, width: 200.0, height: 200.0 };
    Face { bbox, keypoints: [Point { x: 120.0, y: 120.0 }; 6], score: 0.9 }
}

fn bytes(picture: &[f32]) -> Vec<u8> {
    picture.iter().map(|value| value.round().clamp(0.0, 255.0) as u8).collect()
}

/// Measures a picture stored in the given layout, whose first plane is luma.
fn detail(picture: &[f32]) -> f32 {
    let size = Size { width: SIDE as u32, height: SIDE as u32 };
    let layout = Layout { full_range: true, ..Layout::packed(PixelFormat::I420, size) };
    let mut data = bytes(picture);
    data.resize(layout.byte_len(), 128);
    QualityMeter::new().measure(&Frame::new(layout, &data).unwrap(), &face()).detail
}

#[test]
fn blur_of_one_pixel_is_detected_in_every_direction() {
    let sharp = detail(&texture(1, 1));
    let (across, along, both) = (detail(&texture(2, 1)), detail(&texture(1, 2)), detail(&texture(2, 2)));
    assert!(across < 0.98 * sharp && along < 0.98 * sharp, "{sharp}, moved {across} and {along}");
    assert!(both < 0.98 * across && both < 0.98 * along, "{across}, {along}, both {both}");
    assert!(detail(&texture(6, 1)) < 0.85 * across, "a longer motion costs more");
}

#[test]
fn noise_does_not_count_as_detail() {
    let (sharp, soft) = (texture(1, 1), texture(3, 3));
    let plain = detail(&soft);
    let grainy = detail(&noisy(&soft, 8.0));
    assert!((grainy / plain - 1.0).abs() < 0.05, "{plain}, with noise {grainy}");
    assert!(detail(&noisy(&soft, 12.0)) < detail(&sharp), "a soft frame full of noise is no sharp one");
    assert!(detail(&noisy(&vec![120.0; SIDE * SIDE], 6.0)) < 0.1 * plain, "there is nothing in it but noise");
}

#[test]
fn exposure_cancels() {
    let picture = texture(1, 1);
    let dim: Vec<f32> = picture.iter().map(|value| 0.6 * value).collect();
    let (plain, dim) = (detail(&picture), detail(&dim));
    assert!((dim / plain - 1.0).abs() < 0.03, "{plain}, dim {dim}");
}

#[test]
fn formats_and_rotations_agree() {
    let picture = bytes(&texture(1, 1));
    let size = Size { width: SIDE as u32, height: SIDE as u32 };
    let expected = detail(&texture(1, 1));
    let measured =
        |layout: Layout, data: &[u8]| QualityMeter::new().measure(&Frame::new(layout, data).unwrap(), &face()).detail;
    for format in [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444, PixelFormat::Nv12] {
        for rotation in [Rotation::None, Rotation::Clockwise90, Rotation::Half, Rotation::Clockwise270] {
            for flip in [false, true] {
                let layout = Layout { full_range: true, rotation, flip, ..Layout::packed(format, size) };
                let mut data = picture.clone();
                data.resize(layout.byte_len(), 128);
                let got = measured(layout, &data);
                assert!((got / expected - 1.0).abs() < 0.05, "{format:?} {rotation:?} {flip}: {got} for {expected}");
            }
        }
    }
    for format in [PixelFormat::Rgba, PixelFormat::Bgra] {
        let data: Vec<u8> = picture.iter().flat_map(|&value| [value, value, value, 255]).collect();
        let got = measured(Layout::packed(format, size), &data);
        assert!((got / expected - 1.0).abs() < 0.05, "{format:?}: {got} for {expected}");
    }
    // Limited range, with padded rows.
    let stride = SIDE + 13;
    let mut layout = Layout::packed(PixelFormat::I420, size);
    layout.planes = [(0, stride), (stride * SIDE, SIDE), (stride * SIDE + SIDE * SIDE / 2, SIDE)]
        .map(|(offset, stride)| Plane { offset, stride });
    let mut data = vec![128; layout.byte_len()];
    for (row, values) in picture.chunks(SIDE).enumerate() {
        for (column, &value) in values.iter().enumerate() {
            data[row * stride + column] = 16 + (f32::from(value) * 219.0 / 255.0).round() as u8;
        }
    }
    let got = measured(layout, &data);
    assert!((got / expected - 1.0).abs() < 0.05, "limited range: {got} for {expected}");
}

#[test]
fn boxes_past_the_frame_are_measured_inside_it() {
    let size = Size { width: 40, height: 30 };
    let layout = Layout::packed(PixelFormat::I420, size);
    let data: Vec<u8> = (0..layout.byte_len()).map(|index| if index % 3 == 0 { 200 } else { 40 }).collect();
    let frame = Frame::new(layout, &data).unwrap();
    for (x, y, side) in
        [(-500.0, -500.0, 900.0), (30.0, 20.0, 30.0), (100.0, 100.0, 50.0), (-90.0, 5.0, 20.0), (10.0, 10.0, 0.3)]
    {
        let face = Face { bbox: Rect { x, y, width: side, height: side }, ..face() };
        let got = QualityMeter::new().measure(&frame, &face).detail;
        assert!(got.is_finite() && got >= 0.0, "{x} {y} {side}: {got}");
    }
    let outside = Face { bbox: Rect { x: 100.0, y: 100.0, width: 50.0, height: 50.0 }, ..face() };
    assert_eq!(QualityMeter::new().measure(&frame, &outside).detail, 0.0);
}
