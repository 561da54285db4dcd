//! Pixel grid, moire and halftone: narrow peaks in the spectrum that are everywhere, on skin as on the wall.

use super::spectrum::{Power, ROWS, SIDE, Spectrum};
use std::sync::LazyLock;

/// How far peaks stand out, in nepers of power over what is around them in the spectrum; about 2 for a picture without
/// a grid, whatever it shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The highest peak of the luma of each tile, the mean of the tiles with the lower ones: a striped shirt is in few.
    pub luma: f32,
    /// The same of the colour, red less blue.
    pub color: f32,
}

/// Lowest frequencies that are looked at, cycles a tile: what is below is the picture itself. Skin has less colour than
/// light and shade.
const LEAST_LUMA: f32 = 0.09 * SIDE as f32;
const LEAST_COLOR: f32 = 0.04 * SIDE as f32;
/// Half the side of the neighbourhood that a peak is held against, frequencies.
const AROUND: usize = 7;
/// Half the side of the peak itself: a window's width.
const PEAK: usize = 2;
/// Which share of the tiles counts: those with the lower peaks.
const LOWER: f32 = 0.7;

/// Looks for a grid in the spectra of the tiles on a face and around it.
pub(super) fn grid(tiles: &[Spectrum]) -> Grid {
    let (mut luma, mut color) = (Vec::new(), Vec::new());
    for spectrum in tiles {
        let (light, hue) = (Prominence::new(&spectrum.luma), Prominence::new(&spectrum.color));
        luma.push(light.highest(&IN_LUMA));
        color.push(hue.highest(&IN_COLOR));
    }
    Grid { luma: lower(luma), color: lower(color) }
}

/// Mean of the lower ones.
fn lower(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    let count = ((values.len() as f32 * LOWER) as usize).max(1);
    values.iter().take(count).sum::<f32>() / count as f32
}

/// Where peaks are looked for: the same places in every tile.
static IN_LUMA: LazyLock<Vec<usize>> = LazyLock::new(|| allowed(LEAST_LUMA).collect());
static IN_COLOR: LazyLock<Vec<usize>> = LazyLock::new(|| allowed(LEAST_COLOR).collect());

/// The places in a spectrum's upper half from a frequency on, without those of JPEG's blocks, which are 8 pixels wide,
/// and without the outermost.
fn allowed(least: f32) -> impl Iterator<Item = usize> {
    let middle = SIDE / 2;
    let near_block = |at: usize| (at + 1) % (SIDE / 8) <= 2;
    let inner = AROUND..SIDE - AROUND;
    (AROUND..=middle).flat_map(move |y| inner.clone().map(move |x| (x, y))).filter_map(move |(x, y)| {
        let away = (x as f32 - middle as f32).hypot(y as f32 - middle as f32);
        (away >= least && !(near_block(x) && near_block(y))).then_some(y * SIDE + x)
    })
}

/// A spectrum against its neighbourhood.
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

    /// Sum of the logarithms within `reach` of a place that is at least so far from the edge.
    fn sum(&self, index: usize, reach: usize) -> f32 {
        let wide = SIDE + 1;
        let (x, y) = (index % SIDE, index / SIDE);
        let (left, right, top, bottom) = (x - reach, x + reach + 1, y - reach, y + reach + 1);
        let at = |x: usize, y: usize| self.sums[y * wide + x];
        at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)
    }

    /// How far the mean of a place and its four neighbours is above its neighbourhood.
    fn at(&self, index: usize) -> f32 {
        let neighbours = [index - SIDE, index - 1, index + 1, index + SIDE];
        let peak = (self.log[index] + neighbours.iter().map(|index| self.log[*index]).sum::<f32>()) / 5.0;
        let count = |reach: usize| ((2 * reach + 1) * (2 * reach + 1)) as f32;
        let around = (self.sum(index, AROUND) - self.sum(index, PEAK)) / (count(AROUND) - count(PEAK));
        peak - around
    }

    /// How far a place is above those before and behind it on the line through frequency 0: edges of whatever kind
    /// make such lines, and a grid does not.
    fn along(&self, index: usize) -> f32 {
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

    fn highest(&self, places: &[usize]) -> f32 {
        let mut best = 0.0f32;
        for &index in places {
            // The second look is only worth it where the first would be the highest.
            let around = self.at(index);
            if around > best {
                best = best.max(around.min(self.along(index)));
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

    fn of(light: impl Fn(f32, f32) -> [f32; 3]) -> Grid {
        grid(&tiles(&noisy(&light), &face()))
    }

    #[test]
    fn a_grid_over_everything_stands_out() {
        let plain = of(room);
        let with = of(|x, y| {
            let wave = 1.0 + 0.05 * (TAU * (0.23 * x + 0.01 * y)).cos();
            room(x, y).map(|value| value * wave)
        });
        assert!(plain.luma < 3.0 && plain.color < 3.0, "{plain:?}");
        assert!(with.luma > plain.luma + 1.5, "{with:?} {plain:?}");
    }

    #[test]
    fn stripes_of_pixels_stand_out_in_colour_alone() {
        let plain = of(room);
        let with = of(|x, y| {
            let phase = TAU * (0.21 * x - 0.13 * y);
            let [r, g, b] = room(x, y);
            [r * (1.0 + 0.06 * phase.cos()), g, b * (1.0 - 0.06 * phase.cos())]
        });
        assert!(with.color > plain.color + 1.5, "{with:?} {plain:?}");
    }

    #[test]
    fn a_striped_shirt_and_a_window_frame_do_not() {
        let plain = of(room);
        let dressed = of(|x, y| {
            let stripes = if y > 330.0 { 1.0 + 0.4 * (TAU * (0.1 * x + 0.05 * y)).cos().signum() } else { 1.0 };
            let frame = if (40.0..48.0).contains(&x) && y < 300.0 { 0.2 } else { 1.0 };
            room(x, y).map(|value| value * stripes * frame)
        });
        assert!(dressed.luma < plain.luma + 0.7 && dressed.color < plain.color + 0.7, "{dressed:?} {plain:?}");
    }
}
