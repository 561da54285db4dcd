//! Captures from video files, as `evaluate --video` scores them.

use nearfar_evaluation::captures::scene::{Position, jpeg};
use nearfar_evaluation::captures::{SIZE, model, own_portraits, scorer};
use nearfar_evaluation::datasets::videos::{capture, files_in};
use nearfar_protocol::result::AttackType;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::Scorer;
use std::path::{Path, PathBuf};

/// A video of a surface that is far for two seconds, approaches and stays near for two.
fn video(surface: &Surface) -> Vec<u8> {
    let portrait = own_portraits(|person| person == "marc").pop().unwrap();
    let (far, near) = (Position::FAR, Position::NEAR);
    let steps = 10;
    let at = |step: i32| {
        let progress = step as f32 / steps as f32;
        let between = |far: f32, near: f32| far * (near / far).powf(progress);
        let place = Position {
            share: between(far.share, near.share),
            distance: between(far.distance, near.distance),
            ..Position::FAR
        };
        jpeg(&place.render(&portrait, surface, SIZE), 90)
    };
    let pictures: Vec<Vec<u8>> = (0..=steps).map(at).collect();
    let held = |picture: &Vec<u8>| vec![picture.clone(); 60].concat();
    [
        held(&pictures[0]),
        pictures.iter().flat_map(|one| [&one[..], one].concat()).collect(),
        held(&pictures[steps as usize]),
    ]
    .concat()
}

/// An empty folder for this test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_video_of_an_approaching_person_passes_and_one_of_a_print_does_not() {
    let folder = folder("videos");
    std::fs::write(folder.join("head.mjpeg"), video(&Surface::Head(Head::mean()))).unwrap();
    std::fs::write(folder.join("print.mjpeg"), video(&Surface::Flat)).unwrap();
    let videos = files_in(&folder).unwrap();
    assert_eq!(videos.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["head.mjpeg", "print.mjpeg"]);
    let [head, print] = [0, 1].map(|index| scorer().score(&capture(&videos[index].1, &model()).unwrap().unwrap()));
    assert!(head.score >= Some(50), "{head:?}");
    assert_eq!((print.score, print.attack_type), (Some(0), Some(AttackType::Presentation)), "{print:?}");
}

#[test]
fn a_video_without_a_face_has_no_capture_and_other_files_are_errors() {
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
