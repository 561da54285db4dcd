//! The wide rule: baseline files as browser canvases write them.
//!
//! Chromium and WebKitGTK (Skia, libjpeg-turbo) compute Huffman tables for each picture. Firefox uses those of annex K,
//! and no subsampling at high quality. Safari (ImageIO) adds Exif, Photoshop and colour profile segments, and restart
//! markers.

use super::PictureRule;
use super::error::JpegError;
use super::frame::{Dimensions, FrameHeader};
use super::reader::{Reader, Segment, marker, u16_at};

/// Maximum bytes of metadata segments. Apple's colour profiles have about 500 to 3200.
const MAX_METADATA: usize = 16_384;
/// Maximum number of segments before the scan.
const MAX_SEGMENTS: usize = 24;
/// Maximum number of tables of each kind: four can be in use at once.
const MAX_TABLES: usize = 4;

pub(super) fn check(bytes: &[u8], rule: &PictureRule) -> Result<Dimensions, JpegError> {
    let mut reader = Reader::new(bytes)?;
    let mut headers = Headers::default();
    for _ in 0..MAX_SEGMENTS {
        let segment = reader.segment()?;
        if segment.marker == marker::SOS {
            let frame = headers.begin_scan(segment.payload)?;
            frame.check_scan(reader.scan()?, headers.restart_interval)?;
            reader.end()?;
            return Ok(frame.size);
        }
        headers.read(segment, rule)?;
    }
    Err(JpegError::Segments(MAX_SEGMENTS))
}

/// The contents of the segments before the scan.
#[derive(Debug, Default)]
struct Headers {
    frame: Option<FrameHeader>,
    metadata: usize,
    quantisation_tables: usize,
    huffman_tables: usize,
    /// 0: no restart markers.
    restart_interval: u16,
}

impl Headers {
    fn read(&mut self, Segment { marker, payload }: Segment<'_>, rule: &PictureRule) -> Result<(), JpegError> {
        match marker {
            marker::APP0 | marker::APP1 | marker::APP2 | marker::APP13 | marker::APP14 | marker::COM => {
                self.metadata += payload.len();
                if self.metadata > MAX_METADATA {
                    return Err(JpegError::Metadata(MAX_METADATA));
                }
            }
            marker::SOF0 if self.frame.is_none() => {
                let frame = FrameHeader::parse(payload)?;
                let [luma, chroma @ ..] = frame.components;
                let is_known = matches!(luma.sampling, (1 | 2, 1 | 2))
                    && chroma.iter().all(|component| component.sampling == (1, 1))
                    && frame.components.iter().all(|component| usize::from(component.table) < MAX_TABLES);
                if !is_known {
                    return Err(JpegError::Content(marker));
                }
                rule.check_size(frame.size)?;
                self.frame = Some(frame);
            }
            marker::DQT => self.quantisation_tables += quantisation_tables(payload)?,
            marker::DHT => self.huffman_tables += huffman_tables(payload)?,
            marker::DRI if payload.len() == 2 => self.restart_interval = u16_at(payload, 0)?,
            marker::DRI => return Err(JpegError::Content(marker)),
            other => return Err(JpegError::Unexpected(other)),
        }
        let most = self.quantisation_tables.max(self.huffman_tables);
        if most > MAX_TABLES { Err(JpegError::Content(marker)) } else { Ok(()) }
    }

    /// Reads the scan header: one scan with all components, in frame order.
    fn begin_scan(&self, payload: &[u8]) -> Result<FrameHeader, JpegError> {
        let content = JpegError::Content(marker::SOS);
        let frame = self.frame.ok_or(JpegError::Unexpected(marker::SOS))?;
        let [3, components @ .., 0, 63, 0] = payload else { return Err(content) };
        let (components, []) = components.as_chunks::<2>() else { return Err(content) };
        let is_known = components.len() == 3
            && components.iter().zip(frame.components).all(|([id, tables], component)| {
                // Baseline has two Huffman tables of each class.
                *id == component.id && tables & !0x11 == 0
            });
        let has_tables = self.quantisation_tables > 0 && self.huffman_tables > 1;
        if is_known && has_tables { Ok(frame) } else { Err(content) }
    }
}

/// Counts the tables of a segment: one byte and 64 8-bit divisors each.
fn quantisation_tables(payload: &[u8]) -> Result<usize, JpegError> {
    let content = JpegError::Content(marker::DQT);
    let (tables, []) = payload.as_chunks::<65>() else { return Err(content) };
    let is_known = |[number, divisors @ ..]: &[u8; 65]| usize::from(*number) < MAX_TABLES && !divisors.contains(&0);
    if tables.iter().all(is_known) { Ok(tables.len()) } else { Err(content) }
}

/// Counts the tables of a segment: class and number, code counts by length, then the values.
fn huffman_tables(payload: &[u8]) -> Result<usize, JpegError> {
    let content = || JpegError::Content(marker::DHT);
    let mut rest = payload;
    let mut count = 0;
    while let Some((&[class_and_number, ref lengths @ ..], after)) = rest.split_first_chunk::<17>() {
        let values: usize = lengths.iter().map(|&count| usize::from(count)).sum();
        if class_and_number & !0x11 != 0 || values > 256 {
            return Err(content());
        }
        rest = after.get(values..).ok_or_else(content)?;
        count += 1;
    }
    if rest.is_empty() { Ok(count) } else { Err(content()) }
}
