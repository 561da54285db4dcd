//! Reads the body of an upload within its limits: minimum rate, upload slot, memory of its account.

use std::fmt::Display;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt};
use nearfar_protocol::status;

use crate::response::ApiError;
use crate::state::App;
use crate::state::memory::Reservation;
use crate::state::upload_slots::UploadSlot;

/// How often the rate is checked while no bytes arrive.
const TICK: Duration = Duration::from_millis(250);

/// `Retry-After` of an upload that was too slow, in seconds.
const RETRY_SLOW: u32 = 2;

/// The next chunk, or `None` once `is_too_slow`: checked before the chunk, and every 250 ms while none arrives.
pub async fn next_chunk<S: Stream + Unpin>(chunks: &mut S, is_too_slow: impl Fn() -> bool) -> Option<Option<S::Item>> {
    while !is_too_slow() {
        if let Ok(chunk) = tokio::time::timeout(TICK, chunks.next()).await {
            return Some(chunk);
        }
    }
    None
}

/// Reads an upload.
pub struct UploadReader<'a> {
    app: &'a App,
    chunks: BodyDataStream,
    slot: &'a UploadSlot<'a>,
    memory: Reservation<'a>,
    account: &'a str,
    /// The part of the last chunk that was not read yet.
    rest: Bytes,
}

impl<'a> UploadReader<'a> {
    /// Reserves memory of the account as bytes arrive, until the reader or its reservation is dropped.
    pub fn new(app: &'a App, body: Body, slot: &'a UploadSlot<'a>, account: &'a str) -> Self {
        let memory = app.memory.reservation(account);
        Self { app, chunks: body.into_data_stream(), slot, memory, account, rest: Bytes::new() }
    }

    /// The next bytes; fewer than asked for only at the end of the body.
    pub async fn read(&mut self, bytes: usize) -> Result<BytesMut, ApiError> {
        // The buffer grows as bytes arrive: an announced length allocates nothing.
        let mut read = BytesMut::new();
        while read.len() < bytes {
            if self.rest.is_empty() {
                match self.next().await? {
                    Some(chunk) => self.rest = chunk,
                    None => break,
                }
            }
            let taken = self.rest.split_to(self.rest.len().min(bytes - read.len()));
            read.extend_from_slice(&taken);
        }
        Ok(read)
    }

    /// Marks the upload as complete. Returns its memory, to be held as long as its bytes.
    pub fn complete(self) -> Result<Reservation<'a>, ApiError> {
        self.slot.complete()?;
        Ok(self.memory)
    }

    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        let (app, slot) = (self.app, self.slot);
        let too_slow = || ApiError::new(status::REQUEST_TIMEOUT).with_retry_after(RETRY_SLOW);
        // Before the slot: an upload that lost its slot because it was slow gets that error.
        if slot.is_too_slow(app.monotonic()) {
            return Err(too_slow());
        }
        let chunk = tokio::select! {
            biased;
            lost = slot.lost() => return Err(lost),
            chunk = next_chunk(&mut self.chunks, || slot.is_too_slow(app.monotonic())) => chunk,
        };
        let chunk = chunk.ok_or_else(too_slow)?.transpose().map_err(interrupted)?;
        let Some(chunk) = chunk else { return Ok(None) };
        slot.arrived(chunk.len(), app.monotonic());
        if let Err(full) = self.memory.grow(chunk.len() as u64) {
            // Frees the memory of an idle upload of this account, so that a retry finds room.
            app.uploads.end_idle_of(self.account, app.monotonic());
            return Err(full);
        }
        Ok(Some(chunk))
    }
}

/// The client disconnected or sent an invalid body.
fn interrupted(error: impl Display) -> ApiError {
    tracing::info!(%error, "an upload was interrupted");
    ApiError::new(status::BAD_REQUEST)
}
