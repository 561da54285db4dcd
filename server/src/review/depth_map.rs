//! Draws the residual flow of an attempt: what remains of the motion from far to near once a flat picture is explained.

use std::io::Cursor;

use bytes::Bytes;
use image::ImageFormat;
use nearfar_protocol::manifest::{FAR, Manifest, NEAR};
use nearfar_scoring::{Evidence, IssuedNonce, Scorer};
use nearfar_store::Attempt;

/// The drawing as PNG; `None` if the pictures do not show two comparable faces. It takes some hundred milliseconds of
/// one core: do not call it on a thread that serves requests.
///
/// # Errors
/// When the PNG cannot be written.
pub fn depth_map(
    scorer: &dyn Scorer,
    attempt: &Attempt,
    manifest: Manifest,
    far: &Bytes,
    near: &Bytes,
) -> image::ImageResult<Option<Vec<u8>>> {
    let pictures = [(FAR, far), (NEAR, near)].map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
    let evidence = Evidence {
        manifest,
        nonce: IssuedNonce {
            value: attempt.nonce.clone(),
            issued_at: attempt.issued_at,
            expires_at: attempt.nonce_expires_at,
        },
        files: pictures.into_iter().collect(),
        received_at: attempt.received_at.unwrap_or(attempt.issued_at),
        light: None,
        motion: None,
    };
    let Some(map) = scorer.residual_map(&evidence) else { return Ok(None) };
    let mut png = Cursor::new(Vec::new());
    map.write_to(&mut png, ImageFormat::Png)?;
    Ok(Some(png.into_inner()))
}
