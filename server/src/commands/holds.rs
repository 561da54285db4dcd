//! The `hold` command: legal holds on sessions.

use anyhow::bail;
use clap::Subcommand;
use nearfar_store::{Actor, Conflict, Error as StoreError, LegalHold, Store};

/// Commands for legal holds.
#[derive(Clone, Debug, Subcommand)]
pub enum HoldCommand {
    /// Keeps a session's data from being erased, by time or on request. Repeating it replaces the reason.
    Set {
        /// The session.
        signature_id: String,
        /// Why: at most 500 characters, without personal data. Only `hold list` shows it.
        #[arg(long)]
        reason: String,
    },
    /// Ends a hold. What was due or asked for meanwhile is erased.
    Release {
        /// The session.
        signature_id: String,
    },
    /// Lists holds as JSON lines, oldest first.
    List,
}

/// Runs the command and returns its output.
///
/// # Errors
/// For an unknown or erased session, and errors of the store.
pub async fn run(store: &Store, command: HoldCommand, actor: &Actor, now: i64) -> anyhow::Result<String> {
    let explain = |error: StoreError, id: &str| match error {
        StoreError::NotFound(_) => anyhow::anyhow!("no session {id}"),
        StoreError::Conflict(Conflict::Cleared) => anyhow::anyhow!("the data of {id} was erased already"),
        other => other.into(),
    };
    match command {
        HoldCommand::Set { signature_id: id, reason } => {
            store.hold_session(actor, &id, &reason, now).await.map_err(|error| explain(error, &id))?;
            Ok(format!("{id} is on hold"))
        }
        HoldCommand::Release { signature_id: id } => {
            if !store.release_hold(actor, &id, now).await.map_err(|error| explain(error, &id))? {
                bail!("{id} is not on hold");
            }
            Ok(format!("the hold on {id} is released"))
        }
        HoldCommand::List => {
            let holds = store.legal_holds().await?;
            Ok(holds.iter().map(describe).collect::<Vec<_>>().join("\n"))
        }
    }
}

fn describe(hold: &LegalHold) -> String {
    serde_json::json!({
        "signatureId": hold.session_id, "reason": hold.reason, "heldBy": hold.held_by, "heldAt": hold.held_at,
        "erasureRequestedAt": hold.erasure_requested_at,
    })
    .to_string()
}
