//! Why a file is not a picture that the page has written.

/// The first thing in a file that the page does not write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JpegError {
    /// It does not begin as a JPEG file.
    #[error("not a JPEG file")]
    NotJpeg,
    /// It ends before its structure does, or has too little data for its size.
    #[error("the file ends too early")]
    Truncated,
    /// It goes on after its end.
    #[error("{0} bytes follow the end of the picture")]
    Trailing(usize),
    /// It is compressed in another way than baseline.
    #[error("the picture is {0}; only baseline is accepted")]
    Coding(&'static str),
    /// It has more than one scan or picture.
    #[error("the file has more than one scan")]
    Scans,
    /// It has a segment that the page does not write, or not there.
    #[error("unexpected marker 0xff{0:02x}")]
    Unexpected(u8),
    /// A segment has other content than the page writes.
    #[error("unexpected content in the segment of marker 0xff{0:02x}")]
    Content(u8),
    /// It has another number of colour components than three.
    #[error("{0} colour components; only 3 are accepted")]
    Components(u8),
    /// It has samples of another precision than eight bits.
    #[error("samples of {0} bits; only 8 are accepted")]
    Precision(u8),
    /// It is too small or too large.
    #[error("{width}x{height} pixels; only sides of {min} to {max} and at most {max_pixels} pixels are accepted")]
    Size {
        /// Pixels a row.
        width: u16,
        /// Rows.
        height: u16,
        /// Least side.
        min: u16,
        /// Greatest side.
        max: u16,
        /// Most pixels.
        max_pixels: u32,
    },
    /// It carries too much besides the picture: profiles, thumbnails, comments.
    #[error("more than {0} bytes of metadata")]
    Metadata(usize),
    /// It has too many segments before its scan.
    #[error("more than {0} segments before the scan")]
    Segments(usize),
    /// Its restart markers are out of order, or there are too many.
    #[error("unexpected restart markers")]
    Restarts,
}
