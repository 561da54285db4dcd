//! `parallax_rates`: error rates of the parallax on heads and prints, and the fit of its model.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use image::RgbImage;
use nearfar::detection::Detector;
use nearfar_evaluation::metrics::coefficients::CoefficientFile;
use nearfar_evaluation::parallax::rates::{Folds, MeasuredCapture, Table, fit, inconclusive_reasons};
use nearfar_evaluation::parallax::simulated::{
    FacePair, Species, calibrate, measure_parallax, simulate, simulate_audit_frame, simulate_distances,
    with_largest_face,
};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::detector;
use nearfar_rendering::augmentation::vary;
use nearfar_rendering::photographs::corpus_folders;
use nearfar_rendering::portraits::{Portrait, portraits};
use nearfar_rendering::random::Random;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

/// Simulates captures of 3D heads and of flat, bent and folded prints, measures their parallax, and prints error rates
/// by species, cross-validated by person.
#[derive(Parser)]
#[command(name = "parallax_rates", version)]
struct Arguments {
    /// Captures of each species and person; bona fide three times as many
    #[arg(long, value_name = "N", default_value_t = 1)]
    samples: u32,
    /// Limit of people
    #[arg(long, value_name = "N", default_value_t = 1000)]
    people: usize,
    /// Folder of renders of a scanned head, which are only tested: 0_far.jpg, 0_mid.jpg, 0_near.jpg to 11_near.jpg
    #[arg(long, value_name = "FOLDER")]
    renders: Option<PathBuf>,
    /// Fits a model to all portraits and writes it to crates/parallax/src/odds_model.rs
    #[arg(long)]
    fit: bool,
    /// Also measures an audit frame: instead of far, where far is inconclusive, and averaged with far
    #[arg(long)]
    audit: bool,
    /// Measures heads at three distances of one capture instead, with and without an enlarged nearest picture
    #[arg(long, conflicts_with_all = ["renders", "fit", "audit", "show", "keep"])]
    distances: bool,
    /// Prints every measurement
    #[arg(long)]
    show: bool,
    /// Saves the pictures in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    exit_code("parallax_rates", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let people = portraits(&corpus_folders(), &mut detector(None)?, |_| true)?.into_iter().filter(Portrait::is_frontal);
    let people: Vec<Portrait> = people.take(arguments.people).collect();
    if arguments.distances {
        return report_distances(&people, arguments.samples);
    }
    let (captures, audits): (Vec<MeasuredCapture>, Vec<Option<MeasuredCapture>>) =
        measure_all(&people, &arguments)?.into_iter().unzip();
    report("Portraits", &captures, arguments.show);
    let folds = Folds::new(&captures);
    let cross: Vec<Option<f32>> = captures.iter().map(|one| folds.log_ratio(one)).collect();
    println!("Cross-validated, {}", Table::new(captures.iter().zip(cross.iter().copied())));
    if arguments.audit {
        let audits: Vec<Option<f32>> = audits.iter().map(|one| folds.log_ratio(one.as_ref()?)).collect();
        report_audits(&captures, &cross, &audits);
    }
    let model = fit(&captures);
    if arguments.fit {
        CoefficientFile::Parallax.write(&model)?;
    }
    if let Some(renders) = &arguments.renders {
        let captures = scanned_head(renders, arguments.samples)?;
        report("Scanned head", &captures, arguments.show);
        println!(
            "By a model fitted to all portraits, {}",
            Table::new(captures.iter().map(|one| (one, one.log_ratio(&model))))
        );
    }
    Ok(())
}

fn report(title: &str, captures: &[MeasuredCapture], show: bool) {
    println!("\n{title}: {} captures; inconclusive: {:?}", captures.len(), inconclusive_reasons(captures));
    for one in captures.iter().filter(|_| show) {
        println!("{:?} {} {:?} {:?}", one.species, one.person, one.verdict, one.figures);
    }
}

/// Prints the rates with an audit frame of the far stage in addition to the far picture.
fn report_audits(captures: &[MeasuredCapture], far: &[Option<f32>], audits: &[Option<f32>]) {
    let both = || far.iter().copied().zip(audits.iter().copied());
    let mean =
        |(far, audit): (Option<f32>, Option<f32>)| far.zip(audit).map_or(far.or(audit), |(a, b)| Some(0.5 * (a + b)));
    let ways: [(&str, Vec<Option<f32>>); 3] = [
        ("An audit frame instead of far", audits.to_vec()),
        ("An audit frame where far is inconclusive", both().map(|(far, audit)| far.or(audit)).collect()),
        ("The mean of both", both().map(mean).collect()),
    ];
    for (way, ratios) in ways {
        println!("{way}, {}", Table::new(captures.iter().zip(ratios)));
    }
}

/// Prints how well three distances of one capture detect an enlarged picture.
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
                let Some(distances) = simulate_distances(person, enlarged, index, &mut detector)? else { continue };
                all.extend(calibrate(&distances, 1)?.map(|found| found.fall));
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

/// Measures all captures, and their audit frames if requested.
fn measure_all(people: &[Portrait], arguments: &Arguments) -> Result<Vec<(MeasuredCapture, Option<MeasuredCapture>)>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let captures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let captures = &captures;
        let share = |first: usize| {
            scope.spawn(move || -> Result<()> {
                let mut detector = detector(None)?;
                for (index, person) in people.iter().enumerate().skip(first).step_by(threads) {
                    let mine = measure_person(person, arguments, &mut detector)?;
                    captures.lock().map_err(|_| anyhow!("a thread panicked"))?.push((index, mine));
                }
                Ok(())
            })
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        running.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?)
    })?;
    let mut captures = captures.into_inner().map_err(|_| anyhow!("a thread panicked"))?;
    captures.sort_by_key(|(index, _)| *index);
    Ok(captures.into_iter().flat_map(|(_, mine)| mine).collect())
}

fn measure_person(
    person: &Portrait,
    arguments: &Arguments,
    detector: &mut Detector,
) -> Result<Vec<(MeasuredCapture, Option<MeasuredCapture>)>> {
    let mut captures = Vec::new();
    for species in Species::ALL {
        let count = arguments.samples * if species.is_bona_fide() { 3 } else { 1 };
        for index in 0..count {
            let Some(pair) = simulate(person, species, index, detector)? else { continue };
            if let Some(folder) = &arguments.keep {
                save(folder, &format!("{}-{species:?}-{index}", person.person), &pair)?;
            }
            let audit = if arguments.audit { simulate_audit_frame(person, species, index, detector)? } else { None };
            let audit = audit.map(|far| measure(person, species, &FacePair { far, near: pair.near.clone() }));
            captures.push((measure(person, species, &pair)?, audit.transpose()?));
        }
    }
    Ok(captures)
}

fn measure(person: &Portrait, species: Species, pair: &FacePair) -> Result<MeasuredCapture> {
    let parallax = measure_parallax(pair, 1)?;
    Ok(MeasuredCapture { person: person.person.clone(), species, verdict: parallax.verdict, figures: parallax.figures })
}

fn save(folder: &Path, name: &str, pair: &FacePair) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    pair.far.0.save(folder.join(format!("{name}-far.jpg")))?;
    Ok(pair.near.0.save(folder.join(format!("{name}-near.jpg")))?)
}

/// Measures the renders as heads, and simulated prints of their middle views.
fn scanned_head(folder: &Path, samples: u32) -> Result<Vec<MeasuredCapture>> {
    let mut detector = detector(None)?;
    let mut captures = Vec::new();
    for view in 0..12 {
        let open = |name: &str| -> Result<RgbImage> {
            let path = folder.join(format!("{view}_{name}.jpg"));
            Ok(image::open(&path).with_context(|| format!("reading {}", path.display()))?.to_rgb8())
        };
        let mut random = Random::new(&format!("renders {view}"));
        let mut find = |picture: RgbImage| with_largest_face(picture, &mut detector);
        let Some((picture, face)) = find(open("mid")?)? else { continue };
        let person = Portrait { person: format!("view {view}"), picture, face, is_alone: true, wears: Vec::new() };
        for _ in 0..samples {
            let far = find(vary(&open("far")?, &mut random)?)?;
            let near = find(vary(&open("near")?, &mut random)?)?;
            if let Some((far, near)) = far.zip(near) {
                captures.push(measure(&person, Species::Head, &FacePair { far, near })?);
            }
        }
        for species in Species::ALL.into_iter().filter(|species| !species.is_bona_fide()) {
            for index in 0..samples {
                if let Some(pair) = simulate(&person, species, index, &mut detector)? {
                    captures.push(measure(&person, species, &pair)?);
                }
            }
        }
    }
    Ok(captures)
}
