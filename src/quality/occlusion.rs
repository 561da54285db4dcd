//! How likely something covers an eye, the nose or the mouth, from the face's own appearance.
//!
//! Each of the four parts is compared with the bare skin around it: colour differences in the logarithm of the
//! channels, so that light and skin tone cancel, coarse pictures of the part, its edges by direction (in the manner
//! of histograms of oriented gradients) and its spread of colour; for the mouth and the nose also what jaw and chin
//! look like, for each eye the other eye. A logistic model for each part, fitted to bare and covered photographs
//! (`occlusion_rates --fit`), says how covered it looks; the most covered part decides. `docs/OCCLUSION.md` has the
//! rates.

use super::occlusion_model::{EYE, MOUTH, NOSE, Weights};
use super::part::{COARSE_CELLS, Color, DIRECTIONS, FOLDED_CELLS, Part, STATISTICS, folded, median_of, opponent};
use super::patches::{Patch, Patches};
use crate::detection::Face;

const LOWER_FACE: usize = 12;
/// Fields across and down in which edges are counted, and their number when folded at the middle.
const MOUTH_EDGES: (usize, usize) = (5, 4);
const MOUTH_EDGES_FOLDED: usize = 12;
const NOSE_EDGES: (usize, usize) = (5, 3);
const NOSE_EDGES_FOLDED: usize = 9;
const EYE_EDGES: (usize, usize) = (5, 4);
const EYE_EDGE_VALUES: usize = 20 * DIRECTIONS + 1;
const EYE_PICTURE: usize = 48;
/// Features of one eye.
pub const EYE_FEATURES: usize = 2 * (COARSE_CELLS + STATISTICS + EYE_EDGE_VALUES + EYE_PICTURE) + 1 + 9;
/// Features of the nose.
pub const NOSE_FEATURES: usize =
    2 * FOLDED_CELLS + STATISTICS + 3 + LOWER_FACE + 1 + NOSE_EDGES_FOLDED * DIRECTIONS + 1 + 21;
/// Features of the mouth.
pub const MOUTH_FEATURES: usize =
    2 * FOLDED_CELLS + STATISTICS + LOWER_FACE + 1 + MOUTH_EDGES_FOLDED * DIRECTIONS + 1 + 24 + FOLDED_CELLS;

/// Differences of log colour beyond this say no more.
const MOST: f32 = 0.8;

/// What the models see of one face.
#[derive(Clone, Debug, PartialEq)]
pub struct OcclusionFeatures {
    /// The person's right eye, then the left one mirrored: both as if they were right eyes.
    pub eyes: [[f32; EYE_FEATURES]; 2],
    /// The nose.
    pub nose: [f32; NOSE_FEATURES],
    /// The mouth.
    pub mouth: [f32; MOUTH_FEATURES],
}

/// Log odds that each part is covered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OcclusionOdds {
    /// The person's right and left eye.
    pub eyes: [f32; 2],
    /// The nose.
    pub nose: f32,
    /// The mouth.
    pub mouth: f32,
}

impl OcclusionOdds {
    /// Log odds that bare photographs stay below in 98 of 100 cases.
    pub const LIMIT: f32 = super::occlusion_model::LIMIT;

    /// Log odds of the part that looks most covered.
    pub fn greatest(&self) -> f32 {
        self.eyes[0].max(self.eyes[1]).max(self.nose).max(self.mouth)
    }

    /// 0 to 1, with 0.5 at [`OcclusionOdds::LIMIT`].
    pub fn occlusion(&self) -> f32 {
        1.0 / (1.0 + (Self::LIMIT - self.greatest()).exp())
    }
}

impl OcclusionFeatures {
    /// The committed models' verdict.
    pub fn odds(&self) -> OcclusionOdds {
        OcclusionOdds {
            eyes: [EYE.log_odds(&self.eyes[0]), EYE.log_odds(&self.eyes[1])],
            nose: NOSE.log_odds(&self.nose),
            mouth: MOUTH.log_odds(&self.mouth),
        }
    }

    /// From the patches sampled around `face`.
    pub(super) fn new(patches: &Patches, face: &Face) -> Self {
        let score = logit(face.score);
        let skin = Skin::new(patches);
        let right_eye = Part::new(patches, Patch::RightEye, skin.all, false);
        let left_eye = Part::new(patches, Patch::LeftEye, skin.all, true);
        let (right, left) = (Eye::new(&right_eye), Eye::new(&left_eye));
        let [right_skin, left_skin] = skin.beside_eyes();
        OcclusionFeatures {
            eyes: [right.features(&left, right_skin, score), left.features(&right, left_skin, score)],
            nose: nose(&Part::new(patches, Patch::Nose, skin.upper, false), &skin, score),
            mouth: mouth(&Part::new(patches, Patch::Mouth, skin.upper, false), &skin, score),
        }
    }
}

/// Median colours of the places where skin is expected.
struct Skin {
    bridge: Option<Color>,
    nose: Option<Color>,
    cheeks: [Option<Color>; 2],
    jaws: [Option<Color>; 2],
    chin: Option<Color>,
    /// Of bridge and cheeks, which a mask leaves bare. The forehead has hair on it too often.
    upper: Option<Color>,
    /// Of all of the face.
    all: Option<Color>,
}

impl Skin {
    fn new(patches: &Patches) -> Self {
        let of = |patch| median_of(patches.of(patch).iter().map(|cell| cell.map(opponent)));
        let (forehead, bridge, nose) = (of(Patch::Forehead), of(Patch::Bridge), of(Patch::Nose));
        let cheeks = [of(Patch::RightCheek), of(Patch::LeftCheek)];
        let (jaws, chin) = ([of(Patch::RightJaw), of(Patch::LeftJaw)], of(Patch::Chin));
        let upper = median_of([bridge, cheeks[0], cheeks[1]].into_iter());
        let all = median_of([forehead, bridge, cheeks[0], cheeks[1], chin, jaws[0], jaws[1]].into_iter());
        Skin { bridge, nose, cheeks, jaws, chin, upper, all }
    }

    /// Chin, the liker and the less like jaw against the upper face; chin against jaws.
    #[inline(never)]
    fn lower_face(&self) -> [f32; LOWER_FACE] {
        let [right, left] = self.jaws.map(|jaw| distance(jaw, self.upper));
        let less: [f32; 3] = std::array::from_fn(|i| right[i].min(left[i]));
        let more: [f32; 3] = std::array::from_fn(|i| right[i].max(left[i]));
        let jaw = average(self.jaws[0], self.jaws[1]);
        joined([&distance(self.chin, self.upper), &less, &more, &distance(self.chin, jaw)])
    }

    /// For each eye: its cheek and the other one against the bridge, and against each other.
    fn beside_eyes(&self) -> [[f32; 9]; 2] {
        let [right, left] = self.cheeks.map(|cheek| distance(cheek, self.bridge));
        let apart = distance(self.cheeks[0], self.cheeks[1]);
        [joined([&right, &left, &apart]), joined([&left, &right, &apart])]
    }
}

struct Eye {
    coarse: [f32; COARSE_CELLS],
    statistics: [f32; STATISTICS],
    edges: [f32; EYE_EDGE_VALUES],
    picture: [f32; EYE_PICTURE],
}

impl Eye {
    #[inline(never)]
    fn new(part: &Part) -> Self {
        Eye {
            coarse: part.coarse(0),
            statistics: part.statistics(),
            edges: against_their_size(part.edges::<20>(EYE_EDGES)),
            picture: part.picture(0, (6, 8)),
        }
    }

    #[inline(never)]
    fn features(&self, other: &Eye, skin: [f32; 9], score: f32) -> [f32; EYE_FEATURES] {
        joined([
            &self.coarse,
            &self.statistics,
            &apart(&self.coarse, &other.coarse),
            &apart(&self.statistics, &other.statistics),
            &[score],
            &self.edges,
            &apart(&self.edges, &other.edges),
            &self.picture,
            &apart(&self.picture, &other.picture),
            &skin,
        ])
    }
}

fn nose(part: &Part, skin: &Skin, score: f32) -> [f32; NOSE_FEATURES] {
    let edges = part.edges::<15>(NOSE_EDGES);
    let edges: [f32; NOSE_EDGES_FOLDED * DIRECTIONS + 1] =
        against_their_size::<NOSE_EDGES_FOLDED, _>(folded_edges(&edges, NOSE_EDGES.0));
    joined([
        &part.coarse_folded(0),
        &part.coarse_folded(1),
        &part.statistics(),
        &distance(skin.bridge, skin.nose),
        &skin.lower_face(),
        &[score],
        &edges,
        &folded::<21>(&part.picture::<42>(0, (6, 7)), 6),
    ])
}

fn mouth(part: &Part, skin: &Skin, score: f32) -> [f32; MOUTH_FEATURES] {
    let edges = part.edges::<20>(MOUTH_EDGES);
    let edges: [f32; MOUTH_EDGES_FOLDED * DIRECTIONS + 1] =
        against_their_size::<MOUTH_EDGES_FOLDED, _>(folded_edges(&edges, MOUTH_EDGES.0));
    joined([
        &part.coarse_folded(0),
        &part.coarse_folded(1),
        &part.statistics(),
        &skin.lower_face(),
        &[score],
        &edges,
        &folded::<24>(&part.picture::<48>(0, (6, 8)), 6),
        &folded::<FOLDED_CELLS>(&part.picture::<COARSE_CELLS>(1, (5, 4)), 5),
    ])
}

/// Each direction folded at the middle; mirroring swaps the diagonals.
fn folded_edges<const N: usize, const M: usize>(
    edges: &[[f32; N]; DIRECTIONS],
    columns: usize,
) -> [[f32; M]; DIRECTIONS] {
    const MIRRORED: [usize; DIRECTIONS] = [0, 1, 2, 4, 3];
    let half = columns.div_ceil(2);
    std::array::from_fn(|direction| {
        std::array::from_fn(|index| {
            let (start, column) = (index / half * columns, index % half);
            (edges[direction][start + column] + edges[MIRRORED[direction]][start + columns - 1 - column]) / 2.0
        })
    })
}

/// All edges over their root mean square, and its logarithm.
fn against_their_size<const N: usize, const ALL: usize>(edges: [[f32; N]; DIRECTIONS]) -> [f32; ALL] {
    let all = edges.as_flattened();
    let size = (all.iter().map(|e| e * e).sum::<f32>() / all.len() as f32).sqrt() + 0.01;
    let mut out = [size.ln(); ALL];
    for (to, edge) in out.iter_mut().zip(all) {
        *to = edge / size;
    }
    out
}

fn apart<const N: usize>(a: &[f32; N], b: &[f32; N]) -> [f32; N] {
    std::array::from_fn(|i| (a[i] - b[i]).abs())
}

/// How far two colours are apart in each channel; 0 where one is not known.
#[inline(never)]
fn distance(a: Option<Color>, b: Option<Color>) -> [f32; 3] {
    match (a, b) {
        (Some(a), Some(b)) => [0, 1, 2].map(|i| (a[i] - b[i]).abs().min(MOST)),
        _ => [0.0; 3],
    }
}

fn average(a: Option<Color>, b: Option<Color>) -> Option<Color> {
    match (a, b) {
        (Some(a), Some(b)) => Some([0, 1, 2].map(|i| (a[i] + b[i]) / 2.0)),
        (one, other) => one.or(other),
    }
}

fn logit(score: f32) -> f32 {
    let score = if score.is_finite() { score.clamp(0.01, 0.99) } else { 0.5 };
    (score / (1.0 - score)).ln()
}

fn joined<const N: usize, const PIECES: usize>(pieces: [&[f32]; PIECES]) -> [f32; N] {
    debug_assert_eq!(pieces.iter().map(|piece| piece.len()).sum::<usize>(), N);
    let mut all = [0.0; N];
    join(&pieces, &mut all);
    all
}

#[inline(never)]
fn join(pieces: &[&[f32]], all: &mut [f32]) {
    let mut rest = all;
    for piece in pieces {
        let length = piece.len().min(rest.len());
        let (to, after) = rest.split_at_mut(length);
        to.copy_from_slice(&piece[..length]);
        rest = after;
    }
}

impl<const N: usize> Weights<N> {
    fn log_odds(&self, features: &[f32; N]) -> f32 {
        self.bias + self.weights.iter().zip(features).map(|(w, f)| w * f).sum::<f32>()
    }
}
