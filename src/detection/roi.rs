//! Regions of interest: the regions of a frame that the network runs on. It sees 128x128 pixels, so a small face needs
//! a tighter square.

use super::sort::sort_descending;
use crate::frame::{Point, Rect, Size};

/// Side of the region around a face, relative to the face box. The box then covers about 47 % of the input, in the
/// middle of the sizes that the model was trained for.
const FACE_MARGIN: f32 = 2.1;
/// How far a region may deviate, relative to its side, before it moves.
const STABLE_TOLERANCE: f32 = 0.1;
/// Sides of the search regions relative to the frame's short side, and the minimum overlap of neighbours.
const SEARCH_SCALES: [(f32, f32); 2] = [(1.0, 0.3), (0.6, 0.2)];

/// A square region of interest in upright pixels. It may extend past the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Roi {
    /// Centre.
    pub center: Point,
    /// Side length, more than 0.
    pub side: f32,
}

impl Roi {
    /// The smallest square around the whole frame.
    pub fn whole(size: Size) -> Roi {
        let (width, height) = (size.width as f32, size.height as f32);
        Roi { center: Point { x: width / 2.0, y: height / 2.0 }, side: width.max(height) }
    }

    /// The region around a face.
    pub fn around(bbox: &Rect) -> Roi {
        Roi { center: bbox.center(), side: (bbox.width.max(bbox.height) * FACE_MARGIN).max(1.0) }
    }

    /// Returns the `former` region if it still fits nearly as well. The predicted box depends slightly on the region,
    /// so a region that followed every prediction would never settle.
    pub fn stabilized(self, former: Option<Roi>) -> Roi {
        let fits = |former: &Roi| {
            former.center.distance(self.center) < STABLE_TOLERANCE * self.side
                && (former.side / self.side - 1.0).abs() < STABLE_TOLERANCE
        };
        former.filter(fits).unwrap_or(self)
    }

    /// The same centre, `factor` times the side.
    pub fn scaled(self, factor: f32) -> Roi {
        Roi { side: self.side * factor, ..self }
    }

    /// The region as a rectangle.
    pub fn rect(&self) -> Rect {
        let (x, y) = (self.center.x - self.side / 2.0, self.center.y - self.side / 2.0);
        Rect { x, y, width: self.side, height: self.side }
    }

    /// Maps a point of the 128-pixel input into the frame.
    pub fn to_frame(&self, input: Point, input_side: f32) -> Point {
        let scale = self.side / input_side;
        Point {
            x: self.center.x + (input.x - input_side / 2.0) * scale,
            y: self.center.y + (input.y - input_side / 2.0) * scale,
        }
    }

    /// Maps a point of the frame into the 128-pixel input.
    pub fn to_input(&self, point: Point, input_side: f32) -> Point {
        let scale = input_side / self.side;
        Point {
            x: (point.x - self.center.x) * scale + input_side / 2.0,
            y: (point.y - self.center.y) * scale + input_side / 2.0,
        }
    }

    /// Whether the region clips `bbox` at an edge that is not an edge of the frame.
    pub fn clips(&self, bbox: &Rect, size: Size) -> bool {
        let half = self.side / 2.0;
        let cut_before = |low: f32, center: f32| low < center - half && center - half > 0.0;
        let cut_after = |high: f32, center: f32, end: u32| high > center + half && center + half < end as f32;
        cut_before(bbox.x, self.center.x)
            || cut_before(bbox.y, self.center.y)
            || cut_after(bbox.x + bbox.width, self.center.x, size.width)
            || cut_after(bbox.y + bbox.height, self.center.y, size.height)
    }
}

/// Regions that together cover the frame at a finer scale: coarse ones first, and within one size the most central
/// first, because people place themselves there.
pub fn search_regions(size: Size) -> Vec<Roi> {
    let short = size.short_side() as f32;
    let middle = Roi::whole(size).center;
    let mut regions = Vec::new();
    for (side, overlap) in SEARCH_SCALES {
        let first = regions.len();
        let (side, step) = (side * short, (side - overlap) * short);
        for y in positions(size.height as f32, side, step) {
            for x in positions(size.width as f32, side, step) {
                regions.push(Roi { center: Point { x, y }, side });
            }
        }
        sort_descending(&mut regions[first..], |roi| -roi.center.distance(middle));
    }
    regions
}

/// Centres of the fewest intervals of length `side`, at most `step` apart, that cover `0..length`.
fn positions(length: f32, side: f32, step: f32) -> impl Iterator<Item = f32> {
    let spare = (length - side).max(0.0);
    let gaps = (spare / step - 1e-3).ceil().max(0.0);
    (0..=gaps as u32).map(move |i| side / 2.0 + if gaps > 0.0 { spare * i as f32 / gaps } else { spare / 2.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 720, height: 1280 };

    #[test]
    fn search_regions_cover_the_frame_at_each_scale() {
        for width in [160, 640, 720, 1000, 1920] {
            let size = Size { width, height: 720 };
            let regions = search_regions(size);
            for (scale, overlap) in SEARCH_SCALES {
                let side = scale * size.short_side() as f32;
                let face = overlap * size.short_side() as f32;
                for x in (0..=10).map(|i| (width as f32 - face) * i as f32 / 10.0) {
                    for y in (0..=10).map(|i| (720.0 - face) * i as f32 / 10.0) {
                        let bbox = Rect { x, y, width: face, height: face };
                        let seen = |s: &&Roi| (s.side - side).abs() < 1.0 && !s.scaled(1.001).clips(&bbox, size);
                        assert!(regions.iter().find(seen).is_some(), "{bbox:?} in {size:?} at {scale}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_phone_frame_has_at_most_twelve_search_regions() {
        assert!(search_regions(SIZE).len() <= 12);
    }

    #[test]
    fn mapping_to_the_input_and_back_is_the_identity() {
        let roi = Roi { center: Point { x: 300.0, y: 40.0 }, side: 200.0 };
        let point = Point { x: 321.0, y: 7.5 };
        let back = roi.to_frame(roi.to_input(point, 128.0), 128.0);
        assert!(point.distance(back) < 1e-3);
    }

    #[test]
    fn a_box_past_the_edge_of_the_frame_is_not_clipped() {
        let roi = Roi { center: Point { x: 100.0, y: 100.0 }, side: 200.0 };
        let at = |x: f32| Rect { x, y: 50.0, width: 50.0, height: 50.0 };
        assert!(!roi.clips(&at(-20.0), SIZE));
        assert!(roi.clips(&at(180.0), SIZE));
    }
}
