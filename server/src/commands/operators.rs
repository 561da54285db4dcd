//! The `operator` command: operators of the console.

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use nearfar_store::{Actor, AuditAction, Conflict, Error as StoreError, NewAuditEntry, OperatorAccount, Role, Store};
use serde_json::json;

use crate::config::Config;

/// Operator commands.
#[derive(Clone, Debug, Subcommand)]
pub enum OperatorCommand {
    /// Creates an operator and prints the set-up link, which is valid for a day and works once.
    Add {
        /// The name to sign in with.
        name: String,
        /// What the operator may do.
        #[arg(long, value_enum)]
        role: RoleArg,
    },
    /// Lists operators as JSON lines.
    List,
    /// Changes an operator's role.
    Set {
        /// The name.
        name: String,
        /// What the operator may do.
        #[arg(long, value_enum)]
        role: RoleArg,
    },
    /// Disables an operator and ends the sessions.
    Disable {
        /// The name.
        name: String,
    },
    /// Enables an operator again.
    Enable {
        /// The name.
        name: String,
    },
    /// Deletes password, second factor, recovery codes, the identity at the OpenID provider and sessions, and prints a new
    /// set-up link.
    Reset {
        /// The name.
        name: String,
    },
}

/// [`Role`] on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleArg {
    /// Sees accounts, sessions without pictures, and statistics.
    Viewer,
    /// Sees pictures too, and decides about sessions.
    Reviewer,
    /// Manages accounts and operators, and reads the audit log.
    Administrator,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Viewer => Self::Viewer,
            RoleArg::Reviewer => Self::Reviewer,
            RoleArg::Administrator => Self::Administrator,
        }
    }
}

/// Runs the command and returns its output.
///
/// # Errors
/// For an unknown or taken name, and errors of the store.
pub async fn run(
    store: &Store,
    config: &Config,
    command: OperatorCommand,
    actor: &Actor,
    now: i64,
) -> anyhow::Result<String> {
    let name = match command {
        OperatorCommand::Add { name, role } => {
            return match store.create_operator(actor, &name, role.into(), now).await {
                Ok((operator, code)) => Ok(link(config, &operator, &code)),
                Err(StoreError::Conflict(Conflict::IdTaken)) => bail!("there is an operator {name} already"),
                Err(error) => Err(error.into()),
            };
        }
        OperatorCommand::List => {
            store.record_audit(NewAuditEntry::new(actor, AuditAction::OperatorsListed), now).await?;
            let operators = store.operators().await?;
            return Ok(operators.iter().map(describe).collect::<Vec<_>>().join("\n"));
        }
        OperatorCommand::Set { name, role } => {
            let operator = find(store, &name).await?;
            store.set_operator_role(actor, &operator.id, role.into(), now).await?;
            name
        }
        OperatorCommand::Disable { name } => {
            store.enable_operator(actor, &find(store, &name).await?.id, false, now).await?;
            name
        }
        OperatorCommand::Enable { name } => {
            store.enable_operator(actor, &find(store, &name).await?.id, true, now).await?;
            name
        }
        OperatorCommand::Reset { name } => {
            let operator = find(store, &name).await?;
            let code = store.reset_operator(actor, &operator.id, now).await?;
            return Ok(link(config, &operator, &code));
        }
    };
    Ok(describe(&find(store, &name).await?))
}

async fn find(store: &Store, name: &str) -> anyhow::Result<OperatorAccount> {
    match store.operator_by_name(name).await {
        Err(StoreError::NotFound(_)) => bail!("no operator {name}"),
        other => other.context("reading the operator"),
    }
}

/// With the set-up link, if there are passwords to set up.
fn link(config: &Config, operator: &OperatorAccount, code: &str) -> String {
    if !config.console_password_sign_in {
        return describe(operator);
    }
    let link = config.setup_link(code);
    json!({ "name": operator.name, "role": operator.role.name(), "setUp": link }).to_string()
}

fn describe(operator: &OperatorAccount) -> String {
    json!({
        "name": operator.name, "role": operator.role.name(), "enabled": operator.enabled,
        "isSetUp": operator.is_set_up, "isLinked": operator.is_linked, "createdAt": operator.created_at, "signedInAt": operator.signed_in_at,
    })
    .to_string()
}
