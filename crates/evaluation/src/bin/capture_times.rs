//! `capture_times`: the time from a face in its place to both pictures, and where it goes.

use anyhow::{Context, Result};
use clap::Parser;
use nearfar::guidance::MotionPath;
use nearfar::pipeline::PipelineConfig;
use nearfar_evaluation::captures::all_portraits;
use nearfar_evaluation::captures::following::{CaptureTimes, Film};
use nearfar_evaluation::captures::path::{FaceBox, random_path};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::detector;
use nearfar_protocol::motion::PathLength;
use nearfar_rendering::random::Random;
use nearfar_scoring::IssuedMotionChallenge;
use nearfar_scoring::checks::motion::guidance_path;
use std::process::ExitCode;

/// Simulates people who follow the guidance, plays them to the pipeline at 30 frames per second in simulated time, and
/// prints how long a capture takes from the first frame in which every check of the far stage passes: without and with
/// the path of a motion challenge.
#[derive(Parser)]
#[command(name = "capture_times", version)]
struct Arguments {
    /// Settings of the session to compare with the defaults, such as '{"farHold": 600}'
    #[arg(long = "session", value_name = "JSON")]
    sessions: Vec<String>,
    /// Number of people
    #[arg(long, value_name = "N", default_value_t = 4)]
    people: usize,
    /// Reaction to a new instruction, ms
    #[arg(long, value_name = "MS", default_value_t = 500.0)]
    reaction: f64,
    /// Movement from far to near without a path, ms
    #[arg(long, value_name = "MS", default_value_t = 2000.0)]
    approach: f64,
    /// Movement from one position of a path to the next, ms
    #[arg(long, value_name = "MS", default_value_t = 1000.0)]
    step: f64,
}

/// Size of the frames.
const SIZE: (u32, u32) = (480, 640);

fn main() -> ExitCode {
    exit_code("capture_times", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let mut configs = vec![("defaults", PipelineConfig::default())];
    for session in &arguments.sessions {
        let with = format!(r#"{{"session": {session}}}"#);
        configs.push((session, serde_json::from_str(&with).with_context(|| session.clone())?));
    }
    let mut measuring = detector(None)?;
    let portraits = all_portraits();
    let people: Vec<_> = portraits
        .iter()
        .filter(|portrait| portrait.is_alone && portrait.is_frontal())
        .filter_map(|portrait| Some((portrait, FaceBox::measure(portrait, SIZE, &mut measuring)?)))
        .take(arguments.people)
        .collect();
    let along = |length: Option<PathLength>, person: &str| -> Option<MotionPath> {
        let path = random_path(length?, &mut Random::new(&format!("path of {person}")));
        guidance_path(&IssuedMotionChallenge { path, with_light: false })
    };
    let ways = [("without a path", None), ("one stop", Some(PathLength::Short)), ("two stops", Some(PathLength::Long))];
    for (title, length) in ways {
        let move_ms = if length.is_some() { arguments.step } else { arguments.approach };
        let mut times = vec![Vec::new(); configs.len()];
        for (portrait, face) in &people {
            let film = Film::render(portrait, *face, along(length, &portrait.person), move_ms, SIZE);
            for ((_, config), times) in configs.iter().zip(&mut times) {
                times.extend(film.capture(detector(None)?, *config, arguments.reaction)?);
            }
        }
        for ((settings, _), times) in configs.iter().zip(&times) {
            println!("{title}, {settings}: {} of {} captures succeed", times.len(), people.len());
            print(times);
        }
    }
    Ok(())
}

fn print(times: &[CaptureTimes]) {
    let median = |value: fn(&CaptureTimes) -> f64| {
        let mut values: Vec<_> = times.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    println!(
        "  medians: {:.0} ms = far hold {:.0}, moves {:.0}, stops {:.0}, near hold {:.0}; longest {:.0}",
        median(CaptureTimes::total),
        median(|times| times.far_hold),
        median(|times| times.moves),
        median(|times| times.stop_holds),
        median(|times| times.near_hold),
        times.iter().map(CaptureTimes::total).fold(0.0, f64::max),
    );
}
