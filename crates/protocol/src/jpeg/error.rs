//! Errors of pictures that the page cannot have written.

/// The first part of a file that the page does not write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JpegError {
    /// Not a JPEG file.
    #[error("not a JPEG file")]
    NotJpeg,
    /// The file ends within its structure, or has too little data for its size.
    #[error("the file ends too early")]
    Truncated,
    /// Data after the end of the image.
    #[error("{0} bytes follow the end of the picture")]
    Trailing(usize),
    /// Not baseline compression.
    #[error("the picture is {0}; only baseline is accepted")]
    Coding(&'static str),
    /// More than one scan or picture.
    #[error("the file has more than one scan")]
    Scans,
    /// A segment that the page does not write, or not in this place.
    #[error("unexpected marker 0xff{0:02x}")]
    Unexpected(u8),
    /// A segment with unexpected content.
    #[error("unexpected content in the segment of marker 0xff{0:02x}")]
    Content(u8),
    /// Not three colour components.
    #[error("{0} colour components; only 3 are accepted")]
    Components(u8),
    /// Not eight bits per sample.
    #[error("samples of {0} bits; only 8 are accepted")]
    Precision(u8),
    /// Too small or too large.
    #[error("{width}x{height} pixels; only sides of {min} to {max} and at most {max_pixels} pixels are accepted")]
    Size {
        /// Width in pixels.
        width: u16,
        /// Height in pixels.
        height: u16,
        /// Minimum side.
        min: u16,
        /// Maximum side.
        max: u16,
        /// Maximum number of pixels.
        max_pixels: u32,
    },
    /// Too much metadata: profiles, thumbnails, comments.
    #[error("more than {0} bytes of metadata")]
    Metadata(usize),
    /// Too many segments before the scan.
    #[error("more than {0} segments before the scan")]
    Segments(usize),
    /// Restart markers out of order, or too many.
    #[error("unexpected restart markers")]
    Restarts,
}
