//! Inputs of the golden cases: 128x128 RGB squares cut from photographs in npm packages. The reference runs on exactly
//! these bytes (`examples/golden_inputs.rs` writes them), so the photographs need not be committed and no second JPEG
//! decoder affects the comparison.

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Side of the network's input.
pub(super) const SIDE: usize = 128;

/// The origin of an input.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Source {
    /// Path inside `node_modules`; absent for a generated pattern.
    pub photo: Option<String>,
    /// Centre and side of the square in pixels of the photograph; may extend past it.
    #[serde(default)]
    pub square: [f64; 3],
    /// Quarter turns clockwise.
    #[serde(default)]
    pub turns: u32,
    /// Mirrored horizontally.
    #[serde(default)]
    pub mirror: bool,
    /// Brightness factor in 256ths, 0 meaning 256.
    #[serde(default)]
    pub gain: u32,
    /// A generated pattern: `grey`, `noise`, `stripes` or `gradient`.
    pub pattern: Option<String>,
}

/// The folder that npm installs into.
pub(super) fn node_modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules")
}

/// The 128x128 RGB bytes of a case. Each is the mean, rounded down, of the photograph's pixels whose centre lies in its
/// cell; the nearest pixel if there is none; 127 outside.
pub(super) fn input_bytes(source: &Source) -> Vec<u8> {
    let mut out = vec![127u8; SIDE * SIDE * 3];
    let Some(photo) = &source.photo else {
        draw(source.pattern.as_deref().unwrap_or(""), &mut out);
        return out;
    };
    let path = node_modules().join(photo);
    let picture =
        image::open(&path).unwrap_or_else(|error| panic!("{}: {error}; run `npm ci` first", path.display())).to_rgb8();
    let [cx, cy, side] = source.square;
    let step = side / SIDE as f64;
    let range = |center: f64, index: usize, length: u32| {
        let low = center - side / 2.0 + step * index as f64;
        let (first, end) = ((low - 0.5).ceil() as i64, (low + step - 0.5).ceil() as i64);
        let (first, end) = if first < end { (first, end) } else { (low.floor() as i64, low.floor() as i64 + 1) };
        (first >= 0 && end <= i64::from(length)).then_some(first as u32..end as u32)
    };
    for y in 0..SIDE {
        let Some(rows) = range(cy, y, picture.height()) else { continue };
        for x in 0..SIDE {
            let Some(columns) = range(cx, x, picture.width()) else { continue };
            let mut sum = [0u32; 3];
            for row in rows.clone() {
                for column in columns.clone() {
                    for (sum, value) in sum.iter_mut().zip(picture.get_pixel(column, row).0) {
                        *sum += u32::from(value);
                    }
                }
            }
            let count = (rows.len() * columns.len()) as u32;
            let (mut tx, mut ty) = if source.mirror { (SIDE - 1 - x, y) } else { (x, y) };
            for _ in 0..source.turns {
                (tx, ty) = (SIDE - 1 - ty, tx);
            }
            let gain = if source.gain == 0 { 256 } else { source.gain };
            let pixel = &mut out[(ty * SIDE + tx) * 3..][..3];
            for (value, sum) in pixel.iter_mut().zip(sum) {
                *value = (sum / count * gain / 256).min(255) as u8;
            }
        }
    }
    out
}

fn draw(pattern: &str, out: &mut [u8]) {
    let mut state = 1u32;
    for (index, value) in out.iter_mut().enumerate() {
        let (x, y, c) = (index / 3 % SIDE, index / 3 / SIDE, index % 3);
        *value = match pattern {
            "grey" => 127,
            "noise" => {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            }
            "stripes" => 40 + 160 * (x / 8 % 2) as u8,
            "gradient" => (x + y * (c + 1) / 4) as u8,
            other => panic!("no pattern is called {other:?}"),
        };
    }
}
