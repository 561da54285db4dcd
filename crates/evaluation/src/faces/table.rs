//! Tables of the rates of the face network.

use super::crops::TestedFace;
use crate::metrics::rate::format_rate;
use nearfar::quality::face_network::FaceAttributes;
use nearfar::selection::{EYES_CLOSED_MAX, EYES_OPEN_MIN};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Detection and false-alarm rates at the engine's limit, separately for real and drawn covers and for people that no
/// network was trained with. Faces that guidance would ask to turn are excluded.
pub fn occlusion(faces: &[TestedFace]) -> String {
    let counted = |face: &&TestedFace| !face.labels.excluded && face.labels.is_frontal();
    let bare = faces.iter().filter(counted).filter(|face| {
        let labels = &face.labels;
        labels.bare && labels.real && labels.fold.is_some()
    });
    let bare = quantile(bare.map(|face| face.reading.most_covered()).collect(), 0.99);
    let limit = FaceAttributes::LIMIT;
    let mut text = format!("At {limit:.2} log odds; 1 % of the held-out real bare faces are above {bare:.2}.\n\n");
    text.push_str("| presented | data | flagged as covered |\n|---|---|---|\n");
    let kinds: BTreeSet<(bool, bool, &str)> =
        faces.iter().map(|face| (face.labels.bare, !face.labels.real, face.labels.kind.as_str())).collect();
    for (_, _, kind) in kinds {
        for (data, fitted) in [("held-out folds", true), ("other sources", false)] {
            let of = faces
                .iter()
                .filter(counted)
                .filter(|face| face.labels.kind == kind && face.labels.fold.is_some() == fitted);
            line(&mut text, kind, data, of, limit);
        }
    }
    text.push_str("\nBare faces by group:\n\n| group | data | flagged as covered |\n|---|---|---|\n");
    let groups: BTreeSet<&str> = faces.iter().flat_map(|face| face.labels.groups.iter().map(String::as_str)).collect();
    for group in groups {
        for (data, fitted) in [("held-out folds", true), ("other sources", false)] {
            let of = faces.iter().filter(counted).filter(|face| {
                let labels = &face.labels;
                labels.bare
                    && labels.real
                    && labels.fold.is_some() == fitted
                    && labels.groups.iter().any(|own| own == group)
            });
            line(&mut text, group, data, of, limit);
        }
    }
    text
}

fn line<'a>(text: &mut String, name: &str, data: &str, faces: impl Iterator<Item = &'a TestedFace>, limit: f32) {
    let (mut all, mut above) = (0, 0);
    for face in faces {
        all += 1;
        above += usize::from(face.reading.most_covered() > limit);
    }
    if all > 0 {
        let _ = writeln!(text, "| {name} | {data} | {} |", format_rate(above, all));
    }
}

/// Errors of yaw, pitch and roll against the reference, by the network and by the keypoints alone, and errors of
/// `not_frontal`, also for faces more than 5 degrees from `limits`.
pub fn pose(faces: &[TestedFace], limits: [f32; 3]) -> String {
    let counted: Vec<(&TestedFace, [f32; 3])> = faces
        .iter()
        .filter(|face| face.labels.real && !face.labels.excluded)
        .filter_map(|face| face.labels.pose.map(|pose| (face, pose)))
        .collect();
    let mut text = String::from(
        "| angle | data | faces | median error | 95 % within | slope | by keypoints: median error | slope |\n|---|---|---|---|---|---|---|---|\n",
    );
    for (data, fitted) in [("held-out folds", true), ("other sources", false)] {
        let of: Vec<_> = counted.iter().filter(|(face, _)| face.labels.fold.is_some() == fitted).collect();
        for (axis, name) in ["yaw", "pitch", "roll"].into_iter().enumerate() {
            let truth: Vec<f32> = of.iter().map(|(_, pose)| pose[axis]).collect();
            let ours: Vec<f32> = of.iter().map(|(face, _)| angles(face)[axis]).collect();
            // Crops are aligned by the keypoints, data roll is therefore 0.
            let keypoints: Vec<f32> =
                of.iter().map(|(face, _)| if axis == 2 { 0.0 } else { face.labels.keypoint_pose[axis] }).collect();
            let errors =
                |estimates: &[f32]| estimates.iter().zip(&truth).map(|(a, b)| (a - b).abs()).collect::<Vec<f32>>();
            let _ = writeln!(
                text,
                "| {name} | {data} | {} | {:.1} | {:.1} | {:.2} | {:.1} | {:.2} |",
                of.len(),
                quantile(errors(&ours), 0.5),
                quantile(errors(&ours), 0.95),
                slope(&truth, &ours),
                quantile(errors(&keypoints), 0.5),
                slope(&truth, &keypoints),
            );
        }
    }
    text.push_str("\n| `not_frontal` | data | errors of the network | errors of the keypoints |\n|---|---|---|---|\n");
    for (data, fitted) in [("held-out folds", true), ("other sources", false)] {
        for (name, margin) in [("all", 0.0), ("more than 5 degrees from a limit", 5.0)] {
            let beyond = |pose: [f32; 3], by: f32| (0..3).any(|axis| pose[axis].abs() > limits[axis] + by);
            let (mut all, mut errors) = (0, [0; 2]);
            for (face, pose) in counted.iter().filter(|(face, _)| face.labels.fold.is_some() == fitted) {
                let roll = face.labels.keypoint_pose[2];
                let upright = |pose: [f32; 3]| [pose[0], pose[1], pose[2] + roll];
                let (truth, ours) = (upright(*pose), upright(angles(face)));
                let inside = !beyond(truth, -margin);
                let outside = beyond(truth, margin);
                if inside || outside {
                    all += 1;
                    errors[0] += usize::from(beyond(ours, 0.0) != outside);
                    errors[1] += usize::from(beyond(face.labels.keypoint_pose, 0.0) != outside);
                }
            }
            let _ = writeln!(
                text,
                "| {name} | {data} | {} | {} |",
                format_rate(errors[0], all),
                format_rate(errors[1], all)
            );
        }
    }
    text
}

/// How often faces with open and with shut eyes are classified as such, by the less open eye as in the frame choice.
pub fn eyes(faces: &[TestedFace]) -> String {
    let mut text = String::from("| eyes | data | surely open | surely shut |\n|---|---|---|---|\n");
    let mut line = |name: &str, data: &str, of: Vec<&TestedFace>| {
        let chances: Vec<f32> = of.iter().map(|face| face.reading.both_eyes_open()).collect();
        let open = chances.iter().filter(|chance| **chance >= EYES_OPEN_MIN).count();
        let shut = chances.iter().filter(|chance| **chance <= EYES_CLOSED_MAX).count();
        if !of.is_empty() {
            let _ = writeln!(
                text,
                "| {name} | {data} | {} | {} |",
                format_rate(open, of.len()),
                format_rate(shut, of.len())
            );
        }
    };
    let groups: BTreeSet<&str> = faces.iter().flat_map(|face| face.labels.groups.iter().map(String::as_str)).collect();
    for (data, fitted) in [("held-out folds", true), ("other sources", false)] {
        let of = |real: bool, state: [f32; 2]| -> Vec<&TestedFace> {
            let wanted = |face: &&TestedFace| {
                let labels = &face.labels;
                labels.real == real && !labels.excluded && labels.fold.is_some() == fitted && labels.eyes == state
            };
            faces.iter().filter(wanted).collect()
        };
        let open = of(true, [1.0, 1.0]);
        line("open", data, open.clone());
        line("shut", data, of(true, [0.0, 0.0]));
        line("shut by hand", data, of(false, [0.0, 0.0]));
        line("one shut by hand", data, [of(false, [0.0, 1.0]), of(false, [1.0, 0.0])].concat());
        for group in &groups {
            let of_group = |face: &&&TestedFace| face.labels.groups.iter().any(|own| own == group);
            line(&format!("open, {group}"), data, open.iter().filter(of_group).copied().collect());
        }
    }
    text
}

fn angles(face: &TestedFace) -> [f32; 3] {
    let pose = face.reading.pose;
    [pose.yaw, pose.pitch, pose.roll]
}

/// The value that this share of the values does not exceed; 0 without values.
fn quantile(mut values: Vec<f32>, share: f64) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    let at = (share * values.len() as f64) as usize;
    values.get(at.min(values.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Slope of the estimates against the truth, by least squares.
fn slope(truth: &[f32], estimates: &[f32]) -> f32 {
    let count = truth.len().max(1) as f32;
    let (middle, level) = (truth.iter().sum::<f32>() / count, estimates.iter().sum::<f32>() / count);
    let along: f32 = truth.iter().zip(estimates).map(|(x, y)| (x - middle) * (y - level)).sum();
    along / truth.iter().map(|x| (x - middle).powi(2)).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::{quantile, slope};

    #[test]
    fn quantiles_and_slopes_of_known_cases() {
        assert_eq!(quantile((0..100).map(|i| i as f32).collect(), 0.99), 99.0);
        assert_eq!(quantile(vec![], 0.5), 0.0);
        assert!((slope(&[-1.0, 0.0, 3.0], &[1.0, 1.5, 3.0]) - 0.5).abs() < 1e-6);
    }
}
