//! `face_times`: compares the time of the face network with one run of the detector's network, in one process on one
//! thread.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use anyhow::{Context, Result};
use clap::Parser;
use nearfar::detection::model::Model;
use nearfar::detection::network::Network;
use nearfar::quality::QualityMeter;
use nearfar::quality::face_network::FaceNetwork;
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{MODEL, detector, largest, workspace};
use nearfar_inspect::still;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

/// Times the detector's network, the face network and all measurements of a face in alternation, and prints medians and
/// ratios.
#[derive(Parser)]
#[command(name = "face_times", version)]
struct Arguments {
    /// Rounds
    #[arg(long, value_name = "N", default_value_t = 400)]
    rounds: usize,
}

fn main() -> ExitCode {
    exit_code("face_times", run())
}

fn run() -> Result<()> {
    let rounds = Arguments::parse().rounds.max(1);
    let bytes = std::fs::read(workspace().join(MODEL)).context("reading the detection model")?;
    let mut detection_network: Network = Network::new(&Model::from_tflite(&bytes)?);
    let photo = still::open(&workspace().join("node_modules/@vladmandic/face-api/demo/sample6.jpg"))?;
    let frame = still::frame(&photo)?;
    let face = largest(detector(None)?.detect_still(&frame)).context("no face in sample6.jpg")?;
    let (mut network, mut meter): (FaceNetwork, _) = (FaceNetwork::default(), QualityMeter::new());
    let mut times = [(); 3].map(|()| Vec::with_capacity(rounds));
    for _ in 0..rounds {
        let mut time = |index: usize, work: &mut dyn FnMut()| {
            let start = Instant::now();
            work();
            times[index].push(start.elapsed().as_secs_f64() * 1e3);
        };
        time(0, &mut || detection_network.run());
        time(1, &mut || _ = black_box(network.analyze(&frame, &face)));
        time(2, &mut || _ = black_box(meter.measure(&frame, &face)));
    }
    let [detection, network, measures] = times.map(|mut of| {
        of.sort_unstable_by(f64::total_cmp);
        of[of.len() / 2]
    });
    println!("A face of {:.0} pixels in {} x {}, medians of {rounds}:", face.bbox.width, photo.width(), photo.height());
    println!("  detector's network   {detection:.3} ms");
    println!("  face network         {network:.3} ms, {:.2} of it", network / detection);
    println!("  all measurements     {measures:.3} ms, {:.2} of it", measures / detection);
    Ok(())
}
