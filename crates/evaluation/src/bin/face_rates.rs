//! `face_rates`: how well the face network sees covers, poses and open eyes.

use anyhow::{Context, Result, anyhow};
use clap::{Parser, ValueEnum};
use nearfar::guidance::Thresholds;
use nearfar::quality::Pose;
use nearfar::quality::face_network::{FaceAttributes, FaceNetwork};
use nearfar_evaluation::faces::{crops::judged, table};
use nearfar_evaluation::occlusion_rates::{Seen, Table};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, workspace};
use nearfar_rendering::covers::{Cover, Materials};
use nearfar_rendering::photographs::{Amount, read_list, samples};
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints the rates of the face network. With the crops and networks that tools/faces made: on each face by the network
/// that was trained without its person. Without (occlusion only): of the committed network on covers drawn over the
/// photographs of npm packages, most of which it was trained with.
#[derive(Parser)]
#[command(name = "face_rates", version)]
struct Arguments {
    /// Which table to print
    what: What,
    /// The folder that face_crops wrote
    #[arg(requires = "networks")]
    crops: Option<PathBuf>,
    /// The folder that tools/faces/train.py wrote
    networks: Option<PathBuf>,
    /// Without crops: samples of each cover of each photograph; bare ones are six times as many
    #[arg(long, value_name = "N", default_value_t = 1)]
    samples: u32,
    /// Without crops: keeps the pictures in this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Covered and bare faces
    Occlusion,
    /// Yaw, pitch and roll
    Pose,
    /// Open and shut eyes
    Analyzer,
}

fn main() -> ExitCode {
    exit_code("face_rates", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let (Some(crops), Some(networks)) = (&arguments.crops, &arguments.networks) else {
        return if arguments.what == What::Occlusion {
            drawn(&arguments)
        } else {
            Err(anyhow!("needs crops and networks: docs/FACE-NETWORK.md says how to make them"))
        };
    };
    let faces = judged(crops, networks)?;
    let text = match arguments.what {
        What::Occlusion => table::occlusion(&faces),
        What::Pose => {
            let limits = Thresholds::default();
            table::pose(&faces, [limits.max_yaw, limits.max_pitch, limits.max_roll])
        }
        What::Analyzer => table::eyes(&faces),
    };
    println!("{text}");
    Ok(())
}

fn drawn(arguments: &Arguments) -> Result<()> {
    let root = workspace();
    let folders = [root.join("node_modules"), root.join(".cache/occlusion")];
    let list = read_list(&root.join("crates/evaluation/corpus/photographs.json"))?;
    let mut materials = Materials::default();
    for color in ["black", "blue", "green", "white"] {
        let file = folders[1].join(format!("insightface/insightface/data/images/mask_{color}.jpg"));
        materials.masks.extend(image::open(file).ok().map(|picture| picture.to_rgb8()));
    }
    let each = arguments.samples;
    let amount = Amount { bare: 6 * each, glasses: 2 * each, each_cover: each };
    let (mut detector, mut network) = (detector(None)?, FaceNetwork::default());
    let (mut seen, mut missing, mut unseen) = (Vec::new(), 0, 0);
    for photograph in &list {
        let Some(path) = photograph.path(&folders) else {
            missing += 1;
            continue;
        };
        let mut made = Vec::new();
        samples(photograph, &path, &materials, amount, &mut detector, |sample| made.push(sample))?;
        for (index, sample) in made.into_iter().enumerate() {
            if let Some(folder) = &arguments.keep {
                std::fs::create_dir_all(folder)?;
                let name = format!("{}-{index:02}-{:?}.jpg", sample.person, sample.cover);
                sample.picture.save(folder.join(name)).context("keeping a picture")?;
            }
            match Seen::new(&sample, &mut network)? {
                Some(one) => seen.push(one),
                None => unseen += 1,
            }
        }
    }
    println!(
        "{} photographs ({missing} missing), {} mask textures, {} faces, {unseen} not found by the detector",
        list.len() - missing,
        materials.masks.len(),
        seen.len()
    );
    let of = |frontal: bool| -> Vec<(Cover, f32)> {
        let kept = seen.iter().filter(|one| !frontal || is_frontal(&one.pose));
        kept.map(|one| (one.cover, one.log_odds)).collect()
    };
    println!("\nWithin the pose limits:\n{}", Table::new(&of(true), FaceAttributes::LIMIT));
    println!("All:\n{}", Table::new(&of(false), FaceAttributes::LIMIT));
    Ok(())
}

fn is_frontal(pose: &Pose) -> bool {
    let limits = Thresholds::default();
    pose.yaw.abs() <= limits.max_yaw && pose.pitch.abs() <= limits.max_pitch && pose.roll.abs() <= limits.max_roll
}
