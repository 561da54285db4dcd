//! Pictures as the page's engine writes them. They show noise: the scorer of these tests ignores them.

use std::sync::LazyLock;

use nearfar::encoding::{JpegLimits, encode_jpeg};
use nearfar::frame::{Frame, Layout, PixelFormat, Size};
use sha2::{Digest, Sha256};

/// The far picture of every attempt.
pub(crate) static FAR: LazyLock<Vec<u8>> = LazyLock::new(|| picture("far", 256, 40));
/// The near picture of every attempt.
pub(crate) static NEAR: LazyLock<Vec<u8>> = LazyLock::new(|| picture("near", 256, 40));
/// The first audit picture of every attempt.
pub(crate) static AUDIT: LazyLock<Vec<u8>> = LazyLock::new(|| picture("audit", 64, 40));

/// A square picture, different for each `seed`.
pub(crate) fn picture(seed: &str, side: u32, quality: u8) -> Vec<u8> {
    let rows = (0..side).flat_map(|row| {
        let digests = (0..side / 8).map(move |column| Sha256::digest(format!("{seed} {row} {column}")));
        digests.flat_map(|digest| digest.to_vec())
    });
    let pixels: Vec<u8> = rows.collect();
    let layout = Layout::packed(PixelFormat::Rgba, Size { width: side, height: side });
    let frame = Frame::new(layout, &pixels).expect("a frame");
    let limits = JpegLimits { min_side: 1, quality, min_quality: 1, ..JpegLimits::default() };
    encode_jpeg(&frame, &limits, |_| ()).expect("a picture").bytes
}
