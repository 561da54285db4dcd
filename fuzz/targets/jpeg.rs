//! The structure check of JPEG files: an accepted file decodes to its stated size, or the decoder reports an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nearfar_protocol::jpeg::{JpegEncoder, PictureRule};
use nearfar_scoring::PictureLimits;
use nearfar_scoring::picture::decode;

const SIDE: u16 = 128;

fuzz_target!(|data: &[u8]| {
    for rule in [PictureRule::STILL, PictureRule::AUDIT, PictureRule::PHOTO, PictureRule::LIGHT] {
        if rule.check(data).is_ok() {
            assert!(data.ends_with(&[0xff, 0xd9]));
        }
    }
    for encoder in [JpegEncoder::Engine, JpegEncoder::Canvas] {
        let rule = PictureRule { encoder, sides: 1..=SIDE, max_pixels: u32::MAX };
        let Ok(size) = rule.check(data) else { continue };
        let limits = PictureLimits { min_side: 1, max_side: SIDE.into(), max_bytes: usize::MAX };
        if let Ok(picture) = decode(data, &limits) {
            let mut sides = [u32::from(size.width), u32::from(size.height)];
            let mut decoded = [picture.width(), picture.height()];
            // Exif may rotate it.
            sides.sort_unstable();
            decoded.sort_unstable();
            assert_eq!(sides, decoded);
        }
    }
});
