//! `frame_choice`: how often the frame that the engine keeps of a hold is about as sharp as the best one.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use image::RgbImage;
use nearfar::detection::Detector;
use nearfar::frame::Point;
use nearfar::guidance::{Motion, Thresholds};
use nearfar::quality::QualityMeter;
use nearfar_evaluation::frame_choice::choice::{HoldFrame, Outcome, choose, ratio_to_whole, until};
use nearfar_evaluation::frame_choice::reference::tenengrad;
use nearfar_evaluation::frame_choice::simulated::simulate_hold;
use nearfar_evaluation::metrics::rate::format_rate;
use nearfar_evaluation::video::motion_jpeg::pictures;
use nearfar_evaluation::video::planes::{Planes, grey};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, largest};
use nearfar_rendering::covers::Cover;
use nearfar_rendering::photographs::{Photograph, corpus_folders, read_corpus};
use std::path::PathBuf;
use std::process::ExitCode;

/// Simulates holds from photographs, extracts holds from videos, and prints how often the kept frame is within 5 % of
/// the sharpest fit frame.
#[derive(Parser)]
#[command(name = "frame_choice", version)]
struct Arguments {
    /// Videos of one person as Motion JPEG (`ffmpeg -i VIDEO -q:v 2 VIDEO.mjpeg`)
    #[arg(long = "film", value_name = "FILE", num_args = 1..)]
    video: Vec<PathBuf>,
    /// Folders with the packages of the corpus [default: node_modules and .cache/photographs]
    #[arg(long, value_name = "FOLDER")]
    photographs: Vec<PathBuf>,
    /// Simulated holds of each photograph
    #[arg(long, value_name = "N", default_value_t = 2)]
    holds: u32,
    /// Also ends each hold after these times, ms, and compares the kept frame with the best one of the whole hold
    #[arg(long = "end", value_name = "MS", num_args = 1.., value_delimiter = ',')]
    ends: Vec<f32>,
    /// Prints every hold
    #[arg(long)]
    each: bool,
}

fn main() -> ExitCode {
    exit_code("frame_choice", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let holds = simulated(&arguments)?;
    let all: Vec<_> = holds.iter().filter_map(|(_, frames)| choose(frames)).collect();
    print("Simulated holds; the truth is the same frame without noise and loss", &all, arguments.each);
    for (title, wanted) in [("far", false), ("near", true)] {
        let of_stage = holds.iter().filter(|(is_near, _)| *is_near == wanted).map(|(_, frames)| &frames[..]);
        print_ends(title, &of_stage.collect::<Vec<_>>(), &arguments.ends);
    }
    let mut detector = detector(None)?;
    let mut all = Vec::new();
    for path in &arguments.video {
        let found = recorded_holds(path, &mut detector).with_context(|| format!("reading {}", path.display()))?;
        if arguments.each {
            let outcomes: Vec<_> = found.iter().filter_map(|frames| choose(frames)).collect();
            print(&path.display().to_string(), &outcomes, true);
        }
        all.extend(found);
    }
    if !all.is_empty() {
        let outcomes: Vec<_> = all.iter().filter_map(|frames| choose(frames)).collect();
        print("Recorded holds; the truth is Tenengrad after a 3 x 3 filter", &outcomes, false);
        print_ends("recorded", &all.iter().map(|frames| &frames[..]).collect::<Vec<_>>(), &arguments.ends);
    }
    Ok(())
}

/// Prints how sharp the kept frames of holds are that end sooner.
fn print_ends(title: &str, holds: &[&[HoldFrame]], ends: &[f32]) {
    for &end in ends.iter().filter(|_| !holds.is_empty()) {
        let own: Vec<_> = holds.iter().filter_map(|frames| choose(until(frames, end))).collect();
        let whole: Vec<_> = holds.iter().filter_map(|frames| ratio_to_whole(frames, end)).collect();
        let within = own.iter().filter(|outcome| outcome.ratio >= 0.95).count();
        println!(
            "  {title}, {end} ms: within 5 % of its own best: {}\n    of the best of the whole hold: {}, mean {:.3}",
            format_rate(within, own.len()),
            format_rate(whole.iter().filter(|&&ratio| ratio >= 0.95).count(), whole.len()),
            whole.iter().sum::<f32>() / whole.len().max(1) as f32,
        );
    }
}

fn print(title: &str, outcomes: &[Outcome], each: bool) {
    let of = outcomes.len();
    let within = |ratio: fn(&Outcome) -> f32| format_rate(outcomes.iter().filter(|o| ratio(o) >= 0.95).count(), of);
    let mean = |value: fn(&Outcome) -> f32| outcomes.iter().map(value).sum::<f32>() / of.max(1) as f32;
    println!("\n{title}\n  holds {of}; a random choice succeeds in {:.1} %", 100.0 * mean(|o| o.random));
    println!("  within 5 % of the best:  {}", within(|o| o.ratio));
    println!("  by the former rule:      {}", within(|o| o.former));
    println!("  with all frames at once: {}", within(|o| o.offline));
    println!(
        "  first frame kept {}, copies per hold {:.1}",
        outcomes.iter().filter(|o| o.is_first).count(),
        mean(|o| o.copies as f32)
    );
    if each {
        for o in outcomes {
            println!("    {:.3} former {:.3} offline {:.3} random {:.2}", o.ratio, o.former, o.offline, o.random);
        }
    }
}

/// Ranges of face widths in the two positions of a portrait frame 720 pixels wide.
const FACES: [(f32, f32); 2] = [(160.0, 250.0), (330.0, 460.0)];
/// Greatest enlargement of a photograph: an enlarged one is not sharp enough for a comparison.
const LARGEST_SCALE: f32 = 1.25;

/// Whether it is a near hold, and its frames.
type SimulatedHold = (bool, Vec<HoldFrame>);

fn simulated(arguments: &Arguments) -> Result<Vec<SimulatedHold>> {
    let folders = if arguments.photographs.is_empty() { corpus_folders() } else { arguments.photographs.clone() };
    let list = read_corpus()?;
    let jobs: Vec<(&Photograph, PathBuf, bool, f32, String)> = list
        .iter()
        .filter(|photograph| photograph.shows == Cover::Bare)
        .filter_map(|photograph| photograph.path(&folders).map(|path| (photograph, path)))
        .flat_map(|(photograph, path)| {
            (0..arguments.holds).filter_map(move |n| {
                let (least, most) = FACES[n as usize % 2];
                let most = most.min(LARGEST_SCALE * photograph.width);
                let face = least + (most - least) * ((n / 2) as f32 * 0.37 + 0.2).fract();
                (most >= least)
                    .then(|| (photograph, path.clone(), n % 2 == 1, face, format!("{} {n}", photograph.person)))
            })
        })
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let shares: Result<Vec<Vec<SimulatedHold>>> = std::thread::scope(|scope| {
        let jobs = &jobs;
        let share = |first: usize| {
            scope.spawn(move || {
                let mut detector = detector(None)?;
                let mut holds = Vec::new();
                for (photograph, path, is_near, face, seed) in jobs.iter().skip(first).step_by(threads) {
                    let picture = image::open(path)?.to_rgb8();
                    let center = Point { x: photograph.x, y: photograph.y };
                    let seconds = if *is_near { 0.8 } else { 1.0 };
                    let frames = simulate_hold(&picture, center, photograph.width, *face, seconds, seed);
                    detector.reset();
                    let measured = frames.iter().map(|frame| {
                        measure_frame(&mut detector, &frame.picture, frame.at, |bbox| {
                            tenengrad(&grey(&frame.clean), bbox, false)
                        })
                    });
                    let measured = measured.collect::<Result<Vec<_>>>()?;
                    holds.push((*is_near, measured.into_iter().flatten().collect()));
                }
                Ok(holds)
            })
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?).collect()
    });
    Ok(shares?.into_iter().flatten().collect())
}

/// Measures a frame like the engine; `None` if there is no face.
fn measure_frame(
    detector: &mut Detector,
    picture: &RgbImage,
    at: f32,
    sharpness: impl Fn(&nearfar::frame::Rect) -> f32,
) -> Result<Option<HoldFrame>> {
    let planes = Planes::new(picture);
    let frame = planes.frame()?;
    let Some(face) = largest(detector.detect(&frame).to_vec()) else { return Ok(None) };
    let measurements = QualityMeter::new().measure(&frame, &face);
    Ok(Some(HoldFrame { at, face, measurements, true_sharpness: sharpness(&face.bbox) }))
}

/// Extracts the holds of a video: consecutive seconds with a frontal face at rest.
fn recorded_holds(path: &std::path::Path, detector: &mut Detector) -> Result<Vec<Vec<HoldFrame>>> {
    const FRAMES: usize = 25;
    const FRAME_MS: f32 = 40.0;
    let limits = Thresholds::default();
    let video = std::fs::read(path)?;
    detector.reset();
    let (mut holds, mut run, mut motion) = (Vec::new(), Vec::new(), Motion::default());
    let mut scores = Vec::new();
    for (index, jpeg) in pictures(&video).enumerate() {
        let picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg)?.to_rgb8();
        let frame = measure_frame(detector, &picture, FRAME_MS * run.len() as f32, |bbox| {
            tenengrad(&grey(&picture), bbox, true)
        })?;
        let held = frame.filter(|frame| {
            let (pose, speed) =
                (&frame.measurements.pose, motion.update(&frame.face.bbox, index as f64 * f64::from(FRAME_MS)));
            let is_frontal = pose.yaw.abs() <= limits.max_yaw && pose.pitch.abs() <= limits.max_pitch;
            is_frontal && pose.roll.abs() <= limits.max_roll && speed <= limits.max_speed
        });
        match held {
            Some(frame) => {
                scores.push(frame.face.score);
                run.push(frame);
            }
            None => run.clear(),
        }
        if run.len() == FRAMES {
            holds.push(std::mem::take(&mut run));
        }
    }
    scores.sort_by(f32::total_cmp);
    let quantile = |share: f32| scores.get((share * scores.len() as f32) as usize).copied().unwrap_or_default();
    println!(
        "{}: 0.1 %, 1 % and 5 % quantiles of the detection score of {} frames: {:.3} {:.3} {:.3}",
        path.display(),
        scores.len(),
        quantile(0.001),
        quantile(0.01),
        quantile(0.05)
    );
    Ok(holds)
}
