//! Finds the session of a path.

use nearfar_store::Session;

use crate::console::{Console, ConsoleError};
use crate::state::is_valid_id;

/// The session of a path.
pub(super) async fn find(console: &Console, id: &str) -> Result<Session, ConsoleError> {
    if !is_valid_id(id) {
        return Err(ConsoleError::NotFound);
    }
    Ok(console.app.store.session(id).await?)
}
