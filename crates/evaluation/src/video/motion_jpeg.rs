//! Splits Motion JPEG streams into pictures.

/// The JPEG files of a Motion JPEG stream. A file ends at a marker FFD9 that is followed by FFD8.
pub fn pictures(video: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = video;
    std::iter::from_fn(move || {
        let end = rest.windows(4).position(|bytes| bytes == [0xff, 0xd9, 0xff, 0xd8]).map_or(rest.len(), |at| at + 2);
        let (picture, after) = rest.split_at(end);
        rest = after;
        (!picture.is_empty()).then_some(picture)
    })
}

#[cfg(test)]
mod tests {
    use super::pictures;

    #[test]
    fn a_stream_is_split_into_its_pictures() {
        let picture = |body: &[u8]| [&[0xff, 0xd8], body, &[0xff, 0xd9]].concat();
        // An end marker inside a picture, as of a preview, is not followed by a picture.
        let (one, other) = (picture(&[1, 0xff, 0xd9, 2]), picture(&[3]));
        let video = [one.clone(), other.clone()].concat();
        assert_eq!(pictures(&video).collect::<Vec<_>>(), [&one[..], &other[..]]);
        assert_eq!(pictures(&one).collect::<Vec<_>>(), [&one[..]]);
        assert_eq!(pictures(&[]).count(), 0);
    }
}
