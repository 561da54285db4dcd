//! Loss of high frequencies: what is seen twice, by the camera of the film and by that before the screen, is blurred
//! twice.

use super::spectrum::{Power, SIDE, Spectrum};

/// How much the power of the luma falls from coarse to fine, nepers, the mean of the tiles: greater is softer.
pub(super) fn fall(tiles: &[Spectrum]) -> f32 {
    let count = tiles.len().max(1) as f32;
    tiles.iter().map(|tile| mean(&tile.luma, 0.12, 0.2) - mean(&tile.luma, 0.3, 0.45)).sum::<f32>() / count
}

/// Mean logarithm of the power between two frequencies, cycles a pixel.
fn mean(power: &Power, low: f32, high: f32) -> f32 {
    let middle = (SIDE / 2) as f32;
    let (mut sum, mut count) = (0.0, 0.0f32);
    for (y, line) in power.chunks_exact(SIDE).enumerate().take(SIDE / 2) {
        for (x, power) in line.iter().enumerate() {
            let away = (x as f32 - middle).hypot(y as f32 - middle) / SIDE as f32;
            if (low..high).contains(&away) {
                sum += power.ln();
                count += 1.0;
            }
        }
    }
    sum / count.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::made::{face, noisy, room};
    use super::super::spectrum::tiles;
    use super::*;
    use image::imageops;

    #[test]
    fn a_blurred_picture_falls_more() {
        let sharp = noisy(&room);
        let soft = imageops::blur(&sharp, 1.0);
        let [sharp, soft] = [sharp, soft].map(|picture| fall(&tiles(&picture, &face())));
        assert!(soft > sharp + 0.6, "{soft} {sharp}");
    }
}
