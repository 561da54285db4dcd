//! `scoring_time`: the time of scoring an attempt on one core, the shares of the parallax and of the PAD artefacts, and
//! the time with a light challenge and with a motion challenge.
#![allow(clippy::unwrap_used, reason = "a command of developers ends with the first error")]

use clap::Parser;
use nearfar_evaluation::captures::evidence::evidence;
use nearfar_evaluation::captures::light::{Lighting, LitObject, add_light_challenge, random_sequence};
use nearfar_evaluation::captures::path::{FaceBox, path_evidence, positions, turn_towards_camera};
use nearfar_evaluation::captures::scene::Position;
use nearfar_evaluation::captures::{model, own_portraits};
use nearfar_inspect::model::detector;
use nearfar_parallax::{View, parallax};
use nearfar_protocol::motion::{PathLength, paths};
use nearfar_rendering::augmentation::with_frame;
use nearfar_rendering::random::Random;
use nearfar_rendering::scene::{Head, Surface};
use nearfar_scoring::pad::PadArtefacts;
use nearfar_scoring::picture::decode;
use nearfar_scoring::{GeometryScorer, Limits, Scorer};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 21;
/// Rounds of two programs.
const COMPARED_ROUNDS: usize = 61;
const SIZES: [(u32, u32); 2] = [(720, 1280), (1440, 2560)];

/// Measures the time of scoring an attempt on one core.
#[derive(Parser)]
#[command(name = "scoring_time", version)]
struct Arguments {
    /// The configuration of a service, whose networks for presentation attack detection also score
    #[arg(value_name = "TOML-FILE")]
    configuration: Option<PathBuf>,
    /// Prints the ratio to this command as built from another commit, in turn instead. A commit before 2026-12-01 needs
    /// this file copied over its own
    #[arg(long, value_name = "PROGRAM", conflicts_with = "configuration")]
    against: Option<PathBuf>,
    /// Scores on demand, for --against
    #[arg(long, hide = true)]
    serve: bool,
}

fn main() {
    let arguments = Arguments::parse();
    if let Some(other) = arguments.against {
        return compare(&other);
    }
    if arguments.serve {
        return serve();
    }
    let person = own_portraits(|person| person == "marc").pop().unwrap();
    let networks =
        arguments.configuration.map(|file| nearfar_evaluation::datasets::frames::networks(file.as_ref()).unwrap());
    let scorer = GeometryScorer::new(&model(), Limits::default(), 1).unwrap().with_pad(networks.unwrap_or_default());
    let mut detector = detector(None).unwrap();
    for size in SIZES {
        let head = Surface::Head(Head::mean());
        let [far, near] = [Position::FAR, Position::NEAR].map(|position| position.render(&person, &head, size));
        let capture = evidence(&far, &near);
        let (whole, verdict) = median(|| scorer.score(&capture));
        let mut lit = capture.clone();
        let random = &mut Random::new("judging time");
        let colors = random_sequence(random);
        add_light_challenge(
            &mut lit,
            (&person, &head),
            &colors,
            &colors,
            Lighting::new(LitObject::Head, 100.0, 40.0, random),
            random,
        );
        let (with_light, lit_verdict) = median(|| scorer.score(&lit));
        let path = &paths(PathLength::Long)[1000];
        let places = positions(path, FaceBox::measure(&person, size, &mut detector).unwrap(), size);
        let turned = |place: &Position| Position { turn: turn_towards_camera(place, size), ..*place };
        let pictures: Vec<_> = places.iter().map(|place| turned(place).render(&person, &head, size)).collect();
        let along = path_evidence(path, &pictures);
        let (with_path, path_verdict) = median(|| scorer.score(&along));
        let mut face = |picture| with_frame(picture, |frame| detector.detect_still(frame)[0]).unwrap();
        let (far_face, near_face) = (face(&far), face(&near));
        let depth = with_frame(&far, |far| {
            with_frame(&near, |near| {
                median(|| parallax(View { frame: far, face: &far_face }, View { frame: near, face: &near_face }, 1)).0
            })
        });
        let depth = depth.unwrap().unwrap();
        let [far, near] = ["far", "near"].map(|name| decode(&capture.files[name], &Limits::default().picture).unwrap());
        let artefacts = median(|| PadArtefacts::new((&far, &far_face.bbox), (&near, &near_face.bbox))).0;
        println!(
            "{}x{}: {whole:.0} ms to score (score {:?}), of which {depth:.0} ms ({:.0} %) the parallax, {artefacts:.0} ms the \
             PAD artefacts; {with_light:.0} ms with a light challenge (score {:?}), {with_path:.0} ms along a path of two \
             stops (score {:?})",
            size.0,
            size.1,
            verdict.score,
            100.0 * depth / whole,
            lit_verdict.score,
            path_verdict.score
        );
    }
}

/// Scores a capture of the size whose number is on each line of the standard input and prints the milliseconds.
fn serve() {
    let person = own_portraits(|person| person == "marc").pop().unwrap();
    let scorer = GeometryScorer::new(&model(), Limits::default(), 1).unwrap();
    let captures = SIZES.map(|size| {
        let head = Surface::Head(Head::mean());
        let [far, near] = [Position::FAR, Position::NEAR].map(|position| position.render(&person, &head, size));
        evidence(&far, &near)
    });
    println!("{:?}", captures.each_ref().map(|capture| scorer.score(capture)));
    for line in std::io::stdin().lock().lines() {
        let capture = &captures[line.unwrap().parse::<usize>().unwrap()];
        #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
        let start = Instant::now();
        let verdict = scorer.score(capture);
        println!("{}", start.elapsed().as_secs_f64() * 1000.0);
        drop(verdict);
    }
}

/// A program that scores on demand.
struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(program: &Path) -> Server {
        let mut command = Command::new(program);
        let mut child = command.arg("--serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Server { child, input, output }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    /// Milliseconds of scoring a capture of the size with this index.
    fn time(&mut self, size: usize) -> f64 {
        writeln!(self.input.as_ref().unwrap(), "{size}").unwrap();
        self.line().trim().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input ends the program.
        self.input.take();
        let _ = self.child.wait();
    }
}

/// Compares this program with another one, alternately, each as often first.
fn compare(other: &Path) {
    let this = std::env::current_exe().unwrap();
    let mut servers = [this.as_path(), other].map(Server::start);
    let [this, other] = servers.each_mut().map(Server::line);
    println!("the verdicts with all figures are {}", if this == other { "the same" } else { "different" });
    for (index, (width, height)) in SIZES.into_iter().enumerate() {
        let (mut times, mut ratios) = ([const { Vec::new() }; 2], Vec::new());
        for round in 0..COMPARED_ROUNDS {
            let mut pair = [0.0; 2];
            for program in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
                pair[program] = servers[program].time(index);
                times[program].push(pair[program]);
            }
            ratios.push(pair[0] / pair[1]);
        }
        for list in times.iter_mut().chain([&mut ratios]) {
            list.sort_by(f64::total_cmp);
        }
        let at = |list: &[f64], share: f64| list[(share * (list.len() - 1) as f64) as usize];
        let [[median, least], [other_median, other_least]] = times.map(|times| [at(&times, 0.5), times[0]]);
        println!(
            "{width}x{height}: {:.2} of the other's time (median of {COMPARED_ROUNDS} ratios, quartiles {:.2} and {:.2}; minima \
             {:.2}); median {median:.0} ms and {other_median:.0} ms, least {least:.0} ms and {other_least:.0} ms",
            at(&ratios, 0.5),
            at(&ratios, 0.25),
            at(&ratios, 0.75),
            least / other_least,
        );
    }
}

/// The median milliseconds of some rounds, and the last result.
fn median<T>(mut work: impl FnMut() -> T) -> (f64, T) {
    let mut times = Vec::new();
    loop {
        #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
        let start = Instant::now();
        let result = work();
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        if times.len() == ROUNDS {
            times.sort_by(f64::total_cmp);
            return (times[ROUNDS / 2], result);
        }
    }
}
