//! `model_files`: what guidance loses with the page's model file, whose weights have eight bits.

use anyhow::{Context, Result};
use clap::Parser;
use nearfar::detection::{Detector, Face};
use nearfar::guidance::Instruction;
use nearfar::quality::QualityMeter;
use nearfar_evaluation::faces::guidance_frames::{Amount, GuidanceFrame, Guided, guidance_frames};
use nearfar_evaluation::metrics::paired::{Case, Difference};
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, workspace};
use nearfar_rendering::covers::Materials;
use nearfar_rendering::photographs::{corpus_folders, read_corpus};
use std::path::PathBuf;
use std::process::ExitCode;

/// Compares guidance with the published model file and with the page's, whose weights have eight bits, on photographs of
/// npm packages at drawn sizes and places, bare and with drawn covers.
#[derive(Parser)]
#[command(name = "model_files", version)]
struct Arguments {
    /// The page's model file; without it, the one that the build wrote
    file: Option<PathBuf>,
    /// Frames of each photograph as it is
    #[arg(long, value_name = "N", default_value_t = 12)]
    plain: u32,
    /// Frames of each photograph with each drawn cover
    #[arg(long, value_name = "N", default_value_t = 3)]
    covers: u32,
}

/// A question: its name, which frames it concerns, and whether guidance answers it correctly.
type Question = (&'static str, fn(&GuidanceFrame) -> bool, fn(&GuidanceFrame, &Guided) -> bool);

const QUESTIONS: [Question; 5] = [
    (
        "direction right",
        |frame| frame.expected != Instruction::KeepStill,
        |frame, guided| guided.placed == frame.expected,
    ),
    (
        "place accepted",
        |frame| frame.expected == Instruction::KeepStill,
        |frame, guided| guided.placed == frame.expected,
    ),
    (
        "bare face accepted",
        |frame| frame.expected == Instruction::KeepStill && !frame.cover.covers(),
        |_, guided| guided.assessment.passes(),
    ),
    (
        "covered face not accepted as bare",
        |frame| frame.cover.covers(),
        |_, guided| guided.face.is_none() || guided.assessment.failing.contains(Instruction::Occluded),
    ),
    (
        "bare face not taken for covered",
        |frame| !frame.cover.covers(),
        |_, guided| !guided.assessment.failing.contains(Instruction::Occluded),
    ),
];

/// The differences that [`shift`] returns.
const SHIFTS: [&str; 4] = ["box to the right", "box down", "box wider", "keypoint down"];

/// How the page's face differs from the published file's, relative to its width.
fn shift(published: &Face, page: &Face) -> [f64; 4] {
    let (before, after) = (published.bbox.center(), page.bbox.center());
    let down = |face: &Face| face.keypoints.iter().map(|point| point.y).sum::<f32>() / face.keypoints.len() as f32;
    let differences =
        [after.x - before.x, after.y - before.y, page.bbox.width - published.bbox.width, down(page) - down(published)];
    differences.map(|difference| f64::from(difference / published.bbox.width))
}

fn main() -> ExitCode {
    exit_code("model_files", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let file = arguments.file.unwrap_or_else(|| workspace().join("pkg/face-detection-int8.bin"));
    let bytes =
        std::fs::read(&file).with_context(|| format!("no model at {} (`npm start` writes it)", file.display()))?;
    let mut page = Detector::from_int8(&bytes).with_context(|| file.display().to_string())?;
    let (mut published, mut reference) = (detector(None)?, detector(None)?);
    let mut meter = QualityMeter::new();
    let (folders, list) = (corpus_folders(), read_corpus()?);
    let mut cases = QUESTIONS.map(|_| Vec::new());
    let (mut frames, mut same, mut missing) = (0, 0, 0);
    let amount = Amount { plain: arguments.plain, each_cover: arguments.covers };
    let mut shifts = Vec::new();
    for photograph in &list {
        let Some(path) = photograph.path(&folders) else {
            missing += 1;
            continue;
        };
        guidance_frames(photograph, &path, &Materials::default(), amount, &mut reference, |frame| {
            let first = frame.guided_by(&mut published, &mut meter)?;
            let second = frame.guided_by(&mut page, &mut meter)?;
            frames += 1;
            let faces = first.face.zip(second.face).filter(|(first, second)| first.is_same_as(second));
            shifts.extend(faces.map(|(first, second)| shift(&first, &second)));
            same += usize::from(first.assessment.instruction == second.assessment.instruction);
            for ((_, concerns, answer), cases) in QUESTIONS.iter().zip(&mut cases) {
                if concerns(&frame) {
                    let (first, second) = (answer(&frame, &first), answer(&frame, &second));
                    cases.push(Case { person: frame.person.clone(), first, second });
                }
            }
            Ok(())
        })?;
    }
    println!(
        "{} photographs ({missing} missing), {frames} frames; the same instruction in {same}",
        list.len() - missing
    );
    for (index, name) in SHIFTS.iter().enumerate() {
        let count = shifts.len().max(1) as f64;
        let mean = shifts.iter().map(|shift| shift[index]).sum::<f64>() / count;
        let square = shifts.iter().map(|shift| shift[index] * shift[index]).sum::<f64>() / count;
        println!("{name}: mean {:+.2} %, root mean square {:.2} %", 100.0 * mean, 100.0 * square.sqrt());
    }
    println!("| | frames | people | published | page | difference, points | only published | only page |");
    println!("|---|---|---|---|---|---|---|---|");
    for ((name, ..), cases) in QUESTIONS.iter().zip(&cases) {
        let Difference { cases, people, first, second, only_first, only_second, difference, interval } =
            Difference::new(cases);
        let percent = |count: usize| 100.0 * count as f64 / cases.max(1) as f64;
        println!(
            "| {name} | {cases} | {people} | {:.1} % | {:.1} % | {:+.2} ({:+.2} to {:+.2}) | {only_first} | {only_second} |",
            percent(first),
            percent(second),
            100.0 * difference,
            100.0 * interval.0,
            100.0 * interval.1,
        );
    }
    Ok(())
}
