//! The `inspect` command on real photographs.
#![allow(clippy::unwrap_used, reason = "a failing unwrap fails the test")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn photograph(name: &str) -> PathBuf {
    workspace().join("node_modules/@vladmandic/face-api/demo").join(name)
}

fn inspect(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inspect")).args(arguments).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn the_four_faces_of_a_group_have_all_measurements() {
    let path = photograph("sample6.jpg");
    let output = inspect(&[&path]);
    assert!(output.status.success(), "{output:?}");
    let [line] = &lines(&output)[..] else { panic!("one line an image") };
    assert_eq!(line["file"], path.display().to_string());
    let (width, height) = (line["width"].as_f64().unwrap(), line["height"].as_f64().unwrap());
    let faces = line["faces"].as_array().unwrap();
    let sure = faces.iter().filter(|face| face["score"].as_f64().unwrap() > 0.8);
    assert_eq!(sure.count(), 4);
    for face in faces {
        for name in ["right_eye", "left_eye", "nose", "mouth", "right_ear", "left_ear"] {
            let (x, y) =
                (face["keypoints"][name]["x"].as_f64().unwrap(), face["keypoints"][name]["y"].as_f64().unwrap());
            assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{name} at {x}, {y}");
        }
        for name in ["yaw", "pitch", "roll"] {
            assert!(face["pose"][name].as_f64().unwrap().abs() <= 180.0);
        }
        for name in ["sharpness", "brightness", "overexposed", "underexposed", "occlusion"] {
            assert!((0.0..=1.0).contains(&face["quality"][name].as_f64().unwrap()), "{name}: {face}");
        }
        assert!((-1.0..=1.0).contains(&face["quality"]["backlight"].as_f64().unwrap()));
    }
    for stage in ["far", "near"] {
        let failing = line["instructions"][stage]["failing"].as_array().unwrap();
        assert!(failing.contains(&"multiple_faces".into()), "{failing:?}");
        assert_eq!(line["instructions"][stage]["code"], "multiple_faces");
    }
}

/// One face of the group in the middle of a plain picture, with a face of this width.
fn portrait(size: u32, face: f32) -> image::RgbImage {
    let group = image::open(photograph("sample6.jpg")).unwrap().to_rgb8();
    let line = &lines(&inspect(&[&photograph("sample6.jpg")]))[0];
    let bbox = &line["faces"][0]["bbox"];
    let [x, y, w, h] = ["x", "y", "width", "height"].map(|name| bbox[name].as_f64().unwrap() as f32);
    let reach = w * 1.5;
    let (left, top) = ((x + w / 2.0 - reach / 2.0).max(0.0), (y + h / 2.0 - reach / 2.0).max(0.0));
    let cut = image::imageops::crop_imm(&group, left as u32, top as u32, reach as u32, reach as u32).to_image();
    let side = (face * 1.5) as u32;
    let small = image::imageops::resize(&cut, side, side, image::imageops::FilterType::Triangle);
    let mut picture = image::RgbImage::from_pixel(size, size, image::Rgb([128, 120, 110]));
    let offset = i64::from(size / 2) - i64::from(side / 2);
    image::imageops::replace(&mut picture, &small, offset, offset);
    picture
}

#[test]
fn the_stages_give_other_instructions_to_a_small_and_a_large_face() {
    let (small, large) = (scratch("small.png"), scratch("large.png"));
    portrait(720, 90.0).save(&small).unwrap();
    portrait(720, 620.0).save(&large).unwrap();
    let output = inspect(&[&small, &large]);
    assert!(output.status.success(), "{output:?}");
    let reports = lines(&output);
    assert_eq!(reports[0]["instructions"]["far"]["code"], "too_far");
    assert_eq!(reports[0]["instructions"]["near"]["code"], "too_far");
    assert_eq!(reports[1]["instructions"]["far"]["code"], "too_near");
}

#[test]
fn the_exif_orientation_is_applied() {
    // A JPEG stored on its side with an Exif segment (TIFF, one entry: orientation 6, turn by 90 degrees clockwise).
    let upright = portrait(480, 200.0);
    let mut jpeg = Vec::new();
    image::imageops::rotate270(&upright)
        .write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)
        .unwrap();
    let mut tiff = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    let mut turned = vec![0xff, 0xd8, 0xff, 0xe1];
    turned.extend(((tiff.len() + 2) as u16).to_be_bytes());
    turned.append(&mut tiff);
    turned.extend(&jpeg[2..]);
    let (side, plain) = (scratch("turned.jpg"), scratch("upright.png"));
    std::fs::write(&side, &turned).unwrap();
    upright.save(&plain).unwrap();
    let reports = lines(&inspect(&[&side, &plain]));
    for name in ["x", "y", "width"] {
        let [a, b] = [0, 1].map(|i: usize| reports[i]["faces"][0]["bbox"][name].as_f64().unwrap());
        assert!((a - b).abs() < 6.0, "{name}: {a} in the rotated picture, {b} in the upright one");
    }
}

#[test]
fn an_unreadable_file_has_a_line_with_its_error() {
    let (missing, broken, good) = (scratch("nowhere.jpg"), scratch("broken.jpg"), photograph("sample1.jpg"));
    let whole = std::fs::read(&good).unwrap();
    std::fs::write(&broken, &whole[..200]).unwrap();
    let output = inspect(&[&missing, &broken, &good]);
    assert_eq!(output.status.code(), Some(1));
    let reports = lines(&output);
    assert_eq!(reports.len(), 3);
    assert!(reports[0]["error"].as_str().unwrap().contains("cannot be opened"));
    assert!(reports[1]["error"].is_string());
    assert!(!reports[2]["faces"].as_array().unwrap().is_empty());
}

#[test]
fn thresholds_come_from_a_file_and_are_validated() {
    let (lax, bad, good) = (scratch("lax.json"), scratch("bad.json"), photograph("sample6.jpg"));
    std::fs::write(&lax, r#"{"maxYaw": 60, "minSharpness": 0, "minScore": 0.95}"#).unwrap();
    std::fs::write(&bad, r#"{"maxYaw": 600}"#).unwrap();
    let reports = lines(&inspect(&[Path::new("--thresholds"), &lax, &good]));
    assert!(reports[0]["instructions"]["far"]["failing"].as_array().is_some());
    let refused = inspect(&[Path::new("--thresholds"), &bad, &good]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("maxYaw"), "{refused:?}");
}

#[test]
fn a_missing_or_invalid_model_is_named() {
    let (missing, good) = (scratch("no.tflite"), photograph("sample6.jpg"));
    let output = inspect(&[Path::new("--model"), &missing, &good]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no.tflite"), "{output:?}");
    let output = inspect(&[Path::new("--model"), &good, &good]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not the face detection model"), "{output:?}");
}

#[test]
fn a_user_error_is_one_line_without_a_backtrace() {
    let commands: [&[&str]; 2] =
        [&["--thresholds", "nothing.json", "nothing.png"], &["--model", "nothing.tflite", "nothing.png"]];
    for arguments in commands {
        let program = env!("CARGO_BIN_EXE_inspect");
        let output = Command::new(program).args(arguments).env("RUST_BACKTRACE", "1").output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{program} {arguments:?}");
        assert!(stderr.lines().count() == 1 && stderr.contains("nothing"), "{program} {arguments:?}: {stderr}");
    }
}
