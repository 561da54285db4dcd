//! Properties of weighted non-maximum suppression for any candidates.

use nearfar::detection::nms::{iou, merge_overlapping};
use nearfar::detection::{MAX_IOU, RawFace};
use nearfar::frame::Point;
use proptest::prelude::*;

fn face(x: f32, y: f32, side: f32, score: f32) -> RawFace {
    RawFace { edges: [x, y, x + side, y + side], keypoints: [Point { x, y }; 6], score }
}

fn merged(candidates: &[RawFace]) -> Vec<RawFace> {
    let mut faces = vec![face(0.0, 0.0, 1.0, 1.0)];
    merge_overlapping(&mut candidates.to_vec(), MAX_IOU, &mut faces);
    faces
}

#[test]
fn overlapping_boxes_become_their_weighted_mean_with_the_best_score() {
    let faces = merged(&[face(12.0, 10.0, 20.0, 0.6), face(10.0, 10.0, 20.0, 0.9), face(80.0, 80.0, 10.0, 0.7)]);
    assert_eq!(faces.len(), 2);
    let left = (10.0 * 0.9 + 12.0 * 0.6) / 1.5;
    assert!((faces[0].edges[0] - left).abs() < 1e-4 && (faces[0].keypoints[3].x - left).abs() < 1e-4);
    assert_eq!(faces[0].score, 0.9);
    assert_eq!(faces[1], face(80.0, 80.0, 10.0, 0.7));
}

fn candidates() -> impl Strategy<Value = Vec<RawFace>> {
    let side = prop_oneof![4 => 1f32..60.0, 1 => Just(0.0)];
    let one = (-20f32..120.0, -20f32..120.0, side, 0.5f32..1.0).prop_map(|(x, y, side, score)| face(x, y, side, score));
    prop::collection::vec(one, 0..40)
}

proptest! {
    #[test]
    fn the_best_candidate_leads_and_scores_fall(candidates in candidates()) {
        let faces = merged(&candidates);
        let best = candidates.iter().map(|face| face.score).fold(0.0, f32::max);
        prop_assert_eq!(faces.first().map_or(0.0, |face| face.score), best);
        prop_assert!(faces.windows(2).all(|pair| pair[0].score >= pair[1].score));
        prop_assert!(faces.len() <= candidates.len());
        prop_assert_eq!(faces.is_empty(), candidates.is_empty());
    }

    #[test]
    fn candidates_are_near_faces_and_faces_within_candidates(candidates in candidates()) {
        let faces = merged(&candidates);
        for candidate in &candidates {
            // It has given its score to a face, or is that face.
            prop_assert!(faces.iter().any(|face| face.score >= candidate.score));
        }
        let low = candidates.iter().map(|face| face.edges[0]).fold(f32::MAX, f32::min);
        let high = candidates.iter().map(|face| face.edges[2]).fold(f32::MIN, f32::max);
        for face in &faces {
            prop_assert!(face.edges[0] >= low - 1e-3 && face.edges[2] <= high + 1e-3);
            prop_assert!(face.edges[2] >= face.edges[0] && face.edges[3] >= face.edges[1]);
        }
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(candidates in candidates(), turn: prop::sample::Index) {
        let mut turned = candidates.clone();
        if !turned.is_empty() {
            turned.rotate_left(turn.index(candidates.len()));
        }
        prop_assert_eq!(merged(&candidates), merged(&turned));
    }

    #[test]
    fn distant_candidates_are_unchanged(scores in prop::collection::vec(0.5f32..1.0, 0..9)) {
        let apart: Vec<_> = scores.iter().enumerate().map(|(i, &s)| face(i as f32 * 30.0, 0.0, 20.0, s)).collect();
        prop_assert_eq!(merged(&apart).len(), apart.len());
    }

    #[test]
    fn overlap_is_symmetric_and_between_0_and_1(a in candidates(), b in candidates()) {
        for (a, b) in a.iter().zip(&b) {
            let overlap = iou(&a.edges, &b.edges);
            prop_assert_eq!(overlap, iou(&b.edges, &a.edges));
            prop_assert!((0.0..=1.0001).contains(&overlap));
        }
    }
}
