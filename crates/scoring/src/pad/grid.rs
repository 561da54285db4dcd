//! Measures pixel grids, moire and halftone: narrow peaks in the spectrum of all parts of a picture.

use super::spectrum::{Power, ROWS, SIDE, Spectrum};
use std::sync::LazyLock;

/// Prominence of peaks over their neighbourhood in the spectrum, in nepers of power; about 2 for any picture without a
/// grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    /// The highest luma peak of each tile, averaged over the tiles with the lower peaks: a striped shirt is in few
    /// tiles.
    pub luma: f32,
    /// The same for colour, red minus blue.
    pub color: f32,
}

/// The lowest luma frequency of a grid, cycles per tile. Lower ones belong to the picture itself.
const MIN_LUMA_FREQUENCY: f32 = 0.09 * SIDE as f32;
/// The same for colour, which varies less on skin than luma.
const MIN_COLOR_FREQUENCY: f32 = 0.04 * SIDE as f32;
/// Half the side of the neighbourhood of a peak, frequencies.
const NEIGHBOURHOOD: usize = 7;
/// Half the side of the peak itself: the width of the window.
const PEAK: usize = 2;
/// The share of the tiles that counts: those with the lower peaks.
const LOWER_SHARE: f32 = 0.7;

/// Measures the grid in the spectra of the tiles on a face and around it.
pub(super) fn grid(tiles: &[Spectrum]) -> Grid {
    let (mut luma, mut color) = (Vec::new(), Vec::new());
    for spectrum in tiles {
        let (light, hue) = (Prominence::new(&spectrum.luma), Prominence::new(&spectrum.color));
        luma.push(light.highest(&LUMA_PEAKS));
        color.push(hue.highest(&COLOR_PEAKS));
    }
    Grid { luma: mean_of_lower(luma), color: mean_of_lower(color) }
}

/// Mean of the lower values.
fn mean_of_lower(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    let count = ((values.len() as f32 * LOWER_SHARE) as usize).max(1);
    values.iter().take(count).sum::<f32>() / count as f32
}

/// The indices of possible peaks, the same in every tile.
static LUMA_PEAKS: LazyLock<Vec<usize>> = LazyLock::new(|| peak_indices(MIN_LUMA_FREQUENCY).collect());
static COLOR_PEAKS: LazyLock<Vec<usize>> = LazyLock::new(|| peak_indices(MIN_COLOR_FREQUENCY).collect());

/// The indices in the upper half of a spectrum from a frequency on, without the outermost ones and without those of the
/// 8-pixel blocks of JPEG.
fn peak_indices(min_frequency: f32) -> impl Iterator<Item = usize> {
    let middle = SIDE / 2;
    let near_block = |at: usize| (at + 1) % (SIDE / 8) <= 2;
    let inner = NEIGHBOURHOOD..SIDE - NEIGHBOURHOOD;
    (NEIGHBOURHOOD..=middle).flat_map(move |y| inner.clone().map(move |x| (x, y))).filter_map(move |(x, y)| {
        let frequency = (x as f32 - middle as f32).hypot(y as f32 - middle as f32);
        (frequency >= min_frequency && !(near_block(x) && near_block(y))).then_some(y * SIDE + x)
    })
}

/// The prominence of a spectrum over its neighbourhood.
struct Prominence {
    /// Logarithm of the power.
    log: Vec<f32>,
    /// Sums of `log` over everything above and to the left.
    sums: Vec<f32>,
}

impl Prominence {
    fn new(power: &Power) -> Self {
        let log: Vec<f32> = power.iter().map(|power| power.ln()).collect();
        let wide = SIDE + 1;
        let mut sums = vec![0.0; wide * (ROWS + 1)];
        for y in 0..ROWS {
            let mut line = 0.0;
            for x in 0..SIDE {
                line += log[y * SIDE + x];
                sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + line;
            }
        }
        Prominence { log, sums }
    }

    /// How far an index is above its neighbours on the line through frequency 0. Edges produce such lines, a grid does
    /// not.
    fn above_line(&self, index: usize) -> f32 {
        let middle = SIDE as f32 / 2.0;
        let (dx, dy) = ((index % SIDE) as f32 - middle, (index / SIDE) as f32 - middle);
        let away = dx.hypot(dy);
        let on_line = |steps: f32| {
            let times = 1.0 + steps / away;
            let place = |d: f32| ((middle + d * times).round().max(0.0) as usize).min(SIDE - 1);
            self.log[place(dy).min(ROWS - 1) * SIDE + place(dx)]
        };
        let line = [-5.0, -4.0, -3.0, 3.0, 4.0, 5.0].map(on_line).iter().sum::<f32>() / 6.0;
        self.log[index] - line
    }

    fn highest(&self, indices: &[usize]) -> f32 {
        let mut around = vec![0.0; ROWS * SIDE];
        for y in NEIGHBOURHOOD..=SIDE / 2 {
            above_neighbourhoods(&self.log, &self.sums, y, &mut around[y * SIDE..][..SIDE]);
        }
        let mut best = 0.0f32;
        for &index in indices {
            // The second measure matters only where the first would be the highest.
            if around[index] > best {
                best = best.max(around[index].min(self.above_line(index)));
            }
        }
        best
    }
}

/// How far the mean of an index and its four neighbours is above its neighbourhood, for the inner indices of row `y`.
#[cfg_attr(target_arch = "x86_64", multiversion::multiversion(targets("x86_64+avx2")))]
fn above_neighbourhoods(log: &[f32], sums: &[f32], y: usize, out: &mut [f32]) {
    const INNER: usize = SIDE - 2 * NEIGHBOURHOOD;
    let inner = |first: usize| log[first + NEIGHBOURHOOD..].first_chunk::<INNER>();
    let rows = [y * SIDE, (y - 1) * SIDE, y * SIDE - 1, y * SIDE + 1, (y + 1) * SIDE].map(inner);
    // The corners of the square of this reach around each index, and its number of indices.
    let square = |reach: usize| {
        let corner = |x: usize, y: usize| sums[y * (SIDE + 1) + x..].first_chunk::<INNER>();
        let (left, right) = (NEIGHBOURHOOD - reach, NEIGHBOURHOOD + reach + 1);
        let (top, bottom) = (y - reach, y + reach + 1);
        [corner(right, bottom), corner(left, bottom), corner(right, top), corner(left, top)]
    };
    let count = |reach: usize| ((2 * reach + 1) * (2 * reach + 1)) as f32;
    let area = count(NEIGHBOURHOOD) - count(PEAK);
    let ([Some(here), Some(above), Some(left), Some(right), Some(below)], wide, narrow) =
        (rows, square(NEIGHBOURHOOD), square(PEAK))
    else {
        return;
    };
    let ([Some(a), Some(b), Some(c), Some(d)], [Some(e), Some(f), Some(g), Some(h)]) = (wide, narrow) else { return };
    for (x, out) in out[NEIGHBOURHOOD..][..INNER].iter_mut().enumerate() {
        let peak = (here[x] + (above[x] + left[x] + right[x] + below[x])) / 5.0;
        let around = ((a[x] - b[x] - c[x] + d[x]) - (e[x] - f[x] - g[x] + h[x])) / area;
        *out = peak - around;
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{face, noisy, room};
    use super::super::spectrum::tiles;
    use super::*;
    use std::f32::consts::TAU;

    fn measure(light: impl Fn(f32, f32) -> [f32; 3]) -> Grid {
        grid(&tiles(&noisy(&light), &face()))
    }

    #[test]
    fn a_grid_over_the_picture_is_prominent() {
        let plain = measure(room);
        let with = measure(|x, y| {
            let wave = 1.0 + 0.05 * (TAU * (0.23 * x + 0.01 * y)).cos();
            room(x, y).map(|value| value * wave)
        });
        assert!(plain.luma < 3.0 && plain.color < 3.0, "{plain:?}");
        assert!(with.luma > plain.luma + 1.5, "{with:?} {plain:?}");
    }

    #[test]
    fn stripes_of_subpixels_are_prominent_only_in_colour() {
        let plain = measure(room);
        let with = measure(|x, y| {
            let phase = TAU * (0.21 * x - 0.13 * y);
            let [r, g, b] = room(x, y);
            [r * (1.0 + 0.06 * phase.cos()), g, b * (1.0 - 0.06 * phase.cos())]
        });
        assert!(with.color > plain.color + 1.5, "{with:?} {plain:?}");
    }

    #[test]
    fn a_striped_shirt_and_a_window_frame_are_not_a_grid() {
        let plain = measure(room);
        let dressed = measure(|x, y| {
            let stripes = if y > 330.0 { 1.0 + 0.4 * (TAU * (0.1 * x + 0.05 * y)).cos().signum() } else { 1.0 };
            let frame = if (40.0..48.0).contains(&x) && y < 300.0 { 0.2 } else { 1.0 };
            room(x, y).map(|value| value * stripes * frame)
        });
        assert!(dressed.luma < plain.luma + 0.7 && dressed.color < plain.color + 0.7, "{dressed:?} {plain:?}");
    }
}
