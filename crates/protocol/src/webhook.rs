//! Webhook events: what the service posts to the endpoint of an account, and the headers that sign it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::result::{AttackType, Decision, ResultCode};

/// The header with the time of the delivery and its signatures: `t=<Unix seconds>,v1=<hex HMAC-SHA256>`, with several
/// `v1=` while a secret is rotated. The signed text is `<t>.<body>`.
pub const SIGNATURE_HEADER: &str = "nearfar-signature";
/// The header with the id of the event, the same in every delivery of it.
pub const EVENT_ID_HEADER: &str = "nearfar-event-id";
/// The prefix of secrets. All bytes of the secret, with the prefix, are the key of the signature.
pub const SECRET_PREFIX: &str = "whsec_";
/// The prefix of event ids.
pub const EVENT_ID_PREFIX: &str = "evt_";

/// The type of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EventType {
    /// The session ended: the person passed.
    #[serde(rename = "session.completed")]
    SessionCompleted,
    /// The session ended otherwise.
    #[serde(rename = "session.failed")]
    SessionFailed,
    /// The session's time was over before it ended.
    #[serde(rename = "session.expired")]
    SessionExpired,
    /// The session's data was erased.
    #[serde(rename = "data.erased")]
    DataErased,
    /// A test by the operator; every endpoint gets it.
    #[serde(rename = "webhook.test")]
    Test,
}

impl EventType {
    /// The events that an endpoint can receive by choice.
    pub const CHOOSABLE: [Self; 4] =
        [Self::SessionCompleted, Self::SessionFailed, Self::SessionExpired, Self::DataErased];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::SessionCompleted => "session.completed",
            Self::SessionFailed => "session.failed",
            Self::SessionExpired => "session.expired",
            Self::DataErased => "data.erased",
            Self::Test => "webhook.test",
        }
    }

    /// The event of that name, except for [`EventType::Test`].
    ///
    /// ```
    /// use nearfar_protocol::webhook::EventType;
    ///
    /// assert_eq!(EventType::from_name("data.erased"), Some(EventType::DataErased));
    /// assert_eq!(EventType::from_name("data.lost"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::CHOOSABLE.into_iter().find(|event| event.name() == name)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The body of a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEvent {
    /// `evt_` and 32 hex digits. The same in every delivery of the event.
    pub id: String,
    /// The type.
    #[serde(rename = "type")]
    pub event: EventType,
    /// When it happened, Unix ms.
    pub created_at: i64,
    /// The access key of the account.
    pub access_key: String,
    /// The session.
    pub data: EventData,
}

/// The session of an event, as it is at the delivery: everything but its id is null once its data was erased.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventData {
    /// The session's id.
    pub signature_id: String,
    /// The integrator's id of the person.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub user_id: Option<String>,
    /// The code of the attempt that was scored last; null if none was.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub code: Option<ResultCode>,
    /// 0 to 100; below 50 it may be an attack.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub score: Option<u8>,
    /// The kind of attack, if the score is 0.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<u8>, minimum = 1, maximum = 3))]
    pub attack_type: Option<AttackType>,
    /// Whether the person passed; null if the session expired without a scored attempt.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub passed: Option<bool>,
    /// The decision about the attempt.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub verdict: Option<Decision>,
    /// Why the person did not pass, as in Get Result; empty if they did.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub reasons: Option<Vec<String>>,
    /// Whether a test chose the verdict; absent outside sandbox accounts.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub sandbox: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_the_names_of_the_wire() {
        for event in EventType::CHOOSABLE.into_iter().chain([EventType::Test]) {
            assert_eq!(serde_json::json!(event), event.name());
        }
    }

    #[test]
    fn only_sandbox_events_carry_a_mark() {
        let data = EventData { signature_id: "s".into(), ..EventData::default() };
        let json = serde_json::json!(data);
        let fields = ["attackType", "code", "passed", "reasons", "score", "signatureId", "userId", "verdict"];
        assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), fields);
        assert_eq!(serde_json::json!(EventData { sandbox: true, ..data })["sandbox"], true);
    }
}
