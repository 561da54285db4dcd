//! `occlusion_rates`: hit and false-alarm rates of the occlusion measure on bare and covered photographs, and with
//! `--fit` new coefficients for it.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use image::RgbImage;
use nearfar::guidance::Thresholds;
use nearfar::quality::{Pose, QualityMeter};
use nearfar_inspect::ending::exit_code;
use nearfar_inspect::model::{detector, workspace};
use nearfar_inspect::occlusion::corpus::{Amount, Photograph, read_list, samples};
use nearfar_inspect::occlusion::covers::Cover;
use nearfar_inspect::occlusion::rates::{Face, Models, Table, cross_validated};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Covers the listed photographs in several ways, measures them, and prints how well covered faces are told from
/// bare ones: cross-validated, each face judged by models fitted to other photographs.
#[derive(Parser)]
#[command(name = "occlusion_rates", version)]
struct Arguments {
    /// Folders that hold the packages of the photographs [default: node_modules and .cache/occlusion]
    #[arg(long, value_name = "FOLDER")]
    photographs: Vec<PathBuf>,
    /// The list of photographs [default: tools/occlusion/photographs.json]
    #[arg(long, value_name = "JSON-FILE")]
    list: Option<PathBuf>,
    /// Samples of each cover of each photograph; bare ones are six times as many
    #[arg(long, value_name = "N", default_value_t = 2)]
    samples: u32,
    /// Writes models fitted to everything to src/quality/occlusion_model.rs
    #[arg(long)]
    fit: bool,
    /// Keeps the pictures in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    exit_code("occlusion_rates", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let faces = measured(&arguments)?;
    let cross = cross_validated(&faces);
    let shown = |frontal: bool, measures: &[f32]| -> Vec<(Cover, f32)> {
        let kept = faces.iter().zip(measures).filter(|(face, _)| !frontal || is_frontal(&face.pose));
        kept.map(|(face, measure)| (face.cover, *measure)).collect()
    };
    println!("\nCross-validated, faces within the default pose limits:\n{}", Table::new(&shown(true, &cross), None));
    println!("Cross-validated, all faces:\n{}", Table::new(&shown(false, &cross), None));
    if arguments.fit {
        let limit = Table::new(&shown(true, &cross), None).limit;
        let path = workspace().join("src/quality/occlusion_model.rs");
        std::fs::write(&path, source(&Models::fit(faces.iter()), limit)?)?;
        println!("Wrote src/quality/occlusion_model.rs; run cargo fmt.");
    } else {
        let committed: Vec<f32> = faces.iter().map(|face| face.features.odds().greatest()).collect();
        let limit = nearfar::quality::OcclusionOdds::LIMIT;
        let table = Table::new(&shown(true, &committed), Some(limit));
        println!("The committed models on what they were fitted to, within the pose limits:\n{table}");
    }
    Ok(())
}

fn is_frontal(pose: &Pose) -> bool {
    let limits = Thresholds::default();
    pose.yaw.abs() <= limits.max_yaw && pose.pitch.abs() <= limits.max_pitch && pose.roll.abs() <= limits.max_roll
}

fn measured(arguments: &Arguments) -> Result<Vec<Face>> {
    let root = workspace();
    let folders = if arguments.photographs.is_empty() {
        vec![root.join("node_modules"), root.join(".cache/occlusion")]
    } else {
        arguments.photographs.clone()
    };
    let list = read_list(&arguments.list.clone().unwrap_or_else(|| root.join("tools/occlusion/photographs.json")))?;
    let mut textures = Vec::new();
    for color in ["black", "blue", "green", "white"] {
        let file = Path::new("insightface/insightface/data/images").join(format!("mask_{color}.jpg"));
        if let Some(path) = folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file()) {
            textures.push(image::open(&path).with_context(|| format!("reading {}", path.display()))?.to_rgb8());
        }
    }
    let amount = Amount { bare: 6 * arguments.samples, glasses: 2 * arguments.samples, each_cover: arguments.samples };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let shares: Result<Vec<Share>> = std::thread::scope(|scope| {
        let (list, folders, textures) = (&list, &folders, &textures);
        let keep = arguments.keep.as_deref();
        let share = |first| {
            let photographs = list.iter().skip(first).step_by(threads);
            scope.spawn(move || measure_share(photographs, folders, textures, amount, keep))
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        let joined = running.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?);
        joined.collect()
    });
    let mut all = Share::default();
    for share in shares? {
        all.faces.extend(share.faces);
        all.missing += share.missing;
        all.unseen += share.unseen;
    }
    println!(
        "{} photographs ({} missing), {} mask textures, {} faces measured, {} not found by the detector",
        list.len() - all.missing,
        all.missing,
        textures.len(),
        all.faces.len(),
        all.unseen
    );
    Ok(all.faces)
}

/// What one thread measured.
#[derive(Default)]
struct Share {
    faces: Vec<Face>,
    missing: usize,
    unseen: usize,
}

fn measure_share<'a>(
    photographs: impl Iterator<Item = &'a Photograph>,
    folders: &[PathBuf],
    textures: &[RgbImage],
    amount: Amount,
    keep: Option<&Path>,
) -> Result<Share> {
    let mut detector = detector(None)?;
    let mut meter = QualityMeter::new();
    let mut share = Share::default();
    for photograph in photographs {
        let Some(path) = photograph.path(folders) else {
            share.missing += 1;
            continue;
        };
        let mut made = Vec::new();
        samples(photograph, &path, textures, amount, &mut detector, |sample| made.push(sample))?;
        for (index, sample) in made.into_iter().enumerate() {
            if let Some(folder) = keep {
                std::fs::create_dir_all(folder)?;
                sample.picture.save(folder.join(format!("{}-{index:02}-{:?}.jpg", sample.person, sample.cover)))?;
            }
            match Face::measure(&sample, &mut meter)? {
                Some(face) => share.faces.push(face),
                None => share.unseen += 1,
            }
        }
    }
    Ok(share)
}

fn source(models: &Models, limit: f32) -> Result<String> {
    let mut text = String::from(
        "//! Coefficients of the occlusion models: written by `occlusion_rates --fit`, see `docs/OCCLUSION.md`.\n\n\
         // Fitted numbers: that one comes near a known constant is chance.\n\
         #![allow(clippy::approx_constant)]\n\n\
         use super::occlusion::{EYE_FEATURES, MOUTH_FEATURES, NOSE_FEATURES};\n\n\
         /// A logistic model: log odds are `bias` plus the sum of `weights` times features.\n\
         pub(super) struct Weights<const N: usize> {\n    pub(super) bias: f32,\n    pub(super) weights: [f32; N],\n}\n\n",
    );
    writeln!(
        text,
        "/// Log odds that 2 % of bare faces exceed, cross-validated.\npub(super) const LIMIT: f32 = {limit:.3};"
    )?;
    for (name, model) in [("EYE", &models.eye), ("NOSE", &models.nose), ("MOUTH", &models.mouth)] {
        let weights: Vec<String> = model.weights.iter().map(|w| format!("{w:.4}")).collect();
        writeln!(
            text,
            "\n/// In the order of `OcclusionFeatures`.\n\
             pub(super) const {name}: Weights<{name}_FEATURES> = Weights {{\n    bias: {:.4},\n    weights: [{}],\n}};",
            model.bias,
            weights.join(", ")
        )?;
    }
    Ok(text)
}
