//! Motion JPEG: one picture after the other.

/// The JPEG files in a Motion JPEG stream: each ends with the marker FFD9 where the next begins with FFD8.
pub fn pictures(video: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = video;
    std::iter::from_fn(move || {
        let end = rest.windows(4).position(|bytes| bytes == [0xff, 0xd9, 0xff, 0xd8]).map_or(rest.len(), |at| at + 2);
        let (picture, after) = rest.split_at(end);
        rest = after;
        (!picture.is_empty()).then_some(picture)
    })
}
