//! Runs the network on a region of interest.

use super::Face;
use super::anchors::{RawFace, decode, score_of_logit};
use super::model::{ANCHORS, INPUT_SIDE, Model};
use super::network::Network;
use super::nms::{MAX_IOU, merge_overlapping};
use super::roi::Roi;
use super::simd::Backend;
use crate::frame::{Frame, Rect, sample_rgb};

/// Pixels of the input that a frame may fill along one axis for the rest to be worth skipping. That of a frame of 4:3
/// fills 96, of 16:9 it fills 72.
const MAX_PARTIAL_SIDE: usize = 100;
/// Minimum detection score, MediaPipe's value for this model.
pub const MIN_SCORE: f32 = 0.5;
/// A face at least this fraction of a region is detected in it as reliably as in a tight region.
const MIN_CONFIRMED_RATIO: f32 = 0.33;
/// Below this score a face does not stop the search: patterns that fill the picture reach such scores.
const WEAK_SCORE: f32 = 0.55;

/// Runs the network on one region of interest of a frame.
pub(super) struct RoiDetector<B> {
    network: Network<B>,
    pixels: Vec<u8>,
    candidates: Vec<RawFace>,
    raw: Vec<RawFace>,
}

impl<B: Backend> RoiDetector<B> {
    /// Packs the weights and allocates the buffers.
    pub(super) fn new(model: &Model) -> Self {
        // Reserved for more faces than there are anchors, so that no frame makes them grow.
        let faces = || Vec::with_capacity(ANCHORS);
        RoiDetector {
            network: Network::new(model),
            pixels: vec![0; 3 * INPUT_SIDE * INPUT_SIDE],
            candidates: faces(),
            raw: faces(),
        }
    }

    /// Runs the network on `input`. Returns faces in input pixels, best first.
    pub(super) fn detect_input(&mut self, input: &[f32]) -> &[RawFace] {
        self.network.input.fill(input);
        self.network.run();
        self.decode();
        &self.raw
    }

    /// Writes the faces that the network has found to `raw`, best first.
    fn decode(&mut self) {
        self.candidates.clear();
        for anchor in 0..ANCHORS {
            let logit = self.network.logit(anchor);
            // A logit below 0 is a score below 0.5, so most anchors need no exponential.
            if logit < 0.0 {
                continue;
            }
            let score = score_of_logit(logit);
            if score >= MIN_SCORE {
                self.candidates.extend(decode(anchor, &self.network.box_values(anchor), score));
            }
        }
        merge_overlapping(&mut self.candidates, MAX_IOU, &mut self.raw);
    }

    /// Detects the faces in `roi` and adds them to `faces`. Boxes that the region clips are dropped, and so are faces
    /// that are already listed; a confirmed detection replaces an unconfirmed one.
    pub(super) fn detect_in(&mut self, frame: &Frame, roi: Roi, faces: &mut Vec<TrackedFace>) {
        self.run_on(frame, roi);
        for raw in &self.raw {
            let face = to_face(raw, &roi);
            if roi.clips(&face.bbox, frame.size()) {
                continue;
            }
            let side = face.bbox.width.max(face.bbox.height);
            let seen = TrackedFace { face, is_confirmed: side >= roi.side * MIN_CONFIRMED_RATIO };
            match faces.iter_mut().find(|known| known.is_same_as(&face)) {
                Some(known) if seen.is_confirmed && !known.is_confirmed => *known = seen,
                Some(_) => {}
                None => faces.push(seen),
            }
        }
    }

    /// Samples `roi` and runs the network on it.
    fn run_on(&mut self, frame: &Frame, roi: Roi) {
        let side = INPUT_SIDE as u32;
        sample_rgb(frame, &roi.rect(), side, side, &mut self.pixels);
        let size = frame.size();
        let columns = covered(roi.center.x, roi.side, size.width);
        let rows = covered(roi.center.y, roi.side, size.height);
        for (y, pixels) in self.pixels.chunks_exact(3 * INPUT_SIDE).enumerate() {
            let row = self.network.input.row_mut(y);
            row.fill(0.0);
            if rows.contains(&y) {
                let values = 3 * columns.start..3 * columns.end;
                for (value, &byte) in row[values.clone()].iter_mut().zip(&pixels[values]) {
                    *value = f32::from(byte) * (2.0 / 255.0) - 1.0;
                }
            }
        }
        // The whole frame always fills the same part of the input.
        let is_partial = rows.len().min(columns.len()) < MAX_PARTIAL_SIDE;
        if is_partial && roi == Roi::whole(size) {
            self.network.run_partial(rows, columns);
        } else {
            self.network.run();
        }
        self.decode();
    }
}

/// The input pixels along one axis whose centre lies inside the frame.
fn covered(center: f32, side: f32, length: u32) -> std::ops::Range<usize> {
    let step = side / INPUT_SIDE as f32;
    let first = center - side / 2.0 + step / 2.0;
    let index = |position: f32| ((position - first) / step).ceil().clamp(0.0, INPUT_SIDE as f32) as usize;
    let start = index(0.0);
    start..index(length as f32).max(start)
}

fn to_face(raw: &RawFace, roi: &Roi) -> Face {
    let to_frame = |x, y| roi.to_frame(crate::frame::Point { x, y }, INPUT_SIDE as f32);
    let [left, top, right, bottom] = raw.edges;
    let (a, b) = (to_frame(left, top), to_frame(right, bottom));
    Face {
        bbox: Rect { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y },
        keypoints: raw.keypoints.map(|p| to_frame(p.x, p.y)),
        score: raw.score,
    }
}

/// A face that is tracked over a stream.
#[derive(Clone, Copy)]
pub(super) struct TrackedFace {
    pub(super) face: Face,
    /// Whether a region that suits the face's size has shown it. Detections in a wide region are unreliable: small
    /// faces score low there, and patterns score as high as faces.
    pub(super) is_confirmed: bool,
}

impl TrackedFace {
    /// Whether no further face has to be searched for.
    pub(super) fn is_strong(&self) -> bool {
        self.is_confirmed && self.face.score >= WEAK_SCORE
    }

    /// Whether `face` is another detection of this face. A weak box that fills the picture may contain a small face.
    pub(super) fn is_same_as(&self, face: &Face) -> bool {
        let holds_another = self.face.score < WEAK_SCORE && self.face.bbox.width > 2.0 * face.bbox.width;
        self.face.is_same_as(face) && !holds_another
    }
}
