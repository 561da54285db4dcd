//! Reading a sealed upload: part after part as it comes, never more than was announced.

use bytes::{Bytes, BytesMut};
use nearfar_protocol::status;
use nearfar_sealing::{Binding, Error, Header, KeyPair, MAGIC, Opener, START_BYTES};
use sha2::{Digest, Sha256};

use super::body::UploadBody;
use crate::api::reply::Failure;
use crate::runtime::memory::Reservation;

/// A sealed upload on its way.
pub struct SealedUpload<'a> {
    source: Source<'a>,
    /// Away while a part is being opened.
    opener: Option<Opener>,
}

impl<'a> SealedUpload<'a> {
    /// Reads the start. Whether it was sealed for this the first part will tell.
    pub async fn begin(body: UploadBody<'a>, keys: &KeyPair, binding: &Binding<'_>) -> Result<Self, Failure> {
        let mut source = Source { body, rest: Bytes::new() };
        let start = source.read(START_BYTES).await?;
        let begins = !start.is_empty() && start.starts_with(&MAGIC[..start.len().min(MAGIC.len())]);
        let start = start.first_chunk().ok_or(if begins { Error::Truncated } else { Error::NotSealed });
        let opener = start.and_then(|start| Opener::new(keys, binding, start)).map_err(refused)?;
        Ok(Self { source, opener: Some(opener) })
    }

    /// What the next part says that it is. It may lie until it is opened.
    pub async fn header(&mut self) -> Result<Header, Failure> {
        let mut written = self.source.whole(Header::BEGIN).await?;
        let begin = *written.first_chunk().ok_or(refused(Error::Truncated))?;
        let rest = Header::length(begin).map_err(refused)? - Header::BEGIN;
        written.unsplit(self.source.whole(rest).await?);
        Header::read(&written).map_err(refused)
    }

    /// The content of the part of that header, with its SHA-256 in hex.
    pub async fn content(&mut self, header: &Header) -> Result<(Bytes, String), Failure> {
        let bytes = usize::try_from(header.sealed_bytes()).map_err(|error| Failure::internal(&error))?;
        let mut sealed = self.source.whole(bytes).await?;
        let mut opener = self.opener.take().ok_or(refused(Error::Broken))?;
        let header = header.clone();
        // A video may be large: nothing else is to wait for it.
        let opened = tokio::task::spawn_blocking(move || {
            let content = opener.part(&header, &mut sealed)?;
            let (length, hash) = (content.len(), hex::encode(Sha256::digest(content)));
            sealed.truncate(length);
            Ok((opener, sealed.freeze(), hash))
        });
        let (opener, content, hash) = opened.await.map_err(|error| Failure::internal(&error))?.map_err(refused)?;
        self.opener = Some(opener);
        Ok((content, hash))
    }

    /// Refuses an upload in which something follows its last part. Returns the memory that all of it takes.
    pub async fn end(mut self) -> Result<Reservation<'a>, Failure> {
        let more = self.source.read(1).await?;
        if more.is_empty() { self.source.body.complete() } else { Err(refused(Error::TooLong)) }
    }
}

/// Bytes in the numbers that are asked for, whatever the chunks that they come in.
struct Source<'a> {
    body: UploadBody<'a>,
    /// What of the last chunk was not asked for yet.
    rest: Bytes,
}

impl Source<'_> {
    /// The next bytes; fewer only at the end.
    async fn read(&mut self, bytes: usize) -> Result<BytesMut, Failure> {
        // It grows with what arrives: what was only announced takes no memory.
        let mut read = BytesMut::new();
        while read.len() < bytes {
            if self.rest.is_empty() {
                match self.body.next().await? {
                    Some(chunk) => self.rest = chunk,
                    None => break,
                }
            }
            let taken = self.rest.split_to(self.rest.len().min(bytes - read.len()));
            read.extend_from_slice(&taken);
        }
        Ok(read)
    }

    async fn whole(&mut self, bytes: usize) -> Result<BytesMut, Failure> {
        let read = self.read(bytes).await?;
        if read.len() == bytes { Ok(read) } else { Err(refused(Error::Truncated)) }
    }
}

fn refused(error: Error) -> Failure {
    match error {
        Error::NotSealed => Failure::of(status::UPLOAD_NOT_SEALED),
        error => Failure::with_extra(status::SEAL_BROKEN, error.to_string()),
    }
}
