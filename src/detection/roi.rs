//! Which squares of a frame to look at: the network sees 128x128 pixels, so a small face needs a tighter square.

use super::sort::sort_descending;
use crate::frame::{Point, Rect, Size};

/// Side of a tight look over the side of the face box: the box then takes about 47 % of the input, in the
/// middle of the sizes that the model was made for.
const FACE_MARGIN: f32 = 2.1;
/// How far, as a part of its side, a tight look may be off before it moves.
const STABLE_TOLERANCE: f32 = 0.1;
/// Sides of the search squares over the short side of the frame, with the least overlap of neighbours.
const SEARCH_SCALES: [(f32, f32); 2] = [(1.0, 0.3), (0.6, 0.2)];

/// A square to look at, in upright pixels; it may reach past the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Roi {
    /// The middle.
    pub center: Point,
    /// Side length, more than 0.
    pub side: f32,
}

impl Roi {
    /// The least square around the whole frame.
    pub fn whole(size: Size) -> Roi {
        let (width, height) = (size.width as f32, size.height as f32);
        Roi { center: Point { x: width / 2.0, y: height / 2.0 }, side: width.max(height) }
    }

    /// The tight look at a face.
    pub fn around(bbox: &Rect) -> Roi {
        Roi { center: bbox.center(), side: (bbox.width.max(bbox.height) * FACE_MARGIN).max(1.0) }
    }

    /// The `former` square if that one still fits nearly as well. The box that the network answers with depends
    /// a little on where it looks: a look that followed each answer would never come to rest.
    pub fn stabilized(self, former: Option<Roi>) -> Roi {
        let fits = |former: &Roi| {
            former.center.distance(self.center) < STABLE_TOLERANCE * self.side
                && (former.side / self.side - 1.0).abs() < STABLE_TOLERANCE
        };
        former.filter(fits).unwrap_or(self)
    }

    /// The same square, `factor` times as wide.
    pub fn scaled(self, factor: f32) -> Roi {
        Roi { side: self.side * factor, ..self }
    }

    /// As a rectangle to sample.
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

    /// Whether the square clips `bbox` off where the frame itself goes on.
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

/// The squares that together show every part of the frame at a finer scale, coarse ones first, and of each
/// size those nearest to the middle first, since that is where people place themselves.
pub fn search_regions(size: Size) -> Vec<Roi> {
    let short = size.short_side() as f32;
    let middle = Roi::whole(size).center;
    let mut squares = Vec::new();
    for (side, overlap) in SEARCH_SCALES {
        let first = squares.len();
        let (side, step) = (side * short, (side - overlap) * short);
        for y in positions(size.height as f32, side, step) {
            for x in positions(size.width as f32, side, step) {
                squares.push(Roi { center: Point { x, y }, side });
            }
        }
        sort_descending(&mut squares[first..], |square| -square.center.distance(middle));
    }
    squares
}

/// Middles of the fewest intervals of length `side`, no further apart than `step`, that cover `0..length`.
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
    fn every_place_of_the_frame_lies_in_a_search_square_of_each_scale() {
        for width in [160, 640, 720, 1000, 1920] {
            let size = Size { width, height: 720 };
            let squares = search_regions(size);
            for (scale, overlap) in SEARCH_SCALES {
                let side = scale * size.short_side() as f32;
                let face = overlap * size.short_side() as f32;
                for x in (0..=10).map(|i| (width as f32 - face) * i as f32 / 10.0) {
                    for y in (0..=10).map(|i| (720.0 - face) * i as f32 / 10.0) {
                        let bbox = Rect { x, y, width: face, height: face };
                        let seen = |s: &&Roi| (s.side - side).abs() < 1.0 && !s.scaled(1.001).clips(&bbox, size);
                        assert!(squares.iter().find(seen).is_some(), "{bbox:?} in {size:?} at {scale}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_search_of_a_phone_frame_is_short() {
        assert!(search_regions(SIZE).len() <= 12);
    }

    #[test]
    fn points_go_to_the_input_and_back() {
        let square = Roi { center: Point { x: 300.0, y: 40.0 }, side: 200.0 };
        let point = Point { x: 321.0, y: 7.5 };
        let back = square.to_frame(square.to_input(point, 128.0), 128.0);
        assert!(point.distance(back) < 1e-3);
    }

    #[test]
    fn a_box_past_the_edge_of_the_frame_is_not_cut() {
        let square = Roi { center: Point { x: 100.0, y: 100.0 }, side: 200.0 };
        let at = |x: f32| Rect { x, y: 50.0, width: 50.0, height: 50.0 };
        assert!(!square.clips(&at(-20.0), SIZE));
        assert!(square.clips(&at(180.0), SIZE));
    }
}
