//! Sends pictures of a session to the browser of a reviewer.
//!
//! The page of the session records the access in the audit log and then issues a [`ViewToken`], without which no
//! picture is sent. So there is one entry for each view, and no picture without an entry.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use nearfar_protocol::manifest::{FAR, NEAR};
use nearfar_store::{MANIFEST, SessionState};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::lookup::find;
use crate::console::access::Operator;
use crate::console::{Console, ConsoleError, ConsoleResult};
use crate::review::depth_map::depth_map;
use crate::review::pictures::{DEPTH_MAP, is_picture};
use crate::state::is_valid_id;
use crate::stored::manifest::parse_manifest;

/// How long the pictures of a page can be loaded after it, ms.
const VIEW_MILLIS: i64 = 10 * 60 * 1000;
/// Depth maps drawn at a time: each takes some hundred milliseconds of one core, which scoring needs.
static DEPTH_MAPS: Semaphore = Semaphore::const_new(1);

/// Shows that a view of a session's pictures was recorded: for one operator, one session and ten minutes.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ViewToken {
    /// When it was issued, Unix ms.
    at: i64,
    /// Hex digits that only this service can derive.
    view: String,
}

impl ViewToken {
    /// Issues a token. Record the access before.
    pub(super) fn issue(console: &Console, operator: &Operator, signature_id: &str) -> Result<Self, ConsoleError> {
        let at = console.app.now();
        Ok(ViewToken { at, view: derive(console, operator, signature_id, at)? })
    }

    /// The query of a picture's address.
    pub(super) fn query(&self) -> String {
        format!("at={}&view={}", self.at, self.view)
    }

    fn is_valid(&self, console: &Console, operator: &Operator, signature_id: &str) -> Result<bool, ConsoleError> {
        let expected = derive(console, operator, signature_id, self.at)?;
        let age = console.app.now().saturating_sub(self.at);
        // Other instances' clocks may be ahead a little.
        let in_time = (-VIEW_MILLIS..VIEW_MILLIS).contains(&age);
        Ok(in_time && bool::from(expected.as_bytes().ct_eq(self.view.as_bytes())))
    }
}

fn derive(console: &Console, operator: &Operator, signature_id: &str, at: i64) -> Result<String, ConsoleError> {
    console.token("pictures", &format!("{}\n{signature_id}\n{at}", operator.account().id))
}

/// Sends one picture, or draws the depth map.
pub(super) async fn picture(
    State(console): State<Console>,
    operator: Operator,
    Path((id, attempt, name)): Path<(String, String, String)>,
    Query(token): Query<ViewToken>,
) -> ConsoleResult {
    let store = &console.app.store;
    if !token.is_valid(&console, &operator, &id)? {
        return Err(ConsoleError::Forbidden);
    }
    let session = find(&console, &id).await?;
    if session.state == SessionState::Cleared || !is_valid_id(&attempt) {
        return Err(ConsoleError::NotFound);
    }
    if name == DEPTH_MAP {
        let stored = store.attempt(&id, &attempt).await?;
        let manifest = parse_manifest(&store.file(&id, &attempt, MANIFEST).await?)?;
        let (far, near) = (store.file(&id, &attempt, FAR).await?, store.file(&id, &attempt, NEAR).await?);
        let scorer = console.app.scorer.clone();
        let _permit = DEPTH_MAPS.acquire().await.map_err(|error| ConsoleError::internal(&error))?;
        let drawn = tokio::task::spawn_blocking(move || depth_map(&*scorer, &stored, manifest, &far, &near)).await;
        let drawn = drawn.map_err(|error| ConsoleError::internal(&error))?;
        let png = drawn.map_err(|error| ConsoleError::internal(&error))?.ok_or(ConsoleError::NotFound)?;
        return Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response());
    }
    if !is_picture(&name) {
        return Err(ConsoleError::NotFound);
    }
    let bytes = store.file(&id, &attempt, &name).await?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}
