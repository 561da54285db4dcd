//! Who operators are at the OpenID provider.

use super::{OperatorAccount, entry};
use crate::audit::{self, Actor, AuditAction};
use crate::database::database_error;
use crate::error::{Error, Result};
use crate::{Millis, Store};

/// A person, as the OpenID provider has authenticated them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderIdentity {
    /// The provider.
    pub issuer: String,
    /// The provider's lasting id of the person.
    pub subject: String,
    /// The name that the person has at the provider now, such as the email address.
    pub name: String,
}

impl Store {
    /// The operator with this identity. An operator without an identity whose name is the person's gets this one: from then on
    /// the operator is found by it alone, even if the provider gives the person another name, or somebody else this name.
    /// `None` if there is no such operator.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn operator_by_identity(
        &self,
        identity: &ProviderIdentity,
        now: Millis,
    ) -> Result<Option<OperatorAccount>> {
        let query = "SELECT id FROM operators WHERE oidc_issuer = $1 AND oidc_subject = $2";
        let query = sqlx::query_scalar(query).bind(&identity.issuer).bind(&identity.subject);
        let id: Option<String> = query.fetch_optional(self.database.pool()).await.map_err(database_error)?;
        if let Some(id) = id {
            return self.operator(&id).await.map(Some);
        }
        let operator = match self.operator_by_name(&identity.name).await {
            Ok(operator) if operator.enabled && !operator.is_linked => operator,
            Ok(_) | Err(Error::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut write = self.database.write().await?;
        let done = sqlx::query(
            "UPDATE operators SET oidc_issuer = $2, oidc_subject = $3 \
             WHERE id = $1 AND oidc_subject IS NULL AND enabled = 1",
        )
        .bind(&operator.id)
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .execute(&mut *write)
        .await
        .map_err(database_error)?;
        // Another sign-in was first.
        if done.rows_affected() == 0 {
            return Ok(None);
        }
        let actor = Actor::Operator(operator.name.clone());
        let details = serde_json::json!({ "issuer": identity.issuer });
        audit::append(&mut write, entry(&actor, AuditAction::OperatorLinked, &operator.name).details(details), now)
            .await?;
        write.commit().await?;
        self.operator(&operator.id).await.map(Some)
    }
}
