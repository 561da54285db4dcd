//! Detects faces in frames: runs the network on regions of interest and tracks faces from frame to frame.

use super::Face;
use super::anchors::RawFace;
use super::model::{ANCHORS, Model, ModelError};
use super::prominence::SWITCH_RATIO;
use super::roi::{Roi, search_regions};
use super::roi_detector::{RoiDetector, TrackedFace};
use super::simd::{Backend, Fastest};
use super::sort::sort_descending;
use crate::frame::{Frame, Size};

/// A region of at least this fraction of the whole frame's square is not tighter than the whole frame.
const MAX_TIGHT_RATIO: f32 = 0.7;
/// A face narrower than this fraction of a region may be missed in it.
const MIN_VISIBLE_RATIO: f32 = 0.2;
/// Number of frames in which the place of a lost face is searched again, at twice the width.
const LOST_FACE_FRAMES: u32 = 10;
/// Of every `TURN` frames, [`Detector::detect_in_turn`] spends one on the rest of the picture; of every
/// `TURN_WITH_OTHERS` while other faces are known.
const TURN: usize = 3;
const TURN_WITH_OTHERS: usize = 2;
/// Of every `WHOLE_TURN` of these frames, one shows the whole picture.
const WHOLE_TURN: usize = 4;
/// Of every `SEARCH_TURN_WITH_OTHERS` of these frames, one searches for further faces while others are known.
const SEARCH_TURN_WITH_OTHERS: usize = 16;

/// Detects faces in frames and tracks them from frame to frame.
///
/// ```no_run
/// use nearfar::detection::Detector;
/// use nearfar::frame::{Frame, Layout, PixelFormat, Size};
/// let model = std::fs::read("face_detection_short_range.tflite")?;
/// let pixels = vec![0; 4 * 640 * 480];
/// let frame = Frame::new(Layout::packed(PixelFormat::Rgba, Size { width: 640, height: 480 }), &pixels)?;
/// for face in Detector::from_tflite(&model)?.detect(&frame) {
///     println!("{:?} with score {}", face.bbox, face.score);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Detector<B = Fastest> {
    roi_detector: RoiDetector<B>,
    /// Faces of the last frame; only the confirmed ones are reported.
    known: Vec<TrackedFace>,
    found: Vec<TrackedFace>,
    reported: Vec<Face>,
    search_rois: Vec<Roi>,
    size: Size,
    step: usize,
    /// Number of frames that were spent on the rest of the picture, and of the search regions among them.
    turns: usize,
    searches: usize,
    /// The followed face. Another face must be clearly more prominent to replace it.
    followed: Option<TrackedFace>,
    /// The tight region around the followed face.
    tight_roi: Option<Roi>,
    /// Where a face was lost, and for how many more frames to search there.
    lost_face: Option<(Roi, u32)>,
}

impl Detector {
    /// Reads the model `face_detection_short_range.tflite`, the reference.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is truncated, altered, or another model.
    pub fn from_tflite(bytes: &[u8]) -> Result<Detector, ModelError> {
        Ok(Detector::new(&Model::from_tflite(bytes)?))
    }

    /// Reads the page's model file, whose weights have eight bits: [`Model::from_int8`].
    ///
    /// # Errors
    /// [`ModelError`] for a file that is truncated, altered, or another model.
    pub fn from_int8(bytes: &[u8]) -> Result<Detector, ModelError> {
        Ok(Detector::new(&Model::from_int8(bytes)?))
    }
}

impl<B: Backend> Detector<B> {
    /// Packs the weights of a model for a back end.
    pub fn new(model: &Model) -> Self {
        // Reserved for more faces than there are anchors, so that no frame makes them grow.
        let known = || Vec::with_capacity(2 * ANCHORS);
        Detector {
            roi_detector: RoiDetector::new(model),
            known: known(),
            found: known(),
            reported: Vec::with_capacity(2 * ANCHORS),
            search_rois: Vec::new(),
            size: Size::default(),
            step: 0,
            turns: 0,
            searches: 0,
            followed: None,
            tight_roi: None,
            lost_face: None,
        }
    }

    /// Forgets all faces, for example after a change of camera.
    pub fn reset(&mut self) {
        self.known.clear();
        self.size = Size::default();
        self.step = 0;
        self.followed = None;
        self.tight_roi = None;
        self.lost_face = None;
    }

    /// Detects the faces in the next frame of a stream, largest first. Faces that no tight region has confirmed yet are
    /// left out.
    ///
    /// The network runs at most twice a frame, three times while no face is known. The first region is the tight one
    /// around the followed face, or the whole frame. In every other frame, and while no face is known, a second region
    /// alternates between the whole frame, the other known faces and parts of the frame that may contain a face too
    /// small for the whole-frame region.
    pub fn detect(&mut self, frame: &Frame) -> &[Face] {
        self.begin(frame);
        let is_second_due = self.step.is_multiple_of(2);
        self.detect_known(frame, is_second_due)
    }

    /// Like [`Detector::detect`], with one region a frame while a face is followed: most frames show the region around
    /// it, the others the rest of the picture. Returns `None` for a frame of the rest that shows no other faces than
    /// those known: it says nothing new about the followed face.
    pub fn detect_in_turn(&mut self, frame: &Frame) -> Option<&[Face]> {
        self.begin(frame);
        let turn = if self.known.len() > 1 { TURN_WITH_OTHERS } else { TURN };
        let is_tight = self.tight_roi.is_some_and(|tight| tight.side < Roi::whole(self.size).side * MAX_TIGHT_RATIO);
        let is_sure = self.followed.is_some_and(|followed| followed.is_strong());
        if is_tight && is_sure && self.step.is_multiple_of(turn) {
            return self.detect_others(frame);
        }
        Some(self.detect_known(frame, false))
    }

    /// Begins the next frame of the stream.
    fn begin(&mut self, frame: &Frame) {
        let size = frame.size();
        if size != self.size {
            self.reset();
            self.size = size;
            self.search_rois = search_regions(size);
        }
        self.step = self.step.wrapping_add(1);
        self.found.clear();
    }

    /// Detects the followed face; with a second region if it is due or the face is lost.
    fn detect_known(&mut self, frame: &Frame, is_second_due: bool) -> &[Face] {
        let whole = Roi::whole(self.size);
        self.tight_roi = self.followed.map(|known| Roi::around(&known.face.bbox).stabilized(self.tight_roi));
        match self.tight_roi {
            Some(tight) if tight.side < whole.side * MAX_TIGHT_RATIO => {
                self.roi_detector.detect_in(frame, tight, &mut self.found);
                // A face that was lost is worth the second run at once.
                if self.found.is_empty() || is_second_due {
                    let secondary_roi = self.secondary_roi(whole);
                    self.roi_detector.detect_in(frame, secondary_roi, &mut self.found);
                    self.keep_uncovered(&[tight, secondary_roi]);
                } else {
                    self.keep_uncovered(&[tight]);
                }
                // An unconfirmed face does not count as lost.
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
                    // A pattern that keeps scoring as a face must not stall the search.
                    Some(_) if !self.step.is_multiple_of(2) && self.found.iter().any(|known| !known.is_confirmed) => {
                        // Two candidates: otherwise one of two people would get an instruction before the other is
                        // detected.
                        for _ in 0..2 {
                            self.confirm_candidate(frame);
                        }
                    }
                    _ => {
                        let roi = self.next_search_roi();
                        self.roi_detector.detect_in(frame, roi, &mut self.found);
                    }
                }
            }
        }
        self.carry_over_confirmed();
        if self.found.iter().any(|known| known.is_confirmed) {
            self.lost_face = None;
        }
        self.followed = self.best();
        self.report()
    }

    /// Detects faces in a region of the rest of the picture. `None` if as many faces are reported as before.
    fn detect_others(&mut self, frame: &Frame) -> Option<&[Face]> {
        let roi = self.next_roi_of_others();
        self.roi_detector.detect_in(frame, roi, &mut self.found);
        // Of a face that stays, the known box is the better one.
        for found in &mut self.found {
            let same = self.known.iter().find(|known| known.is_confirmed && known.is_same_as(&found.face));
            *found = same.copied().unwrap_or(*found);
        }
        self.keep_uncovered(&[roi]);
        let before = self.reported.len();
        let followed =
            self.followed.filter(|followed| !self.found.iter().any(|found| found.is_same_as(&followed.face)));
        self.found.extend(followed);
        let reported = self.report();
        (reported.len() != before).then_some(reported)
    }

    /// Replaces the known faces by those found, and returns the confirmed ones.
    fn report(&mut self) -> &[Face] {
        std::mem::swap(&mut self.known, &mut self.found);
        self.reported.clear();
        self.reported.extend(self.known.iter().filter(|known| known.is_confirmed).map(|known| known.face));
        sort_by_size(&mut self.reported);
        &self.reported
    }

    /// Runs the network on the region around the most prominent unconfirmed face and drops the face if it is not found
    /// there.
    fn confirm_candidate(&mut self, frame: &Frame) {
        let Some(guess) = self.most_prominent(|known| !known.is_confirmed) else { return };
        self.roi_detector.detect_in(frame, Roi::around(&guess.face.bbox), &mut self.found);
        self.found.retain(|known| known.is_confirmed || known.face != guess.face);
    }

    /// The face to follow: the most prominent strong one, otherwise the most prominent of all.
    fn best(&self) -> Option<TrackedFace> {
        self.most_prominent(TrackedFace::is_strong).or_else(|| self.most_prominent(|_| true))
    }

    /// The most prominent of the faces found that satisfy `is_candidate`.
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

    /// Copies the confirmation and the score of an earlier frame to faces that only a wide region shows in this frame.
    fn carry_over_confirmed(&mut self) {
        for found in self.found.iter_mut().filter(|found| !found.is_confirmed) {
            let before = self.known.iter().find(|known| known.is_confirmed && known.is_same_as(&found.face));
            if let Some(before) = before {
                found.is_confirmed = true;
                found.face.score = before.face.score;
            }
        }
    }

    /// The region of the rest of the picture whose turn it is.
    fn next_roi_of_others(&mut self) -> Roi {
        self.turns = self.turns.wrapping_add(1);
        let whole = Roi::whole(self.size);
        if self.turns.is_multiple_of(WHOLE_TURN) {
            return whole;
        }
        // Few searches: a search region may miss a known face.
        let other = (self.turns % SEARCH_TURN_WITH_OTHERS != 1).then(|| self.other_roi(self.turns)).flatten();
        other.unwrap_or_else(|| {
            self.searches = self.searches.wrapping_add(1);
            self.search_rois[self.searches % self.search_rois.len()]
        })
    }

    /// The second region while a face is followed.
    fn secondary_roi(&self, whole: Roi) -> Roi {
        let round = self.step / 4;
        if self.step % 4 < 2 {
            return whole;
        }
        let other = (!round.is_multiple_of(4)).then(|| self.other_roi(round)).flatten();
        other.unwrap_or(self.search_rois[round % self.search_rois.len()])
    }

    /// The region around one of the known faces that are not followed, each in its turn; `None` if there are none.
    fn other_roi(&self, turn: usize) -> Option<Roi> {
        let is_other = |known: &&TrackedFace| !self.followed.is_some_and(|followed| followed.is_same_as(&known.face));
        let others = || self.known.iter().filter(is_other);
        let index = turn.checked_rem(others().count())?;
        others().nth(index).map(|known| Roi::around(&known.face.bbox))
    }

    /// The second region while no face is known.
    fn next_search_roi(&mut self) -> Roi {
        if let Some((roi, frames)) = &mut self.lost_face {
            let roi = *roi;
            *frames -= 1;
            if *frames == 0 {
                self.lost_face = None;
            }
            if self.step.is_multiple_of(2) {
                return roi;
            }
        }
        self.search_rois[self.step % self.search_rois.len()]
    }

    /// Keeps the faces of the last frame that none of this frame's regions could have shown.
    fn keep_uncovered(&mut self, rois: &[Roi]) {
        for known in &self.known {
            let bbox = &known.face.bbox;
            let side = bbox.width.max(bbox.height);
            let covers = |roi: &Roi| side >= roi.side * MIN_VISIBLE_RATIO && !roi.clips(bbox, self.size);
            let is_found = self.found.iter().any(|found| found.is_same_as(&known.face));
            if !rois.iter().any(covers) && !is_found {
                self.found.push(*known);
            }
        }
    }

    /// Detects all faces in a still picture, largest first, independently of earlier frames: in the whole frame, in
    /// every search region, then in a tight region around each face found. The network runs about a dozen times, and
    /// twice more for each face.
    pub fn detect_still(&mut self, frame: &Frame) -> Vec<Face> {
        self.detect_still_min_width(frame, 0.0)
    }

    /// Like [`Detector::detect_still`], but faces narrower than `min_width_ratio` times the widest face (0 to 1) may be
    /// missed: beside a large face the smaller search regions are skipped.
    pub fn detect_still_min_width(&mut self, frame: &Frame, min_width_ratio: f32) -> Vec<Face> {
        let size = frame.size();
        let short = size.short_side() as f32;
        let mut candidates: Vec<TrackedFace> = Vec::new();
        self.roi_detector.detect_in(frame, Roi::whole(size), &mut candidates);
        for roi in search_regions(size) {
            let widest = candidates.iter().map(|known| known.face.bbox.width).fold(0.0, f32::max);
            let is_fine = roi.side < short;
            if !is_fine || min_width_ratio * widest < short * MIN_VISIBLE_RATIO {
                self.roi_detector.detect_in(frame, roi, &mut candidates);
            }
        }
        let mut faces: Vec<Face> = Vec::new();
        for TrackedFace { face, .. } in &candidates {
            // A face that a closer region does not show again is discarded. The second run starts from a better box.
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

    /// Runs the network on an input of 128x128 RGB pixels from -1 to 1, row by row. Returns faces in input pixels, best
    /// first.
    pub fn detect_input(&mut self, input: &[f32]) -> &[RawFace] {
        self.roi_detector.detect_input(input)
    }
}

fn sort_by_size(faces: &mut [Face]) {
    sort_descending(faces, |face| face.bbox.area());
}
