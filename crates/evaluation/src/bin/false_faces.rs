//! `false_faces`: how often false detections stop, start or steer a capture.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use image::{RgbImage, RgbaImage, imageops};
use nearfar_evaluation::false_faces::runner::PipelineRunner;
use nearfar_evaluation::false_faces::scenes::{composite_hand, handheld_frame};
use nearfar_evaluation::metrics::rate::format_rate;
use nearfar_evaluation::video::motion_jpeg::pictures;
use nearfar_evaluation::video::planes::Planes;
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, workspace};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs videos of one person, without and with composited hands, videos of pictures without a face, and groups through
/// the pipeline. Counts false second faces, false holds, and groups whose second faces are found.
#[derive(Parser)]
#[command(name = "false_faces", version)]
struct Arguments {
    /// Videos of one person as Motion JPEG (`ffmpeg -i VIDEO -q:v 2 VIDEO.mjpeg`)
    #[arg(long = "film", value_name = "FILE", num_args = 1..)]
    video: Vec<PathBuf>,
    /// A folder of cut-out hands as PNG with transparency
    #[arg(long, value_name = "FOLDER")]
    hands: Option<PathBuf>,
    /// Folders of pictures without a face, JPEG or PNG
    #[arg(long, value_name = "FOLDER", num_args = 1..)]
    pictures: Vec<PathBuf>,
    /// A list of files in these folders that do show a face, one name per line, to exclude
    #[arg(long, value_name = "FILE")]
    except: Option<PathBuf>,
    /// Saves a frame for each false detection in pictures
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    exit_code("false_faces", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let mut hands = Vec::new();
    if let Some(folder) = &arguments.hands {
        for path in files(folder)? {
            hands.push(image::open(&path).with_context(|| format!("reading {}", path.display()))?.to_rgba8());
        }
    }
    if !arguments.video.is_empty() {
        run_videos("Videos of one person", &arguments.video, &[])?;
    }
    if !hands.is_empty() {
        run_videos("The same with hands waved in", &arguments.video, &hands)?;
    }
    if !arguments.pictures.is_empty() {
        run_pictures(&arguments)?;
    }
    run_groups()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase);
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if matches!(extension.as_deref(), Some("jpg" | "jpeg" | "png")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Runs `work` on every item with all cores.
fn parallel_map<I: Sync, T: Send>(items: &[I], work: impl Fn(usize, &I) -> Result<T> + Sync) -> Result<Vec<T>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let work = &work;
        let share = |first: usize| {
            let mine = items.iter().enumerate().skip(first).step_by(threads);
            scope.spawn(move || mine.map(|(index, item)| work(index, item)).collect::<Result<Vec<T>>>())
        };
        let running: Vec<_> = (0..threads).map(share).collect();
        let joined = running.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?);
        Ok(joined.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    })
}

fn run_videos(title: &str, videos: &[PathBuf], hands: &[RgbaImage]) -> Result<()> {
    let counts = parallel_map(videos, |index, path| {
        let video = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let mut runner = PipelineRunner::new(detector(None)?, 40.0)?;
        let mut counts = [0usize; 6];
        for (number, jpeg) in pictures(&video).enumerate() {
            let mut picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg)?.to_rgb8();
            if !hands.is_empty() {
                // Another hand every four seconds, in the size of hands in these videos.
                let hand = &hands[(index + number / 100) % hands.len()];
                let height = (picture.height() as f32 * (0.2 + 0.05 * (number / 100 % 5) as f32)) as u32;
                composite_hand(&mut picture, hand, height, number as f32 * 0.04);
            }
            let result = runner.process(&picture)?;
            let flags =
                [true, result.has_face, result.has_second, result.shows_second, result.newly_shown, result.restarted];
            for (count, flag) in counts.iter_mut().zip(flags) {
                *count += usize::from(flag);
            }
        }
        println!("  {}: {counts:?}", path.file_stem().unwrap_or_default().display());
        Ok(counts)
    })?;
    let sum = |i: usize| counts.iter().map(|counts| counts[i]).sum::<usize>();
    println!("\n{title}: {} frames of {} videos, a face in {}", sum(0), videos.len(), sum(1));
    println!("  frames in which a second face counts: {}", format_rate(sum(2), sum(0)));
    println!("  frames that show multiple_faces:      {}, shown {} times", format_rate(sum(3), sum(0)), sum(4));
    println!("  restarted captures:                   {}", sum(5));
    Ok(())
}

/// Size of the videos of pictures.
const SIZE: (u32, u32) = (480, 640);
const FPS: f32 = 25.0;
/// Frames of each picture: five seconds, twice the time in which guidance distrusts a face.
const FRAMES: u32 = 125;

#[derive(Clone, Copy, Default)]
struct Found {
    boxes: usize,
    starts_hold: bool,
    completes_hold: bool,
}

fn run_pictures(arguments: &Arguments) -> Result<()> {
    let mut paths = Vec::new();
    for folder in &arguments.pictures {
        paths.extend(files(folder)?);
    }
    let except: HashSet<String> = match &arguments.except {
        Some(file) => std::fs::read_to_string(file)?.lines().map(|line| line.trim().to_owned()).collect(),
        None => HashSet::new(),
    };
    paths.retain(|path| path.file_name().is_some_and(|name| !except.contains(&*name.to_string_lossy())));
    let found = parallel_map(&paths, |_, path| {
        let Ok(picture) = image::open(path) else { return Ok(None) };
        let (found, best) = run_picture(&picture.to_rgb8(), path, arguments.keep.as_deref())?;
        if found.starts_hold {
            println!("  {} completes a hold: {}, score {best:.2}", path.display(), found.completes_hold);
        }
        Ok(Some(found))
    })?;
    let found: Vec<Found> = found.into_iter().flatten().collect();
    let count = |is: fn(&Found) -> bool| format_rate(found.iter().filter(|found| is(found)).count(), found.len());
    println!("\nPictures without a face: {}", found.len());
    println!("  the detector finds a face:   {}", count(|found| found.boxes > 0));
    println!("  a frame passes every check:  {}", count(|found| found.starts_hold));
    println!("  the far hold is completed:   {}", count(|found| found.completes_hold));
    Ok(())
}

fn run_picture(picture: &RgbImage, path: &Path, keep: Option<&Path>) -> Result<(Found, f32)> {
    let longest = picture.width().max(picture.height());
    let shrunk;
    let picture = if longest > 800 {
        let side = |side: u32| (side * 800 / longest).max(1);
        shrunk =
            imageops::resize(picture, side(picture.width()), side(picture.height()), imageops::FilterType::Triangle);
        &shrunk
    } else {
        picture
    };
    let mut faces = detector(None)?.detect_still(&Planes::new(picture).frame()?);
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut found = Found { boxes: faces.len(), ..Found::default() };
    // The camera places the most face-like part exactly at the target.
    for (index, face) in faces.iter().take(2).enumerate() {
        let mut runner = PipelineRunner::new(detector(None)?, f64::from(1000.0 / FPS))?;
        let blank = RgbImage::from_pixel(SIZE.0, SIZE.1, image::Rgb([110; 3]));
        runner.process(&blank)?;
        let target = *runner.capture().target();
        let width = (target.min_face + target.max_face) / 2.0;
        for number in 0..FRAMES {
            let frame = handheld_frame(picture, &face.bbox, target.face_center, width, SIZE, number as f32 / FPS);
            let result = runner.process(&frame)?;
            found.starts_hold |= result.is_holding;
            found.completes_hold |= result.completed_hold;
            if let (Some(folder), 10) = (keep, number) {
                std::fs::create_dir_all(folder)?;
                let name = path.file_stem().unwrap_or_default().display();
                frame.save(folder.join(format!("{}-{name}-{index}.png", (face.score * 100.0) as u32)))?;
            }
            if result.completed_hold {
                break;
            }
        }
    }
    Ok((found, faces.first().map_or(0.0, |face| face.score)))
}

/// Checks that second faces of groups are found: the six groups of `@vladmandic/face-api`, each as a still for four
/// seconds.
fn run_groups() -> Result<()> {
    let groups: Vec<PathBuf> = (1..=6)
        .map(|n| workspace().join(format!("node_modules/@vladmandic/face-api/demo/sample{n}.jpg")))
        .filter(|path| path.is_file())
        .collect();
    let shown = parallel_map(&groups, |_, path| {
        let picture = image::open(path)?.to_rgb8();
        let mut runner = PipelineRunner::new(detector(None)?, f64::from(1000.0 / FPS))?;
        let mut first = None;
        for number in 0..100 {
            if runner.process(&picture)?.shows_second {
                first = first.or(Some(number));
            }
        }
        println!("  {}: {} faces, multiple_faces first shown at frame {first:?}", path.display(), runner.faces().len());
        Ok(first.is_some())
    })?;
    println!("\nGroups that show multiple_faces: {} of {}", shown.iter().filter(|shown| **shown).count(), shown.len());
    Ok(())
}
