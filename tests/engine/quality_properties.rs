//! Properties of the quality measurements for any face and frame: finite numbers in their ranges.

use nearfar::detection::Face;
use nearfar::frame::{Frame, Layout, PixelFormat, Point, Rect, Rotation, Size};
use nearfar::quality::{FaceMeasurements, QualityMeter, pose};
use proptest::prelude::*;

/// Any float, but mostly one near a frame.
fn coordinate() -> impl Strategy<Value = f32> {
    prop_oneof![4 => -100.0f32..400.0, 1 => any::<f32>(), 1 => Just(f32::NAN), 1 => Just(f32::INFINITY)]
}

fn any_face() -> impl Strategy<Value = Face> {
    let point = (coordinate(), coordinate()).prop_map(|(x, y)| Point { x, y });
    (coordinate(), coordinate(), coordinate(), coordinate(), proptest::array::uniform6(point), coordinate()).prop_map(
        |(x, y, width, height, keypoints, score)| Face { bbox: Rect { x, y, width, height }, keypoints, score },
    )
}

/// A plausible detection at this place with this width.
fn sane_face() -> impl Strategy<Value = Face> {
    (-50.0f32..350.0, -50.0f32..350.0, 0.5f32..600.0, -180.0f32..180.0).prop_map(|(x, y, width, tilt)| {
        let (sin, cos) = tilt.to_radians().sin_cos();
        let unit = 0.45 * width;
        let keypoints = [(-0.5, 0.0), (0.5, 0.0), (0.0, 0.57), (0.0, 1.07), (-1.04, 0.25), (1.04, 0.25)]
            .map(|(u, v)| Point { x: x + unit * (u * cos - v * sin), y: y + unit * (u * sin + v * cos) });
        let bbox = Rect { x: x - width / 2.0, y: y - width / 4.0, width, height: width };
        Face { bbox, keypoints, score: 0.9 }
    })
}

fn any_layout() -> impl Strategy<Value = Layout> {
    let format = prop::sample::select(vec![
        PixelFormat::I420,
        PixelFormat::I422,
        PixelFormat::I444,
        PixelFormat::Nv12,
        PixelFormat::Rgba,
        PixelFormat::Bgra,
    ]);
    let rotation =
        prop::sample::select(vec![Rotation::None, Rotation::Clockwise90, Rotation::Half, Rotation::Clockwise270]);
    (format, 1u32..90, 1u32..90, rotation, any::<bool>()).prop_map(|(format, width, height, rotation, flip)| Layout {
        rotation,
        flip,
        ..Layout::packed(format, Size { width, height })
    })
}

fn check(measured: &FaceMeasurements) -> Result<(), TestCaseError> {
    let shares =
        [measured.sharpness, measured.brightness, measured.overexposed, measured.underexposed, measured.occlusion];
    for share in shares {
        prop_assert!((0.0..=1.0).contains(&share), "{measured:?}");
    }
    prop_assert!((-1.0..=1.0).contains(&measured.backlight), "{measured:?}");
    for angle in [measured.pose.yaw, measured.pose.pitch] {
        prop_assert!(angle.abs() <= 90.0, "{measured:?}");
    }
    prop_assert!(measured.pose.roll.abs() <= 180.0, "{measured:?}");
    Ok(())
}

proptest! {
    #[test]
    fn measurements_are_finite_and_in_range(
        layout in any_layout(),
        bytes in prop::collection::vec(any::<u8>(), 90 * 90 * 4 + 8),
        faces in prop::collection::vec(prop_oneof![any_face(), sane_face()], 1..4),
    ) {
        let frame = Frame::new(layout, &bytes).unwrap();
        let mut meter = QualityMeter::new();
        for face in &faces {
            check(&meter.measure(&frame, face))?;
        }
        // Earlier measurements have no effect.
        let again = meter.measure(&frame, &faces[0]);
        prop_assert_eq!(QualityMeter::new().measure(&frame, &faces[0]), again);
    }

    #[test]
    fn pose_turns_with_the_picture(face in sane_face(), turn in -90.0f32..90.0) {
        let (sin, cos) = turn.to_radians().sin_cos();
        let mut turned = face;
        for point in &mut turned.keypoints {
            *point = Point { x: point.x * cos - point.y * sin, y: point.x * sin + point.y * cos };
        }
        let (before, after) = (pose(&face), pose(&turned));
        let difference = (after.roll - before.roll - turn + 540.0).rem_euclid(360.0) - 180.0;
        prop_assert!(difference.abs() < 0.5, "{:?} turned by {} is {:?}", before, turn, after);
        prop_assert!((after.yaw - before.yaw).abs() < 0.5 && (after.pitch - before.pitch).abs() < 0.5);
    }
}
