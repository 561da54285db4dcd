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

    /// Sum of the logarithms within `reach` of an index, which has to be at least that far from the edge.
    fn sum(&self, index: usize, reach: usize) -> f32 {
        let wide = SIDE + 1;
        let (x, y) = (index % SIDE, index / SIDE);
        let (left, right, top, bottom) = (x - reach, x + reach + 1, y - reach, y + reach + 1);
        let at = |x: usize, y: usize| self.sums[y * wide + x];
        at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)
    }

    /// How far the mean of an index and its four neighbours is above its neighbourhood.
    fn above_neighbourhood(&self, index: usize) -> f32 {
        let neighbours = [index - SIDE, index - 1, index + 1, index + SIDE];
        let peak = (self.log[index] + neighbours.iter().map(|index| self.log[*index]).sum::<f32>()) / 5.0;
        let count = |reach: usize| ((2 * reach + 1) * (2 * reach + 1)) as f32;
        let around = (self.sum(index, NEIGHBOURHOOD) - self.sum(index, PEAK)) / (count(NEIGHBOURHOOD) - count(PEAK));
        peak - around
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
        let mut best = 0.0f32;
        for &index in indices {
            // The second measure matters only where the first would be the highest.
            let around = self.above_neighbourhood(index);
            if around > best {
                best = best.max(around.min(self.above_line(index)));
            }
        }
        best
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
