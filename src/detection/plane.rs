//! Feature maps and depthwise weights in the layout of the kernels.

/// Four neighbouring channels of one pixel, or four weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(16))]
pub(crate) struct Quad(pub [f32; 4]);

/// A square feature map with a border of one zero pixel.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    side: usize,
    groups: usize,
    quads: Vec<Quad>,
}

impl Plane {
    /// Allocates room for any map of up to `quads` quads, border included.
    pub(crate) fn with_capacity(quads: usize) -> Plane {
        Plane { side: 0, groups: 0, quads: vec![Quad::default(); quads] }
    }

    /// Number of quads in a map of this shape, border included.
    pub(crate) const fn len_of(side: usize, groups: usize) -> usize {
        (side + 2) * (side + 2) * groups
    }

    /// Changes the shape and clears the border. The interior is left for the kernels to overwrite.
    pub(crate) fn reshape(&mut self, side: usize, groups: usize) {
        (self.side, self.groups) = (side, groups);
        let (width, row) = (side + 2, (side + 2) * groups);
        let quads = &mut self.quads[..(side + 2) * row];
        quads[..row].fill(Quad::default());
        quads[(side + 1) * row..].fill(Quad::default());
        for line in quads[row..(side + 1) * row].chunks_exact_mut(width) {
            line[0] = Quad::default();
            line[width - 1] = Quad::default();
        }
    }

    /// Becomes a copy of another plane that fits into the capacity.
    pub(crate) fn copy_from(&mut self, other: &Plane) {
        (self.side, self.groups) = (other.side, other.groups);
        let count = Plane::len_of(other.side, other.groups);
        self.quads[..count].copy_from_slice(&other.quads[..count]);
    }

    /// Width and height without the border.
    pub(crate) fn side(&self) -> usize {
        self.side
    }

    /// Number of channel groups.
    pub(crate) fn groups(&self) -> usize {
        self.groups
    }

    /// One group's quads in row `y`. Both indices count the border.
    #[inline(always)]
    pub(crate) fn line(&self, y: usize, group: usize) -> &[Quad] {
        let width = self.side + 2;
        &self.quads[(y * self.groups + group) * width..][..width]
    }

    /// Mutable version of [`Plane::line`].
    #[inline(always)]
    pub(crate) fn line_mut(&mut self, y: usize, group: usize) -> &mut [Quad] {
        let width = self.side + 2;
        &mut self.quads[(y * self.groups + group) * width..][..width]
    }
}

/// Weights of a 3x3 depthwise convolution for one group of channels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DepthwiseGroup {
    /// The nine taps, row by row.
    pub taps: [Quad; 9],
    /// Bias, added to the sum.
    pub bias: Quad,
}
