//! JPEG encoders behind one C interface, for the page that times them.
//!
//! The page writes a picture into [`input`] as packed I420 (limited range) or as RGB bytes, and calls [`encode`].

use nearfar::encoding::{JpegLimits, Picture, encode_jpeg};
use nearfar::frame::{Frame, Layout, PixelFormat, Size};
use std::cell::RefCell;

#[derive(Default)]
struct Buffers {
    i420: Vec<u8>,
    rgb: Vec<u8>,
    output: Vec<u8>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Reserves `length` bytes for I420 (`is_rgb` 0) or RGB (1) and returns their address.
#[unsafe(no_mangle)]
pub extern "C" fn input(is_rgb: u32, length: usize) -> *mut u8 {
    BUFFERS.with_borrow_mut(|buffers| {
        let buffer = if is_rgb == 0 { &mut buffers.i420 } else { &mut buffers.rgb };
        buffer.resize(length, 0);
        buffer.as_mut_ptr()
    })
}

/// The address of the last JPEG.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    BUFFERS.with_borrow(|buffers| buffers.output.as_ptr())
}

/// Encodes with encoder number `which` (see the match) and returns the JPEG's length; 0 when it failed.
#[unsafe(no_mangle)]
pub extern "C" fn encode(which: u32, width: u32, height: u32, quality: u32) -> usize {
    BUFFERS.with_borrow_mut(|buffers| {
        let Buffers { i420, rgb, output } = buffers;
        let size = Size { width, height };
        let quality = quality as u8;
        let jpeg = match which {
            0 => nearfar(i420, size, quality),
            1 => planes_by_rusty_jpeg(i420, size, quality),
            2 => planes_by_mozjpeg(i420, size, quality),
            3 => rgb_by_jpeg_encoder(rgb, size, quality),
            4 => rgb_by_image(rgb, size, quality),
            _ => None,
        };
        *output = jpeg.unwrap_or_default();
        output.len()
    })
}

fn frame(i420: &[u8], size: Size) -> Option<Frame<'_>> {
    Frame::new(Layout::packed(PixelFormat::I420, size), i420).ok()
}

fn picture(i420: &[u8], size: Size) -> Option<Picture> {
    let mut picture = Picture::default();
    picture.fill(&frame(i420, size)?, size);
    Some(picture)
}

fn nearfar(i420: &[u8], size: Size, quality: u8) -> Option<Vec<u8>> {
    let limits = JpegLimits { quality, ..JpegLimits::default() };
    encode_jpeg(&frame(i420, size)?, &limits, |_| ()).ok().map(|jpeg| jpeg.bytes)
}

/// As the engine feeds its own encoder: whole rows, each chroma sample twice.
struct Rows(Picture);

impl rusty_jpeg::encode::ImageBuffer for Rows {
    fn get_jpeg_color_type(&self) -> rusty_jpeg::JpegColorType {
        rusty_jpeg::JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.0.size().width as u16
    }

    fn height(&self) -> u16 {
        self.0.size().height as u16
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let (width, row) = (self.0.size().width as usize, usize::from(y));
        let [luma, chroma @ ..] = buffers;
        luma.extend_from_slice(&self.0.luma()[row * width..][..width]);
        let half = width.div_ceil(2);
        for (plane, out) in self.0.chroma().into_iter().zip(chroma) {
            out.extend(plane[row / 2 * half..][..half].iter().flat_map(|&c| [c, c]).take(width));
        }
    }
}

fn planes_by_rusty_jpeg(i420: &[u8], size: Size, quality: u8) -> Option<Vec<u8>> {
    let mut jpeg = Vec::new();
    let mut encoder = rusty_jpeg::Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(rusty_jpeg::SamplingFactor::R_4_2_0);
    encoder.encode_image(Rows(picture(i420, size)?)).ok()?;
    Some(jpeg)
}

fn planes_by_mozjpeg(i420: &[u8], size: Size, quality: u8) -> Option<Vec<u8>> {
    let picture = picture(i420, size)?;
    let [cb, cr] = picture.chroma();
    mozjpeg_rs::Encoder::new(mozjpeg_rs::Preset::BaselineFastest)
        .quality(quality)
        .subsampling(mozjpeg_rs::Subsampling::S420)
        .encode_ycbcr_planar(picture.luma(), cb, cr, size.width, size.height)
        .ok()
}

fn rgb_by_jpeg_encoder(rgb: &[u8], size: Size, quality: u8) -> Option<Vec<u8>> {
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    encoder.encode(rgb, size.width as u16, size.height as u16, jpeg_encoder::ColorType::Rgb).ok()?;
    Some(jpeg)
}

fn rgb_by_image(rgb: &[u8], size: Size, quality: u8) -> Option<Vec<u8>> {
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, quality)
        .encode(rgb, size.width, size.height, image::ExtendedColorType::Rgb8)
        .ok()?;
    Some(jpeg)
}
