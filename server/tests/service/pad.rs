//! PAD networks: what stops the start, and the output of `pad check`.

#[path = "../../../crates/pad/tests/networks/onnx.rs"]
mod onnx;

use std::process::Output;

use crate::real::Site;
use nearfar_evaluation::captures;
use nearfar_test_support::TestStorage;
use sha2::{Digest, Sha256};

/// A service whose only network has these outputs for red, green and blue.
fn with_network(operator: &str, weights: &[[f32; 2]; 3], change: impl Fn(String) -> String) -> Site {
    let mut site = Site::new(TestStorage::sqlite());
    let network = onnx::means_times(operator, 16, weights);
    let file = site.storage.folder().join("made.onnx");
    std::fs::write(&file, &network).expect("written");
    let sha256 = hex::encode(Sha256::digest(&network));
    let text = format!(
        "[[pad.models]]\nfile = {file:?}\nsha256 = \"{sha256}\"\nside = 16\ncrop = 2.7\ncolors = \"bgr\"\n\
         range = [0.0, 1.0]\nlive = 1\n"
    );
    let config = site.storage.folder().join("nearfar.toml");
    std::fs::write(&config, change(text)).expect("written");
    site.set("NEARFAR_CONFIG", &config.display().to_string());
    site
}

fn output_of(site: &Site, args: &[&str]) -> (Output, String, String) {
    let output = site.command(env!("CARGO_BIN_EXE_nearfar-server")).args(args).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    (output, out, error)
}

const ZEROS: [[f32; 2]; 3] = [[0.0; 2]; 3];

#[test]
fn an_unusable_network_stops_the_start_and_is_named() {
    let mean = "GlobalAveragePool";
    let of = |operator, change: &dyn Fn(String) -> String| {
        let (output, _, error) = output_of(&with_network(operator, &ZEROS, change), &["serve"]);
        assert_eq!(output.status.code(), Some(1), "{error}");
        error
    };
    let error = of(mean, &|text| text.replace("sha256 = \"", "sha256 = \"0"));
    assert!(error.contains("pad: ") && error.contains("made.onnx: sha256 is 65, outside 64 hex digits"), "{error}");
    let zeros = "0".repeat(64);
    let other = |text: String| {
        text.lines()
            .map(|line| match line.starts_with("sha256") {
                true => format!("sha256 = \"{zeros}\"\n"),
                false => format!("{line}\n"),
            })
            .collect()
    };
    let error = of(mean, &other);
    assert!(error.contains("made.onnx: is damaged or another one"), "{error}");
    let error = of("GlobalGuess", &|text| text);
    assert!(error.contains("made.onnx") && error.contains("GlobalGuess"), "{error}");
    let error = of(mean, &|text| text.replace("side = 16", "side = 32"));
    assert!(error.contains("made.onnx: does not accept an input of 1 x 3 x 32 x 32"), "{error}");
    let error = of(mean, &|text| text.replace("crop = 2.7", "crop = 27"));
    assert!(error.contains("made.onnx: crop is 27, outside 1 to 8"), "{error}");
    let error = of(mean, &|text| text.replace("colors", "colours"));
    assert!(error.contains("colours is not an option; did you mean colors?"), "{error}");
}

#[test]
fn pad_check_prints_scores_and_reports_missing_faces() {
    // Blue comes first: a face has less of it than of red.
    let site =
        with_network("GlobalAveragePool", &[[4.0, 0.0], [0.0, 0.0], [0.0, 4.0]], |text| text + "threshold = 0.8\n");
    let folder = site.storage.folder();
    let written = |name: &str, picture: &image::RgbImage| -> String {
        let path = folder.join(name);
        picture.save(&path).expect("written");
        path.display().to_string()
    };
    let face = written("face.jpg", &captures::bona_fide_pair(0).near);
    let wall = written("wall.jpg", &image::RgbImage::from_pixel(300, 400, image::Rgb([90, 90, 90])));
    let none = folder.join("none.jpg").display().to_string();
    let (output, out, error) = output_of(&site, &["pad", "check", &face, &wall, &none]);
    assert_eq!(output.status.code(), Some(1), "{error}");
    let lines: Vec<Vec<&str>> = out.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), 2, "{out}");
    assert_eq!((lines[0][..2].to_vec(), lines[1][..3].to_vec()), (vec![&*face, "made"], vec![&*face, "all", ""]));
    let number =
        |text: &str| text.rsplit_once(' ').and_then(|(_, number)| number.parse::<f32>().ok()).expect("a number");
    let (live, odds, all) = (number(lines[0][2]), number(lines[0][3]), number(lines[1][3]));
    assert!(live > 0.5 && live < 0.98 && odds == all, "{out}");
    // The threshold of 0.8 counts, and does not change the network's output.
    assert!(((live / (1.0 - live)).ln() - 4.0f32.ln() - odds).abs() < 0.01, "{out}");
    assert!(error.contains("wall.jpg: no face was found") && error.contains("none.jpg"), "{error}");
    assert!(output_of(&site, &["pad", "check", &face]).0.status.success());

    let bare = Site::new(TestStorage::sqlite());
    let (output, _, error) = output_of(&bare, &["pad", "check", &face]);
    assert!(!output.status.success() && error.contains("no model is configured"), "{error}");
}
