//! Parts of a feature map: the cells that differ from those of an input of zeros, and the batches that kernels compute.

use std::ops::Range;

/// Pixels in a tile.
pub(crate) const TILE: usize = 4;
/// Tiles in a batch at most.
pub(crate) const BATCH_TILES: usize = 16;
/// Pixels in a batch at most.
pub(crate) const BATCH: usize = BATCH_TILES * TILE;

/// Rows and columns of a feature map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    rows: Range<usize>,
    columns: Range<usize>,
}

/// Consecutive rows of an area, with an even number of tiles: the pointwise kernel takes them in pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Batch {
    /// The first row.
    pub row: usize,
    /// The first column, a multiple of [`TILE`].
    pub column: usize,
    /// Number of rows.
    pub rows: usize,
    /// Number of tiles in each row.
    pub tiles_a_row: usize,
    /// 256 divided by the number of tiles in each row, rounded up.
    reciprocal: usize,
}

/// How a convolution reads along one axis: output `i` reads `window` inputs from `stride * i + first`.
#[derive(Clone, Copy)]
struct Reach {
    stride: usize,
    first: isize,
    window: usize,
}

/// SAME padding pads one before at stride 1, none at stride 2 with an even side; the first convolution pads one.
const STEM: Reach = Reach { stride: 2, first: -1, window: 5 };
const STRIDE_1: Reach = Reach { stride: 1, first: -1, window: 3 };
const STRIDE_2: Reach = Reach { stride: 2, first: 0, window: 3 };

impl Reach {
    /// The outputs, of `side`, that read any of the inputs.
    fn outputs(self, inputs: &Range<usize>, side: usize) -> Range<usize> {
        let (start, end) = (inputs.start as isize, inputs.end as isize);
        let stride = self.stride as isize;
        let first = (start - self.first - self.window as isize + 1 + stride - 1).div_euclid(stride);
        let last = (end - 1 - self.first).div_euclid(stride);
        let clamp = |at: isize| at.clamp(0, side as isize) as usize;
        clamp(first)..clamp(last + 1)
    }
}

impl Area {
    /// Pixels of the input.
    pub(crate) fn new(rows: Range<usize>, columns: Range<usize>) -> Area {
        Area { rows, columns }
    }

    /// The whole map of `side`, a multiple of 8.
    pub(crate) fn whole(side: usize) -> Area {
        Area { rows: 0..side, columns: 0..side }
    }

    /// The cells of the first convolution's output, of `side`, that read any of these pixels.
    pub(crate) fn after_stem(&self, side: usize) -> Area {
        self.after(STEM, side)
    }

    /// The cells of a block's output, of `side`, that read any of these cells.
    pub(crate) fn after_block(&self, stride: usize, side: usize) -> Area {
        self.after(if stride == 1 { STRIDE_1 } else { STRIDE_2 }, side)
    }

    fn after(&self, reach: Reach, side: usize) -> Area {
        let columns = reach.outputs(&self.columns, side);
        let (mut start, mut end) = (columns.start / TILE * TILE, columns.end.next_multiple_of(TILE));
        if !(end - start).is_multiple_of(2 * TILE) {
            if end < side { end += TILE } else { start -= TILE }
        }
        Area { rows: reach.outputs(&self.rows, side), columns: start..end }
    }

    /// Number of its rows.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.rows.clone()
    }

    /// Its tiles of each row.
    pub(crate) fn tiles(&self) -> Range<usize> {
        self.columns.start / TILE..self.columns.end / TILE
    }

    /// Its batches from top to bottom.
    pub(crate) fn batches(&self) -> impl Iterator<Item = Batch> + use<> {
        let tiles_a_row = self.tiles().len().max(1);
        let (rows, column) = (self.rows(), self.columns.start);
        let most = BATCH_TILES / tiles_a_row;
        rows.clone().step_by(most).map(move |row| Batch {
            row,
            column,
            rows: most.min(rows.end - row),
            tiles_a_row,
            reciprocal: 256usize.div_ceil(tiles_a_row),
        })
    }
}

impl Batch {
    /// Number of tiles.
    pub(crate) fn tiles(&self) -> usize {
        self.rows * self.tiles_a_row
    }

    /// Row and column of a tile, without a division.
    #[inline(always)]
    pub(crate) fn position(&self, tile: usize) -> (usize, usize) {
        let row = (tile * self.reciprocal) >> 8;
        (self.row + row, self.column + (tile - row * self.tiles_a_row) * TILE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_cover_the_area_once() {
        for (rows, columns) in [(0..64, 0..64), (13..51, 12..52), (5..6, 0..8), (0..33, 24..64), (3..60, 8..24)] {
            let area = Area::new(rows.clone(), columns.clone());
            let cells = area.batches().flat_map(|batch| {
                assert!(batch.tiles() <= BATCH_TILES);
                (0..batch.tiles()).map(move |tile| batch.position(tile))
            });
            let wanted = rows.flat_map(|row| columns.clone().step_by(TILE).map(move |column| (row, column)));
            assert!(cells.eq(wanted), "{area:?}");
        }
    }

    #[test]
    fn an_area_grows_by_what_convolutions_read() {
        // A picture of 16:9 in the square: 72 of 128 rows.
        let stem = Area::new(28..100, 0..128).after_stem(64);
        assert_eq!(stem, Area::new(13..51, 0..64));
        let second = stem.after_block(1, 64);
        assert_eq!(second, Area::new(12..52, 0..64));
        assert_eq!(second.after_block(2, 32), Area::new(5..26, 0..32));
        let upright = Area::new(0..128, 28..100).after_stem(64);
        assert_eq!(upright, Area::new(0..64, 12..52));
        assert_eq!(upright.after_block(1, 64), Area::new(0..64, 8..56));
        assert_eq!(upright.after_block(2, 32), Area::new(0..32, 4..28));
    }
}
