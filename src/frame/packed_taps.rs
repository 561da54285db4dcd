//! Adds taps of pixels of four bytes, without checks of each tap. Native only: in the page it would add bytes, and
//! there only small regions are resampled this way.

use super::components::Component;
use super::{Frame, Point};

/// Bytes of a pixel.
const PIXEL: usize = 4;

/// The taps of an output pixel in a frame of pixels of four bytes.
pub(super) struct PackedTaps<'a> {
    data: &'a [u8],
    stride: usize,
    /// Each component's byte within a pixel.
    offsets: [usize; 3],
    /// Positions relative to the output pixel's corner.
    taps: &'a [(f32, f32)],
    /// Whether to interpolate.
    smooth: bool,
    /// The least and the greatest corner whose taps, with their neighbours if interpolated, are all inside.
    inside: [(f32, f32); 2],
}

impl<'a> PackedTaps<'a> {
    /// `None` for other frames, and for taps that are not finite.
    #[inline(always)]
    pub(super) fn new(frame: &Frame<'a>, taps: &'a [(f32, f32)], smooth: bool) -> Option<Self> {
        let layout = frame.layout();
        let components = Component::of(layout.format);
        let is_finite = taps.iter().all(|(x, y)| x.is_finite() && y.is_finite());
        if !is_finite || components.iter().any(|component| component.pixel != PIXEL) {
            return None;
        }
        // One pixel more than needed makes up for rounding.
        const MARGIN: f32 = 2.0;
        let range = |of: fn(&(f32, f32)) -> f32, length: u32| {
            let (low, high) = taps.iter().map(of).fold((0f32, 0f32), |(a, b), at| (a.min(at), b.max(at)));
            (MARGIN - low, length as f32 - MARGIN - high)
        };
        let (columns, rows) = (range(|tap| tap.0, layout.coded.width), range(|tap| tap.1, layout.coded.height));
        Some(PackedTaps {
            data: &frame.data()[layout.planes[0].offset..],
            stride: layout.planes[0].stride,
            offsets: components.map(|component| component.offset),
            taps,
            smooth,
            inside: [(columns.0, rows.0), (columns.1, rows.1)],
        })
    }

    /// The sum of each component. `None` if a tap may lie outside.
    #[inline(always)]
    pub(super) fn sums(&self, corner: Point) -> Option<[f32; 3]> {
        let [least, greatest] = self.inside;
        let is_inside = corner.x >= least.0 && corner.y >= least.1 && corner.x <= greatest.0 && corner.y <= greatest.1;
        let sums = is_inside.then(|| if self.smooth { self.interpolated(corner) } else { self.nearest(corner) })?;
        Some(self.offsets.map(|offset| sums[offset % PIXEL]))
    }

    #[inline(always)]
    fn nearest(&self, corner: Point) -> [f32; PIXEL] {
        // Two bytes in each sum, with room for the sums of MAX_TAPS * MAX_TAPS taps.
        let (mut even, mut odd) = (0u32, 0u32);
        for (x, y) in self.taps {
            let at = self.index(corner.x + x, corner.y + y);
            let pixel = self.data.get(at..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or_default();
            let pixel = u32::from_le_bytes(pixel);
            even += pixel & 0x00ff_00ff;
            odd += (pixel >> 8) & 0x00ff_00ff;
        }
        [even & 0xffff, odd & 0xffff, even >> 16, odd >> 16].map(|sum| sum as f32)
    }

    #[inline(always)]
    fn interpolated(&self, corner: Point) -> [f32; PIXEL] {
        let mut sums = [0f32; PIXEL];
        for (x, y) in self.taps {
            let (x, y) = (corner.x + x - 0.5, corner.y + y - 0.5);
            let at = self.index(x, y);
            let (fx, fy) = (x - x.trunc(), y - y.trunc());
            let [a, b] = self.neighbours(at);
            let [c, d] = self.neighbours(at + self.stride);
            for (i, sum) in sums.iter_mut().enumerate() {
                let (top, bottom) = (a[i] + (b[i] - a[i]) * fx, c[i] + (d[i] - c[i]) * fx);
                *sum += top + (bottom - top) * fy;
            }
        }
        sums
    }

    /// Index of the pixel at a point inside.
    #[inline(always)]
    fn index(&self, x: f32, y: f32) -> usize {
        self.stride * whole(y) + whole(x) * PIXEL
    }

    /// A pixel and its right neighbour.
    #[inline(always)]
    fn neighbours(&self, at: usize) -> [[f32; PIXEL]; 2] {
        let bytes: [u8; 2 * PIXEL] =
            self.data.get(at..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or_default();
        let floats = bytes.map(f32::from);
        [[floats[0], floats[1], floats[2], floats[3]], [floats[4], floats[5], floats[6], floats[7]]]
    }
}

/// The whole part of a coordinate, at least 0.
#[inline(always)]
fn whole(coordinate: f32) -> usize {
    coordinate as u32 as usize
}

#[cfg(test)]
mod tests {
    use crate::frame::{ColorMatrix, Frame, Layout, MAX_TAPS, PixelFormat, Point, Region, Rotation, Size, warp_rgb};

    const SIZE: Size = Size { width: 90, height: 70 };

    #[test]
    fn the_order_of_components_makes_no_difference() {
        let byte = |index: usize| (index.wrapping_mul(2_654_435_761) >> 13) as u8;
        let rgb: Vec<[u8; 3]> =
            (0..(SIZE.width * SIZE.height) as usize).map(|i| [byte(3 * i), byte(3 * i + 1), byte(3 * i + 2)]).collect();
        let rgba: Vec<u8> = rgb.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
        let bgra: Vec<u8> = rgb.iter().flat_map(|&[r, g, b]| [b, g, r, 255]).collect();
        for width in [20.0, 60.0] {
            let region = Region { center: Point { x: 45.0, y: 35.0 }, width, height: width, angle: 0.3 };
            let [first, second] = [(PixelFormat::Rgba, &rgba), (PixelFormat::Bgra, &bgra)].map(|(format, data)| {
                let mut out = vec![0; 3 * 16 * 16];
                warp_rgb(
                    &Frame::new(Layout::packed(format, SIZE), data).unwrap(),
                    &region,
                    [16; 2],
                    MAX_TAPS,
                    &mut out,
                );
                out
            });
            assert_eq!(first, second);
            assert!(first.as_chunks::<3>().0.iter().any(|[r, _, b]| r != b));
        }
    }

    /// A grey picture as planes, whose taps are added one by one, and as packed pixels: the same result everywhere.
    #[test]
    fn packed_pixels_are_resampled_as_planes_are() {
        let luma: Vec<u8> =
            (0..SIZE.width * SIZE.height).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let planes = [luma.as_slice(), &vec![128; luma.len() / 2]].concat();
        let packed: Vec<u8> = luma.iter().flat_map(|&luma| [luma, luma, luma, 255]).collect();
        let turned = |layout: Layout, rotation| Layout { rotation, ..layout };
        for rotation in [Rotation::None, Rotation::Clockwise90] {
            let mut layout = turned(Layout::packed(PixelFormat::I420, SIZE), rotation);
            (layout.matrix, layout.full_range) = (ColorMatrix::Bt601, true);
            let planes = Frame::new(layout, &planes).unwrap();
            let packed = Frame::new(turned(Layout::packed(PixelFormat::Rgba, SIZE), rotation), &packed).unwrap();
            for (index, side) in [7.0, 20.0, 45.5, 63.0, 130.0, 400.0].into_iter().enumerate() {
                for angle in [0.0, 0.4, -2.9] {
                    let center = Point { x: 40.0 + 3.7 * index as f32, y: 33.3 };
                    let region = Region { center, width: side, height: 0.9 * side, angle };
                    let [by_planes, by_pixels] = [&planes, &packed].map(|frame| {
                        let mut out = vec![0; 3 * 24 * 24];
                        warp_rgb(frame, &region, [24; 2], MAX_TAPS, &mut out);
                        out
                    });
                    assert!(by_planes.iter().any(|&value| value > 0));
                    assert_eq!(by_pixels, by_planes, "{region:?}");
                }
            }
        }
    }
}
