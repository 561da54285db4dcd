//! Luma grids sampled from a frame of any layout, at a cost independent of the face's size.

use crate::frame::{Frame, PixelFormat, Rect};

/// Maximum taps per axis averaged into one cell. Three taps avoid aliasing up to twelve frame pixels per cell, which is
/// a face wider than any frame allows.
const MAX_TAPS: u32 = 3;

/// Reads a frame's pixels at upright positions.
struct Reader<'a>(&'a Frame<'a>);

impl Reader<'_> {
    /// Stored column and row of the pixel at an upright point; `None` outside the frame.
    #[inline]
    fn stored(&self, x: f32, y: f32) -> Option<(usize, usize)> {
        self.0.stored_pixel(x, y).map(|(column, row)| (column as usize, row as usize))
    }

    /// Luma as stored: of limited range if the frame is.
    #[inline]
    fn raw_luma(&self, column: usize, row: usize) -> f32 {
        let (layout, data) = (self.0.layout(), self.0.data());
        let start = layout.planes[0].offset + row * layout.planes[0].stride;
        match layout.format {
            PixelFormat::Rgba | PixelFormat::Bgra => {
                let at = start + column * 4;
                let [a, g, c] = [0, 1, 2].map(|i| f32::from(data[at + i]));
                let (r, b) = if layout.format == PixelFormat::Rgba { (a, c) } else { (c, a) };
                0.299 * r + 0.587 * g + 0.114 * b
            }
            _ => f32::from(data[start + column]),
        }
    }

    /// Expands a stored luma to 0 to 255.
    fn full_range(&self, luma: f32) -> f32 {
        if self.0.layout().full_range { luma } else { ((luma - 16.0) * (255.0 / 219.0)).clamp(0.0, 255.0) }
    }

    /// Mean luma of `taps` x `taps` points in a cell of width `step` around an upright point; `None` outside the frame.
    /// Interpolated if cells are about as small as pixels.
    #[inline]
    fn cell(&self, x: f32, y: f32, step: (f32, f32), taps: u32) -> Option<f32> {
        if taps == 1 {
            return self.interpolated(x, y);
        }
        let (mut sum, mut count) = (0.0, 0u32);
        let (first, each) = (0.5 / taps as f32 - 0.5, 1.0 / taps as f32);
        for ty in 0..taps {
            let ty = y + step.1 * (first + each * ty as f32);
            for tx in 0..taps {
                let tx = x + step.0 * (first + each * tx as f32);
                if let Some((column, row)) = self.stored(tx, ty) {
                    sum += self.raw_luma(column, row);
                    count += 1;
                }
            }
        }
        (count > 0).then(|| self.full_range(sum / count as f32))
    }

    /// Luma interpolated between the four pixels around an upright point.
    fn interpolated(&self, x: f32, y: f32) -> Option<f32> {
        self.stored(x, y)?;
        let (x, y) = (x - 0.5, y - 0.5);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let size = self.0.size();
        let limit = (size.width as f32 - 0.5, size.height as f32 - 0.5);
        let at = |dx: f32, dy: f32| {
            // Not `clamp`: its panic message would add 20 kB of float formatting to the wasm.
            let (column, row) =
                self.stored((x + dx + 0.5).max(0.0).min(limit.0), (y + dy + 0.5).max(0.0).min(limit.1))?;
            Some(self.raw_luma(column, row))
        };
        let (x0, x1) = (-fx, 1.0 - fx);
        let (y0, y1) = (-fy, 1.0 - fy);
        let top = at(x0, y0)? * (1.0 - fx) + at(x1, y0)? * fx;
        let bottom = at(x0, y1)? * (1.0 - fx) + at(x1, y1)? * fx;
        Some(self.full_range(top * (1.0 - fy) + bottom * fy))
    }
}

/// A square grid of luma, 0 to 255. Cells outside the frame hold [`LumaGrid::OUTSIDE`].
#[derive(Debug)]
pub(super) struct LumaGrid {
    side: usize,
    cells: Vec<f32>,
}

impl LumaGrid {
    /// Value of a cell without any pixel of the frame.
    pub(super) const OUTSIDE: f32 = -1.0;

    pub(super) fn new(side: usize) -> Self {
        LumaGrid { side, cells: vec![Self::OUTSIDE; side * side] }
    }

    pub(super) fn side(&self) -> usize {
        self.side
    }

    /// The cell's luma, 0 to 255, or [`LumaGrid::OUTSIDE`].
    #[inline]
    pub(super) fn at(&self, column: usize, row: usize) -> f32 {
        self.cells[row * self.side + column]
    }

    /// Fills the grid from an upright rectangle.
    pub(super) fn sample(&mut self, frame: &Frame, rect: &Rect) {
        let reader = Reader(frame);
        let step = (rect.width / self.side as f32, rect.height / self.side as f32);
        // Up to 1.5 pixels per cell one interpolated tap, then a tap for about every two pixels.
        let taps = if step.0 <= 1.5 { 1 } else { (step.0 / 2.0).ceil().clamp(2.0, MAX_TAPS as f32) as u32 };
        for (row, cells) in self.cells.chunks_exact_mut(self.side).enumerate() {
            let y = rect.y + step.1 * (row as f32 + 0.5);
            for (column, cell) in cells.iter_mut().enumerate() {
                let x = rect.x + step.0 * (column as f32 + 0.5);
                *cell = reader.cell(x, y, step, taps).unwrap_or(Self::OUTSIDE);
            }
        }
    }
}
