//! `face_crops`: crops aligned faces from photographs, bare and with drawn covers, for `tools/faces/train.py`.

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use image::RgbImage;
use nearfar::detection::Face;
use nearfar::frame::{Frame, Region, warp_rgb};
use nearfar::quality::face_network::{MAX_TAPS, SIDE, aligned_region};
use nearfar::quality::pose;
use nearfar_evaluation::faces::crops;
use nearfar_inspect::exit::exit_code;
use nearfar_inspect::model::{detector, largest, workspace};
use nearfar_inspect::still;
use nearfar_rendering::augmentation::{crop, vary, with_frame};
use nearfar_rendering::covers::cutouts::Cutout;
use nearfar_rendering::covers::face_map::FaceMap;
use nearfar_rendering::covers::{Cover, Materials, draw};
use nearfar_rendering::photographs::{CROP_WIDTHS, covered_regions, find_central_face};
use nearfar_rendering::random::Random;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

/// Side of a crop, pixels.
const CROP: u32 = crops::CROP as u32;
/// Width of a crop relative to the network's input. The margin allows shifts and rotations in training.
const CROP_SCALE: f32 = crops::CROP as f32 / SIDE as f32;
/// Side of a chip for the landmark reference, pixels.
const CHIP: u32 = 256;
/// Width of a chip in face boxes.
const CHIP_BOXES: f32 = 2.2;

/// Crops aligned faces from photographs, bare and with drawn covers.
#[derive(Parser)]
#[command(name = "face_crops", version)]
struct Arguments {
    /// One JSON line per photograph: file, source, class, covered (whether covers may be drawn over it)
    list: PathBuf,
    /// The folder for faces.jsonl, faces.rgb (96 x 96 RGB each) and chips.rgb (256 x 256)
    out: PathBuf,
    /// Folder of photographs of hands in front of a plain background
    #[arg(long)]
    hands: PathBuf,
    /// Folder of photographs without faces
    #[arg(long)]
    surfaces: PathBuf,
    /// Covers drawn over each face
    #[arg(long, default_value_t = 5)]
    covers: u32,
    /// Bare variants of each face
    #[arg(long, default_value_t = 2)]
    bare: u32,
}

#[derive(Deserialize)]
struct Photograph {
    file: PathBuf,
    source: String,
    class: String,
    #[serde(default)]
    covered: bool,
}

/// A line of faces.jsonl.
#[derive(Serialize)]
struct Record<'a> {
    file: &'a Path,
    source: &'a str,
    class: &'a str,
    /// The drawn cover; null for the unmodified photograph.
    cover: Option<Cover>,
    /// The covered shares of right eye, left eye, nose, mouth and forehead, with a drawn cover.
    parts: Option<[f32; 5]>,
    score: f32,
    face_width: f32,
    /// Yaw, pitch and roll by the keypoints, degrees.
    pose: [f32; 3],
    /// Middle, width and height of the box and the six keypoints, relative to the middle and the side of the aligned
    /// square.
    geometry: Vec<f32>,
    /// The index of its chip.
    chip: Option<usize>,
}

struct Outputs {
    lines: BufWriter<File>,
    crops: BufWriter<File>,
    chips: BufWriter<File>,
    chip_count: usize,
    count: usize,
}

fn main() -> ExitCode {
    exit_code("face_crops", run())
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    let text = std::fs::read_to_string(&arguments.list).context("reading the list")?;
    let list: Vec<Photograph> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let materials = materials(&arguments)?;
    println!(
        "{} photographs, {} masks, {} hands, {} surfaces",
        list.len(),
        materials.masks.len(),
        materials.hands.len(),
        materials.surfaces.len()
    );
    std::fs::create_dir_all(&arguments.out)?;
    let open = |name: &str| File::create(arguments.out.join(name)).map(BufWriter::new);
    let outputs = Mutex::new(Outputs {
        lines: open("faces.jsonl")?,
        crops: open("faces.rgb")?,
        chips: open("chips.rgb")?,
        chip_count: 0,
        count: 0,
    });
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| -> Result<()> {
        let work = || -> Result<()> {
            let mut detector = detector(None)?;
            loop {
                let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(photograph) = list.get(index) else { return Ok(()) };
                if index.is_multiple_of(500) {
                    println!("{index} of {}", list.len());
                }
                let faces = faces_of(photograph, &materials, &arguments, &mut detector)
                    .with_context(|| photograph.file.display().to_string());
                match faces {
                    Ok(faces) => write(photograph, faces, &outputs)?,
                    Err(error) => eprintln!("{error:#}"),
                }
            }
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in running {
            thread.join().map_err(|_| anyhow!("a thread panicked"))??;
        }
        Ok(())
    })?;
    let outputs = outputs.into_inner().map_err(|_| anyhow!("a thread panicked"))?;
    println!("{} faces, {} chips", outputs.count, outputs.chip_count);
    Ok(())
}

fn materials(arguments: &Arguments) -> Result<Materials> {
    let mut materials = Materials::default();
    let cache = workspace().join(".cache/photographs/insightface/insightface/data/images");
    for color in ["black", "blue", "green", "white"] {
        if let Ok(picture) = image::open(cache.join(format!("mask_{color}.jpg"))) {
            materials.masks.push(picture.to_rgb8());
        }
    }
    for path in pictures(&arguments.hands)? {
        materials.hands.extend(image::open(path).ok().and_then(|picture| Cutout::hand(picture.to_rgb8())));
    }
    for path in pictures(&arguments.surfaces)?.into_iter().take(600) {
        materials.surfaces.extend(image::open(path).ok().map(|picture| picture.thumbnail(500, 500).to_rgb8()));
    }
    Ok(materials)
}

fn pictures(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

struct CroppedFace {
    cover: Option<Cover>,
    parts: Option<[f32; 5]>,
    face: Face,
    region: Region,
    crop: Vec<u8>,
    chip: Option<RgbImage>,
}

fn faces_of(
    photograph: &Photograph,
    materials: &Materials,
    arguments: &Arguments,
    detector: &mut nearfar::detection::Detector,
) -> Result<Vec<CroppedFace>> {
    let photo = image::DynamicImage::ImageRgba8(still::open(&photograph.file)?);
    let photo = if photo.width().max(photo.height()) > 1280 { photo.thumbnail(1280, 1280) } else { photo }.to_rgb8();
    let Some((photo, face)) = face_in(photo, detector)? else { return Ok(vec![]) };
    let mut crops = Vec::new();
    if let Some(mut first) = crop_face(&photo, face)? {
        let side = face.bbox.width.max(face.bbox.height) * CHIP_BOXES;
        let center = face.bbox.center();
        first.chip = Some(crop(&photo, center.x, center.y, side, CHIP));
        crops.push(first);
    }
    if !photograph.covered {
        return Ok(crops);
    }
    let mut random = Random::new(&photograph.file.to_string_lossy());
    let bare = std::iter::repeat_n(Cover::Bare, arguments.bare as usize)
        .chain([random.pick(&[Cover::ClearGlasses, Cover::Hat])]);
    let covers: Vec<Cover> = bare.chain((0..arguments.covers).map(|_| random.pick(&Cover::COVERING))).collect();
    for cover in covers {
        let width = random.between(70.0, (face.bbox.width * 1.6).clamp(90.0, 240.0));
        let (dx, dy) = (random.between(-0.1, 0.1) * face.bbox.width, random.between(-0.1, 0.1) * face.bbox.width);
        let center = face.bbox.center();
        let bare =
            crop(&photo, center.x + dx, center.y + dy, face.bbox.width * CROP_WIDTHS, (width * CROP_WIDTHS) as u32);
        let Some(found) = find_central_face(&bare, detector)? else { continue };
        let map = FaceMap::new(&found);
        let covered = draw(&bare, &map, cover, materials, &mut random);
        let parts = covered_regions(&covered, &map);
        let picture = vary(&covered.picture, &mut random)?;
        let Some(found) = find_central_face(&picture, detector)? else { continue };
        crops.extend(crop_face(&picture, found)?.map(|one| CroppedFace {
            cover: Some(cover),
            parts: Some(parts),
            ..one
        }));
    }
    Ok(crops)
}

/// The largest face. If none is found, tries again with a border around the picture.
fn face_in(photo: RgbImage, detector: &mut nearfar::detection::Detector) -> Result<Option<(RgbImage, Face)>> {
    for border in [0.0, 0.4] {
        let (w, h) = photo.dimensions();
        let edge = (border * w.max(h) as f32) as u32;
        let framed = if edge > 0 {
            let mut framed = RgbImage::from_pixel(w + 2 * edge, h + 2 * edge, image::Rgb([110; 3]));
            image::imageops::replace(&mut framed, &photo, i64::from(edge), i64::from(edge));
            framed
        } else {
            photo.clone()
        };
        detector.reset();
        let faces = with_frame(&framed, |frame| {
            (0..3).for_each(|_| _ = detector.detect(frame));
            detector.detect(frame).to_vec()
        })?;
        if let Some(face) = largest(faces).filter(|face| face.bbox.width >= 40.0) {
            return Ok(Some((framed, face)));
        }
    }
    Ok(None)
}

fn crop_face(picture: &RgbImage, face: Face) -> Result<Option<CroppedFace>> {
    let Some(region) = aligned_region(&face) else { return Ok(None) };
    let wide = Region { width: region.width * CROP_SCALE, height: region.height * CROP_SCALE, ..region };
    let mut crop = vec![0; (3 * CROP * CROP) as usize];
    with_frame(picture, |frame: &Frame| warp_rgb(frame, &wide, [CROP; 2], MAX_TAPS, &mut crop))?;
    Ok(Some(CroppedFace { cover: None, parts: None, face, region, crop, chip: None }))
}

fn write(photograph: &Photograph, faces: Vec<CroppedFace>, outputs: &Mutex<Outputs>) -> Result<()> {
    let mut outputs = outputs.lock().map_err(|_| anyhow!("a thread panicked"))?;
    for CroppedFace { cover, parts, face, region, crop, chip } in faces {
        let (sin, cos) = region.angle.sin_cos();
        let place = |x: f32, y: f32| {
            let (x, y) = ((x - region.center.x) / region.width, (y - region.center.y) / region.height);
            [x * cos + y * sin, y * cos - x * sin]
        };
        let center = face.bbox.center();
        let mut geometry = place(center.x, center.y).to_vec();
        geometry.extend([face.bbox.width / region.width, face.bbox.height / region.height]);
        face.keypoints.iter().for_each(|p| geometry.extend(place(p.x, p.y)));
        let pose = pose(&face);
        let index = chip.is_some().then_some(outputs.chip_count);
        let record = Record {
            file: &photograph.file,
            source: &photograph.source,
            class: &photograph.class,
            cover,
            parts,
            score: face.score,
            face_width: face.bbox.width,
            pose: [pose.yaw, pose.pitch, pose.roll],
            geometry,
            chip: index,
        };
        serde_json::to_writer(&mut outputs.lines, &record)?;
        outputs.lines.write_all(b"\n")?;
        outputs.crops.write_all(&crop)?;
        if let Some(chip) = chip {
            outputs.chips.write_all(chip.as_raw())?;
            outputs.chip_count += 1;
        }
        outputs.count += 1;
    }
    Ok(())
}
