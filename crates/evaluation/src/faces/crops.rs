//! Crops with what is known of them, and what the networks say.

use anyhow::{Context, Result, ensure};
use nearfar::quality::face_network::{FaceAttributes, FaceNetwork, SIDE};
use serde::Deserialize;
use std::path::Path;

/// Side of a crop, pixels; the network looks at the middle of it.
pub const CROP: usize = 96;

/// A line of labels.jsonl, as `tools/faces/train.py` writes it.
#[derive(Clone, Debug, Deserialize)]
pub struct Labels {
    /// `mask`, `bare`, `drawn: scarf` and so on.
    pub kind: String,
    /// Whether it is a photograph as it was taken.
    pub real: bool,
    /// Whether nothing covers eyes, nose or mouth.
    pub bare: bool,
    /// The fold of its person; none for those that no network was trained with.
    pub fold: Option<usize>,
    /// Whether it was left out, by eye, as wrongly labelled or no face.
    pub excluded: bool,
    /// Yaw, pitch and roll by the reference of landmarks, degrees; the roll within the crop.
    pub pose: Option<[f32; 3]>,
    /// Yaw, pitch and roll by the keypoints alone; the roll within the picture.
    pub keypoint_pose: [f32; 3],
    /// 1 open, 0 shut, between: not sure, and -1 unknown; right and left eye.
    pub eyes: [f32; 2],
    /// What else is known of the person: `beard`, `skin: dark`.
    pub groups: Vec<String>,
}

impl Labels {
    /// Whether guidance would decide on its cover: about frontal.
    pub fn is_frontal(&self) -> bool {
        let [yaw, pitch, _] = self.keypoint_pose;
        yaw.abs() <= 18.0 && pitch.abs() <= 20.0
    }
}

/// A face with what a network says of it that has not seen the person.
pub struct Judged {
    /// What is known of it.
    pub labels: Labels,
    /// What the network says.
    pub reading: FaceAttributes,
}

/// Reads labels and networks from `networks` and crops from `crops`, and has every face judged but for those of folds
/// without a network of their own.
///
/// # Errors
/// When a file is missing or does not fit the others.
pub fn judged(crops: &Path, networks: &Path) -> Result<Vec<Judged>> {
    let read = |path: std::path::PathBuf| std::fs::read(&path).with_context(|| format!("reading {}", path.display()));
    let labels = String::from_utf8(read(networks.join("labels.jsonl"))?)?;
    let labels: Vec<Labels> = labels.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let network = |name: String| -> Result<FaceNetwork> {
        let bytes = read(networks.join(&name))?;
        FaceNetwork::from_bytes(&bytes).ok().with_context(|| format!("{name} is no file of this network's weights"))
    };
    let folds = labels.iter().filter_map(|labels| labels.fold).max().map_or(0, |last| last + 1);
    let there = (0..folds).map(|fold| format!("fold-{fold}.bin")).take_while(|name| networks.join(name).is_file());
    let mut held_out = there.map(network).collect::<Result<Vec<_>>>()?;
    let mut whole = network("network.bin".into())?;
    let pixels = read(crops.join("faces.rgb"))?;
    let each = 3 * CROP * CROP;
    ensure!(pixels.len() == each * labels.len(), "labels.jsonl and faces.rgb do not belong together");
    let edge = (CROP - SIDE) / 2;
    let mut middle = vec![0; 3 * SIDE * SIDE];
    let judge = |(labels, crop): (Labels, &[u8])| {
        for (row, out) in middle.chunks_exact_mut(3 * SIDE).enumerate() {
            out.copy_from_slice(&crop[3 * (CROP * (edge + row) + edge)..][..3 * SIDE]);
        }
        let network = match labels.fold {
            Some(fold) => held_out.get_mut(fold)?,
            None => &mut whole,
        };
        let reading = network.analyze_pixels(&middle);
        Some(Judged { labels, reading })
    };
    Ok(labels.into_iter().zip(pixels.chunks_exact(each)).filter_map(judge).collect())
}
