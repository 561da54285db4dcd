//! Videos of one's own, as `evaluate --video` judges them.

use nearfar_evaluation::captures::scene::{Position, jpeg};
use nearfar_evaluation::captures::{SIZE, model, own_portraits, scorer};
use nearfar_evaluation::datasets::videos::{capture, files_in};
use nearfar_protocol::result::AttackType;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::Scorer;
use std::path::{Path, PathBuf};

/// Somebody, or a print of them, who is far for two seconds, comes nearer and stays near for two.
fn film(surface: &Surface) -> Vec<u8> {
    let portrait = own_portraits(|person| person == "marc").pop().unwrap();
    let (far, near) = (Position::FAR, Position::NEAR);
    let way = 10;
    let at = |step: i32| {
        let part = step as f32 / way as f32;
        let between = |far: f32, near: f32| far * (near / far).powf(part);
        let place = Position {
            share: between(far.share, near.share),
            distance: between(far.distance, near.distance),
            ..Position::FAR
        };
        jpeg(&place.shot(&portrait, surface, SIZE), 90)
    };
    let pictures: Vec<Vec<u8>> = (0..=way).map(at).collect();
    let held = |picture: &Vec<u8>| vec![picture.clone(); 60].concat();
    [
        held(&pictures[0]),
        pictures.iter().flat_map(|one| [&one[..], one].concat()).collect(),
        held(&pictures[way as usize]),
    ]
    .concat()
}

/// A folder for this test alone, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn somebody_who_comes_nearer_in_a_video_is_captured_and_passes_and_a_print_does_not() {
    let folder = folder("videos");
    std::fs::write(folder.join("head.mjpeg"), film(&Surface::Head(Head::mean()))).unwrap();
    std::fs::write(folder.join("print.mjpeg"), film(&Surface::Flat)).unwrap();
    let videos = files_in(&folder).unwrap();
    assert_eq!(videos.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["head.mjpeg", "print.mjpeg"]);
    let [head, print] = [0, 1].map(|index| scorer().score(&capture(&videos[index].1, &model()).unwrap().unwrap()));
    assert!(head.score >= Some(50), "{head:?}");
    assert_eq!((print.score, print.attack_type), (Some(0), Some(AttackType::Presentation)), "{print:?}");
}

#[test]
fn a_video_of_nobody_has_no_capture_and_what_is_none_is_told() {
    let folder = folder("no-videos");
    assert!(files_in(&folder).unwrap_err().to_string().contains("no file"));
    let wall = jpeg(&image::RgbImage::from_pixel(SIZE.0, SIZE.1, image::Rgb([120, 110, 100])), 90);
    std::fs::write(folder.join("wall.mjpeg"), vec![wall; 5].concat()).unwrap();
    assert!(capture(&folder.join("wall.mjpeg"), &model()).unwrap().is_none());
    for bytes in [&b""[..], b"no film", &[0xff, 0xd8, 0xff, 0xd9]] {
        std::fs::write(folder.join("broken.mjpeg"), bytes).unwrap();
        assert!(capture(&folder.join("broken.mjpeg"), &model()).is_err(), "{bytes:?}");
    }
}
