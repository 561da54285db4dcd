//! The `person` command: exports or erases everything about one person of an account.

use std::fs::OpenOptions;
use std::io::{Seek, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use nearfar_store::{Actor, AuditAction, Conflict, Error as StoreError, NewAuditEntry, Session, SessionFilter, Store};
use serde_json::json;

use crate::person;

/// Sessions found at once.
const PAGE: u32 = 100;

/// Commands for one person's data.
#[derive(Clone, Debug, Subcommand)]
pub enum PersonCommand {
    /// Writes everything stored about a person to a ZIP file, readable only by its owner.
    Export {
        /// Whose data.
        #[command(flatten)]
        person: PersonArgs,
        /// The file to write; it must not exist.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Erases all sessions of a person. Sessions on legal hold are erased once the hold is released.
    Erase {
        /// Whose data.
        #[command(flatten)]
        person: PersonArgs,
    },
}

/// Whose data.
#[derive(Clone, Debug, Args)]
pub struct PersonArgs {
    /// The account's access key.
    #[arg(long, value_name = "ACCESS_KEY")]
    account: String,
    /// The `userId` that the integrator passed to Get Token.
    #[arg(long)]
    user_id: String,
}

/// Runs the command and returns its output.
///
/// # Errors
/// For an unknown account, a person without sessions, an existing file, and errors of the store.
pub async fn run(store: &Store, command: PersonCommand, actor: &Actor, now: i64) -> anyhow::Result<String> {
    match command {
        PersonCommand::Export { person, out } => {
            let (account, sessions) = sessions(store, &person, now).await?;
            let details = json!({ "person": true, "sessions": sessions.len() });
            let entry = NewAuditEntry::new(actor, AuditAction::DataExported).account(&account).details(details);
            // Before anything is read: without the entry nothing is exported.
            store.record_audit(entry, now).await?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&out).with_context(|| format!("creating {}", out.display()))?;
            let written = export(store, &sessions, &mut file).await;
            if written.is_err() {
                // Half an export would look like a whole one.
                let _ = std::fs::remove_file(&out);
            }
            written.with_context(|| format!("writing {}", out.display()))?;
            Ok(format!("{} sessions are in {}", sessions.len(), out.display()))
        }
        PersonCommand::Erase { person } => {
            let (account, sessions) = sessions(store, &person, now).await?;
            let (mut erased, mut held) = (0, 0);
            for session in &sessions {
                match store.erase_session_by(Some(actor), &session.id, now).await {
                    Ok(()) => erased += 1,
                    Err(StoreError::Conflict(Conflict::OnHold)) => held += 1,
                    Err(error) => {
                        return Err(error).context(format!("{erased} of {} sessions are erased", sessions.len()));
                    }
                }
            }
            let details = json!({ "sessions": erased, "onHold": held });
            let entry = NewAuditEntry::new(actor, AuditAction::PersonErased).account(&account).details(details);
            store.record_audit(entry, now).await?;
            let rest = if held > 0 { format!("; {held} are on legal hold") } else { String::new() };
            Ok(format!("{erased} sessions are erased{rest}"))
        }
    }
}

async fn export(store: &Store, sessions: &[Session], out: &mut (impl Write + Seek)) -> anyhow::Result<()> {
    person::export(store, sessions, out).await
}

/// The account's id and the person's sessions that are not erased, newest first.
async fn sessions(store: &Store, person: &PersonArgs, now: i64) -> anyhow::Result<(String, Vec<Session>)> {
    let account = match store.account_by_access_key(&person.account).await {
        Err(StoreError::NotFound(_)) => bail!("no account with access key {}", person.account),
        other => other?,
    };
    let filter = SessionFilter {
        account_id: Some(account.id.clone()),
        user_id: Some(person.user_id.clone()),
        ..SessionFilter::default()
    };
    let (mut sessions, mut after) = (Vec::new(), None);
    loop {
        let page = store.search_sessions(&filter, PAGE, after.as_ref(), now).await?;
        sessions.extend(page.sessions.into_iter().map(|found| found.session));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    // Not the user id, which would be in the shell's output and logs.
    anyhow::ensure!(!sessions.is_empty(), "no sessions of this person: the user id must match exactly");
    Ok((account.id, sessions))
}
