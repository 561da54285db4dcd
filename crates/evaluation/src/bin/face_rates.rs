//! `face_rates`: error rates of the face network on covers, poses and open eyes.

use anyhow::{Context, Result, anyhow};
use clap::{Parser, ValueEnum};
use nearfar::guidance::Thresholds;
use nearfar::quality::Pose;
use nearfar::quality::face_network::{FaceAttributes, FaceNetwork};
use nearfar_evaluation::faces::occlusion_rates::{MeasuredSample, Table};
use nearfar_evaluation::faces::{crops::test_faces, table};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, workspace};
use nearfar_rendering::covers::{Cover, Materials};
use nearfar_rendering::photographs::{Amount, corpus_folders, read_corpus, samples};
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints rates of the face network. With crops and networks of tools/faces, each face is tested by the network that
/// was trained without its person. Without them (occlusion only), the committed network is tested on covers drawn over
/// the photographs of npm packages, most of which it was trained with.
#[derive(Parser)]
#[command(name = "face_rates", version)]
struct Arguments {
    /// The table to print
    table: TableKind,
    /// The folder that face_crops wrote
    #[arg(requires = "networks")]
    crops: Option<PathBuf>,
    /// The folder that tools/faces/train.py wrote
    networks: Option<PathBuf>,
    /// Without crops: samples of each cover and photograph; of bare faces six times as many
    #[arg(long, value_name = "N", default_value_t = 1)]
    samples: u32,
    /// Without crops: saves the pictures in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableKind {
    /// Covered and bare faces
    Occlusion,
    /// Yaw, pitch and roll
    Pose,
    /// Open and shut eyes
    Eyes,
}

fn main() -> ExitCode {
    exit_code("face_rates", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let (Some(crops), Some(networks)) = (&arguments.crops, &arguments.networks) else {
        return if arguments.table == TableKind::Occlusion {
            drawn_covers(&arguments)
        } else {
            Err(anyhow!("needs crops and networks: see docs/FACE-NETWORK.md"))
        };
    };
    let faces = test_faces(crops, networks)?;
    let text = match arguments.table {
        TableKind::Occlusion => table::occlusion(&faces),
        TableKind::Pose => {
            let limits = Thresholds::default();
            table::pose(&faces, [limits.max_yaw, limits.max_pitch, limits.max_roll])
        }
        TableKind::Eyes => table::eyes(&faces),
    };
    println!("{text}");
    Ok(())
}

fn drawn_covers(arguments: &Arguments) -> Result<()> {
    let folders = corpus_folders();
    let list = read_corpus()?;
    let mut materials = Materials::default();
    for color in ["black", "blue", "green", "white"] {
        let file = workspace().join(format!(".cache/photographs/insightface/insightface/data/images/mask_{color}.jpg"));
        materials.masks.extend(image::open(file).ok().map(|picture| picture.to_rgb8()));
    }
    let each = arguments.samples;
    let amount = Amount { bare: 6 * each, glasses: 2 * each, each_cover: each };
    let (mut detector, mut network) = (detector(None)?, FaceNetwork::default());
    let (mut measured, mut missing, mut not_found) = (Vec::new(), 0, 0);
    for photograph in &list {
        let Some(path) = photograph.path(&folders) else {
            missing += 1;
            continue;
        };
        let mut drawn = Vec::new();
        samples(photograph, &path, &materials, amount, &mut detector, |sample| drawn.push(sample))?;
        for (index, sample) in drawn.into_iter().enumerate() {
            if let Some(folder) = &arguments.keep {
                std::fs::create_dir_all(folder)?;
                let name = format!("{}-{index:02}-{:?}.jpg", sample.person, sample.cover);
                sample.picture.save(folder.join(name)).context("saving a picture")?;
            }
            match MeasuredSample::new(&sample, &mut network)? {
                Some(one) => measured.push(one),
                None => not_found += 1,
            }
        }
    }
    println!(
        "{} photographs ({missing} missing), {} mask textures, {} faces, {not_found} not found by the detector",
        list.len() - missing,
        materials.masks.len(),
        measured.len()
    );
    let of = |frontal: bool| -> Vec<(Cover, f32)> {
        let selected = measured.iter().filter(|one| !frontal || is_frontal(&one.pose));
        selected.map(|one| (one.cover, one.log_odds)).collect()
    };
    println!("\nWithin the pose limits:\n{}", Table::new(&of(true), FaceAttributes::LIMIT));
    println!("All:\n{}", Table::new(&of(false), FaceAttributes::LIMIT));
    Ok(())
}

fn is_frontal(pose: &Pose) -> bool {
    let limits = Thresholds::default();
    pose.yaw.abs() <= limits.max_yaw && pose.pitch.abs() <= limits.max_pitch && pose.roll.abs() <= limits.max_roll
}
