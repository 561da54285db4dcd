//! Upload slots: limits concurrent uploads per session and kind, per account, and in total.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nearfar_protocol::status;
use nearfar_store::Millis;
use tokio_util::sync::CancellationToken;

use crate::response::ApiError;
use crate::state::minimum_rate::{MinimumRate, Transfer};

/// `Retry-After` of an upload that found no slot, in seconds.
const RETRY_FULL: u32 = 2;
/// `Retry-After` of an upload that lost its slot, in seconds. Longer, so that two pages with one attempt do not end
/// each other's uploads forever.
const RETRY_ENDED: u32 = 10;
/// How far an upload may fall behind the minimum rate, in ms, before it gives way to another.
const IDLE: Millis = 10_000;

/// The kind of an upload. A session may have one of each kind at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadKind {
    /// The pictures of an attempt.
    Pictures,
    /// Its video.
    Video,
}

/// Identifies an upload.
#[derive(Clone, Copy, Debug)]
pub struct UploadKey<'a> {
    /// The account.
    pub account: &'a str,
    /// The session.
    pub session: &'a str,
    /// The attempt.
    pub attempt: &'a str,
    /// The kind.
    pub kind: UploadKind,
}

/// All upload slots.
#[derive(Debug)]
pub struct UploadSlots {
    state: Mutex<State>,
    all: usize,
    share: usize,
    rate: MinimumRate,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    taken: HashMap<u64, ActiveUpload>,
}

#[derive(Debug)]
struct ActiveUpload {
    account: String,
    session: String,
    attempt: String,
    kind: UploadKind,
    shared: Arc<Shared>,
    /// It arrived completely and can no longer be ended.
    is_complete: bool,
}

#[derive(Debug)]
struct Shared {
    transfer: Mutex<Transfer>,
    ended: CancellationToken,
    left: CancellationToken,
}

impl Shared {
    fn transfer(&self) -> MutexGuard<'_, Transfer> {
        self.transfer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ActiveUpload {
    fn idle(&self, now: Millis) -> Millis {
        if self.is_complete { 0 } else { self.shared.transfer().idle(now) }
    }
}

/// A slot, released when dropped.
#[derive(Debug)]
pub struct UploadSlot<'a> {
    slots: &'a UploadSlots,
    id: u64,
    shared: Arc<Shared>,
}

impl UploadSlots {
    /// `all` slots, of which one account can use `share`.
    pub fn new(all: usize, share: usize, rate: MinimumRate) -> Self {
        Self { state: Mutex::default(), all, share, rate }
    }

    /// Acquires a slot. An older upload of the same attempt and kind is ended, because a changed network leaves dead
    /// connections; if it is complete, this waits until it is stored. An upload of another attempt of the session
    /// belongs to another page, and stays unless idle. If no slot is free, the upload that is furthest behind gives
    /// way.
    pub async fn acquire(&self, sent: UploadKey<'_>, now: impl Fn() -> Millis) -> Result<UploadSlot<'_>, ApiError> {
        loop {
            let older = match self.try_acquire(sent, now()) {
                Ok(slot) => return Ok(slot),
                Err(None) => return Err(ApiError::retry_after(status::RETRY_LATER, RETRY_FULL)),
                Err(Some(older)) => older,
            };
            older.left.cancelled().await;
        }
    }

    /// Ends the account's most idle upload, to free its memory.
    pub fn end_idle_of(&self, account: &str, now: Millis) {
        // There may be no idle one.
        let _ = self.state().end_idle(now, |taken| taken.account == account);
    }

    fn try_acquire(&self, sent: UploadKey<'_>, now: Millis) -> Result<UploadSlot<'_>, Option<Arc<Shared>>> {
        let UploadKey { account, session, attempt, kind } = sent;
        let mut state = self.state();
        let older = state.taken.iter().find(|(_, taken)| taken.kind == kind && taken.session == session);
        if let Some((id, taken)) = older {
            let is_same = taken.attempt == attempt;
            if is_same && taken.is_complete {
                return Err(Some(taken.shared.clone()));
            }
            if !is_same && taken.idle(now) < IDLE {
                return Err(None);
            }
            let id = *id;
            state.end(id);
        }
        if state.taken.values().filter(|taken| taken.account == account).count() >= self.share {
            state.end_idle(now, |taken| taken.account == account)?;
        }
        if state.taken.len() >= self.all {
            state.end_idle(now, |_| true)?;
        }
        let id = state.next;
        state.next += 1;
        let shared = Arc::new(Shared {
            transfer: Mutex::new(self.rate.start(now)),
            ended: CancellationToken::new(),
            left: CancellationToken::new(),
        });
        let taken = ActiveUpload {
            account: account.to_owned(),
            session: session.to_owned(),
            attempt: attempt.to_owned(),
            kind,
            shared: shared.clone(),
            is_complete: false,
        };
        state.taken.insert(id, taken);
        Ok(UploadSlot { slots: self, id, shared })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Frees the slot. Its upload notices that it was ended.
    fn end(&mut self, id: u64) {
        if let Some(taken) = self.taken.remove(&id) {
            taken.shared.ended.cancel();
        }
    }

    /// Frees the slot of the upload that is furthest behind.
    fn end_idle(&mut self, now: Millis, may: impl Fn(&ActiveUpload) -> bool) -> Result<(), Option<Arc<Shared>>> {
        let candidates = self.taken.iter().filter(|(_, taken)| may(taken) && taken.idle(now) >= IDLE);
        let id = candidates.max_by_key(|(_, taken)| taken.idle(now)).map(|(id, _)| *id).ok_or(None)?;
        self.end(id);
        Ok(())
    }
}

impl UploadSlot<'_> {
    /// Counts received bytes of the upload.
    pub fn arrived(&self, bytes: usize, now: Millis) {
        self.shared.transfer().arrived(bytes, now);
    }

    /// Whether the upload is below the minimum rate.
    pub fn is_too_slow(&self, now: Millis) -> bool {
        self.shared.transfer().is_too_slow(now)
    }

    /// Completes with the error to return when the slot is taken away.
    pub async fn lost(&self) -> ApiError {
        self.shared.ended.cancelled().await;
        Self::ended()
    }

    /// Marks the upload as complete: it can no longer be ended.
    pub fn complete(&self) -> Result<(), ApiError> {
        let mut state = self.slots.state();
        state.taken.get_mut(&self.id).ok_or_else(Self::ended)?.is_complete = true;
        Ok(())
    }

    fn ended() -> ApiError {
        tracing::info!("an upload was ended in favour of another one");
        ApiError::retry_after(status::RETRY_LATER, RETRY_ENDED)
    }
}

impl Drop for UploadSlot<'_> {
    fn drop(&mut self) {
        self.slots.state().taken.remove(&self.id);
        self.shared.left.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: MinimumRate = MinimumRate { grace: 30_000, bytes_per_second: 2000, longest: 600_000 };

    fn sent<'a>(account: &'a str, session: &'a str) -> UploadKey<'a> {
        UploadKey { account, session, attempt: "a", kind: UploadKind::Pictures }
    }

    async fn take<'a>(slots: &'a UploadSlots, account: &str, session: &str, now: Millis) -> Option<UploadSlot<'a>> {
        slots.acquire(sent(account, session), move || now).await.ok()
    }

    #[tokio::test]
    async fn the_newest_upload_of_an_attempt_has_its_slot() {
        let slots = UploadSlots::new(10, 10, RATE);
        let first = take(&slots, "shop", "one", 0).await.expect("a slot");
        let video = UploadKey { kind: UploadKind::Video, ..sent("shop", "one") };
        let video = slots.acquire(video, || 0).await.expect("of another kind");
        let second = take(&slots, "shop", "one", 0).await.expect("a slot");
        first.lost().await;
        assert!(first.complete().is_err());
        drop(first);
        assert_eq!(slots.state().taken.len(), 2);
        assert!(second.complete().is_ok() && video.complete().is_ok());
    }

    #[tokio::test]
    async fn another_attempt_waits_for_an_active_upload() {
        let slots = UploadSlots::new(10, 10, RATE);
        let other = async |now| slots.acquire(UploadKey { attempt: "b", ..sent("shop", "one") }, move || now).await;
        let first = take(&slots, "shop", "one", 0).await.expect("a slot");
        first.arrived(20_000, 9000);
        let refused = other(18_999).await.expect_err("it still comes");
        assert_eq!(refused.response().retry_after, Some(RETRY_FULL));
        let second = other(19_000).await.expect("in place of an idle one");
        first.lost().await;
        second.complete().expect("it was not ended");
        assert!(take(&slots, "shop", "one", 900_000).await.is_none(), "what is being stored stays");
        drop((first, second));
        assert!(take(&slots, "shop", "one", 900_000).await.is_some());
    }

    #[tokio::test]
    async fn a_complete_upload_is_stored_before_a_newer_one_continues() {
        let slots = UploadSlots::new(10, 10, RATE);
        let first = take(&slots, "shop", "one", 0).await.expect("a slot");
        first.complete().expect("it was not ended");
        let mut second = std::pin::pin!(take(&slots, "shop", "one", 0));
        assert!(futures::poll!(second.as_mut()).is_pending());
        drop(first);
        assert!(second.await.is_some());
    }

    #[tokio::test]
    async fn an_account_has_its_share_and_idle_uploads_give_way() {
        let slots = UploadSlots::new(3, 2, RATE);
        let one = take(&slots, "shop", "1", 0).await.expect("a slot");
        let two = take(&slots, "shop", "2", 1).await.expect("a slot");
        assert!(take(&slots, "shop", "3", 5000).await.is_none(), "the share is used up");
        let other = take(&slots, "other", "4", 5000).await.expect("for another account");
        assert!(take(&slots, "third", "5", 5000).await.is_none(), "all are used up");
        one.arrived(100_000, 9000);
        let three = take(&slots, "shop", "3", 10_001).await.expect("in place of the second");
        two.lost().await;
        assert!(take(&slots, "shop", "6", 10_001).await.is_none());
        for slot in [&one, &three, &other] {
            slot.complete().expect("it was not ended");
        }
        assert!(take(&slots, "shop", "6", 900_000).await.is_none(), "what is being stored stays");
    }
}
