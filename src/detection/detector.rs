//! From frames to faces: what the network says about one square, and where to detect_in from frame to frame.

use super::Face;
use super::anchors::{RawFace, decode, score_of_logit};
use super::model::{INPUT_SIDE, Model, ModelError};
use super::network::{ANCHORS, Network};
use super::nms::merge_overlapping;
use super::prominence::SWITCH_RATIO;
use super::roi::{Roi, search_regions};
use super::simd::{F32x4, Fastest};
use super::sort::sort_descending;
use crate::frame::{Frame, Rect, Size, sample_rgb};

/// Least score of a detection, as MediaPipe sets it for this model.
pub const MIN_SCORE: f32 = 0.5;
/// Boxes that overlap by more than this are one face, as MediaPipe sets it.
pub const MAX_IOU: f32 = 0.3;

/// A tight detect_in of at least this part of the whole square's side shows no more than the whole frame does.
const MAX_TIGHT_RATIO: f32 = 0.7;
/// A face of less than this part of a square's side may go unseen in it.
const MIN_VISIBLE_RATIO: f32 = 0.2;
/// A face of at least this part of a square's side is seen in it as well as in a tight detect_in.
const MIN_CONFIRMED_RATIO: f32 = 0.33;
/// A face of less than this score does not keep the next_search_roi from going on: patterns that fill the picture score so.
const WEAK_SCORE: f32 = 0.55;
/// Frames for which the place of a lost_face face is looked at again, twice as wide.
const LOST_FACE_FRAMES: u32 = 10;

/// The network and what it needs to turn one square of a frame into faces.
struct RoiDetector<V> {
    network: Network<V>,
    pixels: Vec<u8>,
    candidates: Vec<RawFace>,
    raw: Vec<RawFace>,
}

impl<V: F32x4> RoiDetector<V> {
    /// Runs the network on its input and leaves the faces in `raw`, best first.
    fn detect(&mut self) {
        self.network.run();
        self.candidates.clear();
        for anchor in 0..ANCHORS {
            let logit = self.network.logit(anchor);
            // A logit below 0 is a score below one half: most anchors need no exponential.
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

    /// Looks at one square and adds what it finds to `faces`, but for boxes that the square clips off and faces
    /// that are there already: of those a guess gives way to what is sure.
    fn detect_in(&mut self, frame: &Frame, square: Roi, faces: &mut Vec<TrackedFace>) {
        self.run_on(frame, square);
        for raw in &self.raw {
            let face = to_face(raw, &square);
            if square.clips(&face.bbox, frame.size()) {
                continue;
            }
            let side = face.bbox.width.max(face.bbox.height);
            let seen = TrackedFace { face, is_confirmed: side >= square.side * MIN_CONFIRMED_RATIO };
            match faces.iter_mut().find(|known| known.is_same_as(&face)) {
                Some(known) if seen.is_confirmed && !known.is_confirmed => *known = seen,
                Some(_) => {}
                None => faces.push(seen),
            }
        }
    }

    /// Runs the network on one square of a frame.
    fn run_on(&mut self, frame: &Frame, square: Roi) {
        let side = INPUT_SIDE as u32;
        sample_rgb(frame, &square.rect(), side, side, &mut self.pixels);
        let size = frame.size();
        let columns = covered(square.center.x, square.side, size.width);
        let rows = covered(square.center.y, square.side, size.height);
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
        self.detect();
    }
}

/// Input pixels whose middle lies inside the frame, along one axis.
fn covered(center: f32, side: f32, length: u32) -> std::ops::Range<usize> {
    let step = side / INPUT_SIDE as f32;
    let first = center - side / 2.0 + step / 2.0;
    let index = |position: f32| ((position - first) / step).ceil().clamp(0.0, INPUT_SIDE as f32) as usize;
    let start = index(0.0);
    start..index(length as f32).max(start)
}

fn to_face(raw: &RawFace, square: &Roi) -> Face {
    let to_frame = |x, y| square.to_frame(crate::frame::Point { x, y }, INPUT_SIDE as f32);
    let [left, top, right, bottom] = raw.edges;
    let (a, b) = (to_frame(left, top), to_frame(right, bottom));
    Face {
        bbox: Rect { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y },
        keypoints: raw.keypoints.map(|p| to_frame(p.x, p.y)),
        score: raw.score,
    }
}

/// A face of a stream, and whether a detect_in that was made for its size has seen it.
#[derive(Clone, Copy)]
struct TrackedFace {
    face: Face,
    /// What only a wide detect_in has seen is a guess: small faces score low there, and patterns as high as faces.
    is_confirmed: bool,
}

impl TrackedFace {
    /// Whether nothing has to be looked for beside it.
    fn is_strong(&self) -> bool {
        self.is_confirmed && self.face.score >= WEAK_SCORE
    }

    /// Whether another detection is of this face. Within a weak box that fills the picture there may be a small face.
    fn is_same_as(&self, face: &Face) -> bool {
        let holds_another = self.face.score < WEAK_SCORE && self.face.bbox.width > 2.0 * face.bbox.width;
        self.face.is_same_as(face) && !holds_another
    }
}

/// Finds faces in frames and follows them from one to the next.
pub struct Detector<V = Fastest> {
    roi_detector: RoiDetector<V>,
    /// What the last frame showed, the sure ones of which are reported.
    known: Vec<TrackedFace>,
    found: Vec<TrackedFace>,
    reported: Vec<Face>,
    search_rois: Vec<Roi>,
    size: Size,
    step: usize,
    /// The face that is followed, which another one has to outdo.
    followed: Option<TrackedFace>,
    /// The tight detect_in at it.
    tight_roi: Option<Roi>,
    /// Where the face was that went out of sight, and for how many frames that is still worth a detect_in.
    lost_face: Option<(Roi, u32)>,
}

impl Detector {
    /// Reads the model `face_detection_short_range.tflite` and packs its weights.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is truncated, altered, or another model.
    pub fn from_tflite(bytes: &[u8]) -> Result<Detector, ModelError> {
        Detector::with_backend(bytes)
    }
}

impl<V: F32x4> Detector<V> {
    /// As [`Detector::from_tflite`], with a chosen back end.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is truncated, altered, or another model.
    pub fn with_backend(bytes: &[u8]) -> Result<Self, ModelError> {
        let network = Network::new(&Model::from_tflite(bytes)?);
        // Room for more faces than anchors, so that no frame makes these grow.
        let raw = || Vec::with_capacity(ANCHORS);
        let roi_detector =
            RoiDetector { network, pixels: vec![0; 3 * INPUT_SIDE * INPUT_SIDE], candidates: raw(), raw: raw() };
        let known = || Vec::with_capacity(2 * ANCHORS);
        Ok(Detector {
            roi_detector,
            known: known(),
            found: known(),
            reported: Vec::with_capacity(2 * ANCHORS),
            search_rois: Vec::new(),
            size: Size::default(),
            step: 0,
            followed: None,
            tight_roi: None,
            lost_face: None,
        })
    }

    /// Forgets the faces of earlier frames, as for another camera.
    pub fn reset(&mut self) {
        self.known.clear();
        self.size = Size::default();
        self.step = 0;
        self.followed = None;
        self.tight_roi = None;
        self.lost_face = None;
    }

    /// The faces in the next frame of a stream, largest first, but for those that no tight detect_in has seen yet. At most
    /// two rois a frame, three where nobody was known: one at the face that is followed, or at the whole frame; and in
    /// every other frame, or while no face is known, one that takes turns between the whole frame, the other known
    /// faces and parts of the frame where a face too small for the detect_in at the whole may be.
    pub fn detect(&mut self, frame: &Frame) -> &[Face] {
        let size = frame.size();
        if size != self.size {
            self.reset();
            self.size = size;
            self.search_rois = search_regions(size);
        }
        self.step = self.step.wrapping_add(1);
        self.found.clear();
        let whole = Roi::whole(size);
        self.tight_roi = self.followed.map(|known| Roi::around(&known.face.bbox).stabilized(self.tight_roi));
        match self.tight_roi {
            Some(tight) if tight.side < whole.side * MAX_TIGHT_RATIO => {
                self.roi_detector.detect_in(frame, tight, &mut self.found);
                // A face that got lost_face is worth the second detect_in at once.
                if self.found.is_empty() || self.step.is_multiple_of(2) {
                    let secondary_roi = self.secondary_roi(whole);
                    self.roi_detector.detect_in(frame, secondary_roi, &mut self.found);
                    self.keep_uncovered(&[tight, secondary_roi]);
                } else {
                    self.keep_uncovered(&[tight]);
                }
                // What was only guessed at was never there.
                if self.found.is_empty() && self.followed.is_some_and(|known| known.is_confirmed) {
                    self.lost_face = Some((tight.scaled(2.0), LOST_FACE_FRAMES));
                }
            }
            large => {
                self.roi_detector.detect_in(frame, whole, &mut self.found);
                if large.is_some() {
                    self.keep_uncovered(&[whole]);
                }
                match self.best() {
                    Some(best) if best.is_strong() => {}
                    // Of a pattern that keeps looking like a face the next_search_roi must not tire.
                    Some(_) if !self.step.is_multiple_of(2) && self.found.iter().any(|known| !known.is_confirmed) => {
                        // Two, or of two people the first would be reported what to do before the other one is seen.
                        for _ in 0..2 {
                            self.confirm_candidate(frame);
                        }
                    }
                    _ => {
                        let square = self.next_search_roi();
                        self.roi_detector.detect_in(frame, square, &mut self.found);
                    }
                }
            }
        }
        self.carry_over_confirmed();
        if self.found.iter().any(|known| known.is_confirmed) {
            self.lost_face = None;
        }
        self.followed = self.best();
        std::mem::swap(&mut self.known, &mut self.found);
        self.reported.clear();
        self.reported.extend(self.known.iter().filter(|known| known.is_confirmed).map(|known| known.face));
        sort_by_size(&mut self.reported);
        &self.reported
    }

    /// Takes a tight detect_in at the most prominent guess, and drops it where that sees nothing.
    fn confirm_candidate(&mut self, frame: &Frame) {
        let Some(guess) = self.most_prominent(|known| !known.is_confirmed) else { return };
        self.roi_detector.detect_in(frame, Roi::around(&guess.face.bbox), &mut self.found);
        self.found.retain(|known| known.is_confirmed || known.face != guess.face);
    }

    /// The face to follow: the most prominent clear one, else the most prominent of all.
    fn best(&self) -> Option<TrackedFace> {
        self.most_prominent(TrackedFace::is_strong).or_else(|| self.most_prominent(|_| true))
    }

    /// The most prominent one among some of what was found.
    #[inline(never)]
    fn most_prominent(&self, is_candidate: fn(&TrackedFace) -> bool) -> Option<TrackedFace> {
        let (middle, reach) = (Roi::whole(self.size).center, self.size.width.max(self.size.height) as f32);
        let weight = |known: &TrackedFace| {
            let stays = self.followed.is_some_and(|followed| followed.is_same_as(&known.face));
            known.face.prominence(middle, reach) * if stays { SWITCH_RATIO } else { 1.0 }
        };
        let candidates = self.found.iter().filter(|known| is_candidate(known));
        candidates.copied().max_by(|a, b| weight(a).total_cmp(&weight(b)))
    }

    /// Takes over what a tight detect_in said in an earlier frame of a face that only a wide one has seen in this.
    fn carry_over_confirmed(&mut self) {
        for found in self.found.iter_mut().filter(|found| !found.is_confirmed) {
            let before = self.known.iter().find(|known| known.is_confirmed && known.is_same_as(&found.face));
            if let Some(before) = before {
                found.is_confirmed = true;
                found.face.score = before.face.score;
            }
        }
    }

    /// The second detect_in while a face is followed.
    fn secondary_roi(&self, whole: Roi) -> Roi {
        let turn = self.step / 4;
        let is_other = |known: &&TrackedFace| !self.followed.is_some_and(|followed| followed.is_same_as(&known.face));
        let others = self.known.iter().filter(is_other).count();
        if self.step % 4 < 2 {
            whole
        } else if others > 0 && !turn.is_multiple_of(4) {
            let other = self.known.iter().filter(is_other).nth(turn % others);
            other.map_or(whole, |known| Roi::around(&known.face.bbox))
        } else {
            self.search_rois[turn % self.search_rois.len()]
        }
    }

    /// The second detect_in while no face is known.
    fn next_search_roi(&mut self) -> Roi {
        if let Some((square, frames)) = &mut self.lost_face {
            let square = *square;
            *frames -= 1;
            if *frames == 0 {
                self.lost_face = None;
            }
            if self.step.is_multiple_of(2) {
                return square;
            }
        }
        self.search_rois[self.step % self.search_rois.len()]
    }

    /// Keeps those faces of the last frame that none of this frame's rois could have seen.
    fn keep_uncovered(&mut self, rois: &[Roi]) {
        for known in &self.known {
            let bbox = &known.face.bbox;
            let side = bbox.width.max(bbox.height);
            let covers =
                |detect_in: &Roi| side >= detect_in.side * MIN_VISIBLE_RATIO && !detect_in.clips(bbox, self.size);
            let is_found = self.found.iter().any(|found| found.is_same_as(&known.face));
            if !rois.iter().any(covers) && !is_found {
                self.found.push(*known);
            }
        }
    }

    /// All faces in a still picture, largest first, whatever was seen before: the whole, every next_search_roi square,
    /// then a tight detect_in at each face found. About a dozen rois and two for each face.
    pub fn detect_still(&mut self, frame: &Frame) -> Vec<Face> {
        self.detect_still_min_width(frame, 0.0)
    }

    /// As [`Detector::detect_still`], for somebody to whom faces narrower than `least` of the widest one's width do not
    /// matter, 0 to 1: beside a large face the smaller search_rois are not looked at.
    pub fn detect_still_min_width(&mut self, frame: &Frame, least: f32) -> Vec<Face> {
        let size = frame.size();
        let short = size.short_side() as f32;
        let mut candidates: Vec<TrackedFace> = Vec::new();
        self.roi_detector.detect_in(frame, Roi::whole(size), &mut candidates);
        for square in search_regions(size) {
            let widest = candidates.iter().map(|known| known.face.bbox.width).fold(0.0, f32::max);
            let is_fine = square.side < short;
            if !is_fine || least * widest < short * MIN_VISIBLE_RATIO {
                self.roi_detector.detect_in(frame, square, &mut candidates);
            }
        }
        let mut faces: Vec<Face> = Vec::new();
        for TrackedFace { face, .. } in &candidates {
            // What a closer detect_in does not show again was no face. The second one starts from a better box.
            let mut seen = Some(*face);
            for _ in 0..2 {
                let Some(bbox) = seen.map(|face| face.bbox) else { break };
                let mut near = Vec::new();
                self.roi_detector.detect_in(frame, Roi::around(&bbox), &mut near);
                seen = near.into_iter().map(|known| known.face).find(|other| other.is_same_as(face));
            }
            faces.extend(seen.filter(|seen| !faces.iter().any(|known| known.is_same_as(seen))));
        }
        sort_by_size(&mut faces);
        faces
    }

    /// What the network alone says of one input: 128x128 RGB pixels from -1 to 1, row by row. Best first, in
    /// input pixels.
    pub fn detect_input(&mut self, input: &[f32]) -> &[RawFace] {
        self.roi_detector.network.input.fill(input);
        self.roi_detector.detect();
        &self.roi_detector.raw
    }
}

fn sort_by_size(faces: &mut [Face]) {
    sort_descending(faces, |face| face.bbox.area());
}
