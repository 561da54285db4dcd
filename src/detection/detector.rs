//! From frames to faces: what the network says about one square, and where to look from frame to frame.

use super::Face;
use super::anchors::{RawFace, decode, score_of_logit};
use super::lanes::{Fastest, Lanes};
use super::looks::{Square, search_squares};
use super::model::{INPUT_SIDE, Model, ModelError};
use super::network::{ANCHORS, Network};
use super::nms::merge_overlapping;
use super::order::sort_descending;
use crate::frame::{Frame, Rect, Size, sample_rgb};

/// Least score of a detection, as MediaPipe sets it for this model.
pub const MIN_SCORE: f32 = 0.5;
/// Boxes that overlap by more than this are one face, as MediaPipe sets it.
pub const MAX_IOU: f32 = 0.3;

/// A tight look of at least this part of the whole square's side shows no more than the whole frame does.
const WIDE: f32 = 0.7;
/// A face of less than this part of a square's side may go unseen in it.
const SEEN: f32 = 0.2;
/// Frames for which the place of a lost face is looked at again, twice as wide.
const REMEMBER: u32 = 10;

/// The network and what it needs to turn one square of a frame into faces.
struct Eye<L> {
    network: Network<L>,
    pixels: Vec<u8>,
    candidates: Vec<RawFace>,
    raw: Vec<RawFace>,
}

impl<L: Lanes> Eye<L> {
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

    /// Looks at one square and adds what it finds to `faces`, but for boxes that the square cuts off and faces
    /// that are there already.
    fn look(&mut self, frame: &Frame, square: Square, faces: &mut Vec<Face>) {
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
        for raw in &self.raw {
            let face = to_face(raw, &square);
            if !square.cuts(&face.bbox, size) && !faces.iter().any(|known| same_face(known, &face)) {
                faces.push(face);
            }
        }
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

fn to_face(raw: &RawFace, square: &Square) -> Face {
    let to_frame = |x, y| square.to_frame(crate::frame::Point { x, y }, INPUT_SIDE as f32);
    let [left, top, right, bottom] = raw.edges;
    let (a, b) = (to_frame(left, top), to_frame(right, bottom));
    Face {
        bbox: Rect { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y },
        keypoints: raw.keypoints.map(|p| to_frame(p.x, p.y)),
        score: raw.score,
    }
}

/// Whether two detections are of one face: they overlap well, or one's middle lies in the heart of the other.
fn same_face(a: &Face, b: &Face) -> bool {
    let (large, small) = if a.bbox.area() > b.bbox.area() { (a, b) } else { (b, a) };
    let (p, q) = (large.bbox.center(), small.bbox.center());
    large.bbox.iou(&small.bbox) > MAX_IOU
        || ((p.x - q.x).abs() < large.bbox.width / 4.0 && (p.y - q.y).abs() < large.bbox.height / 4.0)
}

/// Finds faces in frames and follows them from one to the next.
pub struct Detector<L = Fastest> {
    eye: Eye<L>,
    faces: Vec<Face>,
    found: Vec<Face>,
    squares: Vec<Square>,
    size: Size,
    step: usize,
    /// The tight look at the largest face.
    aim: Option<Square>,
    /// Where the face was that went out of sight, and for how many frames that is still worth a look.
    lost: Option<(Square, u32)>,
}

impl Detector {
    /// Reads the model `face_detection_short_range.tflite` and packs its weights.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is truncated, altered, or another model.
    pub fn from_tflite(bytes: &[u8]) -> Result<Detector, ModelError> {
        Detector::with_lanes(bytes)
    }
}

impl<L: Lanes> Detector<L> {
    /// As [`Detector::from_tflite`], with a chosen back end.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is truncated, altered, or another model.
    pub fn with_lanes(bytes: &[u8]) -> Result<Self, ModelError> {
        let network = Network::new(&Model::from_tflite(bytes)?);
        // Room for more faces than anchors, so that no frame makes these grow.
        let raw = || Vec::with_capacity(ANCHORS);
        let eye = Eye { network, pixels: vec![0; 3 * INPUT_SIDE * INPUT_SIDE], candidates: raw(), raw: raw() };
        let faces = || Vec::with_capacity(2 * ANCHORS);
        Ok(Detector {
            eye,
            faces: faces(),
            found: faces(),
            squares: Vec::new(),
            size: Size::default(),
            step: 0,
            aim: None,
            lost: None,
        })
    }

    /// Forgets the faces of earlier frames, as for another camera.
    pub fn reset(&mut self) {
        self.faces.clear();
        self.size = Size::default();
        self.step = 0;
        self.aim = None;
        self.lost = None;
    }

    /// The faces in the next frame of a stream, largest first. At most two looks a frame: one at the face that
    /// is followed, or at the whole frame; and in every other frame, or while no face is known, one that takes
    /// turns between the whole frame, the other known faces and parts of the frame where a face too small for
    /// the look at the whole may be.
    pub fn detect(&mut self, frame: &Frame) -> &[Face] {
        let size = frame.size();
        if size != self.size {
            self.reset();
            self.size = size;
            self.squares = search_squares(size);
        }
        self.step = self.step.wrapping_add(1);
        self.found.clear();
        let whole = Square::whole(size);
        self.aim = self.faces.first().map(|face| Square::around(&face.bbox).steadied(self.aim));
        match self.aim {
            Some(tight) if tight.side < whole.side * WIDE => {
                self.eye.look(frame, tight, &mut self.found);
                // A face that got lost is worth the second look at once.
                if self.found.is_empty() || self.step.is_multiple_of(2) {
                    let scout = self.scout(whole);
                    self.eye.look(frame, scout, &mut self.found);
                    self.keep_unseen(&[tight, scout]);
                } else {
                    self.keep_unseen(&[tight]);
                }
                if self.found.is_empty() {
                    self.lost = Some((tight.scaled(2.0), REMEMBER));
                }
            }
            Some(_) => {
                self.eye.look(frame, whole, &mut self.found);
                self.keep_unseen(&[whole]);
            }
            None => {
                self.eye.look(frame, whole, &mut self.found);
                if self.found.is_empty() {
                    let square = self.search();
                    self.eye.look(frame, square, &mut self.found);
                }
            }
        }
        if !self.found.is_empty() {
            self.lost = None;
        }
        sort_by_size(&mut self.found);
        std::mem::swap(&mut self.faces, &mut self.found);
        &self.faces
    }

    /// The second look while a face is followed.
    fn scout(&self, whole: Square) -> Square {
        let (turn, others) = (self.step / 4, self.faces.len() - 1);
        if self.step % 4 < 2 {
            whole
        } else if others > 0 && !turn.is_multiple_of(4) {
            Square::around(&self.faces[1 + turn % others].bbox)
        } else {
            self.squares[turn % self.squares.len()]
        }
    }

    /// The second look while no face is known.
    fn search(&mut self) -> Square {
        if let Some((square, frames)) = &mut self.lost {
            let square = *square;
            *frames -= 1;
            if *frames == 0 {
                self.lost = None;
            }
            if self.step.is_multiple_of(2) {
                return square;
            }
        }
        self.squares[self.step % self.squares.len()]
    }

    /// Keeps those faces of the last frame that none of this frame's looks could have seen.
    fn keep_unseen(&mut self, looks: &[Square]) {
        for face in &self.faces {
            let side = face.bbox.width.max(face.bbox.height);
            let could_see = |look: &Square| side >= look.side * SEEN && !look.cuts(&face.bbox, self.size);
            if !looks.iter().any(could_see) && !self.found.iter().any(|found| same_face(found, face)) {
                self.found.push(*face);
            }
        }
    }

    /// All faces in a still picture, largest first, whatever was seen before: the whole, every search square,
    /// then a tight look at each face found. About a dozen looks and two for each face.
    pub fn detect_still(&mut self, frame: &Frame) -> Vec<Face> {
        self.detect_still_from(frame, 0.0)
    }

    /// As [`Detector::detect_still`], for somebody to whom faces narrower than `least` of the widest one's width do not
    /// matter, 0 to 1: beside a large face the smaller squares are not looked at.
    pub fn detect_still_from(&mut self, frame: &Frame, least: f32) -> Vec<Face> {
        let size = frame.size();
        let short = size.short_side() as f32;
        let mut rough = Vec::new();
        self.eye.look(frame, Square::whole(size), &mut rough);
        for square in search_squares(size) {
            let widest = rough.iter().map(|face| face.bbox.width).fold(0.0, f32::max);
            let is_fine = square.side < short;
            if !is_fine || least * widest < short * SEEN {
                self.eye.look(frame, square, &mut rough);
            }
        }
        let mut faces: Vec<Face> = Vec::new();
        for face in &rough {
            // What a closer look does not show again was no face. The second one starts from a better box.
            let mut seen = Some(*face);
            for _ in 0..2 {
                let Some(bbox) = seen.map(|face| face.bbox) else { break };
                let mut near = Vec::new();
                self.eye.look(frame, Square::around(&bbox), &mut near);
                seen = near.into_iter().find(|other| same_face(other, face));
            }
            faces.extend(seen.filter(|seen| !faces.iter().any(|known| same_face(known, seen))));
        }
        sort_by_size(&mut faces);
        faces
    }

    /// What the network alone says of one input: 128x128 RGB pixels from -1 to 1, row by row. Best first, in
    /// input pixels.
    pub fn detect_input(&mut self, input: &[f32]) -> &[RawFace] {
        self.eye.network.input.fill(input);
        self.eye.detect();
        &self.eye.raw
    }
}

fn sort_by_size(faces: &mut [Face]) {
    sort_descending(faces, |face| face.bbox.area());
}
