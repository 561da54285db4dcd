//! Parses frame and scan headers.

use super::error::JpegError;
use super::reader::{ScanData, marker, u16_at};

/// The size of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
}

/// One colour component of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Component {
    pub id: u8,
    /// Horizontal and vertical sampling factor.
    pub sampling: (u8, u8),
    /// The number of the quantisation table.
    pub table: u8,
}

/// The frame header, with three components.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameHeader {
    pub size: Dimensions,
    pub components: [Component; 3],
}

impl FrameHeader {
    /// Parses the segment's content.
    pub(super) fn parse(payload: &[u8]) -> Result<Self, JpegError> {
        let content = JpegError::Content(marker::SOF0);
        let [precision, _, _, _, _, count, components @ ..] = payload else { return Err(content) };
        if *precision != 8 {
            return Err(JpegError::Precision(*precision));
        }
        if *count != 3 {
            return Err(JpegError::Components(*count));
        }
        let size = Dimensions { width: u16_at(payload, 3)?, height: u16_at(payload, 1)? };
        let (components, []) = components.as_chunks::<3>() else { return Err(content) };
        let components: &[_; 3] = components.try_into().map_err(|_| content)?;
        let components =
            components.map(|[id, sampling, table]| Component { id, sampling: (sampling >> 4, sampling & 15), table });
        Ok(Self { size, components })
    }

    /// The number of minimum coded units of the scan.
    fn units(&self) -> usize {
        let most = |factor: fn(&Component) -> u8| {
            self.components.iter().map(factor).max().map_or(1, |most| usize::from(most.max(1)))
        };
        let across = usize::from(self.size.width).div_ceil(8 * most(|component| component.sampling.0));
        across * usize::from(self.size.height).div_ceil(8 * most(|component| component.sampling.1))
    }

    /// Rejects a scan with more restarts than its interval allows (0: none), or with too little data: each block takes
    /// at least two bits.
    pub(super) fn check_scan(&self, data: ScanData, restart_interval: u16) -> Result<(), JpegError> {
        let units = self.units();
        let most_restarts = match usize::from(restart_interval) {
            0 => 0,
            interval => units.saturating_sub(1) / interval,
        };
        if data.restarts > most_restarts {
            return Err(JpegError::Restarts);
        }
        let blocks: usize =
            self.components.iter().map(|component| usize::from(component.sampling.0 * component.sampling.1)).sum();
        if data.bytes * 8 < units * blocks * 2 { Err(JpegError::Truncated) } else { Ok(()) }
    }
}
