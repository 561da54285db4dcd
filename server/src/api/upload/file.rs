//! Reading a file that is sent by itself: never more than was announced, and nothing but what was announced.

use std::fmt::Display;

use bytes::{Bytes, BytesMut};
use nearfar_protocol::manifest::ManifestFile;
use nearfar_protocol::status;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::body::UploadBody;
use crate::api::reply::Failure;
use crate::runtime::memory::Reservation;

/// A file of the length and the hash that the manifest tells, with the memory that it takes; no more than that is ever
/// held.
pub async fn read_file<'a>(
    mut body: UploadBody<'a>,
    expected: &ManifestFile,
) -> Result<(Bytes, Reservation<'a>), Failure> {
    let altered = || Failure::with_extra(status::FILE_ALTERED, expected.name.clone());
    // It grows with what arrives: what was only announced takes no memory.
    let mut content = BytesMut::new();
    let mut hash = Sha256::new();
    while let Some(chunk) = body.next().await? {
        if content.len() as u64 + chunk.len() as u64 > expected.bytes {
            return Err(altered());
        }
        hash.update(&chunk);
        content.extend_from_slice(&chunk);
    }
    let hash = hex::encode(hash.finalize());
    let whole = content.len() as u64 == expected.bytes;
    if !whole || !bool::from(hash.as_bytes().ct_eq(expected.sha256.as_bytes())) {
        return Err(altered());
    }
    Ok((content.freeze(), body.complete()?))
}

/// The client went away, or sent what cannot be read.
pub fn broken(error: impl Display) -> Failure {
    tracing::info!(%error, "an upload broke off");
    Failure::of(status::BAD_REQUEST)
}
