//! `engine_jpeg`: a picture as the engine writes it, for tests and benchmarks that upload without a page.

use anyhow::{Context, Result, bail};
use clap::Parser;
use nearfar::encoding::{JpegLimits, encode_jpeg};
use nearfar_inspect::still;
use std::path::PathBuf;

/// Writes a picture as the engine encodes it, at the lowest quality that takes as many bytes.
#[derive(Parser)]
#[command(name = "engine_jpeg", version)]
struct Arguments {
    /// Bytes that the file has at least
    #[arg(long, value_name = "BYTES", default_value_t = 1)]
    least_bytes: usize,
    /// PNG or JPEG
    picture: PathBuf,
    /// Where the JPEG goes
    out: PathBuf,
}

fn main() -> Result<()> {
    let Arguments { least_bytes, picture, out } = Arguments::parse();
    let image = still::open(&picture).with_context(|| picture.display().to_string())?;
    let frame = still::frame(&image)?;
    let mut chosen = None;
    for quality in (1..=100).rev() {
        let limits = JpegLimits { min_side: 1, quality, min_quality: quality, ..JpegLimits::default() };
        let jpeg = encode_jpeg(&frame, &limits, |_| ())?;
        if jpeg.bytes.len() < least_bytes {
            break;
        }
        chosen = Some(jpeg.bytes);
    }
    let Some(bytes) = chosen else { bail!("{} takes fewer than {least_bytes} bytes", picture.display()) };
    std::fs::write(&out, bytes).with_context(|| format!("writing {}", out.display()))
}
