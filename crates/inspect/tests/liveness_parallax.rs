//! The parallax of heads in depth and of prints: portraits of npm packages, staged, and renders of a scanned head.
#![allow(clippy::unwrap_used)] // Helpers of tests are tests.

use image::{RgbImage, imageops};
use nearfar::detection::{Detector, Face};
use nearfar::liveness::{Parallax, Unsure, Verdict};
use nearfar_inspect::model::{detector, workspace};
use nearfar_inspect::occlusion::canvas::with_frame;
use nearfar_inspect::parallax::portraits::{Portrait, portraits};
use nearfar_inspect::parallax::scenario::{Species, Staged, judge, stage};
use std::sync::LazyLock;

const PEOPLE: usize = 3;

/// A capture of one species of each person, staged once for all tests.
struct Captures(LazyLock<Vec<(String, Staged)>>);

impl Captures {
    const fn new(stage: fn() -> Vec<(String, Staged)>) -> Self {
        Captures(LazyLock::new(stage))
    }

    fn judged(&self) -> Vec<(&str, Parallax)> {
        self.0.iter().map(|(person, staged)| (person.as_str(), judge(staged, 1).unwrap())).collect()
    }
}

static HEADS: Captures = Captures::new(|| staged(Species::Head));
static FLAT: Captures = Captures::new(|| staged(Species::Flat));
static BENT: Captures = Captures::new(|| staged(Species::Bent));
static BENT_STRONGLY: Captures = Captures::new(|| staged(Species::BentStrongly));

fn staged(species: Species) -> Vec<(String, Staged)> {
    let mut detector = detector(None).unwrap();
    let people = portraits(&[workspace().join("node_modules")], PEOPLE, &mut detector).unwrap();
    assert_eq!(people.len(), PEOPLE, "`npm ci` brings the photographs");
    let one = |portrait: Portrait| {
        let staged = stage(&portrait, species, 0, &mut detector).unwrap().unwrap();
        (portrait.person, staged)
    };
    people.into_iter().map(one).collect()
}

fn ratio(parallax: &Parallax) -> Option<f32> {
    match parallax.verdict {
        Verdict::LogLikelihoodRatio(ratio) => Some(ratio),
        Verdict::Unsure(_) => None,
    }
}

/// All are told right, but for those that are unsure, of which there is at most one.
fn told(captures: &Captures, right: impl Fn(f32) -> bool) {
    let judged = captures.judged();
    let unsure = judged.iter().filter(|(_, parallax)| ratio(parallax).is_none()).count();
    assert!(unsure <= 1, "{unsure} of {PEOPLE} unsure");
    for (person, parallax) in judged {
        assert!(ratio(&parallax).is_none_or(&right), "{person}: {:?} {:?}", parallax.verdict, parallax.figures);
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

/// The capture of the first person whose judgement is sure.
fn head() -> Staged {
    let sure = HEADS.judged().iter().position(|(_, parallax)| ratio(parallax).is_some()).unwrap();
    HEADS.0[sure].1.clone()
}

#[test]
fn the_same_pictures_and_seed_give_the_same_judgement_and_another_seed_the_same_side() {
    let head = head();
    let (once, again, other) = (judge(&head, 1).unwrap(), judge(&head, 1).unwrap(), judge(&head, 99).unwrap());
    assert_eq!(once.verdict, again.verdict);
    assert_eq!(once.map.unwrap().rgb, again.map.unwrap().rgb);
    let (once, other) = (once.figures.unwrap(), other.figures.unwrap());
    assert!((once.correlation - other.correlation).abs() < 0.03, "{once:?} {other:?}");
}

/// Whether `change` of both pictures makes the judgement unsure for this reason.
fn unsure(change: impl Fn(&mut Staged), reason: Unsure) {
    let mut staged = head();
    change(&mut staged);
    let judged = judge(&staged, 1).unwrap();
    assert_eq!(judged.verdict, Verdict::Unsure(reason), "{:?}", judged.figures);
}

fn both(staged: &mut Staged, change: impl Fn(&RgbImage) -> RgbImage) {
    staged.far.0 = change(&staged.far.0);
    staged.near.0 = change(&staged.near.0);
}

#[test]
fn without_a_change_of_distance_it_is_unsure() {
    unsure(|staged| staged.near = staged.far.clone(), Unsure::Distance);
    unsure(|staged| std::mem::swap(&mut staged.near, &mut staged.far), Unsure::Distance);
}

#[test]
fn in_the_dark_it_is_unsure() {
    let dark = |picture: &RgbImage| {
        let mut picture = picture.clone();
        picture.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| value / 12));
        picture
    };
    unsure(|staged| both(staged, dark), Unsure::Dark);
}

#[test]
fn without_texture_it_is_unsure() {
    unsure(|staged| both(staged, |picture| imageops::blur(picture, 12.0)), Unsure::Texture);
}

#[test]
fn of_two_people_it_is_unsure_or_says_no() {
    let mut staged = HEADS.0[0].1.clone();
    staged.near = HEADS.0[1].1.near.clone();
    let judged = judge(&staged, 1).unwrap();
    assert!(ratio(&judged).is_none_or(|ratio| ratio < 0.0), "{judged:?}");
}

#[test]
fn of_few_pixels_or_keypoints_without_sense_it_is_unsure() {
    unsure(|staged| staged.far.1.keypoints[Face::MOUTH].x = f32::NAN, Unsure::Keypoints);
    let small = |staged: &mut Staged| {
        let (picture, face) = &mut staged.far;
        *picture = imageops::thumbnail(picture, picture.width() / 4, picture.height() / 4);
        face.keypoints.iter_mut().for_each(|point| (point.x, point.y) = (point.x / 4.0, point.y / 4.0));
    };
    unsure(small, Unsure::Small);
}

#[test]
fn the_map_shows_the_nose_of_a_head_and_nothing_of_a_flat_print() {
    // Mean redness less blueness on the nose, which is at 52 % of the side.
    let nose = |captures: &Captures| -> f32 {
        let maps = captures.judged().into_iter().filter_map(|(_, parallax)| parallax.map);
        let of = |map: nearfar::liveness::ResidualMap| {
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
    let heads: Vec<Staged> =
        (0..12).map(|view| Staged { far: found(view, "far"), near: found(view, "near") }).collect();
    let (picture, face) = found(0, "mid");
    for (view, staged) in heads.iter().enumerate() {
        let judged = judge(staged, 1).unwrap();
        assert!(
            ratio(&judged).is_some_and(|ratio| ratio > 0.0),
            "view {view}: {:?} {:?}",
            judged.verdict,
            judged.figures
        );
    }
    let print = Portrait { person: "scan".into(), picture, face };
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
