//! Weighted non-maximum suppression, as in MediaPipe: boxes that overlap the best one are averaged with it, weighted by
//! score, instead of being dropped.

use super::anchors::RawFace;
use super::sort::sort_descending;

/// Boxes that overlap by more than this (intersection over union) are the same face; MediaPipe's value.
pub const MAX_IOU: f32 = 0.3;

/// Intersection over union of two boxes given by their edges, 0 to 1.
pub fn iou(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let width = a[2].min(b[2]) - a[0].max(b[0]);
    let height = a[3].min(b[3]) - a[1].max(b[1]);
    if width <= 0.0 || height <= 0.0 {
        return 0.0;
    }
    let area = |e: &[f32; 4]| (e[2] - e[0]) * (e[3] - e[1]);
    let shared = width * height;
    shared / (area(a) + area(b) - shared)
}

/// Merges `candidates` into `faces`, best first: a candidate that overlaps a better one by more than `max_iou` is
/// averaged into it. A merged face keeps the best score. Empties `candidates`; does not allocate once both vectors have
/// grown.
pub fn merge_overlapping(candidates: &mut Vec<RawFace>, max_iou: f32, faces: &mut Vec<RawFace>) {
    faces.clear();
    sort_descending(candidates, |face| face.score);
    while let Some(best) = candidates.first().copied() {
        let mut sum = RawFace::default();
        let before = candidates.len();
        candidates.retain(|face| {
            let merged = iou(&face.edges, &best.edges) > max_iou;
            if merged {
                add_weighted(&mut sum, face);
            }
            !merged
        });
        if sum.score > 0.0 {
            faces.push(average(&sum, best.score));
        } else {
            faces.push(best);
        }
        if candidates.len() == before {
            // A box without area overlaps nothing, not even itself.
            candidates.remove(0);
        }
    }
}

fn add_weighted(sum: &mut RawFace, face: &RawFace) {
    for (sum, edge) in sum.edges.iter_mut().zip(face.edges) {
        *sum += edge * face.score;
    }
    for (sum, point) in sum.keypoints.iter_mut().zip(face.keypoints) {
        sum.x += point.x * face.score;
        sum.y += point.y * face.score;
    }
    sum.score += face.score;
}

fn average(sum: &RawFace, score: f32) -> RawFace {
    let mut face = *sum;
    for edge in &mut face.edges {
        *edge /= sum.score;
    }
    for point in &mut face.keypoints {
        point.x /= sum.score;
        point.y /= sum.score;
    }
    face.score = score;
    face
}
