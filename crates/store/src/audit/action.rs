//! The actions that the audit log records.

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal,)+) => {
        /// What was done. The names are stored: they never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AuditAction {
            $($(#[$doc])* $action,)+
        }

        impl AuditAction {
            /// All of them.
            pub const ALL: &[AuditAction] = &[$(AuditAction::$action,)+];

            /// The name, as stored.
            pub fn name(self) -> &'static str {
                match self {
                    $(AuditAction::$action => $name,)+
                }
            }
        }
    };
}

actions! {
    /// An account was created.
    AccountCreated = "account_created",
    /// Name, expiry or settings of an account were changed.
    AccountChanged = "account_changed",
    /// An account was enabled.
    AccountEnabled = "account_enabled",
    /// An account was disabled.
    AccountDisabled = "account_disabled",
    /// An account got a new secret key.
    AccountSecretRotated = "account_secret_rotated",
    /// A command listed the accounts.
    AccountsListed = "accounts_listed",
    /// The data of a session was shown, its pictures included.
    SessionShown = "session_shown",
    /// A picture or video of a session was shown.
    SessionPicturesViewed = "session_pictures_viewed",
    /// Sessions were listed or searched.
    SessionsListed = "sessions_listed",
    /// A reviewer decided about a session.
    ReviewDecided = "review_decided",
    /// The data of a session was erased.
    SessionErased = "session_erased",
    /// All data of a person was erased.
    PersonErased = "person_erased",
    /// Data of a person or a session was exported.
    DataExported = "data_exported",
    /// A legal hold was set.
    LegalHoldSet = "legal_hold_set",
    /// A legal hold was released.
    LegalHoldReleased = "legal_hold_released",
    /// An endpoint for webhooks was created.
    WebhookEndpointCreated = "webhook_endpoint_created",
    /// An endpoint for webhooks was changed.
    WebhookEndpointChanged = "webhook_endpoint_changed",
    /// An endpoint for webhooks was deleted.
    WebhookEndpointDeleted = "webhook_endpoint_deleted",
    /// An endpoint for webhooks got a new secret.
    WebhookSecretRotated = "webhook_secret_rotated",
    /// Webhook events were sent again on request.
    WebhookEventsResent = "webhook_events_resent",
    /// The master key was rotated.
    MasterKeyRotated = "master_key_rotated",
    /// A signing key was rotated.
    SigningKeyRotated = "signing_key_rotated",
    /// Captured files were encrypted with a newer key.
    BlobKeyRotated = "blob_key_rotated",
    /// A backup was made.
    BackupCreated = "backup_created",
    /// A backup was restored.
    BackupRestored = "backup_restored",
    /// An operator was created.
    OperatorCreated = "operator_created",
    /// An operator's role was changed.
    OperatorChanged = "operator_changed",
    /// An operator was enabled.
    OperatorEnabled = "operator_enabled",
    /// An operator was disabled.
    OperatorDisabled = "operator_disabled",
    /// An operator has to be set up again.
    OperatorReset = "operator_reset",
    /// An operator chose password and second factor.
    OperatorSetUp = "operator_set_up",
    /// An operator signed in through the OpenID provider for the first time.
    OperatorLinked = "operator_linked",
    /// The operators were listed by a command.
    OperatorsListed = "operators_listed",
    /// An operator changed the password.
    PasswordChanged = "password_changed",
    /// An operator drew new recovery codes.
    RecoveryCodesReplaced = "recovery_codes_replaced",
    /// An operator signed in.
    SignedIn = "signed_in",
    /// A sign-in failed.
    SignInFailed = "sign_in_failed",
    /// An operator signed out.
    SignedOut = "signed_out",
    /// An operator asked for what the role does not allow.
    AccessDenied = "access_denied",
    /// The audit log was read.
    AuditViewed = "audit_viewed",
    /// The audit log was exported.
    AuditExported = "audit_exported",
    /// The audit log was verified.
    AuditVerified = "audit_verified",
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct_and_in_snake_case() {
        let names: BTreeSet<_> = AuditAction::ALL.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), AuditAction::ALL.len());
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
    }
}
