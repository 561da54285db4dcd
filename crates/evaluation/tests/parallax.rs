//! The parallax of heads in depth and of prints: portraits of npm packages, staged, and renders of a scanned head.
#![allow(clippy::unwrap_used)] // Helpers of tests are tests.

use image::{RgbImage, imageops};
use nearfar::detection::{Detector, Face};
use nearfar_evaluation::parallax::scenario::{Species, Staged, calibrated, judge, stage, stage_distances};
use nearfar_inspect::model::{detector, workspace};
use nearfar_parallax::{InconclusiveReason, Parallax, ResidualMap, Verdict};
use nearfar_rendering::canvas::with_frame;
use nearfar_rendering::portraits::{Portrait, portraits};
use std::sync::LazyLock;

/// Two who look straight into the camera.
const PEOPLE: [&str; 2] = ["marc", "md1"];

/// A capture of one person and what is said of it.
struct Capture {
    person: String,
    staged: Staged,
    judged: Parallax,
}

/// One of each person, staged and judged once for all tests.
type Captures = LazyLock<Vec<Capture>>;

static HEADS: Captures = LazyLock::new(|| captures(Species::Head));
static FLAT: Captures = LazyLock::new(|| captures(Species::Flat));
static BENT: Captures = LazyLock::new(|| captures(Species::Bent));
static BENT_STRONGLY: Captures = LazyLock::new(|| captures(Species::BentStrongly));

static PORTRAITS: LazyLock<Vec<Portrait>> = LazyLock::new(|| {
    let folders = [workspace().join("node_modules")];
    let people = portraits(&folders, &mut detector(None).unwrap(), |person| PEOPLE.contains(&person)).unwrap();
    assert_eq!(people.len(), PEOPLE.len(), "`npm ci` brings the photographs");
    people
});

fn captures(species: Species) -> Vec<Capture> {
    let mut detector = detector(None).unwrap();
    let one = |portrait: &Portrait| {
        let staged = stage(portrait, species, 0, &mut detector).unwrap().unwrap();
        let judged = judge(&staged, 1).unwrap();
        Capture { person: portrait.person.clone(), staged, judged }
    };
    PORTRAITS.iter().map(one).collect()
}

fn ratio(parallax: &Parallax) -> Option<f32> {
    match parallax.verdict {
        Verdict::LogLikelihoodRatio(ratio) => Some(ratio),
        Verdict::Inconclusive(_) => None,
    }
}

/// All are told right, and none is unsure.
fn told(captures: &[Capture], right: impl Fn(f32) -> bool) {
    for Capture { person, judged, .. } in captures {
        assert!(ratio(judged).is_some_and(&right), "{person}: {:?} {:?}", judged.verdict, judged.figures);
    }
}

#[test]
fn a_head_in_depth_is_one() {
    told(&HEADS, |ratio| ratio > 0.0);
}

#[test]
fn a_flat_print_is_flat() {
    told(&FLAT, |ratio| ratio < -1.0);
}

#[test]
fn a_bent_print_is_no_head() {
    told(&BENT, |ratio| ratio < 0.0);
}

#[test]
fn a_print_bent_as_around_a_head_is_no_head() {
    told(&BENT_STRONGLY, |ratio| ratio < 0.0);
}

/// None is accepted. One in doubt gets no answer.
#[test]
fn a_folded_print_is_no_head_however_it_is_folded() {
    use Species::*;
    for species in [FoldedUpright, FoldedSlanting, FoldedLevel, FoldedTwice, FoldedLater] {
        for Capture { person, judged, .. } in captures(species) {
            assert!(ratio(&judged).is_none_or(|ratio| ratio < 0.0), "{species:?} {person}: {:?}", judged.figures);
            let figures = judged.figures.unwrap();
            assert!(figures.over_crease < 0.1 && figures.beyond_creases < 0.1, "{species:?} {person}: {figures:?}");
        }
    }
}

#[test]
fn a_nose_of_paper_makes_no_face_of_a_flat_print() {
    for species in [Species::NoseCut, Species::NosePressed] {
        for Capture { person, judged, .. } in captures(species) {
            assert!(ratio(&judged).is_none_or(|ratio| ratio < 0.0), "{species:?} {person}: {:?}", judged.figures);
        }
    }
}

#[test]
fn a_head_that_only_turned_and_was_enlarged_has_not_come_nearer() {
    for Capture { person, judged, .. } in captures(Species::Zoomed) {
        let figures = judged.figures.unwrap();
        assert!(figures.inverse_focal < 0.5, "{person}: {figures:?}");
        assert!(ratio(&judged).is_none_or(|ratio| ratio < 0.0), "{person}: {figures:?}");
    }
    // The same of a head that did.
    for Capture { person, judged, .. } in HEADS.iter() {
        assert!((0.8..2.5).contains(&judged.figures.unwrap().inverse_focal), "{person}: {:?}", judged.figures);
    }
}

#[test]
fn three_distances_agree_on_the_camera_unless_the_nearest_picture_was_enlarged() {
    let mut detector = detector(None).unwrap();
    for person in PORTRAITS.iter() {
        let mut seen = |enlarged: f32| {
            let distances = stage_distances(person, enlarged, 0, &mut detector).unwrap().unwrap();
            calibrated(&distances, 1).unwrap().unwrap()
        };
        let (whole, enlarged) = (seen(1.0), seen(1.6));
        assert!(whole.fall < 1.5, "{}: {whole:?}", person.person);
        assert!(enlarged.fall > whole.fall + 1.0, "{}: {whole:?} {enlarged:?}", person.person);
        assert!((0.7..2.5).contains(&whole.inverse_focal), "{}: {whole:?}", person.person);
    }
}

fn head() -> &'static Capture {
    &HEADS[0]
}

#[test]
fn the_same_pictures_and_seed_give_the_same_judgement_and_another_seed_the_same_side() {
    let Capture { staged, judged: once, .. } = head();
    let (again, other) = (judge(staged, 1).unwrap(), judge(staged, 99).unwrap());
    assert_eq!(once.verdict, again.verdict);
    assert_eq!(once.map().unwrap().rgb, again.map().unwrap().rgb);
    let (once, other) = (once.figures.unwrap(), other.figures.unwrap());
    assert!((once.correlation - other.correlation).abs() < 0.03, "{once:?} {other:?}");
}

/// Whether `change` of both pictures makes the judgement unsure for this reason.
fn unsure(change: impl Fn(&mut Staged), reason: InconclusiveReason) {
    let mut staged = head().staged.clone();
    change(&mut staged);
    let judged = judge(&staged, 1).unwrap();
    assert_eq!(judged.verdict, Verdict::Inconclusive(reason), "{:?}", judged.figures);
}

fn both(staged: &mut Staged, change: impl Fn(&RgbImage) -> RgbImage) {
    staged.far.0 = change(&staged.far.0);
    staged.near.0 = change(&staged.near.0);
}

#[test]
fn without_a_change_of_distance_it_is_unsure() {
    unsure(|staged| staged.near = staged.far.clone(), InconclusiveReason::Distance);
    unsure(|staged| std::mem::swap(&mut staged.near, &mut staged.far), InconclusiveReason::Distance);
}

#[test]
fn in_the_dark_it_is_unsure() {
    let dark = |picture: &RgbImage| {
        let mut picture = picture.clone();
        picture.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| value / 12));
        picture
    };
    unsure(|staged| both(staged, dark), InconclusiveReason::Dark);
}

#[test]
fn without_texture_it_is_unsure() {
    unsure(|staged| both(staged, |picture| imageops::blur(picture, 12.0)), InconclusiveReason::Texture);
}

#[test]
fn of_two_people_it_is_unsure_or_says_no() {
    let mut staged = HEADS[0].staged.clone();
    staged.near = HEADS[1].staged.near.clone();
    let judged = judge(&staged, 1).unwrap();
    assert!(ratio(&judged).is_none_or(|ratio| ratio < 0.0), "{judged:?}");
}

#[test]
fn of_few_pixels_or_keypoints_without_sense_it_is_unsure() {
    unsure(|staged| staged.far.1.keypoints[Face::MOUTH].x = f32::NAN, InconclusiveReason::Keypoints);
    let small = |staged: &mut Staged| {
        let (picture, face) = &mut staged.far;
        *picture = imageops::thumbnail(picture, picture.width() / 4, picture.height() / 4);
        face.keypoints.iter_mut().for_each(|point| (point.x, point.y) = (point.x / 4.0, point.y / 4.0));
    };
    unsure(small, InconclusiveReason::Small);
}

#[test]
fn the_map_shows_the_nose_of_a_head_and_nothing_of_a_flat_print() {
    // Mean redness less blueness on the nose, which is at 52 % of the side.
    let nose = |captures: &[Capture]| -> f32 {
        let maps = captures.iter().filter_map(|capture| capture.judged.map());
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
fn a_scanned_head_is_one_and_prints_of_it_are_not() {
    let folder = workspace().join("../shared/research/renders");
    if !folder.is_dir() {
        println!("skipped: {} is missing", folder.display());
        return;
    }
    let mut detector: Detector = detector(None).unwrap();
    let mut found = |view: u32, name: &str| {
        let picture = image::open(folder.join(format!("{view}_{name}.jpg"))).unwrap().to_rgb8();
        let faces = with_frame(&picture, |frame| detector.detect_still(frame)).unwrap();
        let face = faces.into_iter().max_by(|a, b| a.bbox.area().total_cmp(&b.bbox.area())).unwrap();
        (picture, face)
    };
    // Four of the twelve views: `parallax_rates` judges them all.
    let heads = [0, 3, 7, 10].map(|view| (view, Staged { far: found(view, "far"), near: found(view, "near") }));
    let (picture, face) = found(0, "mid");
    for (view, staged) in heads {
        let judged = judge(&staged, 1).unwrap();
        assert!(
            ratio(&judged).is_some_and(|ratio| ratio > 0.0),
            "view {view}: {:?} {:?}",
            judged.verdict,
            judged.figures
        );
    }
    let print = Portrait { person: "scan".into(), picture, face, is_alone: true, wears: Vec::new() };
    for species in [Species::Flat, Species::BentStrongly] {
        let staged = stage(&print, species, 0, &mut detector).unwrap().unwrap();
        let judged = judge(&staged, 1).unwrap();
        assert!(
            ratio(&judged).is_some_and(|ratio| ratio < 0.0),
            "{species:?}: {:?} {:?}",
            judged.verdict,
            judged.figures
        );
    }
}
