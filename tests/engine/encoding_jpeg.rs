//! Encodes frames of every layout, decodes them with an independent decoder and compares them with the upright picture.

use image::RgbImage;
use nearfar::encoding::{EncodeError, Jpeg, JpegLimits, Thumbnail, audit_jpeg, encode_jpeg};
use nearfar::frame::{ColorMatrix, Frame, Layout, PixelFormat, Rotation, Size};
use proptest::prelude::*;

const FORMATS: [PixelFormat; 6] =
    [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444, PixelFormat::Nv12, PixelFormat::Rgba, PixelFormat::Bgra];
const ROTATIONS: [Rotation; 4] = [Rotation::None, Rotation::Clockwise90, Rotation::Half, Rotation::Clockwise270];

/// An asymmetric picture: coloured waves, and a bright block near the upper left corner.
fn painting(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        if (0.1..0.3).contains(&u) && (0.1..0.2).contains(&v) {
            return image::Rgb([250, 240, 60]);
        }
        let wave = |p: f32| (127.5 + 100.0 * p.sin()) as u8;
        image::Rgb([wave(u * 9.0 + v), wave(v * 7.0 + 1.0), wave(u * 3.0 - v * 5.0)])
    })
}

/// Y, Cb, Cr as bytes, by the definitions of BT.601 and BT.709.
fn to_ycc(rgb: [f32; 3], matrix: ColorMatrix, full_range: bool) -> [f32; 3] {
    let (kr, kb) = match matrix {
        ColorMatrix::Bt601 => (0.299, 0.114),
        ColorMatrix::Bt709 => (0.2126, 0.0722),
    };
    let y = kr * rgb[0] + (1.0 - kr - kb) * rgb[1] + kb * rgb[2];
    let (cb, cr) = ((rgb[2] - y) / (2.0 * (1.0 - kb)), (rgb[0] - y) / (2.0 * (1.0 - kr)));
    if full_range {
        [y, cb + 128.0, cr + 128.0]
    } else {
        [16.0 + y * 219.0 / 255.0, 128.0 + cb * 224.0 / 255.0, 128.0 + cr * 224.0 / 255.0]
    }
}

/// Stores `picture` as a camera with this `layout` would; the planes get new positions with gaps.
fn store(picture: &RgbImage, layout: &mut Layout) -> Vec<u8> {
    let upright = Size { width: picture.width(), height: picture.height() };
    layout.coded =
        if layout.rotation.swaps_sides() { Size { width: upright.height, height: upright.width } } else { upright };
    let mut end = 3;
    for index in 0..layout.format.plane_count() {
        let (row, rows) = layout.format.plane_extent(index, layout.coded);
        layout.planes[index].offset = end;
        layout.planes[index].stride = row + 5;
        end += (row + 5) * rows + 7;
    }
    let mut turned = RgbImage::new(layout.coded.width, layout.coded.height);
    for (x, y, pixel) in picture.enumerate_pixels() {
        let (column, row) = layout.stored_position(x, y);
        turned.put_pixel(column, row, *pixel);
    }
    let mut bytes = vec![0xEE; end];
    let (sx, sy) = layout.format.chroma_subsampling();
    for (x, y, pixel) in turned.enumerate_pixels() {
        let plane = |index: usize| layout.planes[index].offset + y as usize * layout.planes[index].stride;
        match layout.format {
            PixelFormat::Rgba => bytes[plane(0) + x as usize * 4..][..3].copy_from_slice(&pixel.0),
            PixelFormat::Bgra => {
                for channel in 0..3 {
                    bytes[plane(0) + x as usize * 4 + 2 - channel] = pixel.0[channel];
                }
            }
            _ => {
                bytes[plane(0) + x as usize] =
                    to_ycc(pixel.0.map(f32::from), layout.matrix, layout.full_range)[0].round() as u8;
            }
        }
    }
    if matches!(layout.format, PixelFormat::Rgba | PixelFormat::Bgra) {
        return bytes;
    }
    for cy in 0..layout.coded.height.div_ceil(sy) {
        for cx in 0..layout.coded.width.div_ceil(sx) {
            let mut sum = [0.0; 3];
            for (dx, dy) in (0..sx).flat_map(|dx| (0..sy).map(move |dy| (dx, dy))) {
                let x = (cx * sx + dx).min(layout.coded.width - 1);
                let y = (cy * sy + dy).min(layout.coded.height - 1);
                for (sum, c) in sum.iter_mut().zip(turned.get_pixel(x, y).0) {
                    *sum += f32::from(c) / (sx * sy) as f32;
                }
            }
            let ycc = to_ycc(sum, layout.matrix, layout.full_range).map(|c| c.round() as u8);
            for (channel, value) in ycc.into_iter().enumerate().skip(1) {
                let (plane, step, first) =
                    if layout.format == PixelFormat::Nv12 { (1, 2, channel - 1) } else { (channel, 1, 0) };
                let plane = layout.planes[plane];
                bytes[plane.offset + cy as usize * plane.stride + cx as usize * step + first] = value;
            }
        }
    }
    bytes
}

fn decode(jpeg: &Jpeg) -> RgbImage {
    let picture = image::load_from_memory_with_format(&jpeg.bytes, image::ImageFormat::Jpeg).expect("a JPEG").to_rgb8();
    assert_eq!(picture.dimensions(), (jpeg.width, jpeg.height));
    picture
}

/// Peak signal-to-noise ratio in dB over all three channels.
fn psnr(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let sum: f64 = a.iter().zip(b.iter()).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    10.0 * (255.0f64.powi(2) * a.len() as f64 / sum.max(1e-9)).log10()
}

/// Every layout that a browser could deliver: format, rotation, flip, matrix and range.
fn layouts() -> impl Iterator<Item = Layout> {
    let colors = [ColorMatrix::Bt601, ColorMatrix::Bt709].into_iter().flat_map(|m| [(m, false), (m, true)]);
    FORMATS
        .into_iter()
        .flat_map(move |format| ROTATIONS.into_iter().map(move |rotation| (format, rotation)))
        .flat_map(|(format, rotation)| [false, true].map(|flip| (format, rotation, flip)))
        .flat_map(move |(format, rotation, flip)| {
            let rgb = matches!(format, PixelFormat::Rgba | PixelFormat::Bgra);
            colors.clone().take(if rgb { 1 } else { 4 }).map(move |(matrix, full_range)| Layout {
                rotation,
                flip,
                matrix,
                full_range,
                ..Layout::packed(format, Size { width: 1, height: 1 })
            })
        })
}

#[test]
fn every_layout_is_encoded_upright_with_its_colors() {
    let picture = painting(288, 260);
    for mut layout in layouts() {
        let bytes = store(&picture, &mut layout);
        let jpeg = encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &JpegLimits::default(), |_| ()).unwrap();
        let got = psnr(&picture, &decode(&jpeg));
        assert!(got > 41.0, "{got:.1} dB for {layout:?}");
    }
}

#[test]
fn scaling_preserves_geometry_and_colors() {
    let picture = painting(640, 400);
    let expected = image::imageops::resize(&picture, 320, 200, image::imageops::FilterType::Triangle);
    for mut layout in layouts() {
        let bytes = store(&picture, &mut layout);
        let jpeg = audit_jpeg(&Frame::new(layout, &bytes).unwrap(), 320).unwrap();
        assert_eq!((jpeg.width, jpeg.height), (320, 200));
        let got = psnr(&expected, &decode(&jpeg));
        assert!(got > 41.0, "{got:.1} dB for {layout:?}");
    }
}

#[test]
fn odd_sides_are_kept() {
    let picture = painting(333, 257);
    for mut layout in layouts().filter(|layout| layout.matrix == ColorMatrix::Bt601) {
        let bytes = store(&picture, &mut layout);
        let jpeg = encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &JpegLimits::default(), |_| ()).unwrap();
        // Mirrored chroma is off by a pixel here, mainly at the edges of the block.
        let got = psnr(&picture, &decode(&jpeg));
        assert!(got > 38.0, "{got:.1} dB for {layout:?}");
    }
}

#[test]
fn an_uneven_scale_averages_without_shifting() {
    let picture = painting(1000, 700);
    let mut layout = Layout::packed(PixelFormat::I420, Size { width: 1, height: 1 });
    let bytes = store(&picture, &mut layout);
    let limits = JpegLimits { max_side: 777, ..JpegLimits::default() };
    let jpeg = encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &limits, |_| ()).unwrap();
    assert_eq!((jpeg.width, jpeg.height), (777, 544));
    let expected = image::imageops::resize(&picture, 777, 544, image::imageops::FilterType::Triangle);
    let got = psnr(&expected, &decode(&jpeg));
    assert!(got > 44.0, "{got:.1} dB");
}

/// A packed I420 frame of noise, the worst case for JPEG.
fn noise(width: u32, height: u32) -> (Layout, Vec<u8>) {
    let layout = Layout::packed(PixelFormat::I420, Size { width, height });
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let bytes = (0..layout.byte_len())
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect();
    (layout, bytes)
}

#[test]
fn the_largest_noise_frame_is_under_two_megabytes() {
    let (layout, bytes) = noise(4096, 4096);
    let mut shares = Vec::new();
    let jpeg =
        encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &JpegLimits::default(), |share| shares.push(share)).unwrap();
    assert!(jpeg.bytes.len() < 2_000_000, "{} bytes", jpeg.bytes.len());
    // Scaling averages noise away, so the first size that fits is well below the limit.
    assert!(jpeg.bytes.len() > 800_000, "{} bytes give away too much", jpeg.bytes.len());
    assert_eq!(jpeg.quality, JpegLimits::default().min_quality);
    assert_eq!(jpeg.width, jpeg.height);
    decode(&jpeg);
    assert!(shares.windows(2).all(|pair| pair[0] < pair[1]), "progress falls");
    assert_eq!(shares.last(), Some(&1.0));
    assert!(shares.len() > 50, "{} reports", shares.len());
}

#[test]
fn quality_is_reduced_before_the_size() {
    let (layout, bytes) = noise(512, 512);
    let limits = JpegLimits { max_bytes: 200_000, ..JpegLimits::default() };
    let jpeg = encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &limits, |_| ()).unwrap();
    assert!(jpeg.bytes.len() < 200_000);
    assert_eq!((jpeg.width, jpeg.height), (512, 512));
    assert!(jpeg.quality < limits.quality && jpeg.quality >= limits.min_quality, "quality {}", jpeg.quality);
}

#[test]
fn an_unreachable_limit_is_an_error() {
    let (layout, bytes) = noise(300, 260);
    let limits = JpegLimits { max_bytes: 5_000, ..JpegLimits::default() };
    let error = encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &limits, |_| ()).unwrap_err();
    assert!(matches!(error, EncodeError::TooLong { max_bytes: 5_000, width: 295, height: 256 }), "{error:?}");
}

#[test]
fn small_frames_are_rejected_and_large_ones_scaled_down() {
    let limits = JpegLimits::default();
    let (layout, bytes) = noise(640, 255);
    let error = encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &limits, |_| ()).unwrap_err();
    assert_eq!(error, EncodeError::TooSmall { width: 640, height: 255, min_side: 256 });

    let picture = painting(5000, 400);
    let mut layout = Layout::packed(PixelFormat::Nv12, Size { width: 1, height: 1 });
    let bytes = store(&picture, &mut layout);
    let jpeg = encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &limits, |_| ()).unwrap();
    assert_eq!((jpeg.width, jpeg.height), (4096, 328));

    let (layout, bytes) = noise(6000, 300);
    let error = encode_jpeg(&Frame::new(layout, &bytes).unwrap(), &limits, |_| ()).unwrap_err();
    assert_eq!(error, EncodeError::TooSmall { width: 4096, height: 205, min_side: 256 });
}

/// The marker codes of a JPEG up to the scan, with the bytes of each segment.
fn segments(jpeg: &[u8]) -> Vec<(u8, &[u8])> {
    assert_eq!(&jpeg[..2], &[0xFF, 0xD8], "no SOI");
    assert_eq!(&jpeg[jpeg.len() - 2..], &[0xFF, 0xD9], "no EOI");
    let mut found = Vec::new();
    let mut at = 2;
    loop {
        assert_eq!(jpeg[at], 0xFF, "no marker at {at}");
        let code = jpeg[at + 1];
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        found.push((code, &jpeg[at + 4..at + 2 + length]));
        at += 2 + length;
        if code == 0xDA {
            return found;
        }
    }
}

#[test]
fn jfif_is_the_only_metadata() {
    let (layout, bytes) = noise(256, 256);
    let frame = Frame::new(layout, &bytes).unwrap();
    let full = encode_jpeg(&frame, &JpegLimits::default(), |_| ()).unwrap();
    let small = audit_jpeg(&frame, 100).unwrap();
    for jpeg in [full, small] {
        let segments = segments(&jpeg.bytes);
        for (code, body) in &segments {
            match code {
                0xE0 => assert_eq!(&body[..5], b"JFIF\0"),
                0xC0 | 0xC4 | 0xDA | 0xDB => (),
                _ => panic!("segment {code:02X} of {} bytes", body.len()),
            }
        }
        assert_eq!(segments.iter().filter(|(code, _)| *code == 0xE0).count(), 1);
        // Baseline, three components, luma sampled twice as densely in both directions: readable by every decoder.
        let (_, frame_header) = segments.iter().find(|(code, _)| *code == 0xC0).unwrap();
        assert_eq!((frame_header[5], frame_header[7], frame_header[10]), (3, 0x22, 0x11));
    }
}

#[test]
fn a_thumbnail_can_be_refilled() {
    let mut thumbnail = Thumbnail::default();
    assert!(matches!(thumbnail.encode(80), Err(EncodeError::TooSmall { .. })));
    for (width, height, format) in
        [(640, 360, PixelFormat::I420), (360, 640, PixelFormat::Rgba), (64, 64, PixelFormat::I444)]
    {
        let picture = painting(width, height);
        let mut layout = Layout::packed(format, Size { width: 1, height: 1 });
        let bytes = store(&picture, &mut layout);
        let frame = Frame::new(layout, &bytes).unwrap();
        thumbnail.fill(&frame, 320);
        assert!(thumbnail.size().width <= 320 && thumbnail.size().height <= 320);
        assert_eq!(thumbnail.encode(80).unwrap(), audit_jpeg(&frame, 320).unwrap());
    }
    assert_eq!(thumbnail.size(), Size { width: 64, height: 64 }, "never enlarged");
}

fn any_layout() -> impl Strategy<Value = Layout> {
    let formats = prop::sample::select(FORMATS.to_vec());
    let rotations = prop::sample::select(ROTATIONS.to_vec());
    let bits = (any::<bool>(), any::<bool>(), any::<bool>());
    (formats, rotations, 1u32..80, 1u32..80, bits).prop_map(|(format, rotation, width, height, bits)| {
        let matrix = if bits.0 { ColorMatrix::Bt709 } else { ColorMatrix::Bt601 };
        Layout { rotation, matrix, flip: bits.1, full_range: bits.2, ..Layout::packed(format, Size { width, height }) }
    })
}

proptest! {
    /// Any frame and limits give a JPEG within the limits or an error, and no panic.
    #[test]
    fn limits_hold_for_any_frame(
        layout in any_layout(),
        fill in any::<u8>(),
        sides in (0u32..100, 0u32..100),
        max_bytes in 0usize..6000,
        quality in (any::<u8>(), any::<u8>()),
    ) {
        let bytes: Vec<u8> = (0..layout.byte_len()).map(|i| (i as u8).wrapping_mul(fill)).collect();
        let frame = Frame::new(layout, &bytes).unwrap();
        let limits = JpegLimits {
            min_side: sides.0, max_side: sides.1, max_bytes, quality: quality.0, min_quality: quality.1,
        };
        if let Ok(jpeg) = encode_jpeg(&frame, &limits, |share| assert!((0.0..=1.0).contains(&share))) {
            prop_assert!(jpeg.bytes.len() < max_bytes);
            prop_assert!(jpeg.width.min(jpeg.height) >= sides.0 && jpeg.width.max(jpeg.height) <= sides.1);
            prop_assert!((quality.1..=quality.0).contains(&jpeg.quality));
            decode(&jpeg);
        }
        let small = audit_jpeg(&frame, sides.0).unwrap();
        prop_assert!(small.width.max(small.height) <= sides.0.max(1));
        decode(&small);
    }
}
