//! Resamples a rotated region with evenly spaced taps per output pixel, to bring faces upright.

use super::color::YuvToRgb;
use super::components::Component;
#[cfg(not(target_arch = "wasm32"))]
use super::packed_taps::PackedTaps;
use super::{Frame, Point, sin_cos};

/// A rectangle to sample, which may be rotated and may extend past the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Centre in upright pixels.
    pub center: Point,
    /// Width before the rotation, pixels.
    pub width: f32,
    /// Height before the rotation, pixels.
    pub height: f32,
    /// Clockwise rotation in radians: the direction of output rows.
    pub angle: f32,
}

/// Maximum taps per axis averaged into one output pixel.
pub const MAX_TAPS: u32 = 8;

/// Fills `out` (`out_w * out_h` RGB triples, row by row) with the picture inside `region`, averaged over each output
/// pixel's area. Pixels whose centre lies outside the frame are black. If `out` has another length, it gets as many
/// whole pixels as fit. Each axis takes one tap per frame pixel, but at most `max_taps` (limited to [`MAX_TAPS`]):
/// fewer taps are faster and alias.
#[cfg_attr(target_arch = "x86_64", multiversion::multiversion(targets("x86_64+avx2")))]
pub fn warp_rgb(frame: &Frame, region: &Region, [out_w, out_h]: [u32; 2], max_taps: u32, out: &mut [u8]) {
    let (pixels, _) = out.as_chunks_mut::<3>();
    pixels.fill([0; 3]);
    let numbers = [region.center.x, region.center.y, region.width, region.height, region.angle];
    let empty = out_w == 0 || out_h == 0 || region.width <= 0.0 || region.height <= 0.0;
    if empty || !numbers.iter().all(|number| number.is_finite()) {
        return;
    }
    let layout = frame.layout();
    let samples = Component::of(layout.format).map(|component| Samples::new(frame, &component));
    let to_rgb = (!frame.is_rgb()).then(|| YuvToRgb::new(layout.matrix, layout.full_range));
    let (width, height) = (layout.coded.width as f32, layout.coded.height as f32);
    let (step_x, step_y) = (region.width / out_w as f32, region.height / out_h as f32);
    let taps = |step: f32| (step.ceil() as u32).min(max_taps).clamp(1, MAX_TAPS);
    let (taps_x, taps_y) = (taps(step_x), taps(step_y));
    // Many taps smooth by themselves; few need interpolation.
    let smooth = step_x.max(step_y) <= 2.0;

    // The map from region to stored coordinates is affine: three points determine it.
    let (sin, cos) = sin_cos(region.angle);
    let at = |u: f32, v: f32| {
        let (x, y) = (region.center.x + u * cos - v * sin, region.center.y + u * sin + v * cos);
        layout.stored_point(Point { x, y })
    };
    let (origin, right, down) = (at(0.0, 0.0), at(1.0, 0.0), at(0.0, 1.0));
    let (right, down) = ((right.x - origin.x, right.y - origin.y), (down.x - origin.x, down.y - origin.y));
    let at = |u: f32, v: f32| Point { x: origin.x + u * right.0 + v * down.0, y: origin.y + u * right.1 + v * down.1 };

    // Offsets from an output pixel's corner to its taps.
    let mut taps = [(0.0, 0.0); (MAX_TAPS * MAX_TAPS) as usize];
    let taps = &mut taps[..(taps_x * taps_y) as usize];
    for (index, tap) in taps.iter_mut().enumerate() {
        let (tx, ty) = (index as u32 % taps_x, index as u32 / taps_x);
        let (u, v) = (step_x * (tx as f32 + 0.5) / taps_x as f32, step_y * (ty as f32 + 0.5) / taps_y as f32);
        *tap = (u * right.0 + v * down.0, u * right.1 + v * down.1);
    }

    #[cfg(not(target_arch = "wasm32"))]
    let packed = PackedTaps::new(frame, taps, smooth);
    let scale = 1.0 / (taps_x * taps_y) as f32;
    for row in 0..out_h {
        for column in 0..out_w {
            let (u, v) = (column as f32 * step_x - region.width / 2.0, row as f32 * step_y - region.height / 2.0);
            let middle = at(u + step_x / 2.0, v + step_y / 2.0);
            if !(middle.x >= 0.0 && middle.y >= 0.0 && middle.x < width && middle.y < height) {
                continue;
            }
            let corner = at(u, v);
            let any_place = || {
                let mut sums = [0f32; 3];
                for &(x, y) in taps.iter() {
                    let p = Point { x: corner.x + x, y: corner.y + y };
                    if smooth { bilinear(&samples, p, &mut sums) } else { nearest(&samples, p, &mut sums) }
                }
                sums
            };
            #[cfg(target_arch = "wasm32")]
            let sums = any_place();
            #[cfg(not(target_arch = "wasm32"))]
            let sums = packed.as_ref().and_then(|packed| packed.sums(corner)).unwrap_or_else(any_place);
            let components = sums.map(|sum| (sum * scale + 0.5) as u8);
            if let Some(pixel) = pixels.get_mut((row * out_w + column) as usize) {
                *pixel = to_rgb.map_or(components, |to_rgb| to_rgb.rgb(components));
            }
        }
    }
}

/// The samples of one component, with precomputed addressing.
struct Samples<'a> {
    data: &'a [u8],
    grid: Grid,
}

/// Addressing of a component's samples; equal for all components of one plane and for both chroma planes.
#[derive(Clone, Copy, PartialEq)]
struct Grid {
    stride: usize,
    pixel: usize,
    /// Log2 of the columns and rows per sample.
    shift: (u32, u32),
    /// Last column and row.
    last: (u32, u32),
}

impl<'a> Samples<'a> {
    fn new(frame: &Frame<'a>, component: &Component) -> Self {
        let plane = &frame.layout().planes[component.plane];
        let (columns, rows) = component.extent(frame.layout());
        let (sx, sy) = component.subsampling;
        Samples {
            data: &frame.data()[plane.offset + component.offset..],
            grid: Grid {
                stride: plane.stride,
                pixel: component.pixel,
                shift: (sx.trailing_zeros(), sy.trailing_zeros()),
                last: (columns - 1, rows - 1),
            },
        }
    }
}

/// The four samples around a point, and the interpolation weights.
#[derive(Clone, Copy)]
struct Corners {
    at: [usize; 4],
    part: (f32, f32),
}

impl Grid {
    #[inline]
    fn index(&self, column: u32, row: u32) -> usize {
        self.stride * row as usize + column as usize * self.pixel
    }

    #[inline]
    fn nearest(&self, p: Point) -> usize {
        // Negative floats saturate to 0.
        self.index((p.x as u32 >> self.shift.0).min(self.last.0), (p.y as u32 >> self.shift.1).min(self.last.1))
    }

    /// Edge samples are repeated beyond the plane.
    #[inline]
    fn corners(&self, p: Point) -> Corners {
        let position = |value: f32, shift: u32, last: u32| (value / (1 << shift) as f32 - 0.5).clamp(0.0, last as f32);
        let (x, y) = (position(p.x, self.shift.0, self.last.0), position(p.y, self.shift.1, self.last.1));
        let (x0, y0) = (x as u32, y as u32);
        let (x1, y1) = ((x0 + 1).min(self.last.0), (y0 + 1).min(self.last.1));
        let at = [self.index(x0, y0), self.index(x1, y0), self.index(x0, y1), self.index(x1, y1)];
        Corners { at, part: (x - x0 as f32, y - y0 as f32) }
    }
}

/// Adds the nearest sample of each component.
#[inline]
fn nearest(samples: &[Samples; 3], p: Point, sums: &mut [f32; 3]) {
    each(samples, |grid| grid.nearest(p), |index, data, at| sums[index] += f32::from(data[at]));
}

/// Adds the bilinearly interpolated sample of each component.
#[inline]
fn bilinear(samples: &[Samples; 3], p: Point, sums: &mut [f32; 3]) {
    each(
        samples,
        |grid| grid.corners(p),
        |index, data, Corners { at: [a, b, c, d], part: (fx, fy) }| {
            let line = |a: usize, b: usize| {
                let (a, b) = (f32::from(data[a]), f32::from(data[b]));
                a + (b - a) * fx
            };
            let (top, bottom) = (line(a, b), line(c, d));
            sums[index] += top + (bottom - top) * fy;
        },
    );
}

/// Computes a sample's position once for all components with the same grid, and passes it to `take` for each component.
#[inline(always)]
fn each<P: Copy>(samples: &[Samples; 3], find: impl Fn(&Grid) -> P, mut take: impl FnMut(usize, &[u8], P)) {
    let mut position = find(&samples[0].grid);
    take(0, samples[0].data, position);
    for index in 1..3 {
        if samples[index].grid != samples[index - 1].grid {
            position = find(&samples[index].grid);
        }
        take(index, samples[index].data, position);
    }
}
