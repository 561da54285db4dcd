//! Opens a sealed upload while it arrives, one part at a time.

use bytes::{Bytes, BytesMut};
use nearfar_protocol::status;
use nearfar_sealing::{Binding, Error, Header, KeyPair, MAGIC, Opener, START_BYTES};
use sha2::{Digest, Sha256};

use super::reader::UploadReader;
use crate::response::ApiError;
use crate::state::memory::Reservation;

/// Parts up to this size are opened on this thread: handing them to another one takes longer.
const SMALL: usize = 16 << 10;

/// A sealed upload that is being received.
pub struct SealedUpload<'a> {
    reader: UploadReader<'a>,
    /// `None` while a part is being opened.
    opener: Option<Opener>,
}

impl<'a> SealedUpload<'a> {
    /// Reads the start. Whether the upload was sealed for this attempt shows with its first part.
    pub async fn begin(mut reader: UploadReader<'a>, keys: &KeyPair, binding: &Binding<'_>) -> Result<Self, ApiError> {
        let start = reader.read(START_BYTES).await?;
        let has_magic = !start.is_empty() && start.starts_with(&MAGIC[..start.len().min(MAGIC.len())]);
        let start = start.first_chunk().ok_or(if has_magic { Error::Truncated } else { Error::NotSealed });
        let opener = start.and_then(|start| Opener::new(keys, binding, start)).map_err(sealing_error)?;
        Ok(Self { reader, opener: Some(opener) })
    }

    /// The header of the next part. It is not authenticated until the part is opened.
    pub async fn header(&mut self) -> Result<Header, ApiError> {
        let mut written = self.read_exact(Header::BEGIN).await?;
        let begin = *written.first_chunk().ok_or(sealing_error(Error::Truncated))?;
        let rest = Header::length(begin).map_err(sealing_error)? - Header::BEGIN;
        written.unsplit(self.read_exact(rest).await?);
        Header::read(&written).map_err(sealing_error)
    }

    /// The content of the part with that header, and its SHA-256 in hex.
    pub async fn content(&mut self, header: &Header) -> Result<(Bytes, String), ApiError> {
        let bytes = usize::try_from(header.sealed_bytes()).map_err(|error| ApiError::internal(&error))?;
        let mut sealed = self.read_exact(bytes).await?;
        let mut opener = self.opener.take().ok_or(sealing_error(Error::Broken))?;
        let header = header.clone();
        let open = move || {
            let content = opener.part(&header, &mut sealed)?;
            let (length, hash) = (content.len(), hex::encode(Sha256::digest(content)));
            sealed.truncate(length);
            Ok((opener, sealed.freeze(), hash))
        };
        let opened = if bytes <= SMALL {
            open()
        } else {
            // A large video would block other requests.
            tokio::task::spawn_blocking(open).await.map_err(|error| ApiError::internal(&error))?
        };
        let (opener, content, hash) = opened.map_err(sealing_error)?;
        self.opener = Some(opener);
        Ok((content, hash))
    }

    /// Rejects bytes after the last part. Returns the memory of the whole upload.
    pub async fn end(mut self) -> Result<Reservation<'a>, ApiError> {
        let more = self.reader.read(1).await?;
        if more.is_empty() { self.reader.complete() } else { Err(sealing_error(Error::TooLong)) }
    }

    async fn read_exact(&mut self, bytes: usize) -> Result<BytesMut, ApiError> {
        let read = self.reader.read(bytes).await?;
        if read.len() == bytes { Ok(read) } else { Err(sealing_error(Error::Truncated)) }
    }
}

fn sealing_error(error: Error) -> ApiError {
    match error {
        Error::NotSealed => ApiError::new(status::UPLOAD_NOT_SEALED),
        error => ApiError::with_extra(status::SEAL_BROKEN, error.to_string()),
    }
}
