//! `engine_jpeg`: encodes a picture like the engine, for tests and benchmarks that upload without a page.

use anyhow::{Context, Result, bail};
use clap::Parser;
use nearfar::encoding::{JpegLimits, encode_jpeg};
use nearfar_inspect::still;
use std::path::PathBuf;

/// Encodes a picture like the engine, at the lowest quality that takes the given number of bytes.
#[derive(Parser)]
#[command(name = "engine_jpeg", version)]
struct Arguments {
    /// Least number of bytes of the file
    #[arg(long, value_name = "BYTES", default_value_t = 1)]
    least_bytes: usize,
    /// The picture, PNG or JPEG
    picture: PathBuf,
    /// The JPEG file to write
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
