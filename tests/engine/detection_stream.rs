//! Tracks faces from frame to frame: small faces, moving faces, a second face.

use nearfar::detection::{Detector, Face};
use nearfar::frame::{Frame, Layout, PixelFormat, Point, Rect, Size, sample_rgb};

const SIZE: Size = Size { width: 720, height: 1280 };

/// A portrait, and the box that the detector gives its face.
struct Portrait {
    pixels: image::RgbaImage,
    face: Rect,
}

fn portraits() -> Vec<Portrait> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules");
    let sources = [
        ("material-kit/assets/img/faces/marc.jpg", [110.0, 120.0, 179.0]),
        ("material-dashboard/assets/img/team-3.jpg", [127.0, 143.0, 157.0]),
        ("soft-ui-design-system/assets/img/ivana-square.jpg", [222.0, 300.0, 251.0]),
    ];
    let read = |(path, [x, y, side]): (&str, [f32; 3])| Portrait {
        pixels: image::open(folder.join(path)).expect("npm packages are installed: run `npm ci`").to_rgba8(),
        face: Rect { x, y, width: side, height: side },
    };
    sources.into_iter().map(read).collect()
}

/// An RGBA frame of a dull room.
fn room() -> Vec<u8> {
    let mut pixels = Vec::with_capacity((SIZE.width * SIZE.height * 4) as usize);
    for y in 0..SIZE.height {
        for x in 0..SIZE.width {
            let shade = (90 + y / 16 + (x / 90 % 2) * 12) as u8;
            pixels.extend([shade, shade - 8, shade - 15, 255]);
        }
    }
    pixels
}

/// Draws the portrait with the centre of its face at `center` and a face box of width `side`.
fn draw(frame: &mut [u8], portrait: &Portrait, center: Point, side: f32) -> Rect {
    let scale = side / portrait.face.width;
    let (width, height) = (portrait.pixels.width() as f32 * scale, portrait.pixels.height() as f32 * scale);
    let (out_w, out_h) = (width.round() as u32, height.round() as u32);
    let size = Size { width: portrait.pixels.width(), height: portrait.pixels.height() };
    let layout = Layout::packed(PixelFormat::Rgba, size);
    let source = Frame::new(layout, portrait.pixels.as_raw()).expect("the picture fits its layout");
    let whole = Rect { x: 0.0, y: 0.0, width: size.width as f32, height: size.height as f32 };
    let mut rgb = vec![0; (out_w * out_h * 3) as usize];
    sample_rgb(&source, &whole, out_w, out_h, &mut rgb);
    let face = portrait.face.center();
    let (left, top) = ((center.x - face.x * scale).round() as i64, (center.y - face.y * scale).round() as i64);
    for (index, pixel) in rgb.chunks_exact(3).enumerate() {
        let (x, y) = (left + index as i64 % i64::from(out_w), top + index as i64 / i64::from(out_w));
        if (0..i64::from(SIZE.width)).contains(&x) && (0..i64::from(SIZE.height)).contains(&y) {
            let at = ((y * i64::from(SIZE.width) + x) * 4) as usize;
            frame[at..at + 3].copy_from_slice(pixel);
        }
    }
    let (x, y) = (left as f32 + face.x * scale, top as f32 + face.y * scale);
    Rect { x: x - side / 2.0, y: y - side / 2.0, width: side, height: side }
}

fn detect<'a>(detector: &'a mut Detector, pixels: &[u8]) -> &'a [Face] {
    let frame = Frame::new(Layout::packed(PixelFormat::Rgba, SIZE), pixels).expect("the frame fits its layout");
    detector.detect(&frame)
}

/// A way to detect the faces of the next frame.
type Detect = fn(&mut Detector, &[u8]) -> Option<Vec<Face>>;

/// With two regions in many frames, and with one.
const WAYS: [Detect; 2] = [
    |detector, pixels| Some(detect(detector, pixels).to_vec()),
    |detector, pixels| {
        let frame = Frame::new(Layout::packed(PixelFormat::Rgba, SIZE), pixels).expect("the frame fits its layout");
        detector.detect_in_turn(&frame).map(<[Face]>::to_vec)
    },
];

fn detector() -> Detector {
    Detector::from_tflite(&crate::model_file::bytes()).expect("this is the model")
}

fn at(x: f32, y: f32) -> Point {
    Point { x, y }
}

/// The true and the detected box in each of `frames` frames that says something about the face.
fn follow(
    detect: Detect,
    portrait: &Portrait,
    frames: usize,
    side: f32,
    path: impl Fn(usize) -> Point,
) -> Vec<(Rect, Option<Rect>)> {
    let mut detector = detector();
    let room = room();
    (0..frames)
        .filter_map(|index| {
            let mut pixels = room.clone();
            let truth = draw(&mut pixels, portrait, path(index), side);
            let faces = detect(&mut detector, &pixels)?;
            assert!(faces.len() <= 1, "frame {index}: {faces:?}");
            Some((truth, faces.first().map(|face| face.bbox)))
        })
        .collect()
}

#[test]
fn a_face_of_12_percent_is_detected_anywhere_within_half_a_second() {
    for (detect, portrait) in
        WAYS.into_iter().flat_map(|way| portraits().into_iter().map(move |portrait| (way, portrait)))
    {
        for center in [at(360.0, 640.0), at(130.0, 200.0), at(600.0, 300.0), at(250.0, 1000.0), at(640.0, 1180.0)] {
            let found = follow(detect, &portrait, 15, 0.12 * 720.0, |_| center);
            let first = found.iter().position(|(_, found)| found.is_some());
            println!("at {center:?}: first seen in frame {first:?}");
            let first = first.expect("the face is found");
            for (truth, bbox) in &found[first + 1..] {
                let overlap = bbox.expect("the face is kept").iou(truth);
                assert!(overlap > 0.6, "{bbox:?} for {truth:?}");
            }
        }
    }
}

#[test]
fn a_still_face_has_a_steady_box() {
    for side in [90.0, 140.0, 220.0, 400.0] {
        for detect in WAYS {
            let found = follow(detect, &portraits()[0], 21, side, |_| at(350.0, 600.0));
            let last = &found[found.len() - 5..];
            let boxes: Vec<Rect> = last.iter().filter_map(|(_, found)| *found).collect();
            let spread = boxes.iter().map(|b| b.center().distance(boxes[0].center())).fold(0.0, f32::max);
            println!("side {side}: moves by {spread} px");
            assert!(boxes.len() == 5 && spread < 0.01 * side, "side {side}: {boxes:?}");
        }
    }
}

#[test]
fn a_small_face_is_followed_as_it_moves() {
    // A third of its width per second at 30 frames per second, and six times that.
    for (detect, step) in WAYS.into_iter().flat_map(|way| [(way, 1.0), (way, 6.0)]) {
        let found = follow(detect, &portraits()[1], 40, 90.0, |index| at(250.0 + index as f32 * step, 600.0));
        let first = found.iter().position(|(_, found)| found.is_some()).expect("the face is found");
        let kept = found[first..].iter().filter(|(truth, found)| found.is_some_and(|b| b.iou(truth) > 0.5)).count();
        assert_eq!(kept, found.len() - first, "{found:?}");
    }
}

#[test]
fn a_second_face_is_detected_while_the_first_is_followed() {
    let sides = [(110.0, 100.0), (110.0, 200.0), (300.0, 220.0)];
    for (detect, (first_side, second_side)) in WAYS.into_iter().flat_map(|way| sides.map(|sides| (way, sides))) {
        assert_second_face_is_detected(detect, first_side, second_side);
    }
}

fn assert_second_face_is_detected(detect: Detect, first_side: f32, second_side: f32) {
    let (portraits, room) = (portraits(), room());
    let mut detector = detector();
    let (mut noticed, mut lost, mut count) = (None, 0, 0);
    for index in 0..70 {
        let mut pixels = room.clone();
        draw(&mut pixels, &portraits[0], at(250.0, 380.0), first_side);
        if index >= 20 {
            draw(&mut pixels, &portraits[1], at(480.0, 980.0), second_side);
        }
        count = detect(&mut detector, &pixels).map_or(count, |faces| faces.len());
        match (index, noticed) {
            (0..20, _) => assert!(count <= 1, "frame {index}"),
            (_, None) if count == 2 => noticed = Some(index),
            (_, Some(_)) => lost += usize::from(count != 2),
            _ => {}
        }
    }
    println!("{first_side} and {second_side}: noticed in frame {noticed:?}, lost in {lost}");
    assert!(noticed.is_some_and(|index| index <= 50) && lost == 0, "{noticed:?}, lost in {lost} frames");
    // It leaves again.
    let mut pixels = room.clone();
    draw(&mut pixels, &portraits[0], at(250.0, 380.0), first_side);
    for _ in 0..12 {
        count = detect(&mut detector, &pixels).map_or(count, |faces| faces.len());
    }
    assert_eq!(count, 1);
}

#[test]
fn one_region_a_frame_suffices_while_a_face_is_followed() {
    let portrait = &portraits()[0];
    let mut detector = detector();
    let mut pixels = room();
    draw(&mut pixels, portrait, at(350.0, 600.0), 140.0);
    let frames = (0..42).map(|_| WAYS[1](&mut detector, &pixels).is_some());
    let reported: Vec<bool> = frames.skip(12).collect();
    // Every third frame shows the rest of the picture.
    assert_eq!(reported.iter().filter(|is_reported| !**is_reported).count(), 10, "{reported:?}");
}

#[test]
fn an_empty_room_has_no_face() {
    let mut detector = detector();
    let room = room();
    assert!((0..16).all(|_| detect(&mut detector, &room).is_empty()));
}

#[test]
fn a_reset_forgets_all_faces() {
    let mut detector = detector();
    let mut pixels = room();
    draw(&mut pixels, &portraits()[0], at(360.0, 500.0), 90.0);
    assert!((0..15).any(|_| !detect(&mut detector, &pixels).is_empty()));
    detector.reset();
    assert!(detect(&mut detector, &room()).is_empty());
}

#[test]
fn stills_are_independent_of_earlier_frames() {
    let portraits = portraits();
    let mut pixels = room();
    let truth = [
        draw(&mut pixels, &portraits[0], at(350.0, 900.0), 260.0),
        draw(&mut pixels, &portraits[1], at(180.0, 300.0), 120.0),
        draw(&mut pixels, &portraits[2], at(560.0, 260.0), 80.0),
    ];
    let frame = Frame::new(Layout::packed(PixelFormat::Rgba, SIZE), &pixels).unwrap();
    let mut detector = detector();
    let first = detector.detect_still(&frame);
    assert_eq!(first.len(), 3, "{first:?}");
    for (face, truth) in first.iter().zip(&truth) {
        assert!(face.bbox.iou(truth) > 0.6, "{:?} for {truth:?}", face.bbox);
    }
    detect(&mut detector, &room());
    assert_eq!(detector.detect_still(&frame), first);
}
