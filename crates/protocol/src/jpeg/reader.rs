//! Reads markers, segments and the scan of a JPEG file (ITU-T T.81, annex B).

use super::error::JpegError;

/// Marker bytes, without their 0xff.
pub(super) mod marker {
    pub(crate) const SOF0: u8 = 0xc0;
    pub(crate) const DHT: u8 = 0xc4;
    pub(crate) const RST0: u8 = 0xd0;
    pub(crate) const RST7: u8 = 0xd7;
    pub(crate) const SOI: u8 = 0xd8;
    pub(crate) const EOI: u8 = 0xd9;
    pub(crate) const SOS: u8 = 0xda;
    pub(crate) const DQT: u8 = 0xdb;
    pub(crate) const DRI: u8 = 0xdd;
    pub(crate) const APP0: u8 = 0xe0;
    pub(crate) const APP1: u8 = 0xe1;
    pub(crate) const APP2: u8 = 0xe2;
    pub(crate) const APP13: u8 = 0xed;
    pub(crate) const APP14: u8 = 0xee;
    pub(crate) const COM: u8 = 0xfe;
}

/// A marker and its payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub marker: u8,
    pub payload: &'a [u8],
}

/// Measurements of a scan's entropy-coded data.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScanData {
    /// Data bytes, without stuffing and restart markers.
    pub bytes: usize,
    /// Number of restart markers, all in order.
    pub restarts: usize,
}

/// The unread rest of a file.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads the start-of-image marker.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, JpegError> {
        let rest = bytes.strip_prefix(&[0xff, marker::SOI]).ok_or(JpegError::NotJpeg)?;
        Ok(Self { rest })
    }

    fn take(&mut self, bytes: usize) -> Result<&'a [u8], JpegError> {
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(JpegError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Reads a marker. The page's encoders write no fill bytes before it.
    fn marker(&mut self) -> Result<u8, JpegError> {
        match self.take(2)? {
            [0xff, marker @ 0x01..=0xfe] => Ok(*marker),
            [_, other] => Err(JpegError::Unexpected(*other)),
            _ => Err(JpegError::Truncated),
        }
    }

    /// Reads the next segment with a length.
    pub(super) fn segment(&mut self) -> Result<Segment<'a>, JpegError> {
        let marker = self.marker()?;
        if let Some(coding) = other_coding(marker) {
            return Err(JpegError::Coding(coding));
        }
        if matches!(marker, 0x01..=0xbf | marker::RST0..=marker::EOI) {
            return Err(JpegError::Unexpected(marker));
        }
        let length = usize::from(u16_at(self.take(2)?, 0)?);
        let payload = self.take(length.checked_sub(2).ok_or(JpegError::Content(marker))?)?;
        Ok(Segment { marker, payload })
    }

    /// Reads entropy-coded data up to the first marker other than a restart.
    pub(super) fn scan(&mut self) -> Result<ScanData, JpegError> {
        let mut data = ScanData { bytes: 0, restarts: 0 };
        loop {
            let plain = memchr::memchr(0xff, self.rest).ok_or(JpegError::Truncated)?;
            data.bytes += plain;
            self.take(plain)?;
            match self.rest.get(1) {
                Some(0x00) => data.bytes += 1,
                Some(&restart @ marker::RST0..=marker::RST7) => {
                    if usize::from(restart - marker::RST0) != data.restarts % 8 {
                        return Err(JpegError::Restarts);
                    }
                    data.restarts += 1;
                }
                Some(_) => return Ok(data),
                None => return Err(JpegError::Truncated),
            }
            self.take(2)?;
        }
    }

    /// Reads the end-of-image marker, which must end the file.
    pub(super) fn end(mut self) -> Result<(), JpegError> {
        match self.marker()? {
            marker::EOI if self.rest.is_empty() => Ok(()),
            marker::EOI => Err(JpegError::Trailing(self.rest.len())),
            marker::SOS => Err(JpegError::Scans),
            other => Err(other_coding(other).map_or(JpegError::Unexpected(other), JpegError::Coding)),
        }
    }
}

/// A big-endian number in a payload.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Result<u16, JpegError> {
    let number = bytes.get(at..).and_then(<[u8]>::first_chunk).ok_or(JpegError::Truncated)?;
    Ok(u16::from_be_bytes(*number))
}

/// The compression that this marker announces, if it is not baseline.
fn other_coding(marker: u8) -> Option<&'static str> {
    match marker {
        0xc1 => Some("extended sequential"),
        0xc2 => Some("progressive"),
        0xc3 => Some("lossless"),
        0xc5..=0xc7 | 0xcd..=0xcf | 0xde | 0xdf => Some("hierarchical"),
        0xc8..=0xcc => Some("arithmetic coded"),
        _ => None,
    }
}
