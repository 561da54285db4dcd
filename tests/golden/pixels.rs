//! Checksums of generated frames, bit by bit: the reference for the SIMD loops of wasm builds, which native tests do
//! not run.

use nearfar::encoding::{JpegLimits, audit_jpeg, encode_jpeg};
use nearfar::frame::{ColorMatrix, Frame, Layout, PixelFormat, Rect, Rotation, Size, sample_rgb};

/// Neither side is a multiple of a vector, and the first is odd.
const SIZE: Size = Size { width: 333, height: 278 };

const FORMATS: [PixelFormat; 6] =
    [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444, PixelFormat::Nv12, PixelFormat::Rgba, PixelFormat::Bgra];

/// The native checksums.
pub(super) const SUMS: [u64; 12] = [
    0x399986307f0a6886,
    0x41330a75c70b24c5,
    0x54aa7fc7408beb57,
    0xe79caa70ea6085e2,
    0xed85b35719c98401,
    0x4d86497ff1d69ceb,
    0x444a6489e426b88f,
    0x555aee7ea6ad7831,
    0xaa27d70839bdd5c3,
    0xe695fd06d9e98645,
    0x42eab57a055b8069,
    0xd5a7a5dbe7278588,
];

/// For each pixel format, upright and rotated: one checksum over its JPEG, its audit picture and the detector's input.
pub(super) fn sums() -> Vec<u64> {
    let turned = [(Rotation::None, ColorMatrix::Bt601), (Rotation::Clockwise90, ColorMatrix::Bt709)];
    let cases = FORMATS.iter().flat_map(|format| turned.map(|(rotation, matrix)| (*format, rotation, matrix)));
    cases.map(|(format, rotation, matrix)| sum(Layout { rotation, matrix, ..Layout::packed(format, SIZE) })).collect()
}

fn sum(layout: Layout) -> u64 {
    let bytes = noise(layout.byte_len());
    let frame = Frame::new(layout, &bytes).expect("it fits");
    let jpeg = encode_jpeg(&frame, &JpegLimits::default(), |_| ()).expect("a JPEG");
    let audit = audit_jpeg(&frame, 160).expect("a JPEG");
    let mut seen = vec![0; 128 * 128 * 3];
    // Extends past the frame.
    let rect = Rect { x: -20.5, y: 11.25, width: 290.0, height: 290.0 };
    sample_rgb(&frame, &rect, 128, 128, &mut seen);
    fnv([jpeg.bytes, audit.bytes, seen].concat())
}

/// Waves with noise, so that every value occurs, including those outside the limited range.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 7u32;
    let sample = |index: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wave = (index / 5 % 256).abs_diff(128) * 2;
        (wave as u32 + (state >> 27)).min(255) as u8
    };
    (0..length).map(sample).collect()
}

/// 64-bit FNV-1a.
fn fnv(bytes: Vec<u8>) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
