//! The narrow rule: files of the engine's own encoder, which differ only in tables and data.

use super::PictureRule;
use super::error::JpegError;
use super::frame::{Component, Dimensions, FrameHeader};
use super::reader::{Reader, marker};

/// The JFIF header: version 1.02, square pixels, no thumbnail.
const JFIF: &[u8; 14] = b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0";

/// 4:2:0 subsampling.
const COMPONENTS: [Component; 3] = [
    Component { id: 0, sampling: (2, 2), table: 0 },
    Component { id: 1, sampling: (1, 1), table: 1 },
    Component { id: 2, sampling: (1, 1), table: 1 },
];

/// Marker, length and first byte of the tables after the frame header: two for quantisation, then the four Huffman
/// tables of annex K for luma and chroma.
const TABLES: [(u8, usize, u8); 6] = [
    (marker::DQT, 65, 0x00),
    (marker::DQT, 65, 0x01),
    (marker::DHT, 29, 0x00),
    (marker::DHT, 179, 0x10),
    (marker::DHT, 29, 0x01),
    (marker::DHT, 179, 0x11),
];

/// Three components, their Huffman tables, and all coefficients at full precision.
const SCAN: [u8; 10] = [3, 0, 0x00, 1, 0x11, 2, 0x11, 0, 63, 0];

pub(super) fn check(bytes: &[u8], rule: &PictureRule) -> Result<Dimensions, JpegError> {
    let mut reader = Reader::new(bytes)?;
    let mut next = |expected: u8| {
        let segment = reader.segment()?;
        if segment.marker == expected { Ok(segment.payload) } else { Err(JpegError::Unexpected(segment.marker)) }
    };
    if next(marker::APP0)? != JFIF {
        return Err(JpegError::Content(marker::APP0));
    }
    let frame = FrameHeader::parse(next(marker::SOF0)?)?;
    if frame.components != COMPONENTS {
        return Err(JpegError::Content(marker::SOF0));
    }
    rule.check_size(frame.size)?;
    for (marker, length, begin) in TABLES {
        let payload = next(marker)?;
        if payload.len() != length || payload[0] != begin {
            return Err(JpegError::Content(marker));
        }
    }
    if next(marker::SOS)? != SCAN {
        return Err(JpegError::Content(marker::SOS));
    }
    frame.check_scan(reader.scan()?, 0)?;
    reader.end()?;
    Ok(frame.size)
}
