//! Light on synthetic faces of several skin tones: good light, coloured light, white backgrounds, darkness,
//! overexposure.

use crate::common::{good_face, good_measurements, target};
use nearfar::detection::Face;
use nearfar::frame::{Frame, Layout, PixelFormat, Point, Rect, Size};
use nearfar::guidance::{Instruction, Scene, Stage, Thresholds, assess};
use nearfar::quality::{FaceMeasurements, QualityMeter};

const SIZE: Size = Size { width: 200, height: 200 };
/// Well-exposed skin in sRGB: deep, brown, tan, light, and retouched until nearly white.
const SKIN: [[u8; 3]; 5] = [[96, 62, 48], [141, 94, 70], [198, 150, 118], [236, 196, 172], [250, 232, 224]];

/// A face of one colour, shaded towards one side, with dark eyes and mouth, on a plain background.
fn measure(skin: [u8; 3], background: [u8; 3]) -> FaceMeasurements {
    measure_in(skin, [1.0; 3], background)
}

/// The same in light of this colour and strength.
fn measure_in(skin: [u8; 3], light: [f32; 3], background: [u8; 3]) -> FaceMeasurements {
    let mut data = Vec::new();
    for (y, x) in (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (y as f32, x as f32))) {
        let (u, v) = ((x - 100.0) / 55.0, (y - 100.0) / 70.0);
        let is_dark =
            (v + 0.2).abs() < 0.06 && u.abs() > 0.2 && u.abs() < 0.6 || (v - 0.45).abs() < 0.05 && u.abs() < 0.3;
        let shade = if is_dark { 0.3 } else { 1.0 - 0.25 * (0.5 + 0.5 * u.clamp(-1.0, 1.0)) };
        let pixel =
            if u * u + v * v < 1.0 { lit(skin.map(|c| (f32::from(c) * shade) as u8), light) } else { background };
        data.extend(pixel);
        data.push(255);
    }
    let bbox = Rect { x: 50.0, y: 50.0, width: 100.0, height: 100.0 };
    let face = Face { bbox, keypoints: [Point { x: 100.0, y: 100.0 }; 6], score: 0.9 };
    let frame = Frame::new(Layout::packed(PixelFormat::Rgba, SIZE), &data).unwrap();
    QualityMeter::new().measure(&frame, &face)
}

/// Guidance's instruction for this light on an otherwise good face.
fn instruction(light: FaceMeasurements) -> Option<Instruction> {
    let target = target(Stage::Far);
    let FaceMeasurements { brightness, backlight, overexposed, .. } = light;
    let measurements = FaceMeasurements { brightness, backlight, overexposed, ..good_measurements() };
    let scene = Scene { faces: &[good_face(&target)], measurements: Some(&measurements), speed: 0.0 };
    assess(&scene, &target, &Thresholds::default()).failing.iter().next()
}

fn lit(skin: [u8; 3], by: [f32; 3]) -> [u8; 3] {
    [0, 1, 2].map(|i| (255.0 * ((f32::from(skin[i]) / 255.0).powf(2.2) * by[i]).powf(1.0 / 2.2)).min(255.0) as u8)
}

#[test]
fn well_exposed_skin_of_every_tone_passes_before_a_wall() {
    for skin in SKIN {
        for wall in [20, 90, 160, 185] {
            let light = measure(skin, [wall; 3]);
            assert_eq!(instruction(light), None, "{skin:?} before {wall}: {light:?}");
        }
    }
}

#[test]
fn coloured_light_does_not_count_as_darkness() {
    for skin in SKIN {
        for tint in [[1.0, 0.25, 0.2], [0.7, 1.0, 0.6], [0.6, 0.7, 1.3], [1.0, 0.6, 0.3]] {
            let light = measure_in(skin, tint, [60; 3]);
            assert_eq!(instruction(light), None, "{skin:?} in {tint:?}: {light:?}");
        }
    }
}

#[test]
fn darkness_clipping_and_back_light_are_detected_on_every_tone() {
    for skin in SKIN {
        let dark = measure_in(skin, [0.02; 3], [20; 3]);
        assert_eq!(instruction(dark), Some(Instruction::TooDark), "{skin:?}: {dark:?}");
        let burnt = measure_in(skin, [40.0; 3], [128; 3]);
        assert_eq!(instruction(burnt), Some(Instruction::TooBright), "{skin:?}: {burnt:?}");
        let behind = measure_in(skin, [0.12; 3], [255; 3]);
        assert_eq!(instruction(behind), Some(Instruction::TooDark), "{skin:?}: {behind:?}");
    }
}

#[test]
fn one_clipped_channel_is_not_overexposed() {
    let red = measure([255, 180, 150], [90; 3]);
    assert_eq!(red.overexposed, 0.0, "{red:?}");
    let white = measure([255, 255, 190], [90; 3]);
    assert!(white.brightness > red.brightness, "{white:?}");
}
