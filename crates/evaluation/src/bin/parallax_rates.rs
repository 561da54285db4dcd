//! `parallax_rates`: how well the parallax tells heads from flat and bent prints, and with `--fit` new coefficients.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use image::RgbImage;
use nearfar::detection::Detector;
use nearfar_evaluation::metrics::logistic::Model;
use nearfar_evaluation::parallax::rates::{Folds, Judged, Table, fit, unsure};
use nearfar_evaluation::parallax::scenario::{
    Species, Staged, audit, calibrated, found, judge, stage, stage_distances,
};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, workspace};
use nearfar_parallax::EVIDENCE_NAMES;
use nearfar_rendering::canvas::vary;
use nearfar_rendering::portraits::{Portrait, folders, portraits};
use nearfar_rendering::random::Random;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

/// Puts portraits on heads in depth and on flat and bent prints, has far and near pictures of them judged, and prints
/// the error rates by species: cross-validated, each person judged by a model fitted to others.
#[derive(Parser)]
#[command(name = "parallax_rates", version)]
struct Arguments {
    /// Captures of each species and person; of heads three times as many
    #[arg(long, value_name = "N", default_value_t = 1)]
    samples: u32,
    /// Most people
    #[arg(long, value_name = "N", default_value_t = 1000)]
    people: usize,
    /// Folder of renders of a scanned head, which no model is fitted to: 0_far.jpg, 0_mid.jpg, 0_near.jpg to 11_near.jpg
    #[arg(long, value_name = "FOLDER")]
    renders: Option<PathBuf>,
    /// Writes a model fitted to all portraits into crates/parallax/src/odds_model.rs
    #[arg(long)]
    fit: bool,
    /// Also judges near by an audit frame in place of far, by one where far is unsure, and by the mean of both
    #[arg(long)]
    audit: bool,
    /// Judges heads at three distances of one capture instead, with the nearest picture enlarged or not
    #[arg(long, conflicts_with_all = ["renders", "fit", "audit", "show", "keep"])]
    distances: bool,
    /// Prints every judgement
    #[arg(long)]
    show: bool,
    /// Keeps the pictures in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    exit_code("parallax_rates", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let people = portraits(&folders(), &mut detector(None)?, |_| true)?.into_iter().filter(Portrait::looks_straight);
    let people: Vec<Portrait> = people.take(arguments.people).collect();
    if arguments.distances {
        return report_distances(&people, arguments.samples);
    }
    let (judged, audits): (Vec<Judged>, Vec<Option<Judged>>) = all_judged(&people, &arguments)?.into_iter().unzip();
    report("Portraits", &judged, arguments.show);
    let folds = Folds::new(&judged);
    let cross: Vec<Option<f32>> = judged.iter().map(|one| folds.ratio(one)).collect();
    println!("Cross-validated, {}", Table::new(judged.iter().zip(cross.iter().copied())));
    if arguments.audit {
        let audits: Vec<Option<f32>> = audits.iter().map(|one| folds.ratio(one.as_ref()?)).collect();
        report_audits(&judged, &cross, &audits);
    }
    let model = fit(&judged);
    if arguments.fit {
        write_model(&model)?;
    }
    if let Some(renders) = &arguments.renders {
        let judged = scanned_head(renders, arguments.samples)?;
        report("Scanned head", &judged, arguments.show);
        println!(
            "By a model fitted to all portraits, {}",
            Table::new(judged.iter().map(|one| (one, one.ratio(&model))))
        );
    }
    Ok(())
}

fn report(title: &str, judged: &[Judged], show: bool) {
    println!("\n{title}: {} captures; unsure: {:?}", judged.len(), unsure(judged));
    for one in judged.iter().filter(|_| show) {
        println!("{:?} {} {:?} {:?}", one.species, one.person, one.verdict, one.figures);
    }
}

/// What an audit frame of the far stage adds to the far picture.
fn report_audits(judged: &[Judged], far: &[Option<f32>], audits: &[Option<f32>]) {
    let both = || far.iter().copied().zip(audits.iter().copied());
    let mean =
        |(far, audit): (Option<f32>, Option<f32>)| far.zip(audit).map_or(far.or(audit), |(a, b)| Some(0.5 * (a + b)));
    let ways: [(&str, Vec<Option<f32>>); 3] = [
        ("An audit frame in place of far", audits.to_vec()),
        ("An audit frame where far is unsure", both().map(|(far, audit)| far.or(audit)).collect()),
        ("The mean of both", both().map(mean).collect()),
    ];
    for (way, ratios) in ways {
        println!("{way}, {}", Table::new(judged.iter().zip(ratios)));
    }
}

/// How well three distances of one capture detect an enlarged picture.
fn report_distances(people: &[Portrait], samples: u32) -> Result<()> {
    let mut detector = detector(None)?;
    println!(
        "| nearest picture | captures | inconclusive | median, standard errors | detected at a false-alarm rate of at most 5 % |"
    );
    println!("|---|---|---|---|---|");
    let mut limit = None;
    for enlarged in [1.0, 1.3, 1.6, 2.0] {
        let (mut captures, mut all) = (0, Vec::new());
        for person in people {
            for index in 0..samples {
                captures += 1;
                let Some(distances) = stage_distances(person, enlarged, index, &mut detector)? else { continue };
                all.extend(calibrated(&distances, 1)?.map(|found| found.fall));
            }
        }
        all.sort_by(f32::total_cmp);
        let at = |share: usize| all.get(all.len() * share / 100).copied().unwrap_or(f32::NAN);
        let limit = *limit.get_or_insert(at(95));
        let detected = all.iter().filter(|one| **one > limit).count();
        println!(
            "| enlarged {enlarged} times | {captures} | {} | {:.2} | {detected} of {} |",
            captures - all.len(),
            at(50),
            all.len()
        );
    }
    Ok(())
}

/// Each capture's judgement, and that by its audit frame.
fn all_judged(people: &[Portrait], arguments: &Arguments) -> Result<Vec<(Judged, Option<Judged>)>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let judged = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let judged = &judged;
        let share = |first: usize| {
            scope.spawn(move || -> Result<()> {
                let mut detector = detector(None)?;
                for (index, person) in people.iter().enumerate().skip(first).step_by(threads) {
                    let mine = of_person(person, arguments, &mut detector)?;
                    judged.lock().map_err(|_| anyhow!("a thread panicked"))?.push((index, mine));
                }
                Ok(())
            })
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        running.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?)
    })?;
    let mut judged = judged.into_inner().map_err(|_| anyhow!("a thread panicked"))?;
    judged.sort_by_key(|(index, _)| *index);
    Ok(judged.into_iter().flat_map(|(_, mine)| mine).collect())
}

fn of_person(
    person: &Portrait,
    arguments: &Arguments,
    detector: &mut Detector,
) -> Result<Vec<(Judged, Option<Judged>)>> {
    let mut judged = Vec::new();
    for species in Species::ALL {
        let count = arguments.samples * if species.is_bona_fide() { 3 } else { 1 };
        for index in 0..count {
            let Some(staged) = stage(person, species, index, detector)? else { continue };
            if let Some(folder) = &arguments.keep {
                keep(folder, &format!("{}-{species:?}-{index}", person.person), &staged)?;
            }
            let audit = if arguments.audit { audit(person, species, index, detector)? } else { None };
            let audit = audit.map(|far| judgement(person, species, &Staged { far, near: staged.near.clone() }));
            judged.push((judgement(person, species, &staged)?, audit.transpose()?));
        }
    }
    Ok(judged)
}

fn judgement(person: &Portrait, species: Species, staged: &Staged) -> Result<Judged> {
    let parallax = judge(staged, 1)?;
    Ok(Judged { person: person.person.clone(), species, verdict: parallax.verdict, figures: parallax.figures })
}

fn keep(folder: &Path, name: &str, staged: &Staged) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    staged.far.0.save(folder.join(format!("{name}-far.jpg")))?;
    Ok(staged.near.0.save(folder.join(format!("{name}-near.jpg")))?)
}

/// The renders as heads, and prints of their middle views.
fn scanned_head(folder: &Path, samples: u32) -> Result<Vec<Judged>> {
    let mut detector = detector(None)?;
    let mut judged = Vec::new();
    for view in 0..12 {
        let open = |name: &str| -> Result<RgbImage> {
            let path = folder.join(format!("{view}_{name}.jpg"));
            Ok(image::open(&path).with_context(|| format!("reading {}", path.display()))?.to_rgb8())
        };
        let mut random = Random::new(&format!("renders {view}"));
        let mut found = |picture: RgbImage| found(picture, &mut detector);
        let Some((picture, face)) = found(open("mid")?)? else { continue };
        let person = Portrait { person: format!("view {view}"), picture, face, is_alone: true, wears: Vec::new() };
        for _ in 0..samples {
            let far = found(vary(&open("far")?, &mut random)?)?;
            let near = found(vary(&open("near")?, &mut random)?)?;
            if let Some((far, near)) = far.zip(near) {
                judged.push(judgement(&person, Species::Head, &Staged { far, near })?);
            }
        }
        for species in Species::ALL.into_iter().filter(|species| !species.is_bona_fide()) {
            for index in 0..samples {
                if let Some(staged) = stage(&person, species, index, &mut detector)? {
                    judged.push(judgement(&person, species, &staged)?);
                }
            }
        }
    }
    Ok(judged)
}

fn write_model(model: &Model) -> Result<()> {
    let weights: Vec<String> = model.weights.iter().map(|weight| format!("{weight:.3}")).collect();
    let path = workspace().join("crates/parallax/src/odds_model.rs");
    let text = format!(
        "//! Coefficients of the likelihood ratio: written by `parallax_rates --fit`, see `docs/LIVENESS.md`. Do not \
         edit.\n\n\
         use crate::evidence::EVIDENCE_COUNT;\n\n\
         /// Log odds of all-zero evidence.\n\
         pub(crate) const BIAS: f32 = {:.3};\n\
         /// One for each number of evidence: {}.\n\
         pub(crate) const WEIGHTS: [f32; EVIDENCE_COUNT] = [{}];\n",
        model.bias,
        EVIDENCE_NAMES.join(", "),
        weights.join(", ")
    );
    std::fs::write(&path, text)?;
    println!("Wrote {}; run cargo fmt.", path.display());
    Ok(())
}
