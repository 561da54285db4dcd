//! The parallax of simulated heads and prints, and of renders of a scanned head.
#![allow(clippy::unwrap_used, reason = "a failing unwrap fails the test")]

use image::{RgbImage, imageops};
use nearfar::detection::{Detector, Face};
use nearfar_evaluation::parallax::simulated::{
    FacePair, Species, calibrate, measure_parallax, simulate, simulate_distances,
};
use nearfar_inspect::model::{detector, workspace};
use nearfar_parallax::{InconclusiveReason, Parallax, ResidualMap, Verdict};
use nearfar_rendering::augmentation::with_frame;
use nearfar_rendering::portraits::{Portrait, portraits};
use std::sync::LazyLock;

/// Two people who look straight into the camera.
const PEOPLE: [&str; 2] = ["marc", "md1"];

/// A capture of one person with its parallax.
struct Capture {
    person: String,
    pair: FacePair,
    parallax: Parallax,
}

/// One capture of each person, simulated once for all tests.
type Captures = LazyLock<Vec<Capture>>;

static HEADS: Captures = LazyLock::new(|| captures(Species::Head));
static FLAT: Captures = LazyLock::new(|| captures(Species::Flat));
static BENT: Captures = LazyLock::new(|| captures(Species::Bent));
static BENT_STRONGLY: Captures = LazyLock::new(|| captures(Species::BentStrongly));

static PORTRAITS: LazyLock<Vec<Portrait>> = LazyLock::new(|| {
    let folders = [workspace().join("node_modules")];
    let people = portraits(&folders, &mut detector(None).unwrap(), |person| PEOPLE.contains(&person)).unwrap();
    assert_eq!(people.len(), PEOPLE.len(), "`npm ci` installs the photographs");
    people
});

fn captures(species: Species) -> Vec<Capture> {
    let mut detector = detector(None).unwrap();
    let one = |portrait: &Portrait| {
        let pair = simulate(portrait, species, 0, &mut detector).unwrap().unwrap();
        let parallax = measure_parallax(&pair, 1).unwrap();
        Capture { person: portrait.person.clone(), pair, parallax }
    };
    PORTRAITS.iter().map(one).collect()
}

fn log_ratio(parallax: &Parallax) -> Option<f32> {
    match parallax.verdict {
        Verdict::LogLikelihoodRatio(ratio) => Some(ratio),
        Verdict::Inconclusive(_) => None,
    }
}

/// Asserts that all captures are conclusive with the right log likelihood ratio.
fn assert_all(captures: &[Capture], is_right: impl Fn(f32) -> bool) {
    for Capture { person, parallax, .. } in captures {
        assert!(log_ratio(parallax).is_some_and(&is_right), "{person}: {:?} {:?}", parallax.verdict, parallax.figures);
    }
}

#[test]
fn a_head_has_depth() {
    assert_all(&HEADS, |ratio| ratio > 0.0);
}

#[test]
fn a_flat_print_has_no_depth() {
    assert_all(&FLAT, |ratio| ratio < -1.0);
}

#[test]
fn a_bent_print_is_not_a_head() {
    assert_all(&BENT, |ratio| ratio < 0.0);
}

#[test]
fn a_print_bent_around_a_head_is_not_a_head() {
    assert_all(&BENT_STRONGLY, |ratio| ratio < 0.0);
}

/// No folded print is accepted; some are inconclusive.
#[test]
fn a_folded_print_is_not_a_head() {
    use Species::*;
    for species in [FoldedUpright, FoldedSlanting, FoldedLevel, FoldedTwice, FoldedLater] {
        for Capture { person, parallax, .. } in captures(species) {
            assert!(
                log_ratio(&parallax).is_none_or(|ratio| ratio < 0.0),
                "{species:?} {person}: {:?}",
                parallax.figures
            );
            let figures = parallax.figures.unwrap();
            assert!(figures.over_crease < 0.1 && figures.beyond_creases < 0.1, "{species:?} {person}: {figures:?}");
        }
    }
}

#[test]
fn a_paper_nose_does_not_turn_a_flat_print_into_a_head() {
    for species in [Species::NoseCut, Species::NosePressed] {
        for Capture { person, parallax, .. } in captures(species) {
            assert!(
                log_ratio(&parallax).is_none_or(|ratio| ratio < 0.0),
                "{species:?} {person}: {:?}",
                parallax.figures
            );
        }
    }
}

#[test]
fn a_turned_and_enlarged_head_has_not_come_nearer() {
    for Capture { person, parallax, .. } in captures(Species::Zoomed) {
        let figures = parallax.figures.unwrap();
        assert!(figures.inverse_focal < 0.5, "{person}: {figures:?}");
        assert!(log_ratio(&parallax).is_none_or(|ratio| ratio < 0.0), "{person}: {figures:?}");
    }
    // A head that came nearer.
    for Capture { person, parallax, .. } in HEADS.iter() {
        assert!((0.8..2.5).contains(&parallax.figures.unwrap().inverse_focal), "{person}: {:?}", parallax.figures);
    }
}

#[test]
fn three_distances_agree_on_the_camera_unless_the_nearest_picture_was_enlarged() {
    let mut detector = detector(None).unwrap();
    for person in PORTRAITS.iter() {
        let mut calibration = |enlarged: f32| {
            let distances = simulate_distances(person, enlarged, 0, &mut detector).unwrap().unwrap();
            calibrate(&distances, 1).unwrap().unwrap()
        };
        let (whole, enlarged) = (calibration(1.0), calibration(1.6));
        assert!(whole.fall < 1.5, "{}: {whole:?}", person.person);
        assert!(enlarged.fall > whole.fall + 1.0, "{}: {whole:?} {enlarged:?}", person.person);
        assert!((0.7..2.5).contains(&whole.inverse_focal), "{}: {whole:?}", person.person);
    }
}

fn head() -> &'static Capture {
    &HEADS[0]
}

#[test]
fn the_parallax_is_reproducible_and_hardly_depends_on_the_seed() {
    let Capture { pair, parallax: once, .. } = head();
    let (again, other) = (measure_parallax(pair, 1).unwrap(), measure_parallax(pair, 99).unwrap());
    assert_eq!(once.verdict, again.verdict);
    assert_eq!(once.map().unwrap().rgb, again.map().unwrap().rgb);
    let (once, other) = (once.figures.unwrap(), other.figures.unwrap());
    assert!((once.correlation - other.correlation).abs() < 0.03, "{once:?} {other:?}");
}

/// Asserts that `change` makes the parallax inconclusive for this reason.
fn assert_inconclusive(change: impl Fn(&mut FacePair), reason: InconclusiveReason) {
    let mut pair = head().pair.clone();
    change(&mut pair);
    let parallax = measure_parallax(&pair, 1).unwrap();
    assert_eq!(parallax.verdict, Verdict::Inconclusive(reason), "{:?}", parallax.figures);
}

fn both(pair: &mut FacePair, change: impl Fn(&RgbImage) -> RgbImage) {
    pair.far.0 = change(&pair.far.0);
    pair.near.0 = change(&pair.near.0);
}

#[test]
fn without_a_change_of_distance_it_is_inconclusive() {
    assert_inconclusive(|pair| pair.near = pair.far.clone(), InconclusiveReason::Distance);
    assert_inconclusive(|pair| std::mem::swap(&mut pair.near, &mut pair.far), InconclusiveReason::Distance);
}

#[test]
fn in_the_dark_it_is_inconclusive() {
    let dark = |picture: &RgbImage| {
        let mut picture = picture.clone();
        picture.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| value / 12));
        picture
    };
    assert_inconclusive(|pair| both(pair, dark), InconclusiveReason::Dark);
}

#[test]
fn without_texture_it_is_inconclusive() {
    assert_inconclusive(|pair| both(pair, |picture| imageops::blur(picture, 12.0)), InconclusiveReason::Texture);
}

#[test]
fn with_two_people_it_is_not_accepted() {
    let mut pair = HEADS[0].pair.clone();
    pair.near = HEADS[1].pair.near.clone();
    let parallax = measure_parallax(&pair, 1).unwrap();
    assert!(log_ratio(&parallax).is_none_or(|ratio| ratio < 0.0), "{parallax:?}");
}

#[test]
fn with_few_pixels_or_invalid_keypoints_it_is_inconclusive() {
    assert_inconclusive(|pair| pair.far.1.keypoints[Face::MOUTH].x = f32::NAN, InconclusiveReason::Keypoints);
    let small = |pair: &mut FacePair| {
        let (picture, face) = &mut pair.far;
        *picture = imageops::thumbnail(picture, picture.width() / 4, picture.height() / 4);
        face.keypoints.iter_mut().for_each(|point| (point.x, point.y) = (point.x / 4.0, point.y / 4.0));
    };
    assert_inconclusive(small, InconclusiveReason::Small);
}

#[test]
fn the_residual_map_shows_the_nose_of_a_head_and_nothing_of_a_flat_print() {
    // Mean redness minus blueness on the nose, which is at 52 % of the side.
    let nose = |captures: &[Capture]| -> f32 {
        let maps = captures.iter().filter_map(|capture| capture.parallax.map());
        let of = |map: ResidualMap| {
            let pixels = (120..160).flat_map(|row| (108..148).map(move |column| 3 * (row * 256 + column)));
            let (sum, count) = pixels.fold((0.0, 0.0), |(sum, count), at| {
                (
                    sum + f32::from(map.rgb[at + 1]) + 2.0 * f32::from(map.rgb[at]) - f32::from(map.rgb[at + 2]),
                    count + 1.0,
                )
            });
            sum / count
        };
        let all: Vec<f32> = maps.map(of).collect();
        all.iter().sum::<f32>() / all.len() as f32
    };
    let (head, flat) = (nose(&HEADS), nose(&FLAT));
    assert!(head > flat + 30.0, "{head} {flat}");
}

#[test]
fn a_scanned_head_has_depth_and_prints_of_it_have_none() {
    let folder = workspace().join("../shared/research/renders");
    if !folder.is_dir() {
        println!("skipped: {} is missing", folder.display());
        return;
    }
    let mut detector: Detector = detector(None).unwrap();
    let mut read = |view: u32, name: &str| {
        let picture = image::open(folder.join(format!("{view}_{name}.jpg"))).unwrap().to_rgb8();
        let faces = with_frame(&picture, |frame| detector.detect_still(frame)).unwrap();
        let face = faces.into_iter().max_by(|a, b| a.bbox.area().total_cmp(&b.bbox.area())).unwrap();
        (picture, face)
    };
    // Four of the twelve views: `parallax_rates` measures all.
    let heads = [0, 3, 7, 10].map(|view| (view, FacePair { far: read(view, "far"), near: read(view, "near") }));
    let (picture, face) = read(0, "mid");
    for (view, pair) in heads {
        let parallax = measure_parallax(&pair, 1).unwrap();
        assert!(
            log_ratio(&parallax).is_some_and(|ratio| ratio > 0.0),
            "view {view}: {:?} {:?}",
            parallax.verdict,
            parallax.figures
        );
    }
    let print = Portrait { person: "scan".into(), picture, face, is_alone: true, wears: Vec::new() };
    for species in [Species::Flat, Species::BentStrongly] {
        let pair = simulate(&print, species, 0, &mut detector).unwrap().unwrap();
        let parallax = measure_parallax(&pair, 1).unwrap();
        assert!(
            log_ratio(&parallax).is_some_and(|ratio| ratio < 0.0),
            "{species:?}: {:?} {:?}",
            parallax.verdict,
            parallax.figures
        );
    }
}
