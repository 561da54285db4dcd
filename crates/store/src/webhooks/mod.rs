//! Webhooks: endpoints of accounts, and the outbox of their events.
//!
//! An event is recorded in the transaction of the change that causes it, and deleted once it was delivered. A crash in
//! between only delays or repeats it. Events contain no personal data: [`Store::session`](crate::Store::session) has it
//! at the delivery, unless it was erased.

mod backlog;
mod deliveries;
mod endpoints;
mod outbox;

pub use backlog::{DeadEvent, WebhookBacklog};
pub use deliveries::{DeliveryOutcome, EventClaim};
pub use endpoints::{PREVIOUS_SECRET_TIME, WebhookEndpoint, WebhookTarget};
pub use outbox::{DEAD_RETENTION, DELIVERY_TIME};
pub(crate) use outbox::{record_event, record_expired};
