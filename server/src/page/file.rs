//! Reading the files of uploads: never more than was announced, and nothing but what was announced.

use std::fmt::Display;

use bytes::{Bytes, BytesMut};
use futures::stream::{Stream, StreamExt};
use nearfar_protocol::manifest::ManifestFile;
use nearfar_protocol::status;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::reply::Failure;

/// A file of the length and the hash that the manifest tells.
pub async fn read_file<E: Display>(
    chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    expected: &ManifestFile,
) -> Result<Bytes, Failure> {
    let altered = || Failure::with_extra(status::FILE_ALTERED, expected.name.clone());
    // One byte more than announced is enough to know.
    let read = read_bytes(chunks, &expected.name, expected.bytes).await;
    let (content, hash) = read.map_err(|failure| failure.instead(status::FILE_TOO_LARGE, status::FILE_ALTERED))?;
    let whole = content.len() as u64 == expected.bytes;
    if !whole || !bool::from(hash.as_bytes().ct_eq(expected.sha256.as_bytes())) {
        return Err(altered());
    }
    Ok(content)
}

/// All bytes and their hash; no more than `most` bytes are ever held.
pub async fn read_bytes<E: Display>(
    mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    name: &str,
    most: u64,
) -> Result<(Bytes, String), Failure> {
    // As large as it can get: growing by steps would hold it twice for a moment.
    let mut content = BytesMut::with_capacity(usize::try_from(most).unwrap_or_default());
    let mut hash = Sha256::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(broken)?;
        if content.len() as u64 + chunk.len() as u64 > most {
            return Err(Failure::with_extra(status::FILE_TOO_LARGE, name));
        }
        hash.update(&chunk);
        content.extend_from_slice(&chunk);
    }
    Ok((content.freeze(), hex::encode(hash.finalize())))
}

/// The client went away, or sent what cannot be read.
pub fn broken(error: impl Display) -> Failure {
    tracing::info!(%error, "an upload broke off");
    Failure::of(status::BAD_REQUEST)
}
