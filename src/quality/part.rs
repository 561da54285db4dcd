//! One part of a face (an eye, the nose, the mouth) as a grid of differences from the skin around it, and what the
//! occlusion models read off it.

use super::patches::{Patch, Patches};
use crate::detection::sort_descending;

/// Brightness, red against green, and both against blue, of logarithmic channels: light scales a colour and so only
/// moves the first.
pub(super) type Color = [f32; 3];

/// Columns and rows of the coarse picture of a part.
pub(super) const COARSE: (usize, usize) = (5, 4);
/// Its cells.
pub(super) const COARSE_CELLS: usize = COARSE.0 * COARSE.1;
/// Its cells when the mirrored right half is averaged into the left one.
pub(super) const FOLDED_CELLS: usize = COARSE.0.div_ceil(2) * COARSE.1;
/// Numbers of [`Part::statistics`].
pub(super) const STATISTICS: usize = 15;
/// Directions of [`Part::edges`].
pub(super) const DIRECTIONS: usize = 5;

const MOST_CELLS: usize = 96;

/// The grid of one part.
pub(super) struct Part {
    cells: [Color; MOST_CELLS],
    columns: usize,
    rows: usize,
}

impl Part {
    /// `patch` against `skin`; where there is no picture there is no difference.
    #[inline(never)]
    pub(super) fn new(patches: &Patches, patch: Patch, skin: Option<Color>, mirrored: bool) -> Self {
        let shape = patch.shape();
        let (columns, rows) = (shape.columns, shape.rows);
        let from = patches.of(patch);
        let mut cells = [[0.0; 3]; MOST_CELLS];
        for (index, to) in cells.iter_mut().enumerate().take(from.len()) {
            let (row, column) = (index / columns, index % columns);
            let column = if mirrored { columns - 1 - column } else { column };
            if let (Some(color), Some(skin)) = (from[row * columns + column].map(opponent), skin) {
                *to = [0, 1, 2].map(|i| color[i] - skin[i]);
            }
        }
        Part { cells, columns, rows }
    }

    fn cells(&self) -> &[Color] {
        &self.cells[..self.columns * self.rows]
    }

    /// Means of one channel over `across` x `down` fields, as they are.
    #[inline(never)]
    pub(super) fn coarse(&self, channel: usize) -> [f32; COARSE_CELLS] {
        fields(self, COARSE, |index| self.cells[index][channel]).map(|v: f32| v.clamp(-2.0, 2.0))
    }

    /// The same with the mirrored halves averaged.
    pub(super) fn coarse_folded(&self, channel: usize) -> [f32; FOLDED_CELLS] {
        folded(&self.coarse(channel), COARSE.0)
    }

    /// Means of one channel over `size` fields, less their own mean and over their spread: the picture of the part
    /// whatever its colour and contrast.
    pub(super) fn picture<const N: usize>(&self, channel: usize, size: (usize, usize)) -> [f32; N] {
        let (middle, spread) = self.spread(channel);
        fields(self, size, |index| (self.cells[index][channel] - middle) / (spread + 0.05))
    }

    /// How strong edges of luma are in five directions (across, darker and brighter downwards, both diagonals) in
    /// each of `size` fields, against their root mean square over the part.
    pub(super) fn edges<const N: usize>(&self, size: (usize, usize)) -> [[f32; N]; DIRECTIONS] {
        std::array::from_fn(|direction| fields(self, size, |index| self.edge(index)[direction]))
    }

    #[inline(never)]
    fn edge(&self, index: usize) -> [f32; DIRECTIONS] {
        let (row, column) = (index / self.columns, index % self.columns);
        let luma = |row: usize, column: usize| self.cells[row * self.columns + column][0];
        let x = luma(row, (column + 1).min(self.columns - 1)) - luma(row, column.saturating_sub(1));
        let y = luma((row + 1).min(self.rows - 1), column) - luma(row.saturating_sub(1), column);
        let (x, y) = (x / 2.0, y / 2.0);
        const DIAGONAL: f32 = std::f32::consts::FRAC_1_SQRT_2;
        [x.abs(), y.max(0.0), (-y).max(0.0), (x + y).abs() * DIAGONAL, (x - y).abs() * DIAGONAL]
    }

    #[inline(never)]
    fn spread(&self, channel: usize) -> (f32, f32) {
        let cells = self.cells();
        let count = cells.len() as f32;
        let mean = cells.iter().map(|cell| cell[channel]).sum::<f32>() / count;
        let square = cells.iter().map(|cell| (cell[channel] - mean).powi(2)).sum::<f32>() / count;
        (mean, square.sqrt())
    }

    /// Spread, edges and offsets of the cells.
    #[inline(never)]
    pub(super) fn statistics(&self) -> [f32; STATISTICS] {
        let cells = self.cells();
        let count = cells.len() as f32;
        let channel = |i: usize| cells.iter().map(move |cell| cell[i]);
        let size = |i: usize| channel(i).map(f32::abs).sum::<f32>() / count;
        let (mut across, mut down) = (0.0, 0.0);
        for (index, cell) in cells.iter().enumerate() {
            if (index + 1) % self.columns != 0 {
                across += (cell[0] - cells[index + 1][0]).abs();
            }
            if let Some(below) = cells.get(index + self.columns) {
                down += (cell[0] - below[0]).abs();
            }
        }
        let (across, down) = (across / count, down / count);
        let middle = median_of(cells.iter().map(|cell| Some(*cell))).unwrap_or_default();
        let darkest = channel(0).fold(f32::MAX, f32::min) - middle[0];
        let brightest = channel(0).fold(f32::MIN, f32::max) - middle[0];
        let all = [
            self.spread(0).1,
            across,
            down,
            darkest,
            brightest,
            middle[0],
            middle[0].abs(),
            self.spread(1).1,
            self.spread(2).1,
            middle[1].abs(),
            middle[2].abs(),
            size(1),
            size(2),
            size(0),
            (down + 0.01).ln() - (across + 0.01).ln(),
        ];
        all.map(|v| v.clamp(-2.0, 2.0))
    }
}

/// Means of `value` over a grid of `size` fields laid over the part's cells.
fn fields<const N: usize>(part: &Part, size: (usize, usize), value: impl Fn(usize) -> f32) -> [f32; N] {
    let mut all = [0.0; N];
    fill_fields(part, size, &value, &mut all);
    all
}

// One copy for all sizes and values: unrolled for each of them they took 5 kB more of wasm.
#[inline(never)]
fn fill_fields(part: &Part, size: (usize, usize), value: &dyn Fn(usize) -> f32, all: &mut [f32]) {
    let span = |at: usize, of: usize, cells: usize| (at * cells + of / 2) / of..((at + 1) * cells + of / 2) / of;
    for (field, mean) in all.iter_mut().enumerate() {
        let (mut sum, mut count) = (0.0, 0.0);
        for row in span(field / size.0, size.1, part.rows) {
            for column in span(field % size.0, size.0, part.columns) {
                sum += value(row * part.columns + column);
                count += 1.0;
            }
        }
        *mean = sum / f32::max(count, 1.0);
    }
}

/// The left half of a picture of `columns`, averaged with the mirrored right half.
pub(super) fn folded<const N: usize>(picture: &[f32], columns: usize) -> [f32; N] {
    let half = columns.div_ceil(2);
    std::array::from_fn(|index| {
        let (start, column) = (index / half * columns, index % half);
        (picture[start + column] + picture[start + columns - 1 - column]) / 2.0
    })
}

/// The opponent colour of red, green and blue, 0 to 255.
#[inline(never)]
pub(super) fn opponent(rgb: [f32; 3]) -> Color {
    // The offset keeps sensor noise in the dark from looking like colour.
    let [r, g, b] = rgb.map(|c| (c + 6.0).ln());
    [0.299 * r + 0.587 * g + 0.114 * b, r - g, (r + g) / 2.0 - b]
}

/// The median in each channel; `None` of nothing.
pub(super) fn median_of(mut colors: impl Iterator<Item = Option<Color>>) -> Option<Color> {
    median(&mut colors)
}

#[inline(never)]
fn median(colors: &mut dyn Iterator<Item = Option<Color>>) -> Option<Color> {
    let mut channels = [[0.0; MOST_CELLS]; 3];
    let mut count = 0;
    for color in colors.flatten().take(MOST_CELLS) {
        for (channel, value) in channels.iter_mut().zip(color) {
            channel[count] = value;
        }
        count += 1;
    }
    (count > 0).then(|| {
        let mut middle = [0.0; 3];
        for (channel, middle) in channels.iter_mut().zip(&mut middle) {
            let values = &mut channel[..count];
            sort_descending(values, |value| *value);
            *middle = (values[count / 2] + values[(count - 1) / 2]) / 2.0;
        }
        middle
    })
}
