//! BlazeFace short range as one pass over preallocated buffers.

use super::area::{Area, BATCH, TILE};
use super::block::Block;
use super::kernels::{GatherTiles, INPUT_ROWS, INPUT_STRIDE, Panels, Stem, pack_panels, pointwise};
use super::model::{
    BLOCKS, BOX_VALUES, COARSE_ANCHORS, COARSE_SIDE, FINE_ANCHORS, FINE_BLOCKS, FINE_SIDE, Head, INPUT_SIDE, Model,
    STEM_OUTPUTS,
};
use super::plane::{Plane, Quad};
use super::simd::{Backend, F32x4, Fastest, Kernel};
use std::marker::PhantomData;
use std::ops::Range;

/// Side of the first feature map.
const STEM_SIDE: usize = INPUT_SIDE / 2;
/// Maximum number of channel groups in any layer: those of the last block.
const MAX_GROUPS: usize = BLOCKS[BLOCKS.len() - 1].outputs / 4;

/// The network's input: 128x128 RGB pixels with values from -1 to 1, including the border for the first convolution.
#[derive(Clone, Debug)]
pub struct Input(Vec<f32>);

impl Default for Input {
    fn default() -> Self {
        Input(vec![0.0; INPUT_ROWS * INPUT_STRIDE])
    }
}

impl Input {
    /// The 384 values of row `y` (0 to 127): red, green and blue of each pixel.
    pub fn row_mut(&mut self, y: usize) -> &mut [f32] {
        &mut self.0[(y + 1) * INPUT_STRIDE + 3..][..INPUT_SIDE * 3]
    }

    /// Copies `128 * 128 * 3` values, row by row. Missing values become 0.
    pub fn fill(&mut self, values: &[f32]) {
        let mut rows = values.chunks(INPUT_SIDE * 3);
        for y in 0..INPUT_SIDE {
            let source = rows.next().unwrap_or_default();
            let row = self.row_mut(y);
            row[..source.len()].copy_from_slice(source);
            row[source.len()..].fill(0.0);
        }
    }
}

/// Scores and boxes of one grid in the kernels' order: tile by tile, group by group.
struct Grid {
    panels: Panels,
    anchors: usize,
    values: Vec<Quad>,
}

impl Grid {
    fn new(head: &Head, side: usize, anchors: usize) -> Grid {
        let weights = [head.scores.weights.as_slice(), &head.boxes.weights].concat();
        let panels = pack_panels(&weights, &[head.scores.bias.as_slice(), &head.boxes.bias].concat());
        let values = vec![Quad::default(); side * side * panels.output_groups()];
        Grid { panels, anchors, values }
    }

    fn run<B: Backend>(&mut self, input: &Plane, tiles: &mut [Quad]) {
        let groups = self.panels.output_groups();
        let batches = Area::whole(input.side()).batches();
        for (batch, values) in batches.zip(self.values.chunks_exact_mut(BATCH * groups)) {
            let tiles = &mut tiles[..BATCH * input.groups()];
            B::run(GatherTiles { input, batch: &batch, tiles });
            B::run(GridBatch { panels: &self.panels, tiles, values });
        }
    }

    #[inline(always)]
    fn value(&self, cell: usize, channel: usize) -> f32 {
        let tile = cell / TILE * self.panels.output_groups() + channel / 4;
        self.values[tile * TILE + cell % TILE].0[channel % 4]
    }

    fn score(&self, anchor: usize) -> f32 {
        self.value(anchor / self.anchors, anchor % self.anchors)
    }

    fn values(&self, anchor: usize) -> [f32; BOX_VALUES] {
        let (cell, first) = (anchor / self.anchors, self.anchors + anchor % self.anchors * BOX_VALUES);
        std::array::from_fn(|i| self.value(cell, first + i))
    }
}

/// Scores and boxes of one batch of a grid.
struct GridBatch<'a> {
    panels: &'a Panels,
    tiles: &'a [Quad],
    values: &'a mut [Quad],
}

impl Kernel for GridBatch<'_> {
    #[inline(always)]
    fn run<V: F32x4>(self) {
        let GridBatch { panels, tiles, values } = self;
        pointwise::<V>(panels, tiles, |tile, group, sums| {
            let quads = &mut values[(tile * panels.output_groups() + group) * TILE..][..TILE];
            for (quad, sum) in quads.iter_mut().zip(sums) {
                sum.store(&mut quad.0);
            }
        });
    }
}

/// The feature maps of the first layers for pictures that fill only a part of the input. Outside of `areas` they are
/// those of an input of zeros, which need not be computed again.
struct PartialMaps {
    /// The pixels of the input that the picture fills.
    picture: Area,
    /// The map of the first convolution, then those of the blocks.
    planes: Vec<Plane>,
    /// What depends on the picture in each of them.
    areas: Vec<Area>,
}

/// Number of blocks in [`PartialMaps`]: those of the 64x64 and 32x32 maps. In later ones almost everything depends on
/// the picture.
const PARTIAL_BLOCKS: usize = 5;

fn run_stem<B: Backend>(panels: &Panels, input: &Input, to: &mut Plane, area: &Area) {
    to.reshape(STEM_SIDE, STEM_OUTPUTS / 4);
    for y in area.rows() {
        B::run(Stem { panels, input: &input.0, output: to, y, tiles: area.tiles() });
    }
}

/// The network with buffers and packed weights. Running it does not allocate, except for the first picture that
/// fills another part of the input.
pub struct Network<B = Fastest> {
    /// Input of the next run.
    pub input: Input,
    stem: Panels,
    blocks: Vec<Block>,
    fine: Grid,
    coarse: Grid,
    planes: [Plane; 2],
    tiles: Vec<Quad>,
    partial: Option<PartialMaps>,
    backend: PhantomData<B>,
}

impl<B: Backend> Network<B> {
    /// Packs the weights.
    pub fn new(model: &Model) -> Self {
        let blocks = model
            .blocks
            .iter()
            .map(|block| Block::new(block.shape.stride, &block.depthwise, &block.pointwise))
            .collect();
        let fine = Grid::new(&model.fine, FINE_SIDE, FINE_ANCHORS);
        let coarse = Grid::new(&model.coarse, COARSE_SIDE, COARSE_ANCHORS);
        let largest = Plane::len_of(STEM_SIDE, BLOCKS[1].outputs.div_ceil(4));
        Network {
            input: Input::default(),
            stem: pack_panels(&model.stem.weights, &model.stem.bias),
            blocks,
            fine,
            coarse,
            planes: [Plane::with_capacity(largest), Plane::with_capacity(largest)],
            tiles: vec![Quad::default(); BATCH * MAX_GROUPS],
            partial: None,
            backend: PhantomData,
        }
    }

    /// Computes scores and boxes of `input`.
    pub fn run(&mut self) {
        let [from, to] = &mut self.planes;
        run_stem::<B>(&self.stem, &self.input, from, &Area::whole(STEM_SIDE));
        for block in &self.blocks[..PARTIAL_BLOCKS] {
            block.run::<B>(from, to, &mut self.tiles);
            std::mem::swap(from, to);
        }
        self.run_rest();
    }

    /// Computes scores and boxes of an `input` that is 0 outside of these rows and columns, in less time. Meant for one
    /// part of the input after the other: each change of it costs more than is saved.
    pub fn run_partial(&mut self, rows: Range<usize>, columns: Range<usize>) {
        let picture = Area::new(rows, columns);
        if self.partial.as_ref().is_none_or(|maps| maps.picture != picture) {
            self.partial = Some(self.maps_of_zeros(picture));
        }
        let Some(PartialMaps { planes, areas, .. }) = &mut self.partial else { return };
        run_stem::<B>(&self.stem, &self.input, &mut planes[0], &areas[0]);
        for (index, block) in self.blocks[..PARTIAL_BLOCKS].iter().enumerate() {
            let (before, after) = planes.split_at_mut(index + 1);
            block.run_in::<B>(&before[index], &mut after[0], &mut self.tiles, &areas[index + 1]);
        }
        self.planes[0].copy_from(&planes[PARTIAL_BLOCKS]);
        self.run_rest();
    }

    /// The maps of the first layers for an input of zeros.
    fn maps_of_zeros(&mut self, picture: Area) -> PartialMaps {
        let mut areas = vec![picture.after_stem(STEM_SIDE)];
        let mut planes = vec![Plane::with_capacity(Plane::len_of(STEM_SIDE, STEM_OUTPUTS / 4))];
        run_stem::<B>(&self.stem, &Input::default(), &mut planes[0], &Area::whole(STEM_SIDE));
        for (index, block) in self.blocks[..PARTIAL_BLOCKS].iter().enumerate() {
            let side = planes[index].side() / BLOCKS[index].stride;
            areas.push(areas[index].after_block(BLOCKS[index].stride, side));
            let mut plane = Plane::with_capacity(Plane::len_of(side, BLOCKS[index].outputs.div_ceil(4)));
            block.run::<B>(&planes[index], &mut plane, &mut self.tiles);
            planes.push(plane);
        }
        PartialMaps { picture, planes, areas }
    }

    /// Computes the layers after the first ones, whose output is in the first plane.
    fn run_rest(&mut self) {
        let [from, to] = &mut self.planes;
        for (index, block) in self.blocks.iter().enumerate().skip(PARTIAL_BLOCKS) {
            block.run::<B>(from, to, &mut self.tiles);
            std::mem::swap(from, to);
            if index + 1 == FINE_BLOCKS {
                self.fine.run::<B>(from, &mut self.tiles);
            }
        }
        self.coarse.run::<B>(from, &mut self.tiles);
    }

    /// Logit of `anchor` (0 to [`ANCHORS`](super::model::ANCHORS)).
    #[inline]
    pub fn logit(&self, anchor: usize) -> f32 {
        match anchor.checked_sub(FINE_SIDE * FINE_SIDE * FINE_ANCHORS) {
            None => self.fine.score(anchor),
            Some(anchor) => self.coarse.score(anchor),
        }
    }

    /// Centre, size and six points of `anchor`, in input pixels relative to the anchor.
    pub fn box_values(&self, anchor: usize) -> [f32; BOX_VALUES] {
        match anchor.checked_sub(FINE_SIDE * FINE_SIDE * FINE_ANCHORS) {
            None => self.fine.values(anchor),
            Some(anchor) => self.coarse.values(anchor),
        }
    }
}
