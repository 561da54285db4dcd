//! The patches of a face that the occlusion measure looks at, placed by the keypoints and sampled as small grids.

use super::crop::{ColorGrid, Reader};
use super::pose::pose;
use crate::detection::Face;
use crate::frame::{Frame, Point, sin_cos};

/// One kind of patch: cells across and down, and width and height in eye distances.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) columns: usize,
    pub(super) rows: usize,
    width: f32,
    height: f32,
}

/// The patches, in the order in which [`Patches`] keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patch {
    RightEye,
    LeftEye,
    Nose,
    Mouth,
    Forehead,
    Bridge,
    RightCheek,
    LeftCheek,
    RightJaw,
    LeftJaw,
    Chin,
}

impl Patch {
    pub(super) const ALL: [Patch; 11] = [
        Patch::RightEye,
        Patch::LeftEye,
        Patch::Nose,
        Patch::Mouth,
        Patch::Forehead,
        Patch::Bridge,
        Patch::RightCheek,
        Patch::LeftCheek,
        Patch::RightJaw,
        Patch::LeftJaw,
        Patch::Chin,
    ];

    pub(super) const fn shape(self) -> Shape {
        let (columns, rows, width, height) = match self {
            Patch::RightEye | Patch::LeftEye => (10, 8, 0.90, 0.72),
            Patch::Nose => (8, 7, 0.72, 0.63),
            Patch::Mouth => (12, 8, 1.20, 0.80),
            Patch::Forehead => (4, 2, 0.60, 0.24),
            Patch::Bridge => (2, 3, 0.20, 0.30),
            Patch::RightCheek | Patch::LeftCheek => (3, 3, 0.30, 0.27),
            Patch::RightJaw | Patch::LeftJaw => (3, 3, 0.30, 0.30),
            Patch::Chin => (4, 2, 0.50, 0.20),
        };
        Shape { columns, rows, width, height }
    }

    const fn cells(self) -> usize {
        let shape = self.shape();
        shape.columns * shape.rows
    }

    /// Index of the patch's first cell.
    const fn start(self) -> usize {
        let mut start = 0;
        let mut i = 0;
        while i < self as usize {
            start += Self::ALL[i].cells();
            i += 1;
        }
        start
    }
}

/// Cells of all patches together.
pub(super) const CELLS: usize = Patch::Chin.start() + Patch::Chin.cells();

/// Mean colours, 0 to 255, of the cells of all patches of one face.
#[derive(Debug)]
pub(super) struct Patches {
    cells: Vec<Option<[f32; 3]>>,
}

impl Patches {
    pub(super) fn new() -> Self {
        Patches { cells: vec![None; CELLS] }
    }

    /// Samples all patches. `false` where the keypoints give no scale.
    #[inline(never)]
    pub(super) fn sample(&mut self, frame: &Frame, face: &Face) -> bool {
        let Some(anatomy) = Anatomy::of(face) else {
            return false;
        };
        let reader = Reader(frame);
        let mut cells = self.cells.iter_mut();
        for patch in Patch::ALL {
            let Shape { columns, rows, width, height } = patch.shape();
            let grid = ColorGrid {
                center: anatomy.center(patch),
                size: (width * anatomy.unit, height * anatomy.unit),
                angle: anatomy.angle,
                columns,
                rows,
            };
            for (cell, color) in cells.by_ref().zip(reader.colors(grid)) {
                *cell = color;
            }
        }
        true
    }

    /// The cells of one patch, row by row; `None` outside the frame.
    pub(super) fn of(&self, patch: Patch) -> &[Option<[f32; 3]>] {
        &self.cells[patch.start()..patch.start() + patch.cells()]
    }
}

/// Where things are on the face.
struct Anatomy {
    points: [Point; 6],
    middle: Point,
    /// Eye distance of the face as if it were frontal, pixels.
    unit: f32,
    angle: f32,
}

impl Anatomy {
    #[inline(never)]
    fn of(face: &Face) -> Option<Self> {
        let points = face.keypoints;
        let (right, left) = (points[Face::RIGHT_EYE], points[Face::LEFT_EYE]);
        let middle = Point { x: (right.x + left.x) / 2.0, y: (right.y + left.y) / 2.0 };
        // A turned head shortens the distance of the eyes, a nod that of eyes and mouth.
        let (across, down) = (right.distance(left), middle.distance(points[Face::MOUTH]));
        let unit = ((across * across + down * down) / 2.0).sqrt();
        let usable =
            unit.is_finite() && (1.0..1e5).contains(&unit) && points.iter().all(|p| p.x.abs() < 1e6 && p.y.abs() < 1e6);
        usable.then(|| Anatomy { points, middle, unit, angle: pose(face).roll.to_radians() })
    }

    /// The point `(x, y)` eye distances right and down, along the head's own axes, of `from`.
    fn offset(&self, from: Point, x: f32, y: f32) -> Point {
        let (sin, cos) = sin_cos(self.angle);
        let (x, y) = (x * self.unit, y * self.unit);
        Point { x: from.x + x * cos - y * sin, y: from.y + x * sin + y * cos }
    }

    fn center(&self, patch: Patch) -> Point {
        let between = |a: Point, b: Point, t: f32| Point { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
        let [right_eye, left_eye, nose, mouth, right_ear, left_ear] = self.points;
        match patch {
            // Up a little, so that the brow is in it.
            Patch::RightEye => self.offset(right_eye, 0.0, -0.08),
            Patch::LeftEye => self.offset(left_eye, 0.0, -0.08),
            Patch::Nose => nose,
            Patch::Mouth => mouth,
            Patch::Forehead => self.offset(self.middle, 0.0, -0.62),
            Patch::Bridge => between(self.middle, nose, 0.3),
            Patch::RightCheek => self.offset(between(right_eye, right_ear, 0.15), 0.0, 0.52),
            Patch::LeftCheek => self.offset(between(left_eye, left_ear, 0.15), 0.0, 0.52),
            Patch::RightJaw => self.offset(between(mouth, right_ear, 0.5), 0.0, 0.12),
            Patch::LeftJaw => self.offset(between(mouth, left_ear, 0.5), 0.0, 0.12),
            Patch::Chin => self.offset(mouth, 0.0, 0.48),
        }
    }
}
