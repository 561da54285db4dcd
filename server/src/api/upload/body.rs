//! The body of an upload, chunk by chunk, for as long as it comes fast enough, keeps its slot and finds memory.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::StreamExt;
use nearfar_protocol::status;

use super::file::broken;
use crate::api::reply::Failure;
use crate::api::upload::slots::UploadSlot;
use crate::app::App;
use crate::runtime::memory::Reservation;

/// How often the clock is looked at while nothing arrives.
pub const TICK: Duration = Duration::from_millis(250);

/// Seconds after which an upload that was too slow may come again.
const RETRY_SLOW: u32 = 2;

/// An upload on its way.
pub struct UploadBody<'a> {
    app: &'a App,
    chunks: BodyDataStream,
    slot: &'a UploadSlot<'a>,
    memory: Reservation<'a>,
    account: &'a str,
}

impl<'a> UploadBody<'a> {
    /// Begins to read it. What arrives is held for the account until the body is dropped.
    pub fn new(app: &'a App, body: Body, slot: &'a UploadSlot<'a>, account: &'a str) -> Self {
        Self { app, chunks: body.into_data_stream(), slot, memory: app.memory.reservation(account), account }
    }

    /// The next chunk; none at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            if self.slot.is_too_slow(self.app.monotonic()) {
                return Err(Failure::of(status::REQUEST_TIMEOUT).after(RETRY_SLOW));
            }
            let chunk = tokio::select! {
                biased;
                lost = self.slot.lost() => return Err(lost),
                chunk = self.chunks.next() => chunk,
                () = tokio::time::sleep(TICK) => continue,
            };
            let Some(chunk) = chunk.transpose().map_err(broken)? else { return Ok(None) };
            self.slot.arrived(chunk.len(), self.app.monotonic());
            if let Err(full) = self.memory.grow(chunk.len() as u64) {
                // Its memory is free again once its handler has ended: whoever comes again finds it.
                self.app.uploads.end_idle_of(self.account, self.app.monotonic());
                return Err(full);
            }
            return Ok(Some(chunk));
        }
    }

    /// All has arrived: what it held of the memory, to be kept for as long as the bytes are.
    pub fn complete(self) -> Result<Reservation<'a>, Failure> {
        self.slot.complete()?;
        Ok(self.memory)
    }
}
