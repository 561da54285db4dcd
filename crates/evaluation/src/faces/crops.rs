//! Reads labelled crops and runs the networks on them.

use anyhow::{Context, Result, ensure};
use nearfar::guidance::Thresholds;
use nearfar::quality::face_network::{FaceAttributes, FaceNetwork, SIDE};
use serde::Deserialize;
use std::path::Path;

/// Side of a crop, pixels. The network reads the middle of it.
pub const CROP: usize = 96;

/// A line of labels.jsonl, as `tools/faces/train.py` writes it.
#[derive(Clone, Debug, Deserialize)]
pub struct Labels {
    /// `mask`, `bare`, `drawn: scarf` and so on.
    pub kind: String,
    /// Whether it is an unmodified photograph.
    pub real: bool,
    /// Whether nothing covers eyes, nose or mouth.
    pub bare: bool,
    /// The fold of its person; `None` for people that no network was trained with.
    pub fold: Option<usize>,
    /// Whether it was excluded by manual review: a wrong label or no face.
    pub excluded: bool,
    /// Yaw, pitch and roll by the landmark reference, degrees; the roll is relative to the crop.
    pub pose: Option<[f32; 3]>,
    /// Yaw, pitch and roll by the keypoints alone; the roll is relative to the picture.
    pub keypoint_pose: [f32; 3],
    /// Right and left eye: 1 open, 0 shut, between uncertain, -1 unknown.
    pub eyes: [f32; 2],
    /// Further labels of the person: `beard`, `skin: dark`.
    pub groups: Vec<String>,
}

impl Labels {
    /// Whether the pose is within the limits of guidance, so that guidance would check for covers.
    pub fn is_frontal(&self) -> bool {
        let [yaw, pitch, _] = self.keypoint_pose;
        let limits = Thresholds::default();
        yaw.abs() <= limits.max_yaw && pitch.abs() <= limits.max_pitch
    }
}

/// A face with the output of a network that was trained without the person.
pub struct TestedFace {
    /// The labels.
    pub labels: Labels,
    /// The output of the network.
    pub reading: FaceAttributes,
}

/// Reads labels and networks from `networks` and crops from `crops`, and tests every face except those of folds without
/// a network.
///
/// # Errors
/// If a file is missing or does not match the others.
pub fn test_faces(crops: &Path, networks: &Path) -> Result<Vec<TestedFace>> {
    let read = |path: std::path::PathBuf| std::fs::read(&path).with_context(|| format!("reading {}", path.display()));
    let labels = String::from_utf8(read(networks.join("labels.jsonl"))?)?;
    let labels: Vec<Labels> = labels.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let network = |name: String| -> Result<FaceNetwork> {
        let bytes = read(networks.join(&name))?;
        FaceNetwork::from_bytes(&bytes).ok().with_context(|| format!("{name} is not a weights file of this network"))
    };
    let folds = labels.iter().filter_map(|labels| labels.fold).max().map_or(0, |last| last + 1);
    let files = (0..folds).map(|fold| format!("fold-{fold}.bin")).take_while(|name| networks.join(name).is_file());
    let mut held_out = files.map(network).collect::<Result<Vec<_>>>()?;
    let mut whole = network("network.bin".into())?;
    let pixels = read(crops.join("faces.rgb"))?;
    let each = 3 * CROP * CROP;
    ensure!(pixels.len() == each * labels.len(), "labels.jsonl and faces.rgb do not match");
    let edge = (CROP - SIDE) / 2;
    let mut middle = vec![0; 3 * SIDE * SIDE];
    let test = |(labels, crop): (Labels, &[u8])| {
        for (row, out) in middle.chunks_exact_mut(3 * SIDE).enumerate() {
            out.copy_from_slice(&crop[3 * (CROP * (edge + row) + edge)..][..3 * SIDE]);
        }
        let network = match labels.fold {
            Some(fold) => held_out.get_mut(fold)?,
            None => &mut whole,
        };
        let reading = network.analyze_pixels(&middle);
        Some(TestedFace { labels, reading })
    };
    Ok(labels.into_iter().zip(pixels.chunks_exact(each)).filter_map(test).collect())
}
